"""Questions about a call and their answers: for everybody to read, and for whoever can apply to ask."""

from datetime import datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.calls import Call, Lot
from procurement.models.clarifications import Clarification
from procurement.queries import calls as calls_queries
from procurement.queries import clarifications as clarifications_queries
from procurement.queries import documents as documents_queries
from procurement.queries import stages as stages_queries
from procurement.rules import clarifications as rules
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import clarifications
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import do, now, principal, session
from procurement.web.filters import iso, sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, WordLimitedText
from procurement.web.parts import limits
from procurement.web.parts.answers import changed, json_answer, provenance
from procurement.web.parts.public_data import takes
from procurement.web.public.calls import LONGEST_WORDS, load
from procurement.web.public.listed_calls import absolute

pages = Blueprint("clarifications", __name__, url_prefix="/calls/<ref>")
GONE = 410


class AskForm(PageForm):
    question = WordLimitedText(
        _l("Your question"),
        missing=_l("Write your question"),
        limit=rules.MOST_WORDS,
        rows=6,
        description=_l("One thing at a time. Do not name yourself or your organisation: everybody reads it."),
    )
    lot = ChoiceField(_l("What is it about?"), select=True)
    secret = WordLimitedText(
        _l("Would an answer to everybody give away a trade secret of yours? If so, why?"),
        limit=rules.MOST_WORDS_OF_REASON,
        rows=3,
        description=_l("Leave this empty otherwise. The authority decides, and says why."),
    )


@pages.get("/questions")
@allow(Permission.CALL_READ, load)
def show(call: Call, ref: str) -> Page:
    words = request.args.get("q", "").strip()[:LONGEST_WORDS]
    found = clarifications_queries.published(session(), call.id, words)
    count, newest = clarifications_queries.newest(session(), call.id)
    who = principal()
    until, takes_more = _until(call)
    read = clarifications_queries.read_up_to(session(), [call.id], who.id) if who.signed_in else None
    return render_template(
        "public/clarifications/show.html",
        call=call,
        found=found,
        words=words,
        count=count,
        newest=newest,
        until=until,
        takes_more=takes_more,
        several=len(_lots(call)) > 1,
        log=documents_queries.newest_of_kind(session(), call.id, "clarification_log"),
        mine=clarifications_queries.asked_by(session(), call.id, who.id) if who.signed_in else [],
        read=None if read is None else read.get(call.id, 0),
        Status=rules.ClarificationStatus,
    )


@pages.post("/questions/read")
@allow(Permission.CALL_READ, load)
def mark_read(call: Call, ref: str) -> Page:
    """Remember up to which number somebody has read; of who is not signed in nothing is kept."""
    if principal().signed_in:
        do(clarifications.mark_read, call.id, whole_number(request.form.get("number", "")) or 0)
        flash(_("Marked as read."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.get("/questions/ask")
@allow(Permission.CLARIFICATION_ASK, load)
def ask(call: Call, ref: str) -> Page:
    until, takes_more = _until(call)
    if not takes_more:
        return render_template("public/clarifications/over.html", call=call, until=until), GONE
    return render_template("public/clarifications/ask.html", call=call, form=_form(call), until=until)


@pages.post("/questions/ask")
@allow(Permission.CLARIFICATION_ASK, load)
def send(call: Call, ref: str) -> Page:
    limits.count(limits.QUESTION_PERSON, str(principal().id))
    form, call_id = _form(call), call.id
    until, _takes_more = _until(call)
    if not form.sent():
        return render_template("public/clarifications/ask.html", call=call, form=form, until=until), REFUSED
    lot = whole_number(form["lot"].data or "") if "lot" in form else None
    question, secret = form.question.data or "", form.secret.data or ""
    try:
        do(clarifications.ask, call_id, question, lot=lot, secret=secret)
    except Refusal as refusal:
        form.refuse("question", " ".join(sentence(each) for each in refusal.reasons))
        again = load(session(), ref)
        return render_template("public/clarifications/ask.html", call=again, form=form, until=until), refusal.status
    flash(_("Your question was sent. It is answered on this page, without your name."), "success")
    return redirect(url_for(".show", ref=ref, _anchor="yours"), 303)


@pages.get("/questions.atom")
@allow(Permission.CALL_READ, load)
@takes()
def feed(call: Call, ref: str) -> Response:
    """The newest answers first, each with an address of its own."""
    found = clarifications_queries.published(session(), call.id)
    updated = found[0].answered_at if found else call.published_at
    text = render_template(
        "public/clarifications/feed.xml",
        call=call,
        found=found,
        updated=updated,
        here=absolute(url_for(".feed", ref=ref)),
        page=absolute(url_for(".show", ref=ref)),
    )
    return changed(Response(text, content_type="application/atom+xml; charset=utf-8"), updated)


@pages.get("/questions.json")
@allow(Permission.CALL_READ, load)
@takes()
def data(call: Call, ref: str) -> Response:
    """The same for programs, the first before the others."""
    found = clarifications_queries.published(session(), call.id)
    page = url_for(".show", ref=ref)
    body = {
        **provenance(page),
        "call": call.ref,
        "questions": [_plain(each, absolute(page)) for each in reversed(found)],
    }
    return json_answer(body, found[0].answered_at if found else call.published_at)


def _plain(row: Clarification, page: str) -> dict[str, object]:
    return {
        "number": row.number,
        "asked_at": iso(row.asked_at),
        "lot": None if row.lot is None else row.lot.number,
        "question": row.wording or None,
        "answer": row.answer,
        "answered_at": None if row.answered_at is None else iso(row.answered_at),
        "corrects": None if row.corrects is None else row.corrects.number,
        "url": f"{page}#answer-{row.number}",
    }


def _lots(call: Call) -> list[Lot]:
    return calls_queries.lots_of(session(), call.id)


def _until(call: Call) -> tuple[datetime | None, bool]:
    """Until when questions are taken, or were, and whether they are now."""
    stages = stages_queries.listed(session(), call.id)
    stage = clarifications_queries.stage_to_ask(call, stages, now())
    if stage is not None:
        return rules.ask_until(stage.ask_by, stage.closes_at), True
    instants = (rules.ask_until(each.ask_by, each.closes_at) for each in stages if each.collects)
    return max((each for each in instants if each is not None), default=None), False


def _form(call: Call) -> AskForm:
    form, lots = AskForm(), _lots(call)
    if len(lots) > 1:
        whole, going = ("", _("The whole call")), [lot for lot in lots if lot.abandoned_at is None]
        each = ((str(lot.number), _("Lot %(number)s: %(title)s", number=lot.number, title=lot.title)) for lot in going)
        form.lot.choices = [whole, *each]
    else:
        del form["lot"]
    return form
