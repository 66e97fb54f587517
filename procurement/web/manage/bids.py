"""The opened bids of a stage: the list, one bid with its files and receipt, and whether it is eligible."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from procurement.models.applications import Entry
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import assessment as assessment_queries
from procurement.queries import endings as endings_queries
from procurement.queries import opening as opening_queries
from procurement.queries import tables as tables_queries
from procurement.queries.amended_forms import notes_since
from procurement.queries.sent_forms import form_sent
from procurement.rules.permissions import Permission
from procurement.rules.questions import asked_in, by_section
from procurement.rules.staff_columns import BIDS
from procurement.services import assessment
from procurement.services.opening import read_submission
from procurement.web.access import Page, allow
from procurement.web.context import do, ports, session
from procurement.web.filters import status_words
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import WholeNumberField
from procurement.web.manage import answered, checking
from procurement.web.manage.loading import frame, load_entry, load_stage
from procurement.web.manage.sent_files import hand_out
from procurement.web.manage.tables import csv_of
from procurement.web.parts.search import Parameters, facet
from procurement.web.parts.uploads import attachment
from workflows.catalogue import states

pages = Blueprint("manage_bids", __name__, url_prefix="/manage/calls/<ref>")


class ApproveForm(PageForm):
    seen = WholeNumberField()


# the list


@pages.get("/applications", defaults={"stage": ""})
@pages.get("/stages/<stage>/applications")
@allow(Permission.CALL_MANAGE, load_stage)
def index(stage_row: Stage, ref: str, stage: str) -> Page:
    if not stage_row.opened:
        return render_template(
            "manage/bids/sealed.html",
            **frame(stage_row),
            counts=opening_queries.counts(session(), stage_row.id),
            invited=opening_queries.invited(session(), stage_row),
        )
    search, lots = _search(), [row.lot for row in stage_row.lots]
    found = opening_queries.list_bids(session(), stage_row.id, search)
    counts = opening_queries.counts_by_state(session(), stage_row.id)
    found_states = [(key, _stands(stage_row, of, key)[0], count) for (of, key), count in counts.items()]
    titles = [
        (str(lot.number), _("Lot %(number)s: %(title)s", number=lot.number, title=lot.title), None) for lot in lots
    ]
    facets = [facet("state", _("State"), found_states, search.states, several=True)]
    if len(lots) > 1:
        facets.append(facet("lot", _("Lot"), titles, [str(lot) for lot in search.lots], several=True))
    kept = cast(dict[str, Any], request.args.to_dict(flat=False))
    return render_template(
        "manage/bids/index.html",
        **frame(stage_row),
        bids=found,
        search=search,
        facets=facets,
        total=sum(counts.values()),
        sent=sum(each.entry.standing_id is not None for each in found),
        stands=_stands,
        damaged=opening_queries.damaged_ids(session(), stage_row.id),
        undecided=opening_queries.undecided(session(), stage_row.id),
        columns=BIDS,
        tables=[
            each
            for each in applications_queries.questions_of(session(), stage_row.id)
            if each.kind.record_columns(each)
        ],
        csv=url_for(".export", **{**kept, "ref": ref, "stage": stage_row.key}),
    )


@pages.get("/applications.csv", defaults={"stage": ""})
@pages.get("/stages/<stage>/applications.csv")
@allow(Permission.BIDS_READ, load_stage)
def export(stage_row: Stage, ref: str, stage: str) -> Page:
    rows = [
        tables_queries.bid_row(stage_row.call, each)
        for each in opening_queries.list_bids(session(), stage_row.id, _search())
    ]
    return attachment(csv_of(BIDS, rows), f"{ref}-{stage_row.nouns.replace(' ', '-')}.csv", "text/csv")


def _stands(stage: Stage, of: str, key: str) -> tuple[str, str]:
    """The word and colour of where a bid stands: whoever is eligible is so until the check is over, and then is where
    the stage is."""
    if of == "entry" and key in states.entry.assessing and stage.state not in states.stage.checking:
        return status_words(stage.state, "stage")
    return status_words(key, of)


def _search() -> opening_queries.Search:
    read = Parameters(request.args)
    return opening_queries.Search(read.words(), tuple(request.args.getlist("state")), read.numbers("lot"))


# one bid


@pages.get("/applications/<bid>", defaults={"stage": ""})
@pages.get("/stages/<stage>/bids/<bid>")
@allow(Permission.BID_READ, load_entry)
def show(entry: Entry, ref: str, bid: str, stage: str) -> Page:
    snapshot = None if entry.standing is None else read_submission(ports(), entry.standing)
    form = form_sent(session(), entry.stage, entry.standing)
    of, state = endings_queries.word_of(session(), entry.id)
    proposal = opening_queries.find_proposal(session(), entry.id)
    if proposal is not None and entry.state in states.entry.checking:
        state = states.INELIGIBLE_PROPOSED
    return render_template(
        "manage/bids/show.html",
        **_of(entry),
        submission=entry.standing,
        status=_stands(entry.stage, of, state)[0],
        sections=by_section(form if entry.standing is None else asked_in(form, entry.standing.manifest)),
        answers=None if snapshot is None else snapshot["answers"],
        agreed=_agreed(snapshot or {}),
        notes={} if entry.standing is None else notes_since(session(), entry, entry.standing.call_version),
        responses=answered.of_entry(entry),
        criteria=applications_queries.criteria_of(session(), entry.stage_id),
        elsewhere=[
            each
            for each in applications_queries.entries_of(session(), entry.application_id)
            if each.id != entry.id and each.was_opened
        ],
        assignments=assessment_queries.assignments_of(session(), entry.id),
        total=len(assessment_queries.criteria_of(session(), entry.stage_id)),
        finished=assessment_queries.finished,
    )


@pages.post("/applications/<bid>/files/<file>", defaults={"stage": ""})
@pages.post("/stages/<stage>/bids/<bid>/files/<file>")
@allow(Permission.BID_READ, load_entry)
def download(entry: Entry, ref: str, bid: str, stage: str, file: str) -> Page:
    """A file, sent in answer to a press: that it was fetched, by whom and when, is recorded."""
    return hand_out(entry.standing, file, entry.id, _of(entry))


def _agreed(snapshot: Mapping[str, Any]) -> dict[str, tuple[str, datetime]]:
    """Who agreed to each declaration of what was submitted, and when."""
    return {key: (said["by"], datetime.fromisoformat(said["at"])) for key, said in snapshot.get("agreed", {}).items()}


# eligibility


@pages.get("/applications/<bid>/eligibility", defaults={"stage": ""})
@pages.get("/stages/<stage>/bids/<bid>/eligibility")
@allow(Permission.BID_READ, load_entry)
def eligibility(entry: Entry, ref: str, bid: str, stage: str) -> Page:
    return eligibility_page(entry)


@pages.post("/applications/<bid>/eligibility/eligible", defaults={"stage": ""})
@pages.post("/stages/<stage>/bids/<bid>/eligibility/eligible")
@allow(Permission.ELIGIBILITY_DECIDE, load_entry)
def find_eligible(entry: Entry, ref: str, bid: str, stage: str) -> Page:
    done = _("The %(noun)s is eligible and will be assessed.", noun=entry.stage.noun)
    return _with_reason(entry, assessment.find_eligible, done, "eligible")


@pages.post("/applications/<bid>/eligibility/propose", defaults={"stage": ""})
@pages.post("/stages/<stage>/bids/<bid>/eligibility/propose")
@allow(Permission.ELIGIBILITY_DECIDE, load_entry)
def propose(entry: Entry, ref: str, bid: str, stage: str) -> Page:
    form, entry_id = checking.propose_form(checking.of_entry(entry), entry, sent=True), entry.id
    where, noun = _where(entry), entry.stage.noun
    if not form.sent():
        return eligibility_page(entry, form, "propose"), REFUSED
    heard, because = form.heard.data if "heard" in form else "", form.named()
    do(assessment.propose_ineligible, entry_id, form.reason.data, because=because, heard=heard)
    flash(_("You have proposed that the %(noun)s is not eligible. An approver decides.", noun=noun), "success")
    return redirect(url_for(".eligibility", **where), 303)


@pages.post("/applications/<bid>/eligibility/withdraw", defaults={"stage": ""})
@pages.post("/stages/<stage>/bids/<bid>/eligibility/withdraw")
@allow(Permission.ELIGIBILITY_DECIDE, load_entry)
def withdraw(entry: Entry, ref: str, bid: str, stage: str) -> Page:
    entry_id, key = entry.id, entry.stage.key
    do(assessment.withdraw_proposal, entry_id)
    flash(_("The proposal was taken back."), "success")
    return redirect(url_for(".eligibility", ref=ref, bid=bid, stage=key), 303)


@pages.post("/applications/<bid>/eligibility/approve", defaults={"stage": ""})
@pages.post("/stages/<stage>/bids/<bid>/eligibility/approve")
@allow(Permission.ELIGIBILITY_APPROVE, load_entry)
def approve(entry: Entry, ref: str, bid: str, stage: str) -> Page:
    entry_id, key, noun, seen = entry.id, entry.stage.key, entry.stage.noun, ApproveForm().seen.data or 0
    do(assessment.approve_ineligible, entry_id, seen=seen)
    flash(_("The %(noun)s is not eligible. Its team gets the letter with the reason.", noun=noun), "success")
    return redirect(url_for(".show", ref=ref, bid=bid, stage=key), 303)


@pages.post("/applications/<bid>/eligibility/send-back", defaults={"stage": ""})
@pages.post("/stages/<stage>/bids/<bid>/eligibility/send-back")
@allow(Permission.ELIGIBILITY_APPROVE, load_entry)
def send_back(entry: Entry, ref: str, bid: str, stage: str) -> Page:
    done = _("The proposal was sent back to the officers.")
    return _with_reason(entry, assessment.send_back_ineligible, done, "send_back")


@pages.post("/begin-assessment", defaults={"stage": ""})
@pages.post("/stages/<stage>/begin-assessment")
@allow(Permission.ASSIGN, load_stage)
def begin(stage_row: Stage, ref: str, stage: str) -> Page:
    stage_id, key, nouns = stage_row.id, stage_row.key, stage_row.nouns
    do(assessment.begin_assessment, stage_id)
    flash(_("The assessment has begun. Ask assessors to read the %(nouns)s.", nouns=nouns), "success")
    return redirect(url_for("manage_assessors.matrix", ref=ref, stage=key), 303)


def _with_reason(entry: Entry, act: Callable[..., object], done: str, pressed: str) -> Page:
    form, entry_id, where = checking.ReasonForm(), entry.id, _where(entry)
    if not form.sent():
        return eligibility_page(entry, form, pressed), REFUSED
    reason = form.reason.data
    do(act, entry_id, reason)
    flash(done, "success")
    return redirect(url_for(".eligibility", **where), 303)


def _where(entry: Entry) -> dict[str, Any]:
    return {"ref": entry.stage.call.ref, "bid": entry.application.ref, "stage": entry.stage.key}


def eligibility_page(entry: Entry, form: PageForm | None = None, pressed: str = "") -> str:
    """The whole check of one bid, with the form that was pressed and refused."""
    proposal, checked = opening_queries.find_proposal(session(), entry.id), checking.of_entry(entry)
    keys = [each.question.key for each in checked.verdicts]
    forms: dict[str, PageForm | None] = {
        "record": checking.check_form(),
        "nothing": checking.nothing_form(),
        "propose": checking.propose_form(checked, entry),
        **{f"on-{key}": checking.condition_form(checked, key) for key in keys},
    }
    return render_template(
        "manage/bids/eligibility.html",
        **_of(entry),
        proposal=proposal,
        proposer=opening_queries.names_of(session(), [proposal.proposed_by]).get(proposal.proposed_by, "")
        if proposal
        else "",
        **checking.shown(entry, checked),
        answered=answered.of_entry(entry),
        forms={**forms, pressed: form} if pressed else forms,
        form=form or checking.ReasonForm(formdata=None),
        pressed=pressed,
    )


def _of(entry: Entry) -> dict[str, Any]:
    """What every page of one bid in one of its stages shows of it."""
    return {**frame(entry.stage), "entry": entry, "application": entry.application}
