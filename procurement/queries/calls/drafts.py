"""A call as it is written: whole, as the checks look at it; and what a page sends back as its version."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.calls import Call, Lot
from procurement.models.stages import Criterion, Stage
from procurement.models.stages import Question as QuestionRow
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import installation as installation_queries
from procurement.queries import stages as stages_queries
from procurement.queries.calls.rows import (
    as_criterion,
    as_question,
    criteria_by_stage,
    criteria_of,
    lots_of,
    questions_by_stage,
)
from procurement.rules import call_checks, questions
from procurement.rules import calls as rules
from procurement.rules.calls import MOST_TIE_BREAKERS, SECTION_FIELDS, Draft, LotDraft, StageDraft, fields_of, mark
from procurement.rules.dates import uk_day
from procurement.rules.permissions import Principal
from procurement.rules.routes import threshold_setting
from workflows.catalogue import states
from workflows.facts import Facts

STAGE_PLAIN = (
    *("key", "number", "title", "noun", "nouns", "names", "other_marks", "window", "sealed", "required"),
    *("opens_at", "ask_by", "closes_at", "choose_by", "assess_by", "decide_by", "marks_of"),
)
OF_THE_FIRST = ("readers", "hold_minutes", "moderate_from", "reasons")  # of every window


def draft_of(session: Session, call: Call, stages: Sequence[Stage] | None = None, *, on: date | None = None) -> Draft:
    """The whole call as plain values, in as many statements however many stages it has. `on`: the day whose threshold
    it is held to.

    `stages`: those of the call with their lots, where they have been read already. Until it is published its further
    windows have no form and no criteria of their own: they are shown with those of the first.
    """
    names = ("ref", "kind", "procedure", "amount_basis", *chain.from_iterable(SECTION_FIELDS.values()))
    forms, criteria = questions_by_stage(session, call.id), criteria_by_stage(session, call.id)
    found = stages_queries.of_call(session, call.id) if stages is None else stages
    firsts = {each.number: each for each in found if each.window == 1 and call.published_at is None}
    return Draft(
        **{name: getattr(call, name) for name in names},
        threshold=None
        if on is None
        else Decimal(installation_queries.settings(session, on)[threshold_setting(call.subject)]),
        lots=lots_as_written(lots_of(session, call.id)),
        stages=tuple(
            _stage_draft(
                each, first, forms.get(first.id, []), criteria.get(first.id, []), drawn=is_drawn(call, each, found)
            )
            for each, first in ((each, firsts.get(each.number, each)) for each in found)
        ),
        documents=call_documents_queries.drafts_of(session, call),
    )


def lots_as_written(lots: Iterable[Lot]) -> tuple[LotDraft, ...]:
    """Lots as plain values."""
    return tuple(LotDraft(lot.number, **{name: getattr(lot, name) for name in LOT_FIELDS}) for lot in lots)


def _stage_draft(
    stage: Stage, first: Stage, form: Sequence[QuestionRow], criteria: Sequence[Criterion], *, drawn: bool
) -> StageDraft:
    """`first`: the stage whose form, criteria, readers and seats it has; itself, but for a further window. `drawn`:
    whether equals are told apart by lot."""
    return StageDraft(
        **{name: getattr(stage, name) for name in STAGE_PLAIN},
        **{name: getattr(first, name) for name in OF_THE_FIRST},
        tie_breakers=tuple(first.tie_breakers),
        drawn=drawn,
        steps=tuple(stage.steps),
        shows=tuple(stage.shows),
        ranks_by=tuple(stage.ranks_by.items()),
        lots=tuple(sorted((row.lot.number, row.seats) for row in first.lots)),
        budgets=tuple(sorted((row.lot.number, row.budget) for row in stage.lots)),
        questions=tuple(as_question(row) for row in form),
        criteria=tuple(as_criterion(row) for row in criteria),
        descriptions=tuple(row.description for row in criteria),
        minimum_total=Decimal(first.minimum_total),
    )


def is_drawn(call: Call, stage: Stage, stages: Sequence[Stage]) -> bool:
    """Whether contracts are given by the marks of a stage, in it or in one that moderates them: they cannot be shared,
    so a procurement draws between equals."""
    awarding = {each.marks_of or each.key for each in stages if each.awards and each.window == stage.window}
    return call.route in rules.BOUND and stage.key in awarding


def facts(
    session: Session,
    call: Call,
    *,
    by: Principal,
    now: datetime,
    reason: str = "",
    whole: bool = False,
    stages: Sequence[Stage] | None = None,
) -> Facts:
    """What every move of a call looks at; whoever moves it later adds what that move needs (`dataclasses.replace`).

    `whole`: count the problems too, which reads lots, questions and criteria. `stages`: those of the call with their
    lots, where they have been read already.
    """
    stages = stages_queries.of_call(session, call.id) if stages is None else stages
    found = stages_queries.of_call_facts(stages)
    return Facts(
        now=now,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        actor=by.id,
        authors=frozenset(call.authors),
        problems=len(call_checks.call_problems(draft_of(session, call, stages, on=uk_day(now)), now))
        if whole
        else None,
        reason=reason,
        told_at=found.told_at,
        award_decided=found.award_decided,
        call_live=call.state in states.call.published,
    )


def start_facts(session: Session, call: Call, stage: Stage, *, by: Principal, now: datetime) -> Facts:
    """What the beginning of a stage looks at."""
    problems = count_stage_problems(session, call, stage, now)
    return replace(stages_queries.facts(call, stage, by=by, now=now), problems=problems)


def count_stage_problems(session: Session, call: Call, stage: Stage, now: datetime) -> int:
    """How many things a stage lacks before it can begin."""
    draft = draft_of(session, call)
    (own,) = (each for each in draft.stages if each.key == stage.key)
    moderates_at_once = not stage.collects and not stage.assesses and stages_queries.chair_missing(session, stage)
    return len(call_checks.stage_problems(draft, own, now)) + moderates_at_once


# what a page sends back as its version: taken of the content that it shows


def section_mark(session: Session, about: Call | Stage, section: str) -> int:
    """Of a section of plain fields, of the call itself or of a stage; the criteria's also covers weights and seats."""
    names = SECTION_FIELDS[section] if isinstance(about, Call) else fields_of(section, about.steps)
    values: dict[str, Any] = {field: getattr(about, field) for field in names}
    if section == "criteria":
        rows = criteria_of(session, about.id)
        values |= {f"weight-{row.key}": row.weight for row in rows} | wholes_of(rows)
        values |= {**seats_of(about), **ties_of(about)} if isinstance(about, Stage) else {}
    return mark(values)


