"""Whoever is told of a time has it at that moment, whatever was read of it before."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.slots import Slot
from procurement.queries import applications as applications_queries
from procurement.queries import slots as slots_queries
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import slots
from procurement.services.act import Act
from tests.parts import slots as parts
from tests.parts.clock import StandingClock


@pytest.fixture(autouse=True)
def _offered(monkeypatch: pytest.MonkeyPatch) -> None:
    parts.offered(monkeypatch)


def test_a_reminder_never_goes_to_a_team_that_has_lost_the_time(ports: Ports, clock: StandingClock) -> None:
    """The time changes hands between the reading of what is due and the lock."""
    call = parts.presenting(ports)
    slot_id, *_ = parts.laid_out(ports, call, first=parts.morning(ports, 5))
    parts.chosen(ports, call, "Firm A", slot_id)
    clock.set(parts.read(ports, slot_id).starts_at - timedelta(days=2))
    other = parts.entries(ports, call)["Firm B"]

    def remind(session: Session) -> None:
        before = slots_queries.find(session, slot_id)
        assert before is not None
        changed = update(Slot).where(Slot.id == slot_id).values(entry_id=other)
        session.execute(changed.execution_options(synchronize_session=False))
        slots.remind(Act(session, ports, SYSTEM, clock.now()), slot_id)

    ports.database.write(remind)
    assert parts.messages(ports, "slot_reminder") == ["lead@firmb.example"]


@pytest.mark.parametrize("lost", ["withdrew", "chose"])
def test_nobody_is_told_to_choose_who_need_not_choose_any_more(ports: Ports, clock: StandingClock, lost: str) -> None:
    call = parts.presenting(ports)
    slot_id, *_ = parts.laid_out(ports, call)
    entry_id = parts.entries(ports, call)["Firm A"]
    told = len(parts.messages(ports, "slot_offered"))

    def tell(session: Session) -> None:
        before = applications_queries.get_entry(session, entry_id)
        assert before.state == "in_assessment"
        if lost == "withdrew":
            session.execute(
                update(Entry)
                .where(Entry.id == entry_id)
                .values(state="withdrawn")
                .execution_options(synchronize_session=False)
            )
        else:
            session.execute(
                update(Slot).where(Slot.id == slot_id).values(entry_id=entry_id, chosen_at=clock.now(), chosen_by=1)
            )
        slots.tell_free(Act(session, ports, SYSTEM, clock.now()), entry_id)

    ports.database.write(tell)
    assert len(parts.messages(ports, "slot_offered")) == told
