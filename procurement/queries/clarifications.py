"""Reading questions about a call and their answers: for everybody, for whoever asked, and for staff of calls.

No function here gives staff the name of who asked: `asked_by` is read only for that person, and to tell them.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.calls import Call
from procurement.models.clarifications import Clarification, ClarificationsRead
from procurement.models.people import Membership, Organisation, Person
from procurement.models.stages import Stage
from procurement.queries.words import matching
from procurement.rules.clarifications import ask_until
from workflows.catalogue import states

WAITS = (Clarification.answered_at.is_(None), Clarification.closed_at.is_(None))


def stage_to_ask(call: Call, stages: Sequence[Stage], now: datetime) -> Stage | None:
    """The stage of which questions are taken now: the first of a published call that collects and for which the last
    instant has not come. None where nobody can ask any more."""
    if call.state not in states.call.published:
        return None
    return next((each for each in stages if _takes(each, now)), None)


def _takes(stage: Stage, now: datetime) -> bool:
    until = ask_until(stage.ask_by, stage.closes_at)
    return stage.collects and stage.ended_at is None and until is not None and now < until


def published(session: Session, call_id: int, words: str = "") -> list[Clarification]:
    """What everybody may read of a call, the newest first; `words`: those in which these occur."""
    return list(
        session.scalars(
            _whole()
            .where(
                Clarification.call_id == call_id,
                Clarification.number.is_not(None),
                *matching(words, Clarification.words),
            )
            .order_by(Clarification.number.desc())
        )
    )


def newest(session: Session, call_id: int) -> tuple[int, datetime | None]:
    """How many clarifications of a call everybody may read, and when the last was answered."""
    asked = select(func.count(Clarification.id), func.max(Clarification.answered_at)).where(
        Clarification.call_id == call_id, Clarification.number.is_not(None)
    )
    count, last = session.execute(asked).one()
    return count, last


def asked_by(session: Session, call_id: int, person_id: int | None) -> list[Clarification]:
    """What one person asked about a call, the newest first."""
    asked = _whole().where(Clarification.call_id == call_id, Clarification.asked_by == person_id)
    return list(session.scalars(asked.order_by(Clarification.id.desc())))


def inbox(session: Session, call_id: int) -> list[Clarification]:
    """Every clarification of a call: those that wait first, the oldest before the others."""
    found = session.scalars(_whole().where(Clarification.call_id == call_id).order_by(Clarification.id)).all()
    return [*(each for each in found if each.waits), *(each for each in reversed(found) if not each.waits)]


def find(session: Session, call_ref: str, clarification_id: int) -> Clarification | None:
    """One of a call, with everything that its page shows."""
    return session.scalars(
        _whole()
        .join(Call, Call.id == Clarification.call_id)
        .where(Call.ref == call_ref, Clarification.id == clarification_id)
    ).one_or_none()


def numbered(session: Session, call_id: int, number: int) -> Clarification | None:
    """The one with a number in the public log."""
    asked = select(Clarification).where(Clarification.call_id == call_id, Clarification.number == number)
    return session.scalars(asked).one_or_none()


def next_number(session: Session, call_id: int) -> int:
    """The number of the next that is published; the call is held."""
    return (session.scalar(select(func.max(Clarification.number)).where(Clarification.call_id == call_id)) or 0) + 1


def unanswered(session: Session, stage_id: int) -> int:
    """How many questions of a stage have neither an answer nor a reason why there is none: it is not opened before."""
    asked = select(func.count(Clarification.id)).where(Clarification.stage_id == stage_id, *WAITS)
    return session.scalar(asked) or 0


def stages_unanswered(session: Session, stage_ids: Collection[int]) -> frozenset[int]:
    """Those of some stages in which a question has neither: they are not opened yet."""
    asked = select(Clarification.stage_id).where(Clarification.stage_id.in_(stage_ids), *WAITS).distinct()
    return frozenset(session.scalars(asked))


def count_waiting_of(session: Session, call_id: int, person_id: int) -> int:
    """How many questions of one person about a call wait."""
    asked = select(func.count(Clarification.id)).where(
        Clarification.call_id == call_id, Clarification.asked_by == person_id, *WAITS
    )
    return session.scalar(asked) or 0


def waiting_with(session: Session, call_id: int, person_id: int, question: str) -> Clarification | None:
    """The question of one person about a call, in these very words, that waits for an answer."""
    asked = select(Clarification).where(
        Clarification.call_id == call_id,
        Clarification.asked_by == person_id,
        Clarification.question == question,
        *WAITS,
    )
    return session.scalars(asked.order_by(Clarification.id).limit(1)).one_or_none()


def said_by(session: Session, call_id: int, person_id: int, answer: str) -> Clarification | None:
    """What one person drafted of the authority's own accord, in these very words, and nobody has published yet."""
    asked = select(Clarification).where(
        Clarification.call_id == call_id,
        Clarification.asked_by.is_(None),
        Clarification.drafted_by == person_id,
        Clarification.answer == answer,
        *WAITS,
    )
    return session.scalars(asked.order_by(Clarification.id).limit(1)).one_or_none()


def waiting_in(session: Session, call_ids: Collection[int]) -> list[Clarification]:
    """Those of some calls that wait, the oldest first, with their stages."""
    asked = select(Clarification).where(Clarification.call_id.in_(call_ids), *WAITS)
    return list(session.scalars(asked.options(joinedload(Clarification.stage)).order_by(Clarification.id)))


def asker_of(session: Session, row: Clarification) -> Person | None:
    """Whom an answer is told; nobody where nobody asked, or the account is closed."""
    asked = select(Person).where(Person.id == row.asked_by, Person.disabled_at.is_(None))
    return session.scalars(asked).one_or_none()


def names_to_hide(session: Session) -> list[str]:
    """The names of all organisations and of everybody who belongs to one: what a text for everybody must not hold.

    They are all names, never those of who applied to a call: what is found in a text tells nothing of that.
    """
    organisations = session.scalars(select(Organisation.name).order_by(Organisation.id))
    members = session.scalars(
        select(Person.name).where(Person.id.in_(select(Membership.person_id))).order_by(Person.id)
    )
    return [*organisations, *members]


def read_up_to(session: Session, call_ids: Collection[int], person_id: int | None) -> Mapping[int, int]:
    """The highest number that a person has marked as read, by call; a call of which they have read none is missing."""
    rows = session.execute(
        select(ClarificationsRead.call_id, ClarificationsRead.number).where(
            ClarificationsRead.call_id.in_(call_ids), ClarificationsRead.person_id == person_id
        )
    )
    return {call_id: number for call_id, number in rows}


def unread(session: Session, call_ids: Collection[int], person_id: int | None) -> Mapping[int, int]:
    """How many published clarifications of some calls a person has not marked as read; calls with none are missing."""
    known = read_up_to(session, call_ids, person_id)
    rows = session.execute(
        select(Clarification.call_id, func.max(Clarification.number))
        .where(Clarification.call_id.in_(call_ids), Clarification.number.is_not(None))
        .group_by(Clarification.call_id)
    )
    # numbers have no gaps, so that the highest is how many there are
    left = {call_id: (highest or 0) - known.get(call_id, 0) for call_id, highest in rows}
    return {call_id: count for call_id, count in left.items() if count > 0}


def _whole() -> Select[Clarification]:
    return select(Clarification).options(
        joinedload(Clarification.stage),
        joinedload(Clarification.lot),
        joinedload(Clarification.drafter),
        joinedload(Clarification.answerer),
        joinedload(Clarification.closer),
        joinedload(Clarification.same_as),
        joinedload(Clarification.corrects),
    )
