"""An amendment of a published call: written on its copy by the pages of the set-up, agreed by a second person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.amendments import Amendment
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import call_amendments as call_amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules import amendments as date_rules
from procurement.rules import call_amendments as rules
from procurement.rules.permissions import Permission
from procurement.services import call_amendments
from procurement.services.refusal import Refusal
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, principal
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import DateTimePartsField, WordLimitedText
from procurement.web.manage import sections
from procurement.web.manage.loading import load_call
from procurement.web.parts.differences import blocks, names_of
from workflows.catalogue import states
from workflows.facts import Sentence

pages = Blueprint("manage_amendments", __name__, url_prefix="/manage/calls/<ref>/amendment")
CLOSING = "closes-"  # and the key of a stage


class WhyForm(PageForm):
    """With a closing for each stage that takes applications."""

    reason = WordLimitedText(
        _l("Why is the call amended?"),
        limit=250,
        rows=4,
        savable=True,
        description=_l("Everybody reads it, on the page of the call and in the messages."),
    )
    date_reason = WordLimitedText(
        _l("Why does it close at another time than is proposed?"),
        limit=250,
        rows=3,
        savable=True,
        description=_l("Only where the change is material and less than five working days remain. It is recorded."),
    )


class EndForm(PageForm):
    because = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=4)


@pages.get("")
@allow(Permission.CALL_MANAGE, load_call)
def show(call: Call, ref: str) -> Page:
    _require_published(call)
    return _page(call)


@pages.post("")
@allow(Permission.CALL_EDIT, load_call)
def begin(call: Call, ref: str) -> Page:
    _require_published(call)
    do(call_amendments.begin, call.id)
    flash(_("The amendment is begun. What you write stays here until somebody else approves it."), "success")
    return _back(ref)


@pages.post("/why")
@allow(Permission.CALL_EDIT, load_call)
def describe(call: Call, ref: str) -> Page:
    amendment = _written(call)
    form = _why(call, amendment, sent=True)
    if not form.sent():
        return _page(call, why=form), REFUSED
    closings: Mapping[str, datetime | None] = {
        each.short_name.removeprefix(CLOSING): each.data for each in form if each.short_name.startswith(CLOSING)
    }
    do(
        call_amendments.describe,
        amendment.id,
        form["reason"].data or "",
        closings,
        form["date_reason"].data or "",
    )
    flash(_("Saved."), "success")
    return _back(ref)


@pages.post("/send")
@allow(Permission.CALL_EDIT, load_call)
def send(call: Call, ref: str) -> Page:
    try:
        do(call_amendments.send, _written(call).id, seen=request.form.get("seen", ""))
    except Refusal as refusal:
        return _refused(ref, refusal)
    flash(_("The amendment waits for an approver who did not write any of it."), "success")
    return _back(ref)


@pages.post("/approve")
@allow(Permission.CALL_REVIEW, load_call, fresh=True)
def approve(call: Call, ref: str) -> Page:
    try:
        do(call_amendments.approve, _written(call).id, seen=request.form.get("seen", ""))
    except Refusal as refusal:
        return _refused(ref, refusal)
    flash(_("The call says it from now on, and everybody whom it concerns has been told."), "success")
    return _back(ref)


@pages.post("/send-back")
@allow(Permission.CALL_REVIEW, load_call)
def send_back(call: Call, ref: str) -> Page:
    amendment, form = _written(call), EndForm()
    if not form.sent():
        return _page(call, ending=form), REFUSED
    do(call_amendments.send_back, amendment.id, form.because.data or "")
    flash(_("The amendment was sent back to whoever wrote it."), "success")
    return _back(ref)


@pages.post("/take-back")
@allow(Permission.CALL_EDIT, load_call)
def take_back(call: Call, ref: str) -> Page:
    amendment, form = _written(call), EndForm()
    if not form.sent():
        return _page(call, ending=form), REFUSED
    do(call_amendments.take_back, amendment.id, form.because.data or "")
    flash(_("The amendment was taken back. The call goes on saying what it says."), "success")
    return _back(ref)


def _back(ref: str) -> Page:
    return redirect(url_for(".show", ref=ref), 303)


def _refused(ref: str, refusal: Refusal) -> Page:
    call = calls_queries.find_call(context.session(), ref)
    assert call is not None  # noqa: S101  (it was loaded before)
    return _page(call, reasons=[sentence(each) for each in refusal.reasons]), refusal.status


def _require_published(call: Call) -> None:
    if call.published_at is None:
        abort(404)


def _written(call: Call) -> Amendment:
    _require_published(call)
    found = call_amendments_queries.find_written(context.session(), call.id)
    if found is None:
        raise Refusal(Sentence("There is no amendment that is written. It was published or taken back meanwhile."))
    return found


def _taking(call: Call) -> list[Stage]:
    """The stages whose closing can move with an amendment."""
    stages = stages_queries.of_call(context.session(), call.id)
    open_to = {each.key for each in call_amendments_queries.stands_of(stages) if each.takes(now())}
    return [each for each in stages if each.collects and each.key in open_to]


def _why(call: Call, amendment: Amendment, *, sent: bool) -> PageForm:
    taking = _taking(call)
    label = _("Closes") if len(taking) == 1 else ""
    fields = {
        f"{CLOSING}{each.key}": DateTimePartsField(
            label or _("“%(stage)s” closes", stage=each.title),
            description=_("UK time. What comes after it moves as many days."),
        )
        for each in taking
    }
    kind: type[PageForm] = type("WhyForm", (WhyForm,), fields)
    values: dict[str, Any] = {"reason": amendment.reason, "date_reason": amendment.date_reason}
    for each in taking:
        typed = amendment.closings.get(each.key)
        values[f"{CLOSING}{each.key}"] = datetime.fromisoformat(typed) if typed else each.closes_at
    return kind() if sent else kind(formdata=None, data=values)


def _limits(call: Call, stages: Sequence[Stage]) -> list[str]:
    """What cannot be changed any more, or never, and why; of each stage by its title where there are several."""
    found = [rules.LAW, rules.BY_WORKFLOW, rules.NO_LOT_GOES, rules.OTHER_PAGE, rules.DOCUMENTS_PAGE]
    stands = call_amendments_queries.stands_of(stages)
    if not any(each.takes(now()) for each in stands if each.number == 1):
        found.insert(0, rules.CALL_CLOSED)
    said = [sentence(each) for each in found]
    for each in stands:
        own = [] if each.takes(now()) or not each.collects else [sentence(rules.CLOSED)]
        own = [sentence(rules.OPENED)] if each.opened else own
        said += [f"{each.title}: {text}" if len(stands) > 1 else text for text in own]
    return said


def _page(
    call: Call,
    *,
    why: PageForm | None = None,
    ending: EndForm | None = None,
    reasons: Sequence[str] = (),
) -> str:
    session = context.session()
    stages = stages_queries.of_call(session, call.id)
    amendment = call_amendments_queries.find_written(session, call.id)
    shown: dict[str, Any] = {}
    if amendment is not None:
        shown = _written_page(call, amendment, stages)
        shown["why"] = why or (_why(call, amendment, sent=False) if amendment.editable else None)
        shown["form"] = ending or why
        shown["ending"] = ending or EndForm(formdata=None)
        shown["closing_fields"] = [f"{CLOSING}{each.key}" for each in _taking(call)]
    running = call.state in states.call.published
    return render_template(
        "manage/amendments/show.html",
        call=call,
        amendment=amendment,
        limits=_limits(call, stages),
        reasons=reasons,
        done=call_amendments_queries.published(session, call.id),
        running=running,
        may_write=running and allowed(Permission.CALL_EDIT, call),
        may_approve=running and allowed(Permission.CALL_REVIEW, call),
        **shown,
    )


def _written_page(call: Call, amendment: Amendment, stages: Sequence[Stage]) -> dict[str, Any]:
    session, copy = context.session(), amendment.copy
    found = call_amendments_queries.preview(session, amendment, call, copy, now())
    names = names_of(rules.read_things(amendment.base), call_amendments_queries.things_of(session, copy))
    titles = {each.key: each.title for each in stages}
    authors = calls_queries.authors_of(session, copy)
    return {
        "found": found,
        "blocks": blocks(found.changes, names),
        "sections": sections.amendable(copy, stages_queries.of_call(session, copy.id)),
        "against": [
            *map(sentence, found.refused),
            *(sentence(each.sentence) for each in found.problems),
        ],
        "proposals": [(titles[each.stage], each.closes_at, each.proposed) for each in found.proposals],
        "moves": [
            {
                "stage": titles[each.stage],
                "date": sentence(date_rules.WORDS[each.field]),
                "before": each.before,
                "after": each.after,
                "working": [],
            }
            for each in found.moves
        ],
        "several": len(stages) > 1,
        "authors": [each.name for each in authors],
        "own": principal().id in {*(each.id for each in authors), amendment.proposed_by},
    }
