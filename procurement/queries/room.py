"""How much one application can ask for at most."""

from procurement.models.applications import Entry
from procurement.models.calls import Lot
from procurement.models.stages import Stage
from procurement.rules.asking import Room
from procurement.rules.calls import BOUND, OverBudget
from procurement.rules.vat import vat_of


def room_of(entry: Entry) -> Room:
    """What the entry's lot has in its stage: its own budget, or what is published for the window. The entry was read
    whole (`queries.applications`)."""
    return _room(entry.stage, entry.application.lot)


def rooms_of(stage: Stage) -> list[tuple[Lot, Room]]:
    """The same of every lot of a stage that was read whole, in order: for whoever has not begun. What was abandoned is
    left out."""
    lots = sorted((row.lot for row in stage.lots if row.lot.abandoned_at is None), key=lambda lot: lot.number)
    return [(lot, _room(stage, lot)) for lot in lots]


def _room(stage: Stage, lot: Lot) -> Room:
    call = stage.call
    published = next((row.budget for row in stage.lots if row.lot_id == lot.id), None)
    return Room(
        most=lot.budget if published is None else published,
        vat=vat_of(call, lot),
        in_window=published is not None,
        refuses=call.above_budget == OverBudget.REFUSE,
        tender=call.route in BOUND,
    )
