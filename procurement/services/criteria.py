"""Writing the criteria of a stage, and the scheme that they make: weights, the least total, how many readers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.stages import Criterion, Stage
from procurement.queries import calls as calls_queries
from procurement.rules.calls import STAGE_FIELDS
from procurement.rules.references import key_from
from procurement.rules.set_lines import CriterionLine
from procurement.rules.starters import SCALE
from procurement.services.act import Act
from procurement.services.calls import editable_stage, require_current, wrote
from procurement.services.refusal import Refusal
from workflows.facts import Sentence

MOST_CRITERIA = 20
NOBODY_ASKED: Mapping[int, int] = MappingProxyType({})  # the seats stay as they are


def save_scheme(
    act: Act,
    stage_id: int,
    values: Mapping[str, Any],
    weights: Mapping[str, int],
    seats: Mapping[int, int] = NOBODY_ASKED,
    *,
    version: int,
) -> Stage:
    """Save the least total, the number of readers, what breaks a tie (as `ties_of`), the weight of each criterion or
    the share of each sub-criterion by its key, the weights of those that have some (as `wholes_of`), and how many go on
    from each lot, or are awarded something, by its number (0: no such limit). Raises Stale."""
    call, stage = editable_stage(act.session, stage_id)
    rows = {row.key: row for row in calls_queries.criteria_of(act.session, stage.id)}
    yours = {
        **values,
        **{f"weight-{key}": weight for key, weight in weights.items()},
        **{f"seats-{number}": count for number, count in seats.items()},
    }
    stored = {
        **{name: getattr(stage, name) for name in STAGE_FIELDS["criteria"]},
        **calls_queries.ties_of(stage),
        **{f"weight-{key}": row.weight for key, row in rows.items()},
        **calls_queries.wholes_of(rows.values()),
        **calls_queries.seats_of(stage),
    }
    theirs = {name: stored.get(name) for name in yours}
    require_current(
        act.session, call, version, calls_queries.section_mark(act.session, stage, "criteria"), yours, theirs
    )
    stage.minimum_total, stage.readers = values["minimum_total"], values["readers"]
    stage.tie_breakers = [values[name] for name in calls_queries.ties_of(stage) if values.get(name)]
    for key, weight in weights.items():
        if key in rows:
            rows[key].weight = weight
    for row in rows.values():
        row.within_weight = values.get(calls_queries.whole_of(row, rows.values()), row.within_weight)
    for lot in stage.lots:
        if lot.lot.number in seats:
            lot.seats = seats[lot.lot.number] or None
    wrote(act, call, "criteria", stage)
    return stage


def add_criterion(act: Act, stage_id: int, name: str, weight: int) -> Criterion:
    """A new criterion with the usual scale of 0 to 5."""
    call, stage = editable_stage(act.session, stage_id)
    rows = calls_queries.criteria_of(act.session, stage.id)
    _require_room(rows, 1)
    row = _usual(stage, key_from(name, (each.key for each in rows)), len(rows) + 1, name=name, weight=weight)
    act.session.add(row)
    act.session.flush()
    wrote(act, call, f"criterion-{row.key}", stage)
    return row


def add_several(act: Act, stage_id: int, lines: Sequence[CriterionLine], *, instead: bool = False) -> int:
    """Criteria with their weights and the usual scale; the number of them.

    `instead`: in the place of those that are there. A question goes on being marked by one of the same name; the others
    are marked by none until somebody says by which.
    """
    call, stage = editable_stage(act.session, stage_id)
    rows = calls_queries.criteria_of(act.session, stage.id)
    if instead:
        for row in rows:
            act.session.delete(row)
        act.session.flush()
        rows = []
    _require_room(rows, len(lines))
    keys = [each.key for each in rows]
    for line in lines:
        keys.append(key_from(line.name, keys))
        act.session.add(_usual(stage, keys[-1], len(keys), **asdict(line)))
    act.session.flush()
    stage.tie_breakers = [each for each in stage.tie_breakers if each in keys]
    for question in calls_queries.questions_of(act.session, stage.id):
        if question.criterion not in keys:
            question.criterion = ""
    wrote(act, call, "criteria", stage)
    return len(lines)


def split(act: Act, stage_id: int, key: str, lines: Sequence[CriterionLine]) -> int:
    """Put sub-criteria in the place of a criterion, each with its share of it, its scale and its lowest mark; the
    number of them. The questions that it marked are marked by the first, until somebody says by which."""
    call, stage = editable_stage(act.session, stage_id)
    whole = _criterion(act.session, stage, key)
    if whole.within:
        raise Refusal(Sentence("This is a sub-criterion already, and has no parts of its own."))
    rows = calls_queries.criteria_of(act.session, stage.id)
    _require_room(rows, len(lines) - 1)
    keys, place = [each.key for each in rows], rows.index(whole)
    made = list[Criterion]()
    for line in lines:
        keys.append(key_from(line.name, keys))
        row = _usual(stage, keys[-1], len(keys), name=line.name, description=line.description, weight=line.weight)
        row.top, row.minimum, row.words = whole.top, whole.minimum, list(whole.words)
        row.within, row.within_weight = whole.name, whole.weight
        made.append(row)
    act.session.delete(whole)
    act.session.add_all(made)
    act.session.flush()
    for position, row in enumerate([*rows[:place], *made, *rows[place + 1 :]], 1):
        row.position = position
    stage.tie_breakers = [each for each in stage.tie_breakers if each != key]
    for question in calls_queries.questions_of(act.session, stage.id):
        if question.criterion == key:
            question.criterion = made[0].key
    wrote(act, call, f"criterion-{key}", stage)
    return len(made)


def add_known(act: Act, stage_id: int, chosen: Sequence[Mapping[str, Any]]) -> int:
    """Criteria that another call or the library has, with their scales (name, description, weight, top, minimum,
    words), behind those that are there; the number of them. What the weights then add up to is for their page to say.
    """
    call, stage = editable_stage(act.session, stage_id)
    rows = calls_queries.criteria_of(act.session, stage.id)
    _require_room(rows, len(chosen))
    keys = [each.key for each in rows]
    for each in chosen:
        keys.append(key_from(each["name"], keys))
        values = {**each, "words": list(each["words"])}
        row = Criterion(call_id=call.id, stage_id=stage.id, key=keys[-1], position=len(keys), **values)
        act.session.add(row)
    act.session.flush()
    wrote(act, call, "criteria", stage)
    return len(chosen)


def _require_room(rows: Sequence[Criterion], more: int) -> None:
    if len(rows) + more > MOST_CRITERIA:
        raise Refusal(Sentence("A call has at most %(most)s criteria.", most=MOST_CRITERIA))


def _usual(stage: Stage, key: str, position: int, **values: Any) -> Criterion:
    """A new criterion with the usual scale."""
    return Criterion(
        call_id=stage.call_id,
        stage_id=stage.id,
        key=key,
        position=position,
        top=len(SCALE) - 1,
        minimum=0,
        words=list(SCALE),
        **values,
    )


def save_criterion(act: Act, stage_id: int, key: str, values: Mapping[str, Any], *, version: int) -> Criterion:
    """Save a criterion's name, description, highest and lowest mark, and the word for each mark. Raises Stale."""
    call, stage = editable_stage(act.session, stage_id)
    row = _criterion(act.session, stage, key)
    yours, theirs = (
        {"words": "\n".join(each["words"]), **{name: each[name] for name in calls_queries.CRITERION_FIELDS}}
        for each in (values, vars(row))
    )
    require_current(act.session, call, version, calls_queries.criterion_mark(row), yours, theirs)
    row.name, row.description, row.top = values["name"], values["description"], values["top"]
    row.minimum = min(values["minimum"], values["top"])
    row.words = list(values["words"])
    wrote(act, call, f"criterion-{key}", stage)
    return row


def remove_criterion(act: Act, stage_id: int, key: str) -> None:
    """Remove a criterion; the questions that it marked are marked by none until somebody says by which."""
    call, stage = editable_stage(act.session, stage_id)
    act.session.delete(_criterion(act.session, stage, key))
    stage.tie_breakers = [each for each in stage.tie_breakers if each != key]
    for question in calls_queries.questions_of(act.session, stage.id):
        if question.criterion == key:
            question.criterion = ""
    wrote(act, call, f"criterion-{key}", stage)


def _criterion(session: Session, stage: Stage, key: str) -> Criterion:
    found = next((row for row in calls_queries.criteria_of(session, stage.id) if row.key == key), None)
    if found is None:
        raise Refusal(Sentence("This criterion is no longer there."), status=404)
    return found
