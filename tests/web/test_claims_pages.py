"""The page of claims: the day of notice counts, so that what came on the last day is typed the next morning."""

from datetime import date, timedelta

from flask import Flask

from procurement.models.people import Person
from procurement.rules.dates import uk_day
from procurement.rules.ports import Ports
from tests.parts import calls, outcomes, people
from tests.parts.clock import StandingClock
from tests.parts.pages import checked
from tests.services.test_claims import SAID, award_of, claim, in_standstill
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


def test_who_confirmed_and_lifted_is_read_and_a_day_before_the_claim_is_said_at_its_field(
    app: Flask, ports: Ports
) -> None:
    call = in_standstill(ports)
    typed = claim(ports, call)
    approver = people.signed_in(app, ports, calls.approver(ports))
    root = f"/manage/calls/{call.ref}/stages/application/claims"
    assert approver.send(root, {"claim": str(typed.id)}, to=f"{root}/approve").status_code == 303
    said = {"claim": str(typed.id), "reason": "Settled out of court."}
    before, day = typed.notified_on - timedelta(days=1), typed.notified_on

    def on(at: date) -> dict[str, str]:
        return said | {f"ordered_on-{part}": str(getattr(at, part)) for part in ("day", "month", "year")}

    shown = checked(approver.send(root, on(before), to=f"{root}/lift"), 422)
    assert "not before the claim, and not after today" in words(shown)
    assert "Settled out of court." in shown
    assert approver.send(root, on(day), to=f"{root}/lift").status_code == 303
    read = words(checked(approver.get(root)))
    with ports.database.reading() as session:
        name = session.get_one(Person, calls.approver(ports).id).name
    assert f"Confirmed by {name}" in read
    assert f"Lifted by {name}" in read
