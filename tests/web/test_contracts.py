"""The page of a contract: from the acceptance to the published contract details notice, and what everybody reads."""

from datetime import date, timedelta

from flask import Flask

from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.rules.dates import uk_day
from procurement.rules.ports import Ports
from tests.parts import calls, noticing, outcomes, people
from tests.parts.clock import StandingClock
from tests.parts.pages import checked
from tests.services.test_claims import award_of
from tests.services.test_signing import accepted
from tests.web.test_outcomes import staff, words

PARTS = ("day", "month", "year")


def typed(award: Award, signed_on: date, starts_on: date | None, ends_on: date | None) -> dict[str, str]:
    days = {"signed_on": signed_on, "starts_on": starts_on or signed_on, "ends_on": ends_on or signed_on}
    parts = {f"{name}-{part}": str(getattr(day, part)) for name, day in days.items() for part in PARTS}
    return {**parts, "amount": str(award.amount)}


def address(call: Call, award: Award) -> str:
    return f"/manage/calls/{call.ref}/stages/application/awards/{award.ref}/contract"


def test_from_the_acceptance_to_the_published_details(app: Flask, ports: Ports, clock: StandingClock) -> None:
    call, award = accepted(ports)
    clock.set(clock.now() + timedelta(hours=9))  # nobody types midnight
    officer, approver = staff(app, ports)
    root, today = address(call, award), uk_day(ports.clock.now())
    shown = words(checked(officer.get("/manage")))
    assert "Contracts and agreements to sign" in shown
    awards = checked(officer.get(f"/manage/calls/{call.ref}/stages/application/outcomes"))
    assert "Not recorded yet when it was signed" in words(awards)
    assert f'href="{root}"' in awards
    assert "To be signed" in words(checked(officer.get(f"/awards/{award.ref}")))
    refused = checked(officer.send(root, typed(award, today, today, date(today.year - 1, 1, 1))), 409)
    assert "It ends on the day on which it begins, or later." in words(refused)
    assert officer.send(root, typed(award, today, call.starts_on, call.ends_on)).status_code == 303
    assert "An approver who did not record it confirms it." in words(checked(officer.get(root)))
    page = checked(approver.get(root))
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert approver.send(root, {"seen": seen}, to=f"{root}/confirm").status_code == 303
    page = words(checked(officer.get(root)))
    assert "within 30 days of the signing" in page
    assert officer.send(root, to=f"{root}/notice/draft").status_code == 303
    statuses = noticing.steps(officer, approver, root, f"{root}/notice", ports.clock.now())
    assert statuses == [303, 303, 303]
    public = checked(officer.get(f"/awards/{award.ref}"))
    assert "Signed" in words(public)
    assert f"{call.ref}-uk7-1".lower() in public
    notice = words(checked(officer.get(f"/notices/{call.ref.lower()}-uk7-1")))
    assert "Contract details notice" in notice
    assert "Date on which it was signed" in notice
    data = officer.get(f"/awards/{award.ref}.json").get_json()
    assert (data["award"]["signed_on"], data["award"]["contract_amount"]) == (today.isoformat(), award.amount)
    history = words(checked(officer.get(f"/manage/calls/{call.ref}/history")))
    assert "Confirmed that it was signed on" in history
    lead = people.signed_in(app, ports, outcomes.lead_of(ports, award))
    own = words(checked(lead.get(f"/applications/{outcomes.table(ports, call).entries[0].ref}/outcome")))
    assert "It is recorded that both signed on" in own
    assert "write to you to sign" not in own


def test_an_award_that_is_not_accepted_has_nothing_to_record(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    award = award_of(ports, call)
    officer = people.signed_in(app, ports, calls.officer(ports))
    assert "The award is not accepted" in words(checked(officer.get(address(call, award))))
    assert officer.get(address(call, award).replace(award.ref, "none")).status_code == 404
