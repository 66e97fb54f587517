"""The stages of a call: made as its procedure lays them down, kept in step with its lots, begun one after the other."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from procurement.models.calls import Call, Lot
from procurement.models.stages import Criterion, Question, Stage, StageLot
from procurement.queries import calls as calls_queries
from procurement.rules import questions
from procurement.rules.starters import Dates, Starter, StarterCriterion
from procurement.services import progress
from procurement.services.act import Act
from workflows.definition import Procedure


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
            minimum_total=starter.minimum_total if planned.assesses else 0,
            proposers=[],
        )
        act.session.add(stage)
        act.session.flush()
        own = starter.of_stage(procedure.stages, planned)
        _add_criteria(act.session, stage, own.criteria)
        _add_questions(act.session, stage, own.questions)
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


def _add_questions(session: Session, stage: Stage, form: Iterable[questions.Question]) -> None:
    for position, question in enumerate(form, 1):
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
                word_limit=question.word_limit,
                options=list(question.options),
                minimum=question.minimum,
                maximum=question.maximum,
                criterion=question.criterion,
                purpose=question.purpose.value,
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


def start(act: Act, call: Call, stage: Stage) -> None:
    """Begin a stage: with the publication of the call, or with the telling of the stage before it.

    What collects nothing has nothing to open: staff see its entries from now on, as they saw them before.
    """
    facts = calls_queries.start_facts(act.session, call, stage, by=act.by, now=act.now)
    progress.move(act, stage, call, "start", roles=progress.SYSTEM_ROLES, facts=facts)
    stage.started_at = act.now
    if not stage.collects:
        stage.opened_at = act.now
