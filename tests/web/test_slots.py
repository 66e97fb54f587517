"""The pages of times: officers lay them out, teams choose, assessors get from them to their scorecard."""

from datetime import datetime

import pytest
from flask import Flask

from procurement.models.calls import Call
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.slots import Attendance, split
from tests.parts import assessment, calls, people
from tests.parts import slots as parts
from tests.parts.clock import StandingClock
from tests.parts.pages import read
from tests.parts.statements import statements
from tests.parts.visitors import Visitor
from workflows.facts import UK


@pytest.fixture(autouse=True)
def procedures(monkeypatch: pytest.MonkeyPatch) -> None:
    parts.offered(monkeypatch)


def page_of(call: Call, rest: str = "") -> str:
    return f"/manage/calls/{call.ref}/stages/application/slots{rest}"


def officer(app: Flask, ports: Ports) -> Visitor:
    return people.signed_in(app, ports, calls.officer(ports))


def typed(first: datetime, **more: str) -> dict[str, str]:
    local = first.astimezone(UK)
    return {
        "starts_at-day": str(local.day),
        "starts_at-month": str(local.month),
        "starts_at-year": str(local.year),
        "starts_at-time": split(first)[1],
        "minutes": "45",
        "count": "2",
        "pause": "15",
        "lot": "every",
        "place": parts.PLACE,
        "joining": "",
        **more,
    }


# officers


def test_an_officer_sees_a_series_before_it_is_offered_and_offers_it_with_a_second_press(
    app: Flask, ports: Ports
) -> None:
    call = parts.presenting(ports)
    browser, fields = officer(app, ports), typed(parts.morning(ports))
    assert "No times are offered yet." in read(browser.get(page_of(call))).text
    shown = read(browser.send(page_of(call, "/offer"), fields))
    assert "These would be 2 times. Nothing is offered yet." in shown.text
    assert len(shown.all("ol.govuk-list--number li")) == 2
    seen = shown.one("input[name=seen]").attributes["value"]
    other = read(browser.send(page_of(call, "/offer"), {**fields, "count": "3", "seen": seen, "offer": "1"}))
    assert "These would be 3 times. Nothing is offered yet." in other.text
    answer = browser.send(page_of(call, "/offer"), {**fields, "seen": seen, "offer": "1"})
    assert (answer.status_code, answer.location) == (303, page_of(call))
    listed = read(browser.get(page_of(call)))
    assert [cell.words for cell in listed.all("tbody th")] == ["10am to 10:45am", "11am to 11:45am"]
    assert "3 teams without a time" in " ".join(listed.one(".app-numbers").words.split())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"place": ""}, "Say where it is, or give a link to join from afar."),
        ({"joining": "http://meet.example.org"}, "Enter the link to join as it is, beginning with https://."),
        ({"starts_at-year": "2020"}, "The times must lie ahead."),
        ({"starts_at-time": "tea"}, "starts_at"),
        ({"count": "51"}, "50"),
        ({"minutes": ""}, "Enter how long a time lasts"),
        ({"lot": "4711"}, "Select one of the options"),
    ],
)
def test_what_is_typed_wrong_is_kept_and_said(app: Flask, ports: Ports, wrong: dict[str, str], sentence: str) -> None:
    call = parts.presenting(ports)
    answer = officer(app, ports).send(page_of(call, "/offer"), typed(parts.morning(ports), **wrong))
    page = read(answer, 422)
    assert sentence in page.text or sentence in answer.text
    if "place" not in wrong:
        assert page.one("input[name=place]").attributes["value"] == parts.PLACE


def test_an_officer_gives_frees_moves_and_takes_away(app: Flask, ports: Ports) -> None:
    call = parts.presenting(ports)
    first, second, _ = parts.laid_out(ports, call)
    browser, entries = officer(app, ports), parts.entries(ports, call)
    one = page_of(call, f"/{first}")
    assert len(read(browser.get(one)).all("select[name=entry] option")) >= 3
    assert browser.send(one, {"entry": str(entries["Firm B"])}, to=f"{one}/assign").status_code == 303
    listed = read(browser.get(page_of(call)))
    assert "Firm B" in listed.one("tbody").text
    assert read(browser.send(one, {"entry": ""}, to=f"{one}/assign"), 422).all(".govuk-error-summary")
    place = {"place": "Room 9", "joining": parts.JOINING, "version": "1"}
    stale = browser.send(one, place, to=f"{one}/place")
    assert stale.status_code == 409
    place["version"] = read(browser.get(one)).one("input[name=version]").attributes["value"]
    assert browser.send(one, place, to=f"{one}/place").status_code == 303
    assert parts.read(ports, first).place == "Room 9"
    refused = read(browser.send(one, to=f"{one}/withdraw"), 409)
    assert "Somebody has this time." in refused.text
    assert browser.send(one, to=f"{one}/release").status_code == 303
    assert browser.send(one, to=f"{one}/withdraw").status_code == 303
    assert len(read(browser.get(page_of(call))).all("tbody tr")) == 2
    assert second != first


