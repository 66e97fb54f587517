"""One call: its row, its lots, the forms and criteria of its stages, and what it froze."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.models.calls import Call, CallVersion, Lot
from procurement.models.history import Event
from procurement.models.people import Person
from procurement.models.stages import Criterion, Stage
from procurement.models.stages import Question as QuestionRow
from procurement.rules import questions
from workflows.scoring import schemes


def find_call(session: Session, ref: str) -> Call | None:
    """By its reference; whoever asks is the permissions' business."""
    return session.scalars(select(Call).where(Call.ref == ref)).one_or_none()


def get_call(session: Session, call_id: int) -> Call:
    return session.get_one(Call, call_id)


def lots_of(session: Session, call_id: int) -> list[Lot]:
    return list(session.scalars(select(Lot).where(Lot.call_id == call_id).order_by(Lot.number)))


def numbers_of_lots(session: Session, call_id: int) -> dict[int, int]:
    """The number of each lot of a call, by its id."""
    found = session.execute(select(Lot.id, Lot.number).where(Lot.call_id == call_id))
    return {lot_id: number for lot_id, number in found}


def in_lots(session: Session, call_ids: Iterable[int]) -> frozenset[int]:
    """Those of some calls that have several lots, so that one of them has to be named: one statement."""
    asked = select(Lot.call_id).where(Lot.call_id.in_(sorted(set(call_ids)))).group_by(Lot.call_id)
    return frozenset(session.scalars(asked.having(func.count() > 1)))


def questions_of(session: Session, stage_id: int) -> list[QuestionRow]:
    """The questions of a stage's form, in its order."""
    found = select(QuestionRow).where(QuestionRow.stage_id == stage_id)
    return list(session.scalars(found.order_by(QuestionRow.position, QuestionRow.id)))


def criteria_of(session: Session, stage_id: int) -> list[Criterion]:
    found = select(Criterion).where(Criterion.stage_id == stage_id)
    return list(session.scalars(found.order_by(Criterion.position, Criterion.id)))


def criteria_by_stage(session: Session, call_id: int) -> dict[int, list[Criterion]]:
    """The criteria of all stages of a call, by the stage's id: one statement."""
    found: dict[int, list[Criterion]] = {}
    of_call = select(Criterion).where(Criterion.call_id == call_id).order_by(Criterion.position, Criterion.id)
    for row in session.scalars(of_call):
        found.setdefault(row.stage_id, []).append(row)
    return found


def questions_by_stage(session: Session, call_id: int) -> dict[int, list[QuestionRow]]:
    """The questions of all stages of a call, by the stage's id: one statement."""
    found: dict[int, list[QuestionRow]] = {}
    of_call = select(QuestionRow).where(QuestionRow.call_id == call_id).order_by(QuestionRow.position, QuestionRow.id)
    for row in session.scalars(of_call):
        found.setdefault(row.stage_id, []).append(row)
    return found


def as_question(row: QuestionRow) -> questions.Question:
    """A stored question as the rules know it."""
    return questions.Question(
        key=row.key,
        section=row.section,
        text=row.text,
        kind=questions.get_kind(row.kind),
        guidance=row.guidance,
        required=row.required,
        **questions.settings_of(row),
        criterion=row.criterion,
        purpose=questions.Purpose(row.purpose),
        condition=questions.read_condition(row.condition) if row.condition else None,
        layout=questions.read_layout(row.layout or {}),
        shown_if=questions.read_shown_if(row.shown_if) if row.shown_if else None,
    )


def form_of(session: Session, stage_id: int) -> tuple[questions.Question, ...]:
    """The whole form of a stage, as the rules know it."""
    return tuple(as_question(row) for row in questions_of(session, stage_id))


def as_criterion(row: Criterion) -> schemes.Criterion:
    """A stored criterion as the scoring knows it; a lowest mark of 0 is none."""
    words, minimum = tuple(row.words), row.minimum or None
    return schemes.Criterion(row.key, row.title, row.percent, row.top, minimum, words, row.part_of)


def scheme_of(stage: Stage) -> schemes.Scheme:
    """The scheme that a stage of a published call froze. LookupError where the call was not published, or where the
    stage has no marks of its own."""
    if stage.scheme is None:
        raise LookupError(f"the stage {stage.key} has no scheme")
    return schemes.read_scheme(stage.scheme)


def frozen_workflows(call: Call) -> dict[str, Any]:
    """The workflows that a published call froze, by subject: what their fingerprint was taken of."""
    if call.workflows is None:
        raise LookupError(f"{call.ref} was not published")
    return {subject: copy["plain"] for subject, copy in call.workflows.items()}


def authors_of(session: Session, call: Call) -> list[Person]:
    """Everybody who wrote any of it, by name."""
    return list(session.scalars(select(Person).where(Person.id.in_(call.authors)).order_by(Person.name, Person.id)))


def last_editor(session: Session, call: Call) -> str:
    """The name of whoever changed the call, or the copy that amends one, last; empty if nobody did."""
    tag, call_id = ("call.edit", call.id) if call.amends_id is None else ("call.edit_amendment", call.amends_id)
    return (
        session.scalar(
            select(Person.name)
            .join(Event, Event.actor_id == Person.id)
            .where(Event.call_id == call_id, Event.tag == tag)
            .order_by(Event.position.desc())
            .limit(1)
        )
        or ""
    )


def newest_version(session: Session, call_id: int) -> CallVersion | None:
    return session.scalars(
        select(CallVersion).where(CallVersion.call_id == call_id).order_by(CallVersion.number.desc()).limit(1)
    ).one_or_none()


def version_number(session: Session, call_id: int) -> int:
    """The number of what a published call says now."""
    return session.scalar(select(func.max(CallVersion.number)).where(CallVersion.call_id == call_id)) or 1


def count_of_year(session: Session, beginning: str) -> int:
    """How many calls have a reference that begins so; calls are never removed."""
    found = (
        select(func.count())
        .select_from(Call)
        .where(Call.ref.startswith(beginning, autoescape=True), Call.amends_id.is_(None))
    )
    return session.scalar(found) or 0