def seats_of(stage: Stage) -> dict[str, int]:
    """How many go on from a stage, by the field of each of its lots; 0: whoever passes. Where it awards: how many
    contracts or grants each makes at most; 0: as many as the money lasts for."""
    return {f"seats-{row.lot.number}": row.seats or 0 for row in stage.lots}


def whole_of(row: Criterion, rows: Iterable[Criterion]) -> str:
    """The field of the weight of the criterion that a sub-criterion belongs to; it has the key of its first part."""
    first = next((each for each in rows if each.within and each.within == row.within), row)
    return f"whole-{first.key}"


def wholes_of(rows: Collection[Criterion]) -> dict[str, int]:
    """The weight of each criterion that has sub-criteria, by its field."""
    return {whole_of(row, rows): row.within_weight for row in rows if row.within_weight is not None}


def ties_of(stage: Stage) -> dict[str, str]:
    """The criteria that tell equal totals apart, by the field of each place; an empty one is no more."""
    keys = [*stage.tie_breakers, *[""] * MOST_TIE_BREAKERS]
    return {f"tie-{place}": keys[place - 1] for place in range(1, MOST_TIE_BREAKERS + 1)}


def question_mark(row: QuestionRow) -> int:
    plain = {name: str(value) for name, value in questions.to_plain(as_question(row)).items()}
    return mark({**plain, "condition": str(row.condition or "")})


LOT_FIELDS = ("title", "description", "budget", "vat_rate", "options", "cpv", "places")
CRITERION_FIELDS = ("name", "description", "top", "minimum")


def lot_mark(lot: Lot) -> int:
    return mark({name: getattr(lot, name) for name in LOT_FIELDS})


def criterion_mark(row: Criterion) -> int:
    return mark({"words": "\n".join(row.words), **{name: getattr(row, name) for name in CRITERION_FIELDS}})
