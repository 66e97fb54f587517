"""One application: its task list, everything in it for print, and what can be done with it as a whole."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _

from procurement.models.applications import Application
from procurement.queries import applications as applications_queries
from procurement.queries import people as people_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.permissions import Permission
from procurement.rules.questions import by_section
from procurement.services import applications
from procurement.web.access import Page, allow
from procurement.web.apply import reading
from procurement.web.apply.frame import application_of, frame, page
from procurement.web.context import allowed, do, session
from procurement.web.filters import sentence
from procurement.web.parts.questions import Asked, as_text
from procurement.web.parts.uploads import attachment
from workflows.catalogue import states

pages = Blueprint("apply_applications", __name__, url_prefix="/applications")
CHANGES = "<any(reopen, keep, restart):action>"
MOVES = {
    "reopen": applications.reopen,
    "keep": applications.keep,
    "restart": applications.restart,
    "withdraw": applications.withdraw,
}


@pages.get("/<ref>")
@allow(Permission.APPLICATION_READ, application_of)
def show(application: Application, ref: str) -> str:
    lines = reading.draft(application)
    upcoming = next((line for line in lines if line.status in ("not_started", "in_progress")), None)
    return page(
        "applications/show",
        application,
        groups=_groups(application, lines),
        done=sum(line.checked.complete for line in lines if line.question.required),
        total=sum(line.question.required for line in lines),
        upcoming=upcoming,
        team=people_queries.team_of(session(), application.organisation_id),
        submissions=applications_queries.submissions_of(session(), application.id),
        moves=_moves(application),
    )


@pages.get("/<ref>/print")
@allow(Permission.APPLICATION_READ, application_of)
def print_(application: Application, ref: str) -> str:
    return page("applications/print", application, sections=by_section(reading.draft(application)))


@pages.get("/<ref>/application.txt")
@allow(Permission.APPLICATION_READ, application_of)
def text(application: Application, ref: str) -> Response:
    title = f"{application.call.title} – {application.organisation.name} – {application.ref}"
    content = as_text(reading.draft(application), title).encode()
    return attachment([content], f"{application.ref}.txt", "text/plain", len(content))


@pages.get(f"/<ref>/{CHANGES}")
@allow(Permission.APPLICATION_WRITE, application_of)
def ask(application: Application, ref: str, action: str) -> Page:
    return _ask(application, action)


@pages.get("/<ref>/withdraw")
@allow(Permission.APPLICATION_SUBMIT, application_of)
def ask_withdraw(application: Application, ref: str) -> Page:
    return _ask(application, "withdraw")


@pages.post(f"/<ref>/{CHANGES}")
@allow(Permission.APPLICATION_WRITE, application_of)
def change(application: Application, ref: str, action: str) -> Page:
    return _do(application, action)


@pages.post("/<ref>/withdraw")
@allow(Permission.APPLICATION_SUBMIT, application_of)
def withdraw(application: Application, ref: str) -> Page:
    return _do(application, "withdraw")


def _ask(application: Application, action: str) -> Page:
    if action not in _moves(application):
        return redirect(url_for(".show", ref=application.ref))
    return page("applications/ask", application, action=action)


def _do(application: Application, action: str) -> Page:
    do(MOVES[action], application.id)
    done = {
        "reopen": _("You can change the application now. Submit it again when you are done."),
        "keep": _("Your changes were given up. The submission stands as it was sent."),
        "restart": _("The application is a draft again. Nothing is submitted yet."),
        "withdraw": _("The application was withdrawn."),
    }
    flash(done[action], "success")
    return redirect(url_for(".show", ref=application.ref), 303)


def _moves(application: Application) -> list[str]:
    """What this person can do with the application as a whole now."""
    now_so = frame(application)
    if not now_so.open:
        return []
    writes = allowed(Permission.APPLICATION_WRITE, application)
    permissions = {"withdraw": now_so.may_submit}
    workflow = workflows_queries.workflow_of(application.call, "application")
    there = {move.action for move in workflow.moves_from(application.state)}
    return [action for action in MOVES if action in there and permissions.get(action, writes)]


def _groups(application: Application, lines: list[Asked]) -> list[dict[str, Any]]:
    """The task list: a group for each section, then checking and submitting."""
    groups = []
    for section, own in by_section(lines).items():
        tasks = [
            {
                "text": line.question.text,
                "href": url_for("apply_questions.show", ref=application.ref, key=line.question.key),
                "status": line.status,
                "hint": sentence(line.question.kind.brief(line.question)),
            }
            for line in own
        ]
        groups.append({"title": section, "tasks": tasks})
    now_so = frame(application)
    if now_so.open and application.state in states.application.writable:
        ready = not application.missing
        groups.append(
            {
                "title": _("Check and submit"),
                "tasks": [
                    {
                        "text": _("Check your answers, declare and submit"),
                        "href": url_for("apply_submitting.check", ref=application.ref),
                        "status": "not_started",
                        "hint": _("Everything is answered. It counts only once the lead has submitted it.")
                        if ready
                        else _("You can look at everything at any time."),
                    }
                ],
            }
        )
    return groups
