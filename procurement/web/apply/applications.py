"""One application in a stage: its task list, everything in it for print, and what can be done with it as a whole."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _

from procurement.models.applications import Entry
from procurement.queries import announcements as announcements_queries
from procurement.queries import applications as applications_queries
from procurement.queries import clarifications as clarifications_queries
from procurement.queries import endings as endings_queries
from procurement.queries import people as people_queries
from procurement.queries import requests as requests_queries
from procurement.queries import slots as slots_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.permissions import Permission
from procurement.rules.questions import by_section
from procurement.services import applications, leaving
from procurement.web.access import Page, allow
from procurement.web.apply import reading
from procurement.web.apply.documents import unread_words
from procurement.web.apply.frame import Reached, again, frame, load_entry, page, reached
from procurement.web.context import allowed, do, now, principal, session
from procurement.web.filters import sentence
from procurement.web.parts.questions import Asked, as_text
from procurement.web.parts.uploads import attachment
from workflows.catalogue import states

pages = Blueprint("apply_applications", __name__, url_prefix="/applications/<ref>")
CHANGES = "<any(reopen, keep, restart):action>"
MOVES = {
    "reopen": applications.reopen,
    "keep": applications.keep,
    "restart": applications.restart,
    "withdraw": leaving.withdraw,
}


@pages.get("", defaults={"stage": ""})
@pages.get("/stages/<stage>")
@allow(Permission.APPLICATION_READ, load_entry)
def show(entry: Entry, ref: str, stage: str) -> str:
    lines = reading.draft(entry)
    upcoming = next((line for line in lines if line.status in ("not_started", "in_progress")), None)
    sent = applications_queries.submissions_of(session(), entry.application_id)
    return page(
        "applications/show",
        entry,
        groups=[] if _sent_none(entry) else _groups(entry, lines),
        sent_none=_sent_none(entry),
        affected=[line for line in lines if line.affected],
        kept=reading.kept(entry),
        done=sum(line.checked.complete and not line.affected for line in lines if line.question.required),
        total=sum(line.question.required for line in lines),
        upcoming=upcoming,
        team=people_queries.team_of(session(), entry.organisation_id),
        submissions=[each for each in sent if each.entry_id == entry.id],
        moves=_moves(entry),
        slot=slots_queries.of_entry(session(), entry.id) if entry.stage.presents else None,
        before=_before(entry),
        requests=requests_queries.of_entry(session(), entry.id),
        told=announcements_queries.of_application(session(), entry.application_id),
        answers=clarifications_queries.newest(session(), entry.call_id)[0],
        to_read=unread_words(entry) if frame(entry).writable else [],
        unread=clarifications_queries.unread(session(), [entry.call_id], principal().id).get(entry.call_id, 0),
    )


@pages.get("/print", defaults={"stage": ""})
@pages.get("/stages/<stage>/print")
@allow(Permission.APPLICATION_READ, load_entry)
def print_(entry: Entry, ref: str, stage: str) -> str:
    return page("applications/print", entry, sections=by_section(reading.draft(entry)))


@pages.get("/application.txt", defaults={"stage": ""})
@pages.get("/stages/<stage>/application.txt")
@allow(Permission.APPLICATION_READ, load_entry)
def text(entry: Entry, ref: str, stage: str) -> Response:
    application = entry.application
    title = f"{application.call.title} – {application.organisation.name} – {application.ref}"
    content = as_text(reading.draft(entry), title).encode()
    return attachment([content], f"{application.ref}.txt", "text/plain", len(content))


@pages.get(f"/{CHANGES}")
@allow(Permission.APPLICATION_WRITE, load_entry)
def ask(entry: Entry, ref: str, action: str) -> Page:
    return _ask(entry, action)


@pages.get("/withdraw")
@allow(Permission.APPLICATION_SUBMIT, load_entry)
def ask_withdraw(entry: Entry, ref: str) -> Page:
    return _ask(entry, "withdraw")


@pages.post(f"/{CHANGES}")
@allow(Permission.APPLICATION_WRITE, load_entry)
def change(entry: Entry, ref: str, action: str) -> Page:
    return _do(entry, action)


@pages.post("/withdraw")
@allow(Permission.APPLICATION_SUBMIT, load_entry)
def withdraw(entry: Entry, ref: str) -> Page:
    return _do(entry, "withdraw")


@pages.get("/again")
@allow(Permission.APPLICATION_WRITE, load_entry)
def ask_again(entry: Entry, ref: str) -> Page:
    after = again(entry)
    if after is None or after.opens_at is None or after.opens_at > now():
        return redirect(url_for(".show", ref=ref))
    return page("applications/again", entry)


@pages.post("/again")
@allow(Permission.APPLICATION_WRITE, load_entry)
def apply_again(entry: Entry, ref: str) -> Page:
    do(applications.apply_again, entry.id)
    flash(
        _("You apply again. What you wrote before is your draft in this window; nothing is submitted yet."), "success"
    )
    return redirect(url_for(".show", ref=ref), 303)


def _ask(entry: Entry, action: str) -> Page:
    if action not in _moves(entry):
        return redirect(url_for(".show", ref=entry.application.ref))
    return page("applications/ask", entry, action=action)


def _do(entry: Entry, action: str) -> Page:
    ref, noun = entry.application.ref, entry.stage.noun
    do(MOVES[action], entry.id)
    done = {
        "reopen": _("You can change the %(noun)s now. Submit it again when you are done.", noun=noun),
        "keep": _("Your changes were given up. The submission stands as it was sent."),
        "restart": _("The %(noun)s is a draft again. Nothing is submitted yet.", noun=noun),
        "withdraw": _("The %(noun)s was withdrawn.", noun=noun)
        if entry.stage.number == 1
        else _("Your whole application was withdrawn from this call."),
    }
    flash(done[action], "success")
    return redirect(url_for(".show", ref=ref), 303)


def _moves(entry: Entry) -> list[str]:
    """What this person can do with the application as a whole now."""
    now_so = frame(entry)
    if entry.was_opened:
        leaves = applications_queries.may_withdraw(entry.application.call, entry, now())
        return ["withdraw"] if leaves and now_so.newest and now_so.may_submit else []
    if not now_so.open:
        return []
    writes = allowed(Permission.APPLICATION_WRITE, entry)
    permissions = {"withdraw": now_so.may_submit}
    workflow = workflows_queries.workflow_of(entry.application.call, "entry", entry.stage)
    there = {move.action for move in workflow.moves_from(entry.state)}
    return [action for action in MOVES if action in there and permissions.get(action, writes)]


def _before(entry: Entry) -> list[Reached]:
    """The stages that it went through before this one, and how each ended."""
    entries = applications_queries.entries_of(session(), entry.application_id)
    earlier = entries[: next(place for place, each in enumerate(entries) if each.id == entry.id)]
    awards = applications_queries.awards_of(session(), [each.id for each in earlier])
    endings = endings_queries.of_entries(session(), [each.id for each in earlier])
    return [reached(each, entry.application, awards.get(each.id), endings.get(each.id, "")) for each in earlier]


def _sent_none(entry: Entry) -> bool:
    """Whether a stage that nobody had to send anything to has closed without this team's: nothing is left to start."""
    stage, now_so = entry.stage, frame(entry)
    return stage.collects and not stage.required and now_so.closed and not now_so.sent


def _groups(entry: Entry, lines: list[Asked]) -> list[dict[str, Any]]:
    """The task list: a group for each section, then checking and submitting."""
    groups, now_so = [], frame(entry)
    for section, own in by_section(lines).items():
        tasks = [
            {
                "text": line.question.text,
                "href": url_for("apply_questions.show", key=line.question.key, **now_so.where),
                "status": line.status,
                "hint": sentence(line.question.kind.brief(line.question)),
            }
            for line in own
        ]
        groups.append({"title": section, "tasks": tasks})
    if now_so.open and entry.state in states.entry.writable:
        ready = not entry.missing
        groups.append(
            {
                "title": _("Check and submit"),
                "tasks": [
                    {
                        "text": _("Check your answers, declare and submit"),
                        "href": url_for("apply_submitting.check", ref=entry.application.ref),
                        "status": "not_started",
                        "hint": _("Everything is answered. It counts only once the lead has submitted it.")
                        if ready
                        else _("You can look at everything at any time."),
                    }
                ],
            }
        )
    return groups
