"""A team chooses when it presents, takes the time into its calendar; an assessor gets from it to the scorecard."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar

from procurement.models.calls import Call
from procurement.rules.ports import Ports
from procurement.rules.slots import Attendance
from tests.parts import assessment, calls, outcomes, people
from tests.parts import slots as parts
from tests.parts.clock import StandingClock
from tests.parts.pages import read
from tests.parts.visitors import Visitor
from workflows.facts import UK


@pytest.fixture(autouse=True)
def procedures(monkeypatch: pytest.MonkeyPatch) -> None:
    parts.offered(monkeypatch)


def own_page(ports: Ports, call: Call, firm: str = "Firm A", rest: str = "") -> str:
    return f"/applications/{parts.refs(ports, call)[firm]}/stages/application/slot{rest}"


def officer(app: Flask, ports: Ports) -> Visitor:
    return people.signed_in(app, ports, calls.officer(ports))


def lead(app: Flask, ports: Ports, firm: str = "Firm A") -> Visitor:
    return people.signed_in(app, ports, parts.lead_of(ports, firm))


# teams


def test_a_team_chooses_by_one_press_sees_its_time_and_can_change_it(app: Flask, ports: Ports) -> None:
    call = parts.presenting(ports)
    first, second, third = parts.laid_out(ports, call)
    browser, page = lead(app, ports), own_page(ports, call)
    dashboard = read(browser.get("/dashboard"))
    assert page in dashboard.links
    assert "Choose a time for “" in dashboard.one("main").words
    home = read(browser.get(f"/applications/{parts.refs(ports, call)['Firm A']}"))
    assert page in home.links
    shown = read(browser.get(page))
    assert [each.attributes["value"] for each in shown.all("input[name=slot]")] == [str(first), str(second), str(third)]
    answer = browser.send(page, {"slot": str(second)})
    assert (answer.status_code, answer.location) == (303, page)
    dashboard = read(browser.get("/dashboard"))
    assert page not in dashboard.links
    assert "Your time " in dashboard.one("main").words
    mine = read(browser.get(page))
    assert parts.PLACE in mine.text
    assert [each.attributes["value"] for each in mine.all("input[name=slot]")] == [str(first), str(third)]
    assert browser.send(page, {"slot": str(third)}).status_code == 303
    assert parts.read(ports, second).entry_id is None


def test_who_comes_second_reads_so_beside_what_is_left(app: Flask, ports: Ports) -> None:
    call = parts.presenting(ports)
    first, second, third = parts.laid_out(ports, call)
    browser, page = lead(app, ports), own_page(ports, call)
    browser.get(page)
    parts.chosen(ports, call, "Firm B", first)
    left = read(browser.send(page, {"slot": str(first)}), 409)
    assert "Somebody else has just taken this time. Choose another one." in left.text
    assert [each.attributes["value"] for each in left.all("input[name=slot]")] == [str(second), str(third)]
    assert "Choose one of the times" in read(browser.send(page, {}), 422).text
    assert read(browser.send(page, {"slot": "4711"}), 404)
    other = parts.laid_out(ports, calls.read(ports, call.id), count=1, first=parts.morning(ports, 3))
    assert browser.send(page, {"slot": str(other[0])}).status_code == 303


def test_only_the_team_of_an_opened_application_finds_its_page(app: Flask, ports: Ports) -> None:
    call = assessment.bids_in(ports, procedure="presented")
    parts.laid_out(ports, call, first=parts.morning(ports, 60))
    page = own_page(ports, call)
    assert lead(app, ports).get(page).status_code == 404
    assessment.in_assessment(ports, assessment.opened(ports, call))
    assert lead(app, ports).get(page).status_code == 200
    assert lead(app, ports).get(f"/applications/{parts.refs(ports, call)['Firm A']}/slot").status_code == 200
    assert lead(app, ports, "Firm B").get(page).status_code == 404
    assert officer(app, ports).get(page).status_code == 404
    assert lead(app, ports).get(f"{page}.ics").status_code == 404


def test_a_viewer_reads_the_time_and_cannot_choose(app: Flask, ports: Ports) -> None:
    from procurement.models.people import Membership

    call = parts.presenting(ports)
    slot_id = parts.laid_out(ports, call)[0]
    page = own_page(ports, call)
    viewer = people.person(ports, "viewer@firma.example")
    organisation_id = next(iter(parts.lead_of(ports, "Firm A").teams))
    ports.database.write(
        lambda session: session.add(
            Membership(person_id=viewer.id, organisation_id=organisation_id, role="viewer", joined_at=ports.clock.now())
        )
    )
    browser = people.signed_in(app, ports, viewer)
    shown = read(browser.get(page))
    assert shown.all("input[name=slot]") == []
    assert "The lead and the editors of your organisation can choose." in shown.text
    token = read(browser.get("/account/organisations/new")).one("input[name=csrf_token]").attributes["value"]
    assert browser.post(page, data={"csrf_token": token, "slot": str(slot_id)}).status_code == 403


def test_after_the_time_for_choosing_the_page_says_what_happens(app: Flask, ports: Ports, clock: StandingClock) -> None:
    call = parts.presenting(ports)
    slot_id = parts.laid_out(ports, call, first=parts.morning(ports, 20))[0]
    parts.chosen(ports, call, "Firm A", slot_id)
    choose_by = calls.stage_of(ports, call).choose_by
    assert choose_by is not None
    clock.set(choose_by)
    assert "It cannot be changed here any more." in read(lead(app, ports).get(own_page(ports, call))).text
    late = read(lead(app, ports, "Firm B").get(own_page(ports, call, "Firm B")))
    assert "The time for choosing was over on" in late.text
    assert late.all("input[name=slot]") == []


def test_a_team_that_did_not_come_reads_what_was_noted(app: Flask, ports: Ports, clock: StandingClock) -> None:
    call = parts.presenting(ports)
    slot_id = parts.laid_out(ports, call)[0]
    parts.chosen(ports, call, "Firm A", slot_id)
    clock.set(parts.read(ports, slot_id).ends_at)
    parts.noted(ports, slot_id, Attendance.DID_NOT_COME)
    assert "We have noted that you did not come." in read(lead(app, ports).get(own_page(ports, call))).text


def test_the_calendar_file_is_one_appointment_in_uk_time_that_is_revised(
    app: Flask, ports: Ports, clock: StandingClock
) -> None:
    call = parts.presenting(ports)
    first, second, _ = parts.laid_out(ports, call, joining=parts.JOINING)
    ref = parts.refs(ports, call)["Firm A"]
    found = []
    for slot_id in (first, second):
        parts.chosen(ports, call, "Firm A", slot_id)
        chosen_at = clock.now()
        answer = lead(app, ports).get(own_page(ports, call, rest=".ics"))
        assert answer.status_code == 200
        assert answer.content_type == "text/calendar; charset=utf-8"
        assert f'filename="{ref}-application.ics"' in answer.headers["Content-Disposition"]
        assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
        (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
        assert event["DTSTART"].params["TZID"] == "Europe/London"
        assert (event.decoded("dtstart"), event.decoded("dtend")) == (
            parts.read(ports, slot_id).starts_at,
            parts.read(ports, slot_id).ends_at,
        )
        assert event.decoded("dtstamp") == event.decoded("last-modified") == chosen_at.replace(microsecond=0)
        assert (str(event["LOCATION"]), parts.JOINING in str(event["DESCRIPTION"])) == (parts.PLACE, True)
        found.append((str(event["UID"]), int(event["SEQUENCE"])))
        clock.forward(minutes=5)
    assert found == [(f"{ref}-application", 0), (f"{ref}-application", 1)]
    text = answer.data.decode().replace("\r\n ", "")
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in text
    assert "RDATE" not in text
    assert "localhost" not in text.partition("UID:")[2].partition("\r\n")[0]


def test_the_two_rules_of_the_calendar_file_are_those_of_uk_clocks() -> None:
    from procurement.web.parts.calendars import london

    zone = london().to_tz()
    for year in (1997, 2026, 2027, 2040):
        day = datetime(year, 1, 1, 12)  # noqa: DTZ001  (a wall clock)
        for _ in range(366):
            assert day.replace(tzinfo=zone).utcoffset() == day.replace(tzinfo=UK).utcoffset()
            day += timedelta(days=1)


# assessors


def test_from_its_time_an_assessor_is_one_press_from_the_scorecard(
    app: Flask, ports: Ports, clock: StandingClock
) -> None:
    call = parts.presenting(ports)
    first, second, _ = parts.laid_out(ports, call, joining=parts.JOINING)
    parts.chosen(ports, call, "Firm B", first)
    parts.chosen(ports, call, "Firm A", second)
    reader = assessment.assessor(ports, "one@readers.example")
    assessment.assigned(ports, call, [reader])
    before = read(people.signed_in(app, ports, reader).get("/assess"))
    assert parts.PLACE in before.text
    assert parts.JOINING not in before.links
    assessment.marked(ports, call, submit=False)
    clock.set(parts.read(ports, first).starts_at)
    parts.noted(ports, first, Attendance.CAME)
    browser = people.signed_in(app, ports, reader)
    queue = read(browser.get("/assess"))
    ways = [link for link in queue.links if link.endswith("/mark")]
    assert len(ways) == 2
    assert parts.JOINING in queue.links
    card = read(browser.get(ways[0], follow_redirects=True))
    assert "10am to 10:45am" in card.text
    parts.noted(ports, first, Attendance.DID_NOT_COME)
    assert "No mark is due." in read(browser.get("/assess")).text
    assert "No mark is due." in read(browser.get(ways[0], follow_redirects=True)).text


def test_the_letter_is_for_the_team_and_for_staff_and_for_nobody_else(app: Flask, ports: Ports) -> None:
    call = parts.presenting(ports)
    slot_id = parts.laid_out(ports, call)[0]
    parts.chosen(ports, call, "Firm A", slot_id)
    outcomes.made_ready(ports, call)
    (letter,) = [each for each in read(lead(app, ports).get(own_page(ports, call))).links if each.endswith(".pdf")]
    assert [
        browser.get(letter).status_code
        for browser in (lead(app, ports), officer(app, ports), lead(app, ports, "Firm B"))
    ] == [200, 200, 404]
