"""What a published call is made of, copied so that it can be edited, and written back as it was amended.

Whoever keeps more of a call than these rows adds a `Part` to `PARTS`, what it says to
`queries.call_amendments.SAID`, its fields to `rules.edits.FIELDS`, and its words to `rules.amended_words.THINGS` and
`web.parts.edit_words`: with that it is copied, shown, told and published with every amendment.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from procurement.models.calls import Call, Lot
from procurement.models.stages import Criterion, Question, Stage, StageLot
from procurement.queries import call_amendments as call_amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.call_amendments import DESCRIBES, Stands, stage_of, targets
from procurement.rules.edits import OWN, Change
from procurement.services import progress, stages
from procurement.services.act import Act

# what the copy of a call is told anew, since it is another row
NOT_COPIED = OWN["call"] - {"kind", "procedure", "amount_basis"}
NOT_OF_A_STAGE = {
    *("id", "call_id", "state", "scheme", "scheme_fingerprint", "started_at", "opened_at", "marks_locked_at"),
    *("agreed_at", "told_at", "proposers", "sent_back", "reminded_of", "ended_at", "ended_reason"),
}
Row = type[Question] | type[Criterion]


class Part(NamedTuple):
    """`copy(act, call, copy)` puts beside the copy what the call has; `apply(act, call, copy, changes)` writes what was
    edited there back, of the changes those that are of this part."""

    copy: Callable[[Act, Call, Call], None]
    apply: Callable[[Act, Call, Call, Sequence[Change]], None]


def copy_of(act: Act, call: Call, ref: str) -> Call:
    """A call that is the edited copy of a published one: a draft for ever, which no list shows."""
    copy = Call(
        **{name: getattr(call, name) for name in _columns(Call) if name not in NOT_COPIED},
        ref=ref,
        state="",  # progress.begin says which
        amends_id=call.id,
        created_at=act.now,
        authors=[],
    )
    act.session.add(copy)
    act.session.flush()
    progress.begin(act, copy, copy, data={"amends": call.id})
    for part in PARTS:
        part.copy(act, call, copy)
    act.session.flush()
    return copy


def _columns(model: type[Any]) -> list[str]:
    return [each.key for each in model.__table__.columns]


def _copy_rows(act: Act, call: Call, copy: Call) -> None:
    lots: dict[int, Lot] = {}
    for lot in calls_queries.lots_of(act.session, call.id):
        own = ("id", "call_id", "abandoned_at", "ended_reason")
        lots[lot.number] = Lot(call_id=copy.id, **{n: getattr(lot, n) for n in _columns(Lot) if n not in own})
    act.session.add_all(lots.values())
    act.session.flush()
    there = stages_queries.of_call(act.session, call.id)
    for stage in there:
        newest = [each for each in there if each.number == stage.number][-1]
        made = Stage(
            **{n: getattr(stage, n) for n in _columns(Stage) if n not in NOT_OF_A_STAGE}
            | {n: value for n, value in stages.shared(newest).items() if n not in NOT_OF_A_STAGE},
            call_id=copy.id,
            state="",  # progress.begin says which
            proposers=[],
        )
        act.session.add(made)
        act.session.flush()
        progress.begin(act, made, copy)
        act.session.add_all(
            StageLot(stage_id=made.id, lot_id=lots[row.lot.number].id, seats=row.seats, budget=row.budget)
            for row in stage.lots
        )
        if stage.window == 1:
            for table in (Question, Criterion):
                _copy_form(act.session, table, newest, made)
    act.session.flush()


def _copy_form(session: Session, table: Row, stage: Stage, made: Stage) -> None:
    for row in _rows_of(session, table, stage.id):
        session.add(_like(table, row, made))


def _rows_of(session: Session, table: Row, stage_id: int) -> Sequence[Any]:
    if table is Question:
        return calls_queries.questions_of(session, stage_id)
    return calls_queries.criteria_of(session, stage_id)


def _like(table: Row, row: Any, stage: Stage) -> Any:
    names = [name for name in _columns(table) if name not in ("id", "call_id", "stage_id")]
    return table(call_id=stage.call_id, stage_id=stage.id, **{name: getattr(row, name) for name in names})


# written back


def _apply_rows(act: Act, call: Call, copy: Call, changes: Sequence[Change]) -> None:
    fields = [each.field for each in changes if each.kind == "call" and each.field]
    for name in fields:
        setattr(call, name, getattr(copy, name))
    _apply_lots(act, call, copy, [each for each in changes if each.kind == "lot"])
    there = stages_queries.of_call(act.session, call.id)
    copies = {each.key: each for each in stages_queries.of_call(act.session, copy.id)}
    stands = call_amendments_queries.stands_of(there)
    _apply_stages(there, copies, stands, changes)
    _apply_stage_lots(act.session, there, copies, changes)
    for kind, table in (("question", Question), ("criterion", Criterion)):
        own = [each for each in changes if each.kind == kind]
        for key in dict.fromkeys(stage_of(each.key) for each in own):
            of_stage = [each for each in own if stage_of(each.key) == key]
            for stage in _unopened(key, stands, there):
                takes = next(each for each in stands if each.key == stage.key).takes(act.now)
                allowed = [each for each in of_stage if takes or kind == "criterion" or each.field == "criterion"]
                if allowed:
                    _apply_form(act.session, table, stage, copies[key], allowed)
    act.session.flush()


def _unopened(key: str, stands: Sequence[Stands], there: Sequence[Stage]) -> list[Stage]:
    """The stages made like one that are not opened: those of other windows too."""
    can = {each.key for each in targets(f"stage/{key}", stands) if not each.opened}
    return [each for each in there if each.key in can]


def _apply_lots(act: Act, call: Call, copy: Call, changes: Sequence[Change]) -> None:
    own = {each.number: each for each in calls_queries.lots_of(act.session, call.id)}
    for lot in calls_queries.lots_of(act.session, copy.id):
        mine = [each for each in changes if each.key == f"lot/{lot.number}"]
        if lot.number not in own and mine:
            names = [name for name in _columns(Lot) if name not in ("id", "call_id")]
            act.session.add(Lot(call_id=call.id, **{name: getattr(lot, name) for name in names}))
        elif mine:
            for each in mine:
                setattr(own[lot.number], each.field, getattr(lot, each.field))
    act.session.flush()


def _apply_stages(
    there: Sequence[Stage], copies: dict[str, Stage], stands: Sequence[Stands], changes: Sequence[Change]
) -> None:
    for each in (each for each in changes if each.kind == "stage" and each.field):
        alike = {one.key for one in targets(each.key, stands) if not one.opened}
        key = stage_of(each.key)
        for stage in there:
            if stage.key == key or (stage.key in alike and each.field not in DESCRIBES["stage"]):
                setattr(stage, each.field, getattr(copies[key], each.field))


def _apply_stage_lots(
    session: Session, there: Sequence[Stage], copies: dict[str, Stage], changes: Sequence[Change]
) -> None:
    own = [each for each in changes if each.kind == "stage_lot"]
    if not own:
        return
    lots = {lot.number: lot for lot in calls_queries.lots_of(session, there[0].call_id)}
    for key in dict.fromkeys(each.key for each in own):
        _kind, stage_key, number = key.split("/")
        stage = next(each for each in there if each.key == stage_key)
        source = next(row for row in copies[stage_key].lots if row.lot.number == int(number))
        row = next((each for each in stage.lots if each.lot.number == int(number)), None)
        if row is None:
            session.add(
                StageLot(stage_id=stage.id, lot_id=lots[int(number)].id, seats=source.seats, budget=source.budget)
            )
            continue
        for each in (each for each in own if each.key == key and each.field):
            setattr(row, each.field, getattr(source, each.field))
        alike = [each for each in there if each.number == stage.number and each.window > stage.window]
        if stage.window == 1 and any(each.key == key and each.field == "seats" for each in own):
            for other in (other for each in alike for other in each.lots if other.lot.number == int(number)):
                other.seats = source.seats
    session.flush()
    for stage in there:
        session.expire(stage, ["lots"])


def _apply_form(session: Session, table: Row, stage: Stage, copied: Stage, changes: Sequence[Change]) -> None:
    """The questions or criteria of one stage as those of its copy, of what changed. Their places are those there."""
    own = {row.key: row for row in _rows_of(session, table, stage.id)}
    sources = {row.key: row for row in _rows_of(session, table, copied.id)}
    for each in changes:
        key = each.key.split("/", 2)[2]
        if key not in sources:
            if not each.field and key in own:
                session.delete(own.pop(key))
        elif key not in own:
            own[key] = _like(table, sources[key], stage)
            session.add(own[key])
        elif each.field and each.field != "position":
            setattr(own[key], each.field, getattr(sources[key], each.field))
    moves = any(each.field != "criterion" for each in changes)
    for key, row in own.items():
        if moves and key in sources:
            row.position = sources[key].position
    session.flush()


PARTS: list[Part] = [Part(_copy_rows, _apply_rows)]
