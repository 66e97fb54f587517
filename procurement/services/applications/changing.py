"""After submitting: change, keep what stands, withdraw, start again; and what the clock does to a draft."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Attachment, Entry, Submission
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import amended_forms as amended_forms_queries
from procurement.queries import applications as applications_queries
from procurement.queries import opening as opening_queries
from procurement.queries import stages as stages_queries
from procurement.rules import questions as rules
from procurement.rules.call_amendments import still_missing
from procurement.rules.permissions import Permission
from procurement.services import messages, progress, vault
from procurement.services.act import Act
from procurement.services.applications.answers import write_answer
from procurement.services.applications.carrying import carry, lapse_and_carry
from procurement.services.applications.locks import lock_entry, require_live, require_lot
from procurement.services.applications.submitting import APPLICANT
from procurement.services.refusal import require_team
from workflows.catalogue import states


def reopen(act: Act, entry_id: int) -> Entry:
    """Make the draft writable again; the last submission stands until another one replaces it."""
    return _move(act, entry_id, "reopen", Permission.APPLICATION_WRITE)


def keep(act: Act, entry_id: int) -> Entry:
    """Give up the changes: the draft says again what the standing submission says. The changes stay in the history."""
    entry = _move(act, entry_id, "keep", Permission.APPLICATION_WRITE)
    submission = act.session.get_one(Submission, entry.standing_id)
    form = applications_queries.questions_of(act.session, entry.stage_id)
    said = vault.open_submission(act.ports, submission)["answers"]
    rows = applications_queries.answers_of(act.session, entry.id)
    for question in form:
        row = rows.get(question.key)
        if question.key in said and row is not None and vault.open_answer(act.ports, row) != said[question.key]:
            checked = rules.check(question, said[question.key])
            write_answer(act, entry, row, question, checked, always=True)
    _restore_files(act.session, entry, submission, act.now)
    values: dict[str, Any] = {
        **said,
        **applications_queries.file_values(applications_queries.attachments_of(act.session, entry.id)),
    }
    since = amended_forms_queries.touched_since(act.session, entry, submission.call_version)
    entry.affected = {key: version for key, version in since.items() if values.get(key) is not None}
    entry.missing = list(still_missing(form, values, entry.affected, entry.application.lot.number))
    return entry


def withdraw(act: Act, entry_id: int) -> Entry:
    """Take the entry back: nothing of it stands. What was written stays, and can be started again."""
    entry = _move(act, entry_id, "withdraw", Permission.APPLICATION_SUBMIT)
    entry.standing_id = None
    return entry


def restart(act: Act, entry_id: int) -> Entry:
    """Make a withdrawn entry a draft again, as it was written."""
    return _move(act, entry_id, "restart", Permission.APPLICATION_WRITE)


def lapse(act: Act, entry_id: int) -> bool:
    """Write down that a draft was not submitted, effective at the closing instant, and let it go on in the next window
    where there is one; False when that is not so."""
    call, entry = lock_entry(act.session, entry_id)
    if call.state in states.call.cancelled:
        return False
    now_so = applications_queries.facts(call, entry, now=act.now, actor=None)
    return lapse_and_carry(act, call, entry, now_so) > 0


def lapse_all(act: Act, call: Call, stage: Stage) -> int:
    """Write down of every draft of a stage that is held that it was not submitted: before its opening, where nothing
    may be left open. As many statements for a thousand as for one."""
    drafts = opening_queries.drafts(act.session, stage)
    teams = {each.application.organisation_id for each in drafts}
    with stages_queries.foreseen(act.session, call.id), messages.together(act, teams):
        lapsed = [
            each
            for each in drafts
            if progress.catch_up(act, each, call, facts=applications_queries.facts(call, each, now=act.now, actor=None))
        ]
        carry(act, call, lapsed)
    return len(lapsed)


def lapse_due(act: Act) -> int:
    """All that fell due, in one transaction: before an opening, where nothing may be left open. Returns how many.

    The sweep takes `due_to_lapse` and gives each its own transaction.
    """
    return sum(lapse(act, entry_id) for entry_id in applications_queries.due_to_lapse(act.session, act.now))


def _move(act: Act, entry_id: int, action: str, permission: Permission) -> Entry:
    call, entry = lock_entry(act.session, entry_id)
    require_team(act.by, permission, entry, act.now)
    require_lot(entry.application.lot)
    require_live(call, entry.stage)
    entry.version += 1  # a page that was made before this must not submit what is here now
    _go(act, call, entry, action)
    return entry


def _go(act: Act, call: Call, entry: Entry, action: str) -> None:
    now_so = applications_queries.facts(call, entry, now=act.now, actor=act.by.id)
    progress.move(act, entry, call, action, roles=APPLICANT, facts=now_so)


def _restore_files(session: Session, entry: Entry, submission: Submission, now: datetime) -> None:
    sent = {line["ref"] for line in submission.manifest["files"]}
    for each in session.scalars(select(Attachment).where(Attachment.entry_id == entry.id)):
        wanted = each.ref in sent
        if wanted != (each.removed_at is None):
            each.removed_at = None if wanted else now
            each.draft_version = entry.version
    session.flush()
