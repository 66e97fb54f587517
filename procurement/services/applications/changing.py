"""After submitting: change, keep what stands, withdraw, start again; and what the clock does to a draft."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Attachment, Submission
from procurement.models.calls import Call
from procurement.queries.applications import (
    answers_of,
    attachments_of,
    due_to_lapse,
    facts,
    file_values,
    questions_of,
)
from procurement.rules import questions as rules
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import progress, vault
from procurement.services.applications.answers import write_answer
from procurement.services.applications.submitting import APPLICANT
from procurement.services.applications.taking import WRITERS, require_live, require_team, take


def reopen(session: Session, ports: Ports, application_id: int, *, by: Principal, now: datetime) -> Application:
    """Make the draft writable again; the last submission stands until another one replaces it."""
    return _move(session, ports, application_id, "reopen", WRITERS, by=by, now=now)


def keep(session: Session, ports: Ports, application_id: int, *, by: Principal, now: datetime) -> Application:
    """Give up the changes: the draft says again what the standing submission says. The changes stay in the history."""
    application = _move(session, ports, application_id, "keep", WRITERS, by=by, now=now)
    submission = session.get_one(Submission, application.standing_id)
    form = questions_of(session, application.call_id)
    said = vault.open_submission(ports, submission)["answers"]
    rows = answers_of(session, application.id)
    for question in form:
        row = rows.get(question.key)
        if question.key in said and row is not None and vault.open_answer(ports, row) != said[question.key]:
            checked = rules.check(question, said[question.key])
            write_answer(session, ports, application, row, question, checked, by=by, now=now, always=True)
    _restore_files(session, application, submission, now)
    values: dict[str, Any] = {**said, **file_values(attachments_of(session, application.id))}
    application.missing = list(rules.missing(form, values))
    return application


def withdraw(session: Session, ports: Ports, application_id: int, *, by: Principal, now: datetime) -> Application:
    """Take the application back: nothing of it stands. What was written stays, and can be started again."""
    application = _move(session, ports, application_id, "withdraw", ("lead",), by=by, now=now)
    application.standing_id = None
    return application


def restart(session: Session, ports: Ports, application_id: int, *, by: Principal, now: datetime) -> Application:
    """Make a withdrawn application a draft again, as it was written."""
    return _move(session, ports, application_id, "restart", WRITERS, by=by, now=now)


def lapse(session: Session, ports: Ports, application_id: int, now: datetime) -> bool:
    """Write down that a draft was not submitted, effective at the closing instant; False when that is not so."""
    call, application = take(session, application_id)
    if call.state == "cancelled":
        return False
    now_so = facts(call, application, now=now, actor=None)
    return progress.catch_up(session, ports, application, call, facts=now_so, now=now) > 0


def lapse_due(session: Session, ports: Ports, now: datetime) -> int:
    """All that fell due, in one transaction: before an opening, where nothing may be left open. Returns how many.

    The sweep takes `due_to_lapse` and gives each its own transaction.
    """
    return sum(lapse(session, ports, application_id, now) for application_id in due_to_lapse(session, now))


def _move(
    session: Session,
    ports: Ports,
    application_id: int,
    action: str,
    roles: tuple[str, ...],
    *,
    by: Principal,
    now: datetime,
) -> Application:
    call, application = take(session, application_id)
    require_team(application, by, *roles)
    require_live(call)
    application.version += 1  # a page that was made before this must not submit what is here now
    _go(session, ports, call, application, action, by=by, now=now)
    return application


def _go(
    session: Session, ports: Ports, call: Call, application: Application, action: str, *, by: Principal, now: datetime
) -> None:
    now_so = facts(call, application, now=now, actor=by.id)
    progress.move(session, ports, application, call, action, by=by, roles=APPLICANT, facts=now_so, now=now)


def _restore_files(session: Session, application: Application, submission: Submission, now: datetime) -> None:
    sent = {line["ref"] for line in submission.manifest["files"]}
    for each in session.scalars(select(Attachment).where(Attachment.application_id == application.id)):
        wanted = each.ref in sent
        if wanted != (each.removed_at is None):
            each.removed_at = None if wanted else now
            each.draft_version = application.version
    session.flush()
