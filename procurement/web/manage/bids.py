"""The opened bids of a call: the list, one bid with its files and receipt, and whether it is eligible."""

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.queries import applications as applications_queries
from procurement.queries import assessment as assessment_queries
from procurement.queries import calls as calls_queries
from procurement.queries import opening as opening_queries
from procurement.queries import tables as tables_queries
from procurement.rules.exports import write_csv
from procurement.rules.permissions import Permission
from procurement.rules.ports import FileMissing, VaultRefused
from procurement.rules.questions import by_section
from procurement.services import assessment, vault
from procurement.services.opening import fetched, read_submission
from procurement.web.access import Page, allow
from procurement.web.context import do, ports, session
from procurement.web.filters import status_words
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import WholeNumberField, WordLimitedText
from procurement.web.manage.loading import load_bid, load_call
from procurement.web.parts.search import Parameters, facet
from procurement.web.parts.uploads import attachment

pages = Blueprint("manage_bids", __name__)


class ReasonForm(PageForm):
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=5)


class ApproveForm(PageForm):
    seen = WholeNumberField()


# the list


@pages.get("/manage/calls/<ref>/applications")
@allow(Permission.CALL_MANAGE, load_call)
def index(call: Call, ref: str) -> Page:
    if not call.opened:
        return render_template("manage/bids/sealed.html", call=call, counts=opening_queries.counts(session(), call.id))
    search, lots = _search(), calls_queries.lots_of(session(), call.id)
    found = opening_queries.list_bids(session(), call.id, search)
    counts = opening_queries.counts_by_state(session(), call.id)
    found_states = [(key, status_words(key, "application")[0], count) for key, count in counts.items()]
    titles = [
        (str(lot.number), _("Lot %(number)s: %(title)s", number=lot.number, title=lot.title), None) for lot in lots
    ]
    facets = [facet("state", _("State"), found_states, search.states, several=True)]
    if len(lots) > 1:
        facets.append(facet("lot", _("Lot"), titles, [str(lot) for lot in search.lots], several=True))
    return render_template(
        "manage/bids/index.html",
        call=call,
        bids=found,
        search=search,
        facets=facets,
        total=sum(counts.values()),
        damaged=opening_queries.damaged_ids(session(), call.id),
        undecided=opening_queries.undecided(session(), call.id),
        csv=url_for(".export", ref=ref, **cast(dict[str, Any], request.args.to_dict(flat=False))),
    )


@pages.get("/manage/calls/<ref>/applications.csv")
@allow(Permission.BIDS_READ, load_call)
def export(call: Call, ref: str) -> Page:
    rows = [tables_queries.bid_row(each) for each in opening_queries.list_bids(session(), call.id, _search())]
    return attachment(write_csv(tables_queries.BIDS, rows), f"{call.ref}-applications.csv", "text/csv")


def _search() -> opening_queries.Search:
    read = Parameters(request.args)
    return opening_queries.Search(read.words(), tuple(request.args.getlist("state")), read.numbers("lot"))


# one bid


@pages.get("/manage/calls/<ref>/applications/<bid>")
@allow(Permission.BID_READ, load_bid)
def show(application: Application, ref: str, bid: str) -> Page:
    call = application.call
    assert application.standing is not None  # noqa: S101  (opened: there is one)
    snapshot = read_submission(ports(), application.standing)
    form = applications_queries.questions_of(session(), call.id)
    return render_template(
        "manage/bids/show.html",
        call=call,
        application=application,
        submission=application.standing,
        sections=by_section(form),
        answers=None if snapshot is None else snapshot["answers"],
        criteria=applications_queries.criteria_of(session(), call.id),
        proposal=opening_queries.find_proposal(session(), application.id),
        assignments=assessment_queries.assignments_of(session(), application.id),
        total=len(assessment_queries.criteria_of(session(), call.id)),
        finished=assessment_queries.finished,
    )


