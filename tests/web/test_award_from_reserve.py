"""A second award of a covered call, through the pages: its notice beside the first, which stays."""

from datetime import timedelta

from flask import Flask

from procurement.rules.ports import Ports
from tests.parts import noticing, outcomes, people
from tests.parts.clock import StandingClock
from tests.parts.pages import checked
from tests.services.test_award_from_reserve import promoted
from tests.web.test_outcomes import staff, words


def test_the_award_from_the_reserve_is_noticed_on_the_same_page(app: Flask, ports: Ports, clock: StandingClock) -> None:
    call, _first, second = promoted(ports, clock)
    outcomes.made_ready(ports, call)
    outcomes.addressed(ports, call)
    officer, approver = staff(app, ports)
    root = f"/manage/calls/{call.ref}/stages/application"
    page = words(checked(officer.get(f"{root}/notices")))
    assert "It has a notice and a standstill of its own" in page
    assert "Published on" in page
    assert "The standstill begins when the contract award notice is published." in words(
        checked(officer.get(f"{root}/outcomes"))
    )
    clock.set(clock.now() + timedelta(minutes=9))
    noticing.published(officer, approver, root, clock.now())
    page = checked(officer.get(f"{root}/notices"))
    assert [f"/notices/{call.ref.lower()}-uk6-{number}" in page for number in (1, 2)] == [True, True]
    assert "Draft the notice" not in page
    lead = people.signed_in(app, ports, outcomes.lead_of(ports, second))
    own = outcomes.table(ports, call).entries
    ref = next(each.ref for each in own if each.entry.id == second.entry_id)
    shown = checked(lead.get(f"/applications/{ref}/outcome"))
    assert f"/notices/{call.ref.lower()}-uk6-2" in shown
    assert "The standstill ends on" in words(shown)
