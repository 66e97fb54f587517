"""How much one application can ask for at most."""

from procurement.models.applications import Entry
from procurement.rules.asking import Room
from procurement.rules.calls import OverBudget
from procurement.rules.vat import vat_of


def room_of(entry: Entry) -> Room:
    """What the entry's lot has in its stage: its own budget, or what is published for the window. The entry was read
    whole (`queries.applications`)."""
    call, lot = entry.stage.call, entry.application.lot
    published = next((row.budget for row in entry.stage.lots if row.lot_id == lot.id), None)
    return Room(
        most=lot.budget if published is None else published,
        vat=vat_of(call, lot),
        in_window=published is not None,
        refuses=call.above_budget == OverBudget.REFUSE,
    )