def test_attendance_is_two_presses_from_when_the_time_begins_and_can_be_taken_back(
    app: Flask, ports: Ports, clock: StandingClock
) -> None:
    call = parts.presenting(ports)
    slot_id = parts.laid_out(ports, call, count=1)[0]
    parts.chosen(ports, call, "Firm A", slot_id)
    browser = officer(app, ports)
    note = page_of(call, f"/{slot_id}/attendance")
    assert read(browser.get(page_of(call))).all("button[name=attendance]") == []
    clock.set(parts.read(ports, slot_id).starts_at)
    browser = officer(app, ports)
    shown = read(browser.get(page_of(call)))
    assert [each.attributes["value"] for each in shown.all("button[name=attendance]")] == ["came", "did_not_come"]
    assert "For 3 teams it is not noted whether they came." in shown.text
    for said, kept in (("did_not_come", "did_not_come"), ("came", "came"), ("", "")):
        assert browser.send(page_of(call, f"/{slot_id}"), {"attendance": said}, to=note).status_code == 303
        assert parts.read(ports, slot_id).attendance == kept
    assert browser.send(page_of(call, f"/{slot_id}"), {"attendance": "late"}, to=note).status_code == 400


def test_who_may_look_at_the_times_and_who_may_change_them(app: Flask, ports: Ports) -> None:
    call = parts.presenting(ports)
    slot_id = parts.laid_out(ports, call)[0]
    auditor = people.person(ports, "auditor@city.example", "auditor")

    def statuses(who: Principal) -> list[int]:
        browser = people.signed_in(app, ports, who)
        return [browser.get(page_of(call, rest)).status_code for rest in ("", "/offer", f"/{slot_id}")]

    assert statuses(calls.officer(ports)) == [200, 200, 200]
    assert statuses(calls.approver(ports)) == [200, 403, 403]
    assert statuses(auditor) == [200, 403, 403]
    assert statuses(assessment.assessor(ports, "one@readers.example")) == [404, 404, 404]
    assert statuses(parts.lead_of(ports, "Firm A")) == [404, 404, 404]


def test_nobody_sees_times_of_a_stage_that_has_not_begun_or_has_none(app: Flask, ports: Ports) -> None:
    call = calls.published(ports, "demonstrated")
    browser = officer(app, ports)
    assert browser.get(f"/manage/calls/{call.ref}/stages/demonstration/slots").status_code == 403
    assert browser.get(f"/manage/calls/{call.ref}/stages/proposal/slots").status_code == 404
    assert browser.get(f"/manage/calls/{call.ref}/stages/nothing/slots").status_code == 404


def test_before_the_opening_the_page_of_times_says_nothing_of_who_takes_part(app: Flask, ports: Ports) -> None:
    def shown(firms: int) -> str:
        return read(officer(app, ports).get(page_of(call))).one("main").text

    call = calls.published(ports, "presented")
    parts.laid_out(ports, call, first=parts.morning(ports, 60))
    without = shown(0)
    assessment.bids_in(ports, call, firms=2)
    assert shown(2) == without
    assert "0 teams without a time" in " ".join(without.split())


def test_a_page_of_times_takes_as_many_statements_however_many_there_are(app: Flask, ports: Ports) -> None:
    call = parts.presenting(ports)
    ids = parts.laid_out(ports, call, count=3)
    browser = officer(app, ports)
    parts.chosen(ports, call, "Firm A", ids[0])
    browser.get(page_of(call))
    few = statements(ports, browser.get, page_of(call))
    parts.chosen(ports, call, "Firm B", ids[1])
    parts.laid_out(ports, call, count=10, first=parts.morning(ports, 2))
    browser.get(page_of(call))
    assert statements(ports, browser.get, page_of(call)) == few


# around them


def test_until_when_teams_choose_is_set_with_the_dates_of_a_stage_that_has_times(app: Flask, ports: Ports) -> None:
    with_times, without = calls.drafted(ports, "presented"), calls.drafted(ports, title="Without")
    browser = officer(app, ports)
    shown = read(browser.get(f"/manage/calls/{with_times.ref}/stages/application/dates"))
    assert len(shown.all("input[name^=choose_by]")) == 4
    other = calls.stage_of(ports, without).key
    assert read(browser.get(f"/manage/calls/{without.ref}/stages/{other}/dates")).all("input[name^=choose_by]") == []


def test_the_history_says_what_happened_to_a_time_in_words(app: Flask, ports: Ports, clock: StandingClock) -> None:
    call = parts.presenting(ports)
    slot_id, free, _ = parts.laid_out(ports, call)
    browser = officer(app, ports)
    parts.chosen(ports, call, "Firm A", slot_id)
    browser.send(page_of(call, f"/{free}"), to=page_of(call, f"/{free}/withdraw"))
    clock.set(parts.read(ports, slot_id).starts_at)
    for said in (Attendance.DID_NOT_COME, Attendance.CAME, None):
        parts.noted(ports, slot_id, said)
    text = read(officer(app, ports).get(f"/manage/calls/{call.ref}/history")).text
    for words in (
        "Offered times",
        "Chose a time",
        "Took a free time away",
        "Noted: did not come",
        "Noted: came",
        "Took back the note whether it came",
    ):
        assert words in text
