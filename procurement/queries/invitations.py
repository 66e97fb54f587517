"""Reading who was invited to assess a stage: for officers, and for whoever was invited.

Nothing here says who applied to a stage before its opening.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.calls import Call
from procurement.models.invitations import Invitation
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.queries.moderation import applicants_of, as_reader
from procurement.queries.people import holding
from procurement.rules.conflicts import barred_from_call
from procurement.rules.dates import uk_day
from procurement.rules.invitations import REMINDED_BEFORE, InvitationStatus, is_due_to_remind
from procurement.rules.permissions import Permission, Principal, may
from workflows.catalogue import states
from workflows.facts import Sentence

STANDS = Invitation.withdrawn_at.is_(None)


def is_inviting(call: Call, stage: Stage) -> bool:
    """Whether people can be invited to assess a stage now, and answer: from the publication on, until its marks are
    locked."""
    runs = call.state in states.call.published and stage.ended_at is None
    return runs and stage.assesses and stage.state not in states.stage.ranked


def of_stage(session: Session, stage_id: int) -> list[Invitation]:
    """Every invitation to a stage with its person, by name; those that were withdrawn too."""
    return list(
        session.scalars(
            select(Invitation)
            .join(Person, Person.id == Invitation.person_id)
            .where(Invitation.stage_id == stage_id)
            .options(joinedload(Invitation.person))
            .order_by(Person.words, Invitation.id)
        )
    )


def standing(session: Session, stage_id: int) -> dict[int, Invitation]:
    """The invitations to a stage that stand, by person."""
    rows = session.scalars(select(Invitation).where(Invitation.stage_id == stage_id, STANDS))
    return {each.person_id: each for each in rows}


def declared(session: Session, stage_id: int) -> frozenset[int]:
    """Who accepted to assess a stage and declared their interests on the list of who applied to it: what is assigned
    to them needs no second answer."""
    return frozenset(
        session.scalars(
            select(Invitation.person_id).where(
                Invitation.stage_id == stage_id, STANDS, Invitation.declared_at.is_not(None)
            )
        )
    )


def find(session: Session, invitation_id: int) -> Invitation | None:
    """An invitation with its person and its stage."""
    return session.scalars(
        select(Invitation)
        .where(Invitation.id == invitation_id)
        .options(joinedload(Invitation.person), joinedload(Invitation.stage).joinedload(Stage.call))
        .execution_options(populate_existing=True)
    ).one_or_none()


def find_own(session: Session, ref: str, key: str, person_id: int | None) -> Invitation | None:
    """The newest invitation of one person to a stage of a call, withdrawn or not, with stage and call."""
    return session.scalars(
        select(Invitation)
        .join(Stage, Stage.id == Invitation.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(Call.ref == ref, Stage.key == key, Invitation.person_id == person_id)
        .options(joinedload(Invitation.stage).joinedload(Stage.call), joinedload(Invitation.person))
        .order_by(Invitation.id.desc())
        .limit(1)
    ).one_or_none()


def of_person(session: Session, principal: Principal, now: datetime) -> list[Invitation]:
    """What a person was invited to and can still answer or assess, the first to answer first."""
    if not may(principal, Permission.ASSESSOR_HOME, None, now):
        return []
    found = session.scalars(
        select(Invitation)
        .join(Stage, Stage.id == Invitation.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(Invitation.person_id == principal.id, STANDS, *_inviting())
        .options(joinedload(Invitation.stage).joinedload(Stage.call))
        .order_by(Invitation.answer_by, Invitation.id)
    )
    return list(found)


def reads_in(session: Session, stage_id: int, person_id: int | None) -> bool:
    """Whether a person was asked to read anything in a stage, and still is."""
    asked = (
        select(Assignment.id)
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(
            Entry.stage_id == stage_id,
            Assignment.person_id == person_id,
            Assignment.state.in_(states.assignment.live),
        )
    )
    return bool(session.scalar(select(exists(asked))))


@dataclass(frozen=True)
class Candidate:
    """Somebody with the role of an assessor who is not invited, and why they cannot be."""

    person: Person
    barred: Sentence | None


def candidates(session: Session, stage: Stage) -> list[Candidate]:
    """Everybody with the role whose invitation does not stand, by name. Who applied counts only where it was opened:
    before that officers do not learn it here either."""
    there = select(Invitation.person_id).where(Invitation.stage_id == stage.id, STANDS)
    people = session.scalars(
        holding("assessor")
        .where(Person.id.not_in(there))
        .options(selectinload(Person.roles), selectinload(Person.memberships))
        .order_by(Person.words, Person.id)
    ).all()
    firms, authors = applicants_of(session, stage.call_id), frozenset(stage.call.authors)
    return [Candidate(person, barred_from_call(as_reader(person), firms, authors)) for person in people]


@dataclass(frozen=True)
class Counts:
    """How many were invited to a stage and accepted, declined, or have not answered; `overdue` of these should have."""

    accepted: int = 0
    declined: int = 0
    unanswered: int = 0
    overdue: int = 0


def counts_of(session: Session, stage_ids: Collection[int], today: date) -> Mapping[int, Counts]:
    """The counts of some stages: one statement. A stage to which nobody is invited is missing."""
    found: dict[int, list[InvitationStatus]] = {}
    for each in session.scalars(select(Invitation).where(Invitation.stage_id.in_(stage_ids), STANDS)):
        found.setdefault(each.stage_id, []).append(each.status(today))
    return {stage_id: _counted(statuses) for stage_id, statuses in found.items()}


def _counted(statuses: Sequence[InvitationStatus]) -> Counts:
    overdue = statuses.count(InvitationStatus.OVERDUE)
    return Counts(
        accepted=statuses.count(InvitationStatus.ACCEPTED),
        declined=statuses.count(InvitationStatus.DECLINED),
        unanswered=statuses.count(InvitationStatus.WAITING) + overdue,
        overdue=overdue,
    )


def stages_unanswered(session: Session, call_ids: Collection[int], today: date) -> list[Stage]:
    """The stages of some calls to which somebody was invited who should have answered by now, with their call."""
    silent = select(Invitation.stage_id).where(STANDS, Invitation.accepted.is_(None), Invitation.answer_by < today)
    return list(
        session.scalars(
            select(Stage)
            .join(Call, Call.id == Stage.call_id)
            .where(Stage.call_id.in_(call_ids), Stage.id.in_(silent), *_inviting())
            .options(joinedload(Stage.call))
            .order_by(Stage.call_id, Stage.window, Stage.number)
        )
    )


def due_to_remind(session: Session, now: datetime) -> list[int]:
    """The invitations whose person is to be reminded now, once: nobody who has answered, or was invited late."""
    today = uk_day(now)
    rows = session.execute(
        select(Invitation.id, Invitation.invited_at, Invitation.answer_by)
        .join(Stage, Stage.id == Invitation.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(
            STANDS,
            Invitation.accepted.is_(None),
            Invitation.reminded_at.is_(None),
            Invitation.answer_by >= today,
            Invitation.answer_by <= today + REMINDED_BEFORE,
            *_inviting(),
        )
        .order_by(Invitation.id)
    )
    return [
        invitation_id
        for invitation_id, invited_at, answer_by in rows
        if is_due_to_remind(invited=uk_day(invited_at), answer_by=answer_by, today=today)
    ]


def _inviting() -> tuple[ColumnElement[bool], ...]:
    """The same as `is_inviting` in SQL, of stages and calls that are joined; only what assesses is ever invited to."""
    return (
        Call.state.in_(states.call.published),
        Stage.ended_at.is_(None),
        Stage.state.not_in(states.stage.ranked),
    )
