"""Reading what is asked of applicants after the opening: what is open, what was answered, which review waits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Attachment, Entry, Submission
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.requests import Request
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.rules import questions as rules
from procurement.rules.requests import (
    MUST_BE_ANSWERED,
    OFFICERS,
    RequestKind,
    is_reminded,
    prefix,
)
from workflows.catalogue import states

WHOLE = (
    joinedload(Request.entry).options(*applications_queries.WHOLE_ENTRY),
    joinedload(Request.submission).joinedload(Submission.person),
    joinedload(Request.asker),
    joinedload(Request.looker),
)
ORDER = (Request.number, Request.id)
ANSWERED = "entry.answer_request"  # the event of a response, as `services.verification` looks for it
# whom officers may ask: whether it is eligible is open, or it is assessed
ASKABLE = (*states.entry.checking, *states.entry.assessing)
# who may answer what they were asked: also after the decisions are made, since a refusal would give them away
ANSWERING = (*states.entry.checking, *states.entry.ranked)
# of what a review can be asked for: it is not eligible, was told its outcome, or was disqualified
REVIEWABLE = (*states.entry.ineligible, *states.entry.answered, *states.entry.disqualified)


def answering(kind: str) -> tuple[str, ...]:
    """The states of an entry in which its team can answer what it was asked."""
    if kind == RequestKind.REVIEW:
        return REVIEWABLE
    return tuple(states.entry.advanced) if kind == RequestKind.ASSISTANCE else ANSWERING


def find(session: Session, application_ref: str, number: int) -> Request | None:
    """A request by its number, with its entry and all that belongs to that, its response and who asked."""
    asked = (
        select(Request)
        .join(Application, Application.id == Request.application_id)
        .where(Application.ref == application_ref, Request.number == number)
    )
    return session.scalars(asked.options(*WHOLE)).one_or_none()


def get(session: Session, request_id: int) -> Request:
    """As `find`, of an id that is known."""
    return session.scalars(select(Request).where(Request.id == request_id).options(*WHOLE)).one()


def of_entry(session: Session, entry_id: int) -> list[Request]:
    """Everything that was asked about an entry, the oldest first, as `find` loads it."""
    return list(session.scalars(select(Request).where(Request.entry_id == entry_id).options(*WHOLE).order_by(*ORDER)))


def of_stage(session: Session, stage_id: int) -> list[Request]:
    """Everything that was asked in a stage, by application, as `find` loads it."""
    asked = select(Request).join(Entry, Entry.id == Request.entry_id).where(Entry.stage_id == stage_id)
    return list(session.scalars(asked.options(*WHOLE).order_by(Request.application_id, *ORDER)))


def last_numbers(session: Session, application_ids: Collection[int]) -> dict[int, int]:
    """The highest number of a request of each of some applications; those with none are left out. One statement."""
    asked = (
        select(Request.application_id, func.max(Request.number))
        .where(Request.application_id.in_(application_ids))
        .group_by(Request.application_id)
    )
    return {application_id: number for application_id, number in session.execute(asked)}


def last_number(session: Session, application_id: int) -> int:
    return last_numbers(session, [application_id]).get(application_id, 0)


def waits_for_applicants(now: datetime) -> ColumnElement[bool]:
    """What is open of an officer's requests at an instant: not answered, not taken back, and not past its closing."""
    return waits_for(OFFICERS, now)


def waits_for(kinds: Collection[RequestKind], now: datetime) -> ColumnElement[bool]:
    """The same of requests of these kinds."""
    return and_(
        Request.kind.in_(kinds),
        Request.answered_at.is_(None),
        Request.withdrawn_at.is_(None),
        Request.closes_at > now,
    )


def open_of(session: Session, entry_ids: Collection[int], now: datetime) -> dict[int, list[Request]]:
    """The open requests of officers about some entries, by entry; those with none are left out. One statement."""
    asked = select(Request).where(Request.entry_id.in_(entry_ids), waits_for_applicants(now)).order_by(*ORDER)
    found: dict[int, list[Request]] = {}
    for each in session.scalars(asked):
        found.setdefault(each.entry_id, []).append(each)
    return found


def due_to_remind(session: Session, now: datetime) -> list[int]:
    """The requests of officers whose team has not answered and is to be reminded now, once."""
    rows = session.execute(
        select(Request.id, Request.closes_at)
        .join(Entry, Entry.id == Request.entry_id)
        .join(Call, Call.id == Entry.call_id)
        .outerjoin(Award, Award.entry_id == Entry.id)
        .where(
            waits_for(MUST_BE_ANSWERED, now),
            Request.reminded_at.is_(None),
            Entry.state.in_(ANSWERING),
            or_(Request.kind != RequestKind.ASSISTANCE, Award.state.in_(states.award.told)),
            Call.state.in_(states.call.published),
        )
        .order_by(Request.id)
    )
    return [request_id for request_id, closes_at in rows if is_reminded(now, closes_at)]


# what came back


def waits_for_officers() -> ColumnElement[bool]:
    """An answer that no officer has looked at, while it can still count: something missing while the entry is checked,
    an explanation until the decisions of the stage are approved, what was confirmed of minimal financial assistance
    while its award waits. Of a query that joins entry and stage."""
    waiting = select(Award.entry_id).where(Award.state.in_(states.award.told))
    return and_(
        Request.answered_at.is_not(None),
        Request.looked_at.is_(None),
        or_(
            and_(Request.kind == RequestKind.COMPLETE, Entry.state.in_(states.entry.checking)),
            and_(
                Request.kind == RequestKind.EXPLAIN, Entry.state.in_(ASKABLE), Stage.state.not_in(states.stage.decided)
            ),
            and_(Request.kind == RequestKind.ASSISTANCE, Request.entry_id.in_(waiting)),
        ),
    )


