"""What a team is asked after the opening, and the review that it may ask for: read, answered, sent once."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, url_for
from flask import request as http
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from procurement.models.requests import Request
from procurement.queries import applications as applications_queries
from procurement.queries import assistance as assistance_queries
from procurement.queries import awards as awards_queries
from procurement.queries import documents as documents_queries
from procurement.queries import requests as requests_queries
from procurement.rules.applications import received_uk
from procurement.rules.assistance import Reckoned
from procurement.rules.documents import grouped
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.questions import is_blank
from procurement.rules.requests import RequestKind, RequestStatus, declared_text
from procurement.services import applications, requests, reviews, vault
from procurement.services.opening import read_submission
from procurement.services.refusal import Refusal, Stale
from procurement.web.access import Page, allow
from procurement.web.apply.frame import page
from procurement.web.apply.questions import (
    AUTOSAVED,
    FIELD,
    LOOK,
    answer_field,
    found_for,
    one_row_more,
    stays,
    typed_answer,
)
from procurement.web.apply.submitting import PRESS, PRESS_BYTES
from procurement.web.context import allowed, do, now, ports, session
from procurement.web.filters import sentence, uk_time
from procurement.web.forms.base import REFUSED
from procurement.web.parts.questions import Asked, asked, tell_on_the_next_page
from workflows.catalogue import states

pages = Blueprint("apply_requests", __name__, url_prefix="/applications/<ref>/requests/<int:number>")
CONFLICT, GONE = 409, 410


def load_request(reading: Session, ref: str, number: int, **_: object) -> Request | None:
    """For `allow`: what an application was asked, by its number."""
    return requests_queries.find(reading, ref, number)


@pages.get("")
@allow(Permission.APPLICATION_READ, load_request)
def show(task: Request, ref: str, number: int) -> Page:
    return task_page(task)


@pages.get("/questions/<int:place>")
@allow(Permission.APPLICATION_READ, load_request)
def question(task: Request, ref: str, number: int, place: int) -> Page:
    if not is_writable(task):
        return redirect(url_for(".show", ref=ref, number=number))
    return question_page(task, place)


@pages.post("/questions/<int:place>")
@allow(Permission.APPLICATION_WRITE, load_request)
def save(task: Request, ref: str, number: int, place: int) -> Page:
    """Save, whatever was typed; then on to the next question, or back to what is asked."""
    line = _line(task, place)
    typed = typed_answer(line.question)
    try:
        key = line.question.key
        saved = do(requests.save_answer, task.id, key, typed, version=_version(), autosaved=http.form.get(AUTOSAVED))
    except Stale as stale:
        labels = {FIELD: line.question.text}
        return render_template("errors/stale.html", stale=stale, labels=labels, back=http.path), CONFLICT
    except Refusal as refusal:
        if refusal.status != GONE:
            raise
        return page("requests/closed", task.entry, task=task, typed=typed, reasons=refusal.reasons), GONE
    if http.form.get("then") == LOOK:
        return redirect(url_for(".question", ref=ref, number=number, place=place, look="yes", _anchor=FIELD), 303)
    if saved.problems and not is_blank(typed) and not stays():  # there what is wrong stands at the answer
        box = url_for(".question", ref=ref, number=number, place=place, _anchor=FIELD)
        tell_on_the_next_page(_("Saved, but not complete: %(problem)s", problem=sentence(saved.problems[0])), box)
    if stays():
        return redirect(url_for(".question", ref=ref, number=number, place=place, **one_row_more()), 303)
    if place < len(task.questions):
        return redirect(url_for(".question", ref=ref, number=number, place=place + 1), 303)
    return redirect(url_for(".show", ref=ref, number=number), 303)


@pages.post("/questions/<int:place>/autosave")
@allow(Permission.APPLICATION_WRITE, load_request)
def autosave(task: Request, ref: str, number: int, place: int) -> Page:
    """The same for a script: {version, saved_at, words, complete, problems}; 409 when somebody else has saved."""
    line, typed = _line(task, place), http.form.get("value", "")
    if http.form.get("field") != FIELD:
        return jsonify(detail=_("There is no such field.")), 404
    try:
        key = line.question.key
        saved = do(requests.save_answer, task.id, key, typed, version=_version(), autosaved=http.form.get(AUTOSAVED))
    except Refusal as refusal:
        return jsonify(detail=" ".join(map(sentence, refusal.reasons))), refusal.status
    return jsonify(
        version=saved.version,
        saved_at=uk_time(saved.saved_at),
        words=saved.words,
        complete=saved.complete,
        problems=[] if is_blank(typed) else list(map(sentence, saved.problems)),
    )


@pages.get("/send")
@allow(Permission.APPLICATION_READ, load_request)
def look_again(task: Request, ref: str, number: int) -> Page:
    """Where a refused press leaves somebody who loads the page again."""
    return redirect(url_for(".show", ref=ref, number=number))


@pages.post("/send")
@allow(Permission.APPLICATION_SUBMIT, load_request)
def send(task: Request, ref: str, number: int) -> Page:
    """The press. The same press again leads to the same receipt; one that is late is answered, and kept as late."""
    press, version = http.form.get("press", ""), whole_number(http.form.get("version", ""))
    declared = http.form.get("declared") == "yes"
    if not PRESS.fullmatch(press) or version is None:
        return task_page(task, [(_("Check your answer, then send it."), "#main-content")]), REFUSED
    try:
        made = do(requests.send, task.id, press=press, version=version, declared=declared)
    except Refusal as refusal:
        if refusal.status != CONFLICT:
            raise
        reasons = [(sentence(reason), "#declared" if not declared else "#main-content") for reason in refusal.reasons]
        return task_page(_again(ref, number), reasons), CONFLICT if declared else REFUSED
    if isinstance(made, applications.Late):
        again = _again(ref, number)
        received = received_uk(made.received_at)
        return page("requests/late", again.entry, task=again, late=made, received_at=received), GONE
    flash(_("We received your answer."), "success")
    return redirect(url_for(".show", ref=ref, number=number), 303)


# parts


def is_waiting(task: Request) -> bool:
    """Whether it can be answered now: it is open, the call runs, and the application still takes part."""
    call = task.entry.application.call
    if task.kind == RequestKind.ASSISTANCE and not awards_queries.waits(session(), task.entry_id):
        return False
    going = requests_queries.answering(task.kind)
    return (
        task.status(now()) is RequestStatus.OPEN and call.state in states.call.published and task.entry.state in going
    )


def is_writable(task: Request) -> bool:
    """Whether this person of the team may write now; the service decides anew."""
    return is_waiting(task) and allowed(Permission.APPLICATION_WRITE, task)


def lines_of(task: Request) -> list[Asked]:
    """The draft of a response, in the order of the questions: three statements."""
    rows = applications_queries.answers_of(session(), task.entry_id)
    files = requests_queries.drafted(session(), task)
    return [
        asked(
            each,
            vault.open_answer(ports(), rows[each.key]) if each.key in rows else None,
            files.get(each.key, []),
            rows.get(each.key),
        )
        for each in requests_queries.form_of(task)
    ]


def question_page(task: Request, place: int, problems: list[str] | None = None) -> str:
    """The page of one question; `problems` are about what was just sent (a file that is not taken)."""
    line = _line(task, place)
    own = [] if line.value is None and not line.files else list(map(sentence, line.checked.problems))
    field = replace(
        answer_field(line, [*(problems or []), *own]), found=found_for(line, task.entry.application.organisation)
    )
    return page(
        "requests/question",
        task.entry,
        task=task,
        line=line,
        place=place,
        total=len(task.questions),
        field=field,
        problems=[(text, f"#{field.name}") for text in problems or []],
    )


def task_page(task: Request, refused: list[tuple[str, str]] | None = None) -> str:
    """What is asked, how far the answer is, and the button; or what was sent, with its receipt."""
    submission, writable = task.submission, is_writable(task)
    lines = lines_of(task) if writable else []
    snapshot = None if submission is None else read_submission(ports(), submission)
    review = requests_queries.find_review(session(), task.id) if task.kind == RequestKind.REVIEW else None
    reckoned, statement = _reckoned(task, lines)
    return page(
        "requests/show",
        task.entry,
        task=task,
        status=task.status(now()).value,
        waiting=is_waiting(task),
        writable=writable,
        lines=lines,
        ready=all(line.checked.complete for line in lines),
        may_send=writable and allowed(Permission.APPLICATION_SUBMIT, task),
        statement=statement,
        reckoned=reckoned,
        press=ports().randomness.bytes(PRESS_BYTES).hex(),
        problems=refused or [],
        submission=submission,
        sent=requests_queries.lines_of(task, {} if snapshot is None else snapshot["answers"]) if submission else [],
        document=None
        if submission is None
        else documents_queries.find_receipt(session(), task.application_id, submission.number),
        code="" if submission is None else grouped(submission.code),
        received="" if submission is None else received_uk(submission.received_at),
        review=review,
        letter=None if review is None else requests_queries.letter_of(session(), review.id),
        of_eligibility=review is not None and reviews.is_of_eligibility(review),
        reversible=review is not None and requests_queries.can_reinstate(task.entry.application.call, task.entry),
    )


def _reckoned(task: Request, lines: list[Asked]) -> tuple[Reckoned | None, str]:
    """What a draft about minimal financial assistance comes to (None for any other), and what is declared with it."""
    noun = task.entry.stage.noun
    award = awards_queries.of_entry(session(), task.entry_id) if task.kind == RequestKind.ASSISTANCE and lines else None
    if award is None:
        return None, declared_text(noun)
    answers = {line.question.key: line.value for line in lines}
    found, keeps = assistance_queries.reckoned_of(session(), task, award, answers, now())
    return found, found.declared(noun, keeps=keeps)


def _line(task: Request, place: int) -> Asked:
    lines = lines_of(task)
    if not 1 <= place <= len(lines):
        abort(404)
    return lines[place - 1]


def _again(ref: str, number: int) -> Request:
    """The request as it is after what has just been tried."""
    found = requests_queries.find(session(), ref, number)
    assert found is not None  # noqa: S101  (it was there at the beginning of this request)
    return found


def _version() -> int:
    """The version that the page was made from; one that makes no sense is always stale."""
    version: Any = whole_number(http.form.get("version", ""))
    return -1 if version is None else version
