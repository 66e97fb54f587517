"""A new call made of another one: what it asks and how it decides, and nothing of whoever applied, read or decided."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import timedelta
from typing import Any

from procurement.models.calls import Call, Lot
from procurement.models.stages import Criterion, Question, Stage, StageLot
from procurement.queries import calls as calls_queries
from procurement.queries import installation as installation_queries
from procurement.queries import stages as stages_queries
from procurement.rules import copying
from procurement.rules.calls import SECTION_FIELDS
from procurement.rules.dates import add_working_days
from procurement.rules.references import call_reference
from procurement.rules.routes import FACTS
from procurement.rules.starters.dates import PREPARE_DAYS
from procurement.rules.vat import Basis, basis_of, rates
from procurement.services import progress
from procurement.services.act import Act
from procurement.services.refusal import Refusal
from workflows.catalogue import PROCEDURES
from workflows.facts import Sentence

TEXTS = tuple(name for name in SECTION_FIELDS["details"] if name not in ("title", "starts_on", "ends_on"))
# Who assessed conflicts of interest, and when, is about the people of one call.
LAW = tuple(name for name in FACTS if name not in ("route", "conflicts_by", "conflicts_on"))
MONEY = ("budget", "vat_rate", "above_budget")
ANOTHER_SHAPE = Sentence(
    "This call is of an earlier form of its procedure, so that it cannot be copied whole. Make a call of the procedure "
    "as it is today, and take its questions and criteria from this one."
)


def copy_call(act: Act, source_id: int, title: str, *, dates: bool = True) -> Call:
    """A draft with the texts, lots, stages, questions, criteria and scheme of another call, which stays as it is.

    `dates`: those of the other, whole weeks later, so that the first is one that can still be kept; otherwise they are
    left empty. Nobody's answers, marks, panels, times or awards are copied. Raises Refusal where the stages of the
    other are not those of its procedure today.
    """
    source = calls_queries.get_call(act.session, source_id)
    stages = [each for each in stages_queries.of_call(act.session, source.id) if each.window == 1]
    _require_shape(source, stages)
    settings = installation_queries.settings(act.session, act.today)
    by = _later(act, source, stages) if dates else None
    call = _row(act, source, title, settings, by)
    lots = _copy_lots(act, call, source)
    forms = calls_queries.questions_by_stage(act.session, source.id)
    criteria = calls_queries.criteria_by_stage(act.session, source.id)
    for stage in stages:
        made = _copy_stage(act, call, stage, by)
        for row in stage.lots:
            act.session.add(StageLot(stage_id=made.id, lot_id=lots[row.lot_id], seats=row.seats, budget=row.budget))
        for each in (*forms.get(stage.id, ()), *criteria.get(stage.id, ())):
            act.session.add(type(each)(call_id=call.id, stage_id=made.id, **_rest(each)))
        progress.begin(act, made, call)
    act.session.flush()
    return call


def _require_shape(source: Call, stages: Sequence[Stage]) -> None:
    planned = PROCEDURES[source.procedure].stages if source.procedure in PROCEDURES else ()
    if [(each.key, each.steps) for each in planned] != [(each.key, tuple(each.steps)) for each in stages]:
        raise Refusal(ANOTHER_SHAPE)


def _later(act: Act, source: Call, stages: Sequence[Stage]) -> timedelta:
    """How much later the dates of the copy are."""
    instants = [getattr(stage, name) for stage in stages for name in copying.INSTANTS]
    first = copying.begins_on(instants, [source.starts_on, *(stage.decide_by for stage in stages)])
    earliest = add_working_days(act.today, PREPARE_DAYS)
    return timedelta(0) if first is None else copying.weeks_to_move(first, earliest)


def _row(act: Act, source: Call, title: str, settings: Mapping[str, Any], by: timedelta | None) -> Call:
    if act.by.id is None:
        raise Refusal(Sentence("Only somebody who is signed in makes a call."))
    year, prefix = act.today.year, settings["call_prefix"]
    number = calls_queries.count_of_year(act.session, f"{prefix}-{year:04d}-") + 1
    basis = basis_of(source.route)
    call = Call(
        ref=call_reference(prefix, year, number),
        kind=source.kind,
        procedure=source.procedure,
        route=source.route,
        state="",  # progress.begin says which
        title=title,
        copied_from=source.ref,
        created_at=act.now,
        authors=[act.by.id],
        amount_basis=basis,
        starts_on=copying.moved_day(source.starts_on, by) if by is not None else None,
        ends_on=copying.moved_day(source.ends_on, by) if by is not None else None,
        **{name: getattr(source, name) for name in (*TEXTS, *MONEY, *LAW)},
    )
    if basis is not Basis.NET:
        call.vat_rate = None
    elif call.vat_rate is None:
        call.vat_rate = rates(settings["vat_rates"])[0]
    act.session.add(call)
    act.session.flush()
    progress.begin(act, call, call, data={"procedure": source.procedure, "copied_from": source.ref})
    return call


def _copy_lots(act: Act, call: Call, source: Call) -> dict[int, int]:
    """The lots of the copy; their ids by those of the lots that they were copied from."""
    found: dict[int, int] = {}
    for lot in calls_queries.lots_of(act.session, source.id):
        values = {name: getattr(lot, name) for name in calls_queries.LOT_FIELDS}
        made = Lot(call_id=call.id, number=lot.number, **values)
        act.session.add(made)
        act.session.flush()
        found[lot.id] = made.id
    return found


def _copy_stage(act: Act, call: Call, stage: Stage, by: timedelta | None) -> Stage:
    dates: dict[str, Any] = {}
    if by is not None:
        dates = {name: copying.moved_instant(getattr(stage, name), by) for name in copying.INSTANTS}
        dates["decide_by"] = copying.moved_day(stage.decide_by, by)
    made = Stage(
        call_id=call.id,
        state="",  # progress.begin says which
        proposers=[],
        **{name: deepcopy(getattr(stage, name)) for name in copying.OF_A_STAGE},
        **dates,
    )
    act.session.add(made)
    act.session.flush()
    return made


def _rest(row: Question | Criterion) -> dict[str, Any]:
    """All that a question or a criterion says, whatever columns it comes to have."""
    names = (column.key for column in row.__table__.columns if column.key not in ("id", "call_id", "stage_id"))
    return {name: deepcopy(getattr(row, name)) for name in names}
