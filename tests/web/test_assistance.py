"""Minimal financial assistance through the pages: the lead lists and confirms, the officer looks, the lead accepts."""

import re

from flask import Flask

from procurement.rules.ports import Ports
from tests.parts import assessment, calls, outcomes, people
from tests.parts.visitors import Visitor


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def save(lead: Visitor, page: str, **said: str) -> str:
    """The page of a question after something was saved there."""
    shown = lead.get(page).text
    version = re.search(r'name="version" value="(\d+)"', shown)
    assert version is not None
    assert "data-autosave" not in shown or "answer-1-giver" not in shown
    assert lead.send(page, {"version": version[1], "then": "stay", **said}).status_code == 303
    return lead.get(page).text


def test_the_walk_from_the_outcome_to_the_letter(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, procedure="small_grant", firms=1, firm=False)
    (award,) = outcomes.awards_of(ports, call)
    request = outcomes.asked_of(ports, award)
    assert request is not None
    lead = people.signed_in(app, ports, outcomes.lead_of(ports, award))
    officer = people.signed_in(app, ports, calls.officer(ports))
    ref = request.entry.application.ref
    outcome = f"/applications/{ref}/outcome"
    assert "The award is not firm yet. Confirm by" in words(lead.get(outcome).text)
    assert "Confirm minimal financial assistance" in words(lead.get("/dashboard").text)
    task = f"/applications/{ref}/requests/{request.number}"
    page = lead.get(task).text
    assert "is proposed as minimal financial assistance" in words(page)

    one = {"answer-1-giver": "Arts Council", "answer-1-day": "12 3 2026", "answer-1-amount": "£100k"}
    assert "and to enterprises under the same control" in words(lead.get(f"{task}/questions/1").text)
    shown = save(lead, f"{task}/questions/1", **one, **{"answer-2-giver": "City"})
    assert "City: enter the day on which you received it" in words(shown)
    assert ('value="Thursday 12 March 2026"' in shown, 'value="100,000"' in shown) == (True, True)
    shown = save(lead, f"{task}/questions/1", **one)
    save(lead, f"{task}/questions/2", answer="yes")
    page = lead.get(task).text
    total = 100_000 + award.amount
    assert f"come to £{total:,.0f}, of at most £315,000" in words(page)
    assert "our enterprise does not exceed £315,000" in words(page)
    press = dict(re.findall(r'name="(press|version)" value="(\w+)"', page))
    assert lead.send(task, {**press, "declared": "yes"}, to=f"{task}/send").status_code == 303
    assert "An officer looks at it" in words(lead.get(outcome).text)

    place = f"/manage/calls/{call.ref}/stages/application"
    assert "confirmed, to be looked at" in words(officer.get(f"{place}/outcomes").text)
    assert "Answers to look at" in words(officer.get("/manage").text)
    mine = f"{place}/bids/{ref}/requests/{request.number}"
    page = officer.get(mine).text
    assert f"come to £{total:,.0f}, of at most £315,000" in words(page)
    assert "It declared: “By receiving this grant" in words(page)
    refused = officer.send(mine, {"because": ""}, to=f"{mine}/turn-down")
    assert (refused.status_code, "Give a reason" in refused.text) == (422, True)
    assert officer.send(mine, to=f"{mine}/agree").status_code == 303
    page = words(officer.get(mine).text)
    assert ("looked at it on" in page, "End the award" in page) == (True, False)

    assert "The award is confirmed" in words(lead.get(outcome).text)
    accepting = words(lead.get(f"{outcome}/accept").text)
    assert "With your acceptance this grant is given as minimal financial assistance" in accepting
    assert lead.send(f"{outcome}/accept").status_code == 303
    outcomes.made_ready(ports, call)
    assert "Confirmation of minimal financial assistance" in words(lead.get(outcome).text)
    assert "For the public record" in words(officer.get(mine).text)
    history = words(officer.get(f"/manage/calls/{call.ref}/history").text)
    for said in ("Found that it keeps within minimal financial assistance", "Given as minimal financial assistance"):
        assert said in history
    assert "needs no entry in the subsidy database" in history


def test_an_award_that_cannot_be_given_ends_with_its_reason_on_both_sides(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, procedure="small_grant", firms=1, firm=False)
    (award,) = outcomes.awards_of(ports, call)
    outcomes.confirmed_in_writing(ports, award, keeps="no")
    request = outcomes.asked_of(ports, award)
    assert request is not None
    officer = people.signed_in(app, ports, calls.officer(ports))
    ref = request.entry.application.ref
    mine = f"/manage/calls/{call.ref}/stages/application/bids/{ref}/requests/{request.number}"
    page = officer.get(mine).text
    assert ("it would not keep within the limit" in words(page), f"{mine}/agree" in page) == (True, False)
    assert officer.send(mine, {"because": "Its total is too high."}, to=f"{mine}/turn-down").status_code == 303
    assert "The award ended. The reason: Its total is too high." in words(officer.get(mine).text)
    lead = people.signed_in(app, ports, outcomes.lead_of(ports, award))
    assert "The award has ended. The reason: Its total is too high." in words(
        lead.get(f"/applications/{ref}/outcome").text
    )
    assert "Confirm minimal financial assistance" not in words(lead.get("/dashboard").text)


def test_whoever_answered_no_in_the_form_is_pointed_out_before_it_is_decided(app: Flask, ports: Ports) -> None:
    call = assessment.locked(ports, procedure="small_grant", firms=1)
    (entry,) = outcomes.table(ports, call).entries
    ports.database.write(
        lambda session: setattr(session.get_one(type(entry.entry), entry.entry.id), "over_assistance", True)
    )
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}/stages/application"
    for page in (f"{root}/decisions", f"{root}/decisions/{entry.ref}", f"{root}/bids/{entry.ref}"):
        assert "minimal financial assistance" in words(officer.get(page).text)
