"""Check, declare, submit; and the receipt, which stays at its address for ever."""

import re
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from flask_babel import gettext as _

from procurement.models.applications import Entry, Submission
from procurement.queries import applications as applications_queries
from procurement.queries import documents as documents_queries
from procurement.queries import requests as requests_queries
from procurement.queries.own_names import own_of
from procurement.queries.room import room_of
from procurement.rules.applications import DECLARATIONS, all_declared, declaration, next_steps, received_uk
from procurement.rules.asking import warnings
from procurement.rules.documents import grouped
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.questions import asked_in, by_section
from procurement.rules.statuses import DocumentStatus
from procurement.services import applications, vault
from procurement.services.effects.applications import extent_of
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.apply import reading
from procurement.web.apply.documents import unread_words
from procurement.web.apply.frame import load_entry, page
from procurement.web.context import do, ports, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED
from procurement.web.parts.uploads import attachment
from workflows.catalogue import states
from workflows.guards.stages import NOT_DECLARED

pages = Blueprint("apply_submitting", __name__, url_prefix="/applications/<ref>")
PRESS = re.compile(r"[0-9a-f]{32}")
PRESS_BYTES = 16
CONFLICT, GONE = 409, 410
BACK: dict[str, Any] = {"from": "check"}  # in the address of a question: where its page leads afterwards


@pages.get("/check")
@allow(Permission.APPLICATION_READ, load_entry)
def check(entry: Entry, ref: str) -> str:
    return _check(entry)


@pages.get("/submit")
@allow(Permission.APPLICATION_READ, load_entry)
def check_again(entry: Entry, ref: str) -> Page:
    """Where a refused press leaves somebody who loads the page again."""
    return redirect(url_for(".check", ref=ref))


@pages.post("/submit")
@allow(Permission.APPLICATION_SUBMIT, load_entry)
def submit(entry: Entry, ref: str) -> Page:
    """The press. The same press again leads to the same receipt; one that is late is answered, and kept as late."""
    press, version = request.form.get("press", ""), whole_number(request.form.get("version", ""))
    ticked = [each for each in request.form.getlist("declared") if each in DECLARATIONS]
    if not PRESS.fullmatch(press) or version is None:
        return _check(
            entry, ticked, [(_("Check the %(noun)s, then submit it.", noun=entry.stage.noun), "#declared")]
        ), REFUSED
    try:
        made = do(applications.submit, entry.id, press=press, version=version, declared=all_declared(ticked))
    except applications.ChangedSince as changed:
        links = [
            (_("Look at what changed: %(question)s", question=question.text), _change(ref, question.key))
            for question in applications_queries.questions_of(session(), entry.stage_id)
            if question.key in changed.keys
        ]
        reasons = [(sentence(reason), "#main-content") for reason in changed.reasons]
        return _check(_again(ref), ticked, [*reasons, *links]), CONFLICT
    except Refusal as refusal:
        if refusal.status != CONFLICT:
            raise
        reasons = [(sentence(reason), "#declared") for reason in refusal.reasons if reason != NOT_DECLARED]
        again = _again(ref)
        return _check(again, ticked, [*reasons, *_unticked(again, ticked)]), (
            CONFLICT if all_declared(ticked) else REFUSED
        )
    if isinstance(made, applications.Late):
        return page("submitting/late", _again(ref), late=made, received_at=received_uk(made.received_at)), GONE
    return redirect(url_for(".submitted", ref=ref), 303)


@pages.get("/submitted")
@allow(Permission.APPLICATION_READ, load_entry)
def submitted(entry: Entry, ref: str) -> Page:
    return _receipt(entry, _newest(entry), "submitting/submitted")


@pages.get("/receipt", defaults={"stage": ""})
@pages.get("/stages/<stage>/receipt")
@allow(Permission.APPLICATION_READ, load_entry)
def receipt(entry: Entry, ref: str, stage: str) -> Page:
    """The newest receipt of the stage that is named, or of all of them."""
    return _receipt(entry, _newest(entry, only=bool(stage)), "submitting/receipt")


@pages.get("/receipt/<int:number>")
@allow(Permission.APPLICATION_READ, load_entry)
def earlier_receipt(entry: Entry, ref: str, number: int) -> Page:
    """Of a version of the application; that of an answer to a request stands beside what was asked."""
    submission = _submission(entry, number)
    if (answered := requests_queries.find_by_submission(session(), submission.id)) is not None:
        return redirect(url_for("apply_requests.show", ref=ref, number=answered.number))
    return _receipt(entry, submission, "submitting/receipt")


@pages.get("/receipt/<int:number>/progress")
@allow(Permission.APPLICATION_READ, load_entry)
def progress(entry: Entry, ref: str, number: int) -> Page:
    """How far the PDF is, for the page's script."""
    document = documents_queries.find_receipt(session(), entry.application_id, number)
    finished = document is not None and document.state != DocumentStatus.REQUESTED
    return jsonify(finished=finished, text=_("Your receipt is being made as a PDF."), done=0, total=0)


