"""Leaving after the opening: what a team takes back is assessed no further, and what was opened stays on record. And
what ends with whoever takes no further part, for whatever reason."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select, update

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.queries import applications as applications_queries
from procurement.queries import awards as awards_queries
from procurement.queries import slots as slots_queries
from procurement.rules.permissions import SYSTEM, Permission
from procurement.services import applications, progress, reserve
from procurement.services.act import Act
from procurement.services.assessment.locks import lock_opened_entry
from procurement.services.history import record
from procurement.services.refusal import Refusal, require_team
from procurement.services.slots.locks import lock_slots, take
from workflows.catalogue import states
from workflows.definition import Role
from workflows.facts import Facts, Sentence

APPLICANT = frozenset({Role.APPLICANT})
ABOUT_TO_BE_TOLD = Sentence(
    "The decisions of this stage are made, so nothing can be withdrawn until everybody is told the outcome."
)


def withdraw(act: Act, entry_id: int) -> Entry:
    """The lead takes an application back from the stage that it has come to.

    Before the opening nothing of it stands any more. After it, what was opened and marked stays on record: it is left
    out of every ranking that is not told yet, nobody reads or marks it any more, and the officers are told.
    """
    if act.session.scalar(select(Entry.opened_at).where(Entry.id == entry_id)) is None:
        return applications.withdraw(act, entry_id)
    call, entry = lock_opened_entry(act.session, entry_id)
    require_team(act.by, Permission.APPLICATION_SUBMIT, entry, act.now)
    if applications_queries.is_about_to_be_told(entry):
        raise Refusal(ABOUT_TO_BE_TOLD)
    facts = replace(applications_queries.facts(call, entry, now=act.now, actor=act.by.id), told_at=entry.stage.told_at)
    progress.move(act, entry, call, "withdraw", roles=APPLICANT, facts=facts)
    entry.version += 1  # a page that was made before this must not change what is here now
    take_out(act, call, entry)
    return entry


def take_out(act: Act, call: Call, entry: Entry) -> None:
    """End what was still to be done about an entry that takes no further part: proposals, reading, its time."""
    take_out_all(act, call, [entry])


def take_out_all(act: Act, call: Call, entries: Sequence[Entry]) -> None:
    """As `take_out`, of several of a call."""
    ids = [entry.id for entry in entries]
    act.session.execute(
        update(Decision)
        .where(Decision.entry_id.in_(ids), Decision.superseded_at.is_(None), Decision.approved_at.is_(None))
        .values(superseded_at=act.now)
    )
    reserve.end_proposals(act, ids)
    _end_assignments(act, call, ids)
    for slot in lock_slots(act.session, slots_queries.ids_of_entries(act.session, ids)).values():
        if not slot.attendance and slot.starts_at > act.now:
            entry_id = slot.entry_id
            take(act.session, slot)
            data = {"slot": slot.id, "starts": slot.starts_at, "before": None}
            assert entry_id is not None  # noqa: S101  (it was asked for by that)
            record(act, slots_queries.RELEASED, "entry", entry_id, call_id=call.id, data=data)


def end_award(act: Act, call: Call, award: Award, why: Mapping[str, int]) -> bool:
    """End an award that is not settled: one that nobody knows of is dropped, one that was told ends for everybody to
    see. `why` names what ended it, for whoever publishes that. False where nobody had answered it by its date."""
    facts = awards_queries.facts(act.session, call, award, now=act.now, actor=act.by.id)
    if award.state not in states.award.answerable:
        progress.move(act, award, call, "drop", roles=act.by.workflow_roles(), facts=facts)
        return True
    system = act.made_by(SYSTEM)
    progress.catch_up(system, award, call, facts=facts)
    if award.state in states.award.settled:
        return False
    progress.move(system, award, call, "lapse", roles=progress.SYSTEM_ROLES, facts=facts, data=why)
    return True


def _end_assignments(act: Act, call: Call, entry_ids: Sequence[int]) -> None:
    """Whoever was asked to read them is not any more, and keeps no trace of it. Locked scorecards are history."""
    for assignment in act.session.scalars(
        select(Assignment)
        .where(
            Assignment.entry_id.in_(entry_ids),
            Assignment.state.in_((*states.assignment.due, *states.assignment.submitted)),
        )
        .order_by(Assignment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all():
        facts = Facts(now=act.now)
        progress.move(act.made_by(SYSTEM), assignment, call, "end", roles=progress.SYSTEM_ROLES, facts=facts)
    act.session.flush()
