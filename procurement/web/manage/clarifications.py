"""The questions about a call: drafted by one person, read and published by another, or closed with a reason."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from procurement.models.calls import Call
from procurement.models.clarifications import Clarification
from procurement.queries import calls as calls_queries
from procurement.queries import clarifications as clarifications_queries
from procurement.rules import clarifications as rules
from procurement.rules.dates import uk_day
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import clarifications
from procurement.services.clarifications import Draft
from procurement.services.refusal import Refusal, Stale
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, principal, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import (
    ChoiceField,
    TickField,
    VersionField,
    WholeNumberField,
    WordLimitedText,
)
from procurement.web.manage.loading import load_call
from procurement.web.manage.setup import stale_page
from workflows.catalogue import states

pages = Blueprint("manage_clarifications", __name__, url_prefix="/manage/calls/<ref>/questions")


class DraftForm(PageForm):
    wording = WordLimitedText(
        _l("The question, as everybody reads it"),
        limit=rules.MOST_WORDS,
        rows=5,
        description=_l("Without anything that says who asked: no name, place, product or earlier contract."),
    )
    lot = ChoiceField(_l("What is it about?"), select=True)
    corrects = WholeNumberField(
        _l("Number of the answer that this corrects, if it corrects one"), least=1, most=100_000
    )
    answer = WordLimitedText(_l("The answer"), missing=_l("Write the answer"), limit=rules.MOST_WORDS_OF_ANSWER, rows=8)
    private_reason = WordLimitedText(
        _l("Only who asked gets the answer, because"),
        limit=rules.MOST_WORDS_OF_REASON,
        rows=3,
        description=_l("Leave this empty, unless an answer to everybody would give away a trade secret."),
    )
    looked = TickField(_l("I have looked at the names that were found: they give nobody away"))
    version = VersionField()


class SendBackForm(PageForm):
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=rules.MOST_WORDS_OF_REASON, rows=4)


class CloseForm(PageForm):
    same_as = WholeNumberField(_l("Number of the answer that fits"), least=1, most=100_000)
    closing = WordLimitedText(
        _l("Or why there is no answer"),
        limit=rules.MOST_WORDS_OF_REASON,
        rows=3,
        description=_l("Who asked reads it."),
    )


class AnswerForm(PageForm):
    seen = VersionField()


def load(session: Session, ref: str, clarification: int) -> Call | None:
    """The call of a question that is one of its own."""
    found = clarifications_queries.find(session, ref, clarification)
    return None if found is None else calls_queries.find_call(session, ref)


@pages.get("")
@allow(Permission.CALL_MANAGE, load_call)
def index(call: Call, ref: str) -> Page:
    return render_template(
        "manage/clarifications/index.html",
        call=call,
        rows=clarifications_queries.inbox(session(), call.id),
        today=uk_day(now()),
        may_say=allowed(Permission.CLARIFICATION_DRAFT) and call.state in states.call.published,
        Status=rules.ClarificationStatus,
    )


@pages.get("/new")
@allow(Permission.CLARIFICATION_DRAFT, load_call)
def begin(call: Call, ref: str) -> Page:
    return _new(call, _of_own_accord(call))


@pages.post("/new")
@allow(Permission.CLARIFICATION_DRAFT, load_call)
def say(call: Call, ref: str) -> Page:
    form, call_id = _of_own_accord(call), call.id
    if not form.sent():
        return _new(call, form), REFUSED
    lot = whole_number(form["lot"].data or "") if "lot" in form else None
    try:
        row = do(clarifications.say, call_id, _draft(form), lot=lot, corrects=form["corrects"].data)
    except Refusal as refusal:
        form.refuse("answer", " ".join(sentence(each) for each in refusal.reasons))
        return _new(_again(ref), form), refusal.status
    flash(_("The answer is drafted. Somebody else reads and publishes it."), "success")
    return redirect(url_for(".show", ref=ref, clarification=row.id), 303)


@pages.get("/<int:clarification>")
@allow(Permission.CALL_MANAGE, load)
def show(call: Call, ref: str, clarification: int) -> Page:
    return _show(call, _row(ref, clarification))


@pages.post("/<int:clarification>/draft")
@allow(Permission.CLARIFICATION_DRAFT, load)
def draft(call: Call, ref: str, clarification: int) -> Page:
    row = _row(ref, clarification)
    form = _drafting(row, sent=True)
    if not form.sent():
        return _show(call, row, form=form), REFUSED
    version = form["version"].data
    try:
        do(clarifications.write, clarification, _draft(form), seen=version)
    except Stale as stale:
        return stale_page(stale, form, _drafting(_row(ref, clarification), sent=False))
    except Refusal as refusal:
        form.refuse("answer", " ".join(sentence(each) for each in refusal.reasons))
        return _show(_again(ref), _row(ref, clarification), form=form), refusal.status
    flash(_("The answer is drafted. Somebody else reads and publishes it."), "success")
    return _back(ref, clarification)


@pages.post("/<int:clarification>/answer")
@allow(Permission.CLARIFICATION_ANSWER, load)
def answer(call: Call, ref: str, clarification: int) -> Page:
    row = do(clarifications.answer, clarification, seen=AnswerForm().seen.data)
    text = (
        _("Published: everybody reads it now.")
        if row.number is not None
        else _("Sent to who asked, and to nobody else.")
    )
    flash(text, "success")
    return _back(ref, clarification)


@pages.post("/<int:clarification>/send-back")
@allow(Permission.CLARIFICATION_ANSWER, load)
def send_back(call: Call, ref: str, clarification: int) -> Page:
    form = SendBackForm()
    if not form.sent():
        return _show(call, _row(ref, clarification), back=form), REFUSED
    reason = form.reason.data or ""
    do(clarifications.send_back, clarification, reason)
    flash(_("Sent back to be written anew."), "success")
    return _back(ref, clarification)


@pages.post("/<int:clarification>/close")
@allow(Permission.CLARIFICATION_DRAFT, load)
def close(call: Call, ref: str, clarification: int) -> Page:
    form = CloseForm()
    if not form.sent():
        return _show(call, _row(ref, clarification), ending=form), REFUSED
    reason, same_as = form.closing.data or "", form.same_as.data
    try:
        do(clarifications.close, clarification, reason, same_as=same_as)
    except Refusal as refusal:
        form.refuse("same_as", " ".join(sentence(each) for each in refusal.reasons))
        return _show(_again(ref), _row(ref, clarification), ending=form), refusal.status
    flash(_("Closed, and who asked is told."), "success")
    return _back(ref, clarification)


@pages.post("/log")
@allow(Permission.CLARIFICATION_DRAFT, load_call)
def log(call: Call, ref: str) -> Page:
    do(clarifications.make_log, call.id)
    flash(_("The list of questions and answers is made as a document. It is there in a moment."), "success")
    return redirect(url_for(".index", ref=ref), 303)


def _back(ref: str, clarification: int) -> Response:
    return redirect(url_for(".show", ref=ref, clarification=clarification), 303)


def _again(ref: str) -> Call:
    call = calls_queries.find_call(session(), ref)
    assert call is not None  # noqa: S101  (it was there a moment ago)
    return call


def _row(ref: str, clarification: int) -> Clarification:
    row = clarifications_queries.find(session(), ref, clarification)
    assert row is not None  # noqa: S101  (`load` found it)
    return row


def _draft(form: PageForm) -> Draft:
    private = form["private_reason"].data if "private_reason" in form else ""
    return Draft(form["wording"].data or "", form["answer"].data or "", private or "", bool(form["looked"].data))


def _of_own_accord(call: Call) -> DraftForm:
    """What the authority says without being asked goes to everybody."""
    form, lots = DraftForm(), calls_queries.lots_of(session(), call.id)
    del form["private_reason"]
    form["wording"].label.text = _("The question that it answers, if there is one")
    if len(lots) > 1:
        each = ((str(lot.number), _("Lot %(number)s: %(title)s", number=lot.number, title=lot.title)) for lot in lots)
        form.lot.choices = [("", _("The whole call")), *each]
    else:
        del form["lot"]
    return form


def _drafting(row: Clarification, *, sent: bool) -> DraftForm:
    written = {
        "wording": row.wording or row.question,
        "answer": row.answer,
        "private_reason": row.private_reason,
        "version": row.written,
    }
    form = DraftForm() if sent else DraftForm(formdata=None, data=written)
    del form["lot"], form["corrects"]
    if row.asked_by is None:
        del form["private_reason"]
        form["wording"].label.text = _("The question that it answers, if there is one")
    return form


def _new(call: Call, form: DraftForm) -> str:
    return render_template("manage/clarifications/new.html", call=call, form=form)


def _show(
    call: Call,
    row: Clarification,
    *,
    form: DraftForm | None = None,
    back: SendBackForm | None = None,
    ending: CloseForm | None = None,
) -> str:
    going = call.state in states.call.published and row.waits
    drafted = row.status is rules.ClarificationStatus.DRAFTED
    names = clarifications.found_names(session(), f"{row.wording or row.question}\n{row.answer}") if going else ()
    return render_template(
        "manage/clarifications/show.html",
        call=call,
        row=row,
        names=names,
        today=uk_day(now()),
        form=form if form is not None else back if back is not None else ending,
        drafting=form or _drafting(row, sent=False),
        back=back or SendBackForm(formdata=None),
        ending=ending or CloseForm(formdata=None),
        may_draft=going and allowed(Permission.CLARIFICATION_DRAFT),
        may_answer=going and drafted and allowed(Permission.CLARIFICATION_ANSWER) and row.drafted_by != principal().id,
        own=going and drafted and row.drafted_by == principal().id,
        Status=rules.ClarificationStatus,
    )
