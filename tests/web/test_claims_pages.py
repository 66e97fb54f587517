"""The page of claims: the day of notice counts, so that what came on the last day is typed the next morning."""

from datetime import timedelta

from flask import Flask

from procurement.rules.dates import uk_day
from procurement.rules.ports import Ports
from tests.parts import calls, outcomes, people
from tests.parts.clock import StandingClock
from tests.parts.pages import checked
from tests.services.test_claims import SAID, award_of, in_standstill
from tests.web.test_outcomes import words


def test_the_morning_after_the_standstill_a_claim_of_its_last_day_is_typed(
    app: Flask, ports: Ports, clock: StandingClock
) -> None:
    call = in_standstill(ports)
    held_until = award_of(ports, call).confirm_at
    assert held_until is not None
    clock.set(held_until + timedelta(hours=9))
    outcomes.sweep(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}/stages/application/claims"
    assert "The day of the notice counts, not the day of typing." in words(checked(officer.get(root)))
    day, award = uk_day(clock.now()) - timedelta(days=1), award_of(ports, call)
    typed = {"lot": str(award.lot_id), "said": SAID}
    typed |= {f"notified_on-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    assert officer.send(root, typed).status_code == 303
    assert "Suspended by a claim" in checked(officer.get(f"/manage/calls/{call.ref}/stages/application/outcomes"))
    lead = people.signed_in(app, ports, outcomes.lead_of(ports, award))
    shown = checked(lead.get(f"/applications/{outcomes.table(ports, call).entries[0].ref}/outcome"))
    assert "no contract can be entered into" in words(shown)
    assert "/outcome/accept" not in shown
