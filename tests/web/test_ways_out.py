"""The pages of claims, of dates to accept by and of reviews of outcomes, walked without script."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.claims import Claim
from procurement.rules.ports import Ports
from procurement.web.forms.base import REFUSED
from tests.parts import calls, outcomes, people
from tests.parts.pages import checked as page
from tests.services.test_leaving import member
from tests.services.test_reviews_of_outcomes import entry_in
from workflows.facts import UK


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def day(ports: Ports, name: str, *, days: int = 0) -> dict[str, str]:
    local = (ports.clock.now() + timedelta(days=days)).astimezone(UK)
    return {f"{name}-day": str(local.day), f"{name}-month": str(local.month), f"{name}-year": str(local.year)}


def award_of(ports: Ports, call: Call) -> Award:
    return outcomes.awards_of(ports, call)[0]


@pytest.mark.both_databases
def test_a_claim_is_typed_confirmed_and_lifted_on_its_page(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    outcomes.noticed(ports, call)
    award = award_of(ports, call)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    root = f"/manage/calls/{call.ref}/stages/application"
    at = f"{root}/claims"
    assert f'href="{at}"' in page(officer.get(f"{root}/outcomes"))
    assert "There is no claim" in words(page(officer.get(at)))
    later = officer.send(at, {"lot": str(award.lot_id), "said": "Firm B v us.", **day(ports, "notified_on", days=2)})
    assert later.status_code == 409
    assert "Firm B v us." in later.text
    assert (
        officer.send(at, {"lot": str(award.lot_id), "said": "Firm B v us.", **day(ports, "notified_on")}).status_code
        == 303
    )
    with ports.database.reading() as session:
        claim = str(session.scalars(select(Claim.id)).one())
    assert "Somebody else looks at it and lifts the suspension" in words(page(officer.get(at)))
    waits = "Claims to look at"
    assert [waits in page(each.get("/manage")) for each in (approver, officer)] == [True, False]
    public = app.test_client()
    assert "The award is suspended. A claim was made in court" in words(page(public.get(f"/calls/{call.ref}")))
    assert "Firm B v us." not in public.get(f"/calls/{call.ref}").text
    assert "Suspended by a claim" in words(page(officer.get(f"{root}/outcomes")))
    lead = people.signed_in(app, ports, outcomes.lead_of(ports, award))
    with ports.database.reading() as session:
        ref = session.scalars(select(Application.ref).where(Application.id == award.application_id)).one()
    assert "The law suspends the award until that is lifted" in words(page(lead.get(f"/applications/{ref}/outcome")))
    assert approver.send(at, {"claim": claim}, to=f"{at}/approve").status_code == 303
    assert waits not in page(approver.get("/manage"))
    refused = approver.send(at, {"claim": claim, "reason": "Ended by the court."}, to=f"{at}/lift")
    assert refused.status_code == REFUSED
    assert "Enter the day of the order" in words(refused.text)
    said = {"claim": claim, "reason": "Ended by the court.", **day(ports, "ordered_on")}
    assert approver.send(at, said, to=f"{at}/lift").status_code == 303
    assert "Lifted" in words(page(approver.get(at)))
    assert "Suspended by a claim" not in words(page(officer.get(f"{root}/outcomes")))
    ports.clock.set(ports.clock.now() + timedelta(minutes=1))  # type: ignore[attr-defined]  (the tests' clock)
    assert "The award is suspended" not in words(page(public.get(f"/calls/{call.ref}")))


def test_who_may_not_change_claims_is_refused(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    at = f"/manage/calls/{call.ref}/stages/application/claims"
    auditor = people.signed_in(app, ports, calls.staff(ports, "auditor@city.example", "auditor"))
    assert auditor.get(at).status_code == 200
    assert auditor.send(at, {"said": "x"}).status_code == 403


def test_an_officer_gives_longer_on_a_page(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))
    award = award_of(ports, call)
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}/stages/application"
    assert "To be answered until" in words(page(officer.get(f"{root}/outcomes")))
    at = f"{root}/awards/{award.ref}/longer"
    page(officer.get(at))
    said = {"reason": "They asked for it.", "until-time": "12pm"}
    soon = officer.send(at, {**said, **day(ports, "until", days=1)})
    assert (soon.status_code, "Choose a later date than" in words(soon.text)) == (409, True)
    assert officer.send(at, {**said, **day(ports, "until", days=60)}).status_code == 303
    assert award_of(ports, call).accept_by != award.accept_by


def test_whoever_was_declined_asks_for_a_review_on_the_page_of_the_outcome(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))
    entry: Entry = entry_in(ports, call, "declined")
    with ports.database.reading() as session:
        ref = session.scalars(select(Application.ref).where(Application.id == entry.application_id)).one()
    lead = people.signed_in(app, ports, member(ports, entry))
    at = f"/applications/{ref}/outcome"
    assert "You can ask once for a review" in words(page(lead.get(at)))
    begun = lead.send(at, to=f"/applications/{ref}/stages/application/review")
    assert begun.status_code == 303
    shown = words(page(lead.get(begun.location)))
    assert "A review stops no standstill" in shown
    assert "See the review that was asked for" in words(page(lead.get(at)))
