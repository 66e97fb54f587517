"""The stages of a call: made as its procedure lays them down, kept in step with its lots, begun one after the other."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from procurement.models.calls import Call, Lot
from procurement.models.stages import Criterion, Question, Stage, StageLot
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules import questions
from procurement.rules.starters import Dates, Starter, StarterCriterion
from procurement.services import progress
from procurement.services.act import Act
from workflows.definition import Procedure

# what a stage of a further window has for itself; all else is that of the first window
OWN = frozenset(
    {
        *("id", "window", "key", "title", "state", "shows", "marks_of", "ranks_by", "scheme", "scheme_fingerprint"),
        *(
            "opens_at",
            "ask_by",
            "closes_at",
            "choose_by",
            "assess_by",
            "decide_by",
            "started_at",
            "opened_at",
            "marks_locked_at",
        ),
        *("agreed_at", "told_at", "proposers", "sent_back", "ended_at", "ended_reason"),
    }
)


def plan(act: Act, call: Call, procedure: Procedure, starter: Starter, dates: Dates, *, hold_minutes: int) -> None:
    """The stages of a new call, each with the form, the criteria and the dates that it begins with."""
    for number, (planned, begin) in enumerate(zip(procedure.stages, dates.stages, strict=True), 1):
        stage = Stage(
            call_id=call.id,
            number=number,
            key=planned.key,
            title=planned.title,
            noun=planned.noun,
            nouns=planned.nouns,
            steps=list(planned.steps),
            sealed=planned.sealed,
            required=planned.required,
            state="",  # progress.begin says which
            opens_at=begin.opens_at,
            closes_at=begin.closes_at,
            ask_by=begin.ask_by,
            choose_by=begin.choose_by,
            assess_by=begin.assess_by,
            decide_by=begin.decide_by,
            hold_minutes=hold_minutes,
            readers=starter.readers,
            names=planned.names,
            other_marks=planned.other_marks,
            shows=list(planned.shows),
            marks_of=planned.marks_of,
            ranks_by=dict(planned.ranks_by),
            reasons=planned.reasons,
            minimum_total=starter.minimum_total if planned.assesses else 0,
            proposers=[],
        )
        act.session.add(stage)
        act.session.flush()
        own = starter.of_stage(procedure.stages, planned)
        _add_criteria(act.session, stage, own.criteria)
        add_questions(act.session, stage, own.questions)
        progress.begin(act, stage, call)


def _add_criteria(session: Session, stage: Stage, criteria: Iterable[StarterCriterion]) -> None:
    for position, criterion in enumerate(criteria, 1):
        scored = criterion.scored
        session.add(
            Criterion(
                call_id=stage.call_id,
                stage_id=stage.id,
                key=scored.key,
                position=position,
                name=scored.name,
                description=criterion.description,
                weight=scored.weight,
                top=scored.top,
                minimum=scored.minimum or 0,
                words=list(scored.words),
            )
        )


def add_questions(session: Session, stage: Stage, form: Iterable[questions.Question], *, after: int = 0) -> None:
    """Rows of a form's questions as the rules know them, behind the `after` that are there."""
    for position, question in enumerate(form, after + 1):
        session.add(
            Question(
                call_id=stage.call_id,
                stage_id=stage.id,
                key=question.key,
                position=position,
                section=question.section,
                text=question.text,
                guidance=question.guidance,
                kind=question.kind.key,
                required=question.required,
                **questions.settings_to_keep(question),
                criterion=question.criterion,
                purpose=question.purpose.value,
                condition=questions.condition_to_keep(question.condition) if question.condition else {},
                layout=questions.layout_to_plain(question.layout),
                shown_if=questions.shown_if_to_plain(question.shown_if) if question.shown_if else {},
            )
        )


def take_in(session: Session, lot: Lot) -> None:
    """A new lot goes through every stage of its call."""
    for stage_id in session.scalars(select(Stage.id).where(Stage.call_id == lot.call_id).order_by(Stage.id)):
        session.add(StageLot(stage_id=stage_id, lot_id=lot.id))
    session.flush()


def leave_out(session: Session, lot: Lot) -> None:
    """A lot that is removed is one of no stage any more."""
    session.execute(delete(StageLot).where(StageLot.lot_id == lot.id))


def fill_in_windows(session: Session, call: Call) -> None:
    """Give the stages of every further window the form, the criteria, the readers and the seats of the first one, when
    the call is published: until then those can change, and from then on nobody needs to know where they came from."""
    stages = stages_queries.of_call(session, call.id)
    firsts = {stage.number: stage for stage in stages if stage.window == 1}
    for stage in stages:
        first = firsts[stage.number]
        if stage is first:
            continue
        for name, value in shared(first).items():
            setattr(stage, name, value)
        seats = {row.lot_id: row.seats for row in first.lots}
        for row in stage.lots:
            row.seats = seats.get(row.lot_id)
        for table in (Question, Criterion):
            session.execute(delete(table).where(table.stage_id == stage.id))
            _copy(session, table, first, stage)
    session.flush()


def shared(first: Stage) -> dict[str, Any]:
    """What a stage of the first window has in common with that of every other."""
    return {each.key: getattr(first, each.key) for each in Stage.__table__.columns if each.key not in OWN}


def _copy(session: Session, table: type[Question] | type[Criterion], first: Stage, stage: Stage) -> None:
    names = [column.key for column in table.__table__.columns if column.key not in ("id", "stage_id")]
    for row in session.scalars(select(table).where(table.stage_id == first.id).order_by(table.id)).all():
        session.add(table(stage_id=stage.id, **{name: getattr(row, name) for name in names}))


def begin(act: Act, call: Call) -> None:
    """Begin the stage in which an application begins, of a call that was just published."""
    for stage in stages_queries.firsts(stages_queries.of_call(act.session, call.id)):
        if stage.window == 1:
            start(act, call, stage)


def start(act: Act, call: Call, stage: Stage, *, at: datetime | None = None) -> None:
    """Begin a stage: with the publication of the call, with the telling of the stage before it, or `at` the instant at
    which its window opened.

    What collects nothing has nothing to open: staff see its entries from now on, as they saw them before.
    """
    began = at or act.now
    facts = calls_queries.start_facts(act.session, call, stage, by=act.by, now=began)
    progress.move(act, stage, call, "start", roles=progress.SYSTEM_ROLES, facts=facts, effective_at=began)
    stage.started_at = began
    if not stage.collects:
        stage.opened_at = began