@pages.post("/manage/calls/<ref>/applications/<bid>/files/<file>")
@allow(Permission.BID_READ, load_bid)
def download(application: Application, ref: str, bid: str, file: str) -> Page:
    """A file, sent in answer to a press: that it was fetched, by whom and when, is recorded."""
    assert application.standing is not None  # noqa: S101  (opened)
    line = next((each for each in application.standing.manifest["files"] if each["ref"] == file), None)
    if line is None:
        abort(404)
    try:
        content = vault.open_file(ports(), line)
    except (FileMissing, VaultRefused):
        return render_template("manage/bids/damaged.html", application=application, line=line), 409
    application_id = application.id
    do(fetched, application_id, file)
    return attachment(content, line["name"], line["media_type"], line["size"])


# eligibility


@pages.get("/manage/calls/<ref>/applications/<bid>/eligibility")
@allow(Permission.BID_READ, load_bid)
def eligibility(application: Application, ref: str, bid: str) -> Page:
    return _eligibility(application, ReasonForm())


@pages.post("/manage/calls/<ref>/applications/<bid>/eligibility/eligible")
@allow(Permission.ELIGIBILITY_DECIDE, load_bid)
def find_eligible(application: Application, ref: str, bid: str) -> Page:
    done = _("The application is eligible and will be assessed.")
    return _with_reason(application, assessment.find_eligible, done, "eligible")


@pages.post("/manage/calls/<ref>/applications/<bid>/eligibility/propose")
@allow(Permission.ELIGIBILITY_DECIDE, load_bid)
def propose(application: Application, ref: str, bid: str) -> Page:
    done = _("You have proposed that the application is not eligible. An approver decides.")
    return _with_reason(application, assessment.propose_ineligible, done, "propose")


@pages.post("/manage/calls/<ref>/applications/<bid>/eligibility/withdraw")
@allow(Permission.ELIGIBILITY_DECIDE, load_bid)
def withdraw(application: Application, ref: str, bid: str) -> Page:
    application_id = application.id
    do(assessment.withdraw_proposal, application_id)
    flash(_("The proposal was taken back."), "success")
    return redirect(url_for(".eligibility", ref=ref, bid=bid), 303)


@pages.post("/manage/calls/<ref>/applications/<bid>/eligibility/approve")
@allow(Permission.ELIGIBILITY_APPROVE, load_bid)
def approve(application: Application, ref: str, bid: str) -> Page:
    application_id, seen = application.id, ApproveForm().seen.data or 0
    do(assessment.approve_ineligible, application_id, seen=seen)
    flash(_("The application is not eligible. Its team gets the letter with the reason."), "success")
    return redirect(url_for(".show", ref=ref, bid=bid), 303)


@pages.post("/manage/calls/<ref>/applications/<bid>/eligibility/send-back")
@allow(Permission.ELIGIBILITY_APPROVE, load_bid)
def send_back(application: Application, ref: str, bid: str) -> Page:
    done = _("The proposal was sent back to the officers.")
    return _with_reason(application, assessment.send_back_ineligible, done, "send_back")


@pages.post("/manage/calls/<ref>/begin-assessment")
@allow(Permission.ASSIGN, load_call)
def begin(call: Call, ref: str) -> Page:
    call_id = call.id
    do(assessment.begin_assessment, call_id)
    flash(_("The assessment has begun. Ask assessors to read the applications."), "success")
    return redirect(url_for("manage_assessors.matrix", ref=ref), 303)


def _with_reason(application: Application, act: Callable[..., object], done: str, pressed: str) -> Page:
    form, application_id = ReasonForm(), application.id
    ref, bid = application.call.ref, application.ref
    if not form.sent():
        return _eligibility(application, form, pressed), REFUSED
    reason = form.reason.data
    do(act, application_id, reason)
    flash(done, "success")
    return redirect(url_for(".eligibility", ref=ref, bid=bid), 303)


def _eligibility(application: Application, form: ReasonForm, pressed: str = "") -> str:
    proposal = opening_queries.find_proposal(session(), application.id)
    return render_template(
        "manage/bids/eligibility.html",
        call=application.call,
        application=application,
        proposal=proposal,
        proposer=opening_queries.names_of(session(), [proposal.proposed_by]).get(proposal.proposed_by, "")
        if proposal
        else "",
        form=form,
        pressed=pressed,
        undecided=opening_queries.undecided(session(), application.call_id),
    )
