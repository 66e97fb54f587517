"""The paragraph in letters through the pages: for all with one decision, for one, for the approver, in the outcome."""

import re

from flask import Flask
from sqlalchemy import update

from procurement.models.documents import Document
from procurement.rules.ports import Ports
from tests.parts import calls, outcomes, people
from tests.services.test_paragraphs import SAID


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def seen_in(html: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', html)
    assert found is not None
    return found[1]


def test_the_walk_of_a_paragraph_from_the_officer_to_the_applicant(app: Flask, ports: Ports) -> None:
    call = outcomes.proposed(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    approver = people.signed_in(app, ports, calls.approver(ports))
    root = f"/manage/calls/{call.ref}/stages/application"
    place = f"{root}/paragraphs"
    assert place in officer.get(f"{root}/decisions").text
    page = officer.get(place).text
    fields = {"outcome": "fund", "seen": seen_in(page)}
    refused = officer.send(place, {**fields, "text": "Dear [NAME], well done."})
    assert (refused.status_code, "“[NAME]” is not filled in by anybody" in refused.text) == (409, True)
    assert officer.send(place, {**fields, "text": SAID}).status_code == 303
    stale = officer.send(place, {**fields, "text": "Another."})
    assert (stale.status_code, "Another." in stale.text) == (409, True)
    first = outcomes.table(ports, call).entries[0].ref
    page = officer.get(f"{place}/{first}").text
    assert SAID in words(page)
    answer = officer.send(f"{place}/{first}", {"seen": seen_in(page), "text": "Only yours."})
    assert answer.status_code == 303

    page = words(approver.get(f"{root}/decisions").text)
    assert (f"In the letter too: {SAID}" in page, "In the letter too: Only yours." in page) == (True, True)
    assert approver.get(place).status_code == 403
    history = words(officer.get(f"/manage/calls/{call.ref}/history").text)
    assert "Wrote a paragraph in the letter" in history

    outcomes.approve(ports, call)
    outcomes.made_ready(ports, call)
    outcomes.tell(ports, call)
    award = outcomes.awards_of(ports, call)[0]
    lead = people.signed_in(app, ports, outcomes.lead_of(ports, award))
    shown = words(lead.get(f"/applications/{award.application.ref}/outcome").text)
    assert "From the officers of the call" in shown


def test_a_letter_that_shows_boxes_is_named_before_anybody_is_told(app: Flask, ports: Ports) -> None:
    call = outcomes.decided(ports)
    outcomes.made_ready(ports, call)
    of_letter = update(Document).where(Document.kind == "award_letter").values(undrawn="Tibetan: \u0f40")
    ports.database.write(lambda session: session.execute(of_letter))
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}/stages/application"
    page = words(officer.get(f"{root}/tell").text)
    assert "No font of ours has these letters. Tibetan: \u0f40" in page
    assert "show boxes in the place of letters" in page
    assert "Tibetan" in words(officer.get(f"{root}/documents").text)