@pages.get("/submissions/<int:number>.json")
@allow(Permission.APPLICATION_READ, load_entry)
def snapshot(entry: Entry, ref: str, number: int) -> Response:
    """The very bytes that were submitted: their SHA-256 is the digest on the receipt."""
    content = vault.open_bytes(ports(), _submission(entry, number))
    return attachment([content], f"{ref}-{number}.json", "application/json", len(content))


def _check(entry: Entry, ticked: list[str] | None = None, refused: list[tuple[str, str]] | None = None) -> str:
    """Problems first, then everything that would be sent, then the declaration and the button.

    The button's name (`press`) and the draft's version are made here: what is pressed is what was shown.
    """
    lines = reading.draft(entry)
    incomplete = [(said, url_for("apply_documents.show", ref=entry.application.ref)) for said in unread_words(entry)]
    incomplete += [
        (sentence(problem), _change(entry.application.ref, line.question.key))
        for line in lines
        for problem in line.checked.problems
    ]
    incomplete += [
        (
            _(
                "“%(question)s” was amended after you answered it. Confirm your answer, or change it.",
                question=each.name,
            ),
            _change(entry.application.ref, each.key),
        )
        for each in (line.question for line in lines if line.affected and line.checked.complete)
    ]
    organisation = entry.application.organisation.name
    told = warnings(
        [line.question for line in lines],
        {line.question.key: line.value for line in lines},
        entry.stage.noun,
        room_of(entry),
        own_of(session(), entry),
    )
    return page(
        "submitting/check",
        entry,
        sections=by_section(lines),
        incomplete=incomplete,
        foretold=[(sentence(each.sentence), _change(entry.application.ref, each.key)) for each in told],
        stopped=any(each.refuses for each in told),
        problems=refused or [],
        statements=[(key, sentence(declaration(key, organisation, entry.stage.noun))) for key in DECLARATIONS],
        ticked=ticked or [],
        press=ports().randomness.bytes(PRESS_BYTES).hex(),
    )


def _unticked(entry: Entry, ticked: list[str]) -> list[tuple[str, str]]:
    """What is still to be ticked, each with its own box: `ui.checkboxes` numbers them from the second on."""
    name = entry.application.organisation.name
    return [
        (
            _("Tick this too: “%(said)s”", said=sentence(declaration(key, name, entry.stage.noun))),
            "#declared" if place == 1 else f"#declared-{place}",
        )
        for place, key in enumerate(DECLARATIONS, 1)
        if key not in ticked
    ]


def _change(ref: str, key: str) -> str:
    return url_for("apply_questions.show", ref=ref, key=key, **BACK)


def _again(ref: str) -> Entry:
    """The entry as it is after what has just been tried."""
    found = applications_queries.find_entry(session(), ref)
    assert found is not None  # noqa: S101  (it was there at the beginning of this request)
    return found


def _submission(entry: Entry, number: int) -> Submission:
    found = applications_queries.find_submission(session(), entry.application_id, number)
    if found is None:
        abort(404)
    return found


def _newest(entry: Entry, *, only: bool = False) -> Submission:
    """What was submitted last: in any stage, or `only` in that of the entry."""
    sent = applications_queries.submissions_of(session(), entry.application_id)
    found = next((each for each in sent if not only or each.entry_id == entry.id), None)
    if found is None:
        abort(404)
    return found


def _receipt(about: Entry, submission: Submission, template: str) -> str:
    """A submission as its receipt says it, with the stage to which it was made."""
    entry = about if submission.entry_id == about.id else applications_queries.get_entry(session(), submission.entry_id)
    stage = entry.stage
    if stage.closes_at is None:
        abort(404)
    form = asked_in(applications_queries.questions_of(session(), stage.id), submission.manifest)
    counted: dict[str, int] = {}
    for line in submission.manifest["files"]:
        counted[line["key"]] = counted.get(line["key"], 0) + 1
    said = {line["key"]: line for line in submission.manifest["answers"]}
    steps = next_steps(stage.closes_at, stage.hold_minutes, stage.decide_by, noun=stage.noun, sealed=stage.sealed)
    return page(
        template,
        entry,
        submission=submission,
        document=documents_queries.find_receipt(session(), entry.application_id, submission.number),
        code=grouped(submission.code),
        received=received_uk(submission.received_at),
        rows=[(sentence(when), sentence(what)) for when, what in steps],
        extents=[(each.text, extent_of(each, said, counted.get(each.key, 0))) for each in form],
        standing_now=entry.standing_id == submission.id and entry.state not in states.entry.withdrawn,
    )