def to_look_at(session: Session, stage_ids: Collection[int]) -> list[Request]:
    """The answers that wait for an officer in some stages, as `find` loads them: one statement."""
    asked = (
        select(Request)
        .join(Entry, Entry.id == Request.entry_id)
        .join(Stage, Stage.id == Entry.stage_id)
        .where(Entry.stage_id.in_(stage_ids), waits_for_officers())
    )
    return list(session.scalars(asked.options(*WHOLE).order_by(Request.answered_at, Request.id)))


def was_heard(session: Session, application_id: int, now: datetime) -> bool:
    """Whether the team of an application was asked to explain something, and answered or let the closing pass."""
    asked = select(Request.id).where(
        Request.application_id == application_id,
        Request.kind == RequestKind.EXPLAIN,
        Request.withdrawn_at.is_(None),
        or_(Request.answered_at.is_not(None), Request.closes_at <= now),
    )
    return session.scalar(asked.limit(1)) is not None


def count_open(session: Session, entry_id: int, now: datetime) -> int:
    """How many requests about an entry are open: what the guard `requests_open` asks before it is found ineligible."""
    asked = select(func.count()).select_from(Request).where(Request.entry_id == entry_id, waits_for_applicants(now))
    return session.scalar(asked) or 0


def count_open_in(session: Session, stage_id: int, now: datetime) -> int:
    """How many are open in a stage, of entries that still take part: what the same guard asks of a stage."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Request)
            .join(Entry, Entry.id == Request.entry_id)
            .where(Entry.stage_id == stage_id, Entry.state.in_(ASKABLE), waits_for_applicants(now))
        )
        or 0
    )


def tasks_of(session: Session, application_ids: Collection[int], now: datetime) -> dict[int, list[Request]]:
    """What teams are asked now, by application: open requests, and reviews that can still be asked for."""
    asked = (
        select(Request)
        .join(Entry, Entry.id == Request.entry_id)
        .join(Call, Call.id == Entry.call_id)
        .where(
            Request.application_id.in_(application_ids),
            Request.answered_at.is_(None),
            Request.withdrawn_at.is_(None),
            Request.closes_at > now,
            Entry.state.in_((*ANSWERING, *REVIEWABLE)),
            or_(
                Request.kind != RequestKind.ASSISTANCE,
                Request.entry_id.in_(select(Award.entry_id).where(Award.state.in_(states.award.told))),
            ),
            Call.state.in_(states.call.published),
        )
        .order_by(Request.closes_at, Request.id)
    )
    found: dict[int, list[Request]] = {}
    for each in session.scalars(asked):
        found.setdefault(each.application_id, []).append(each)
    return found


def form_of(request: Request) -> tuple[rules.Question, ...]:
    """The questions of a request, as they were frozen."""
    return tuple(map(rules.read_question, request.questions))


def drafted(session: Session, request: Request) -> dict[str, list[Attachment]]:
    """The files of the draft of a response, by question."""
    found: dict[str, list[Attachment]] = {}
    for each in applications_queries.attachments_of(session, request.entry_id):
        if each.key.startswith(prefix(request.number)):
            found.setdefault(each.key, []).append(each)
    return found


def answers_to(session: Session, entry_id: int) -> list[Request]:
    """What officers asked about an entry and got an answer to, with its submission: what a dossier shows."""
    return list(
        session.scalars(
            select(Request)
            .where(Request.entry_id == entry_id, Request.kind.in_(OFFICERS), Request.submission_id.is_not(None))
            .options(joinedload(Request.submission))
            .order_by(*ORDER)
        )
    )


def find_by_submission(session: Session, submission_id: int) -> Request | None:
    """The request that a submission answers; None for a version of the application itself."""
    return session.scalars(select(Request).where(Request.submission_id == submission_id)).one_or_none()


# whom else to ask the same


def same_position(session: Session, entry: Entry, kind: RequestKind) -> list[Entry]:
    """The other entries of the stage that can be asked the same, with their application and its organisation."""
    wanted = states.entry.checking if kind is RequestKind.COMPLETE else ASKABLE
    return list(
        session.scalars(
            select(Entry)
            .join(Application, Application.id == Entry.application_id)
            .where(
                Entry.stage_id == entry.stage_id,
                Entry.id != entry.id,
                Entry.opened_at.is_not(None),
                Entry.state.in_(wanted),
            )
            .options(joinedload(Entry.application).joinedload(Application.organisation))
            .order_by(Application.ref)
        )
    )


def askable(call: Call, stage: Stage, entry: Entry) -> tuple[RequestKind, ...]:
    """What an officer may ask about an entry now: to complete it while it is checked, to explain it until the decisions
    of the stage are approved."""
    if call.state not in states.call.published or not entry.was_opened or stage.state in states.stage.decided:
        return ()
    if entry.state in states.entry.checking and stage.state in states.stage.checking:
        return OFFICERS
    return (RequestKind.EXPLAIN,) if entry.state in ASKABLE else ()


@dataclass(frozen=True)
class Line:
    """One question of a request with what the response says, as officers and assessors read it."""

    question: rules.Question
    parts: Sequence[rules.Part]
    files: Sequence[dict[str, Any]]


def lines_of(request: Request, said: dict[str, Any]) -> list[Line]:
    """A response beside its questions; `said` are the opened answers by key."""
    files: list[dict[str, Any]] = [] if request.submission is None else request.submission.manifest["files"]
    return [
        Line(each, each.kind.parts(each, said.get(each.key)), [line for line in files if line["key"] == each.key])
        for each in form_of(request)
    ]
