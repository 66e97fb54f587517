"""Calendars as calendar programs read them: their zone by two rules, ids that stay, revisions that are dated."""

from typing import Any

from flask import Flask
from icalendar import Calendar

from procurement.rules.ports import Ports
from tests.parts import calls
from tests.parts.clock import StandingClock
from tests.parts.visitors import Visitor


def calendar(app: Flask, path: str) -> Any:
    return Calendar.from_ical(Visitor(app).get(path).data)


def test_the_zone_is_said_by_two_yearly_rules(app: Flask, ports: Ports) -> None:
    """A list of days ends some year, and some readers take the last offset that they find for ever."""
    calls.published(ports)
    (zone,) = calendar(app, "/calls.ics").walk("VTIMEZONE")
    rules = {part.name: part["rrule"] for part in zone.subcomponents}
    assert {name: (rule["FREQ"], rule["BYMONTH"], rule["BYDAY"]) for name, rule in rules.items()} == {
        "DAYLIGHT": (["YEARLY"], [3], ["-1SU"]),
        "STANDARD": (["YEARLY"], [10], ["-1SU"]),
    }


def test_a_calendar_without_an_event_is_valid(app: Flask) -> None:
    """RFC 5545: a calendar has one component at least."""
    empty = calendar(app, "/calls.ics?q=nothing")
    assert ([each.name for each in empty.subcomponents], empty.events) == (["VTIMEZONE"], [])
    assert {"PRODID", "VERSION"} <= set(empty)


def test_no_id_holds_the_address_of_the_service(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    events = calendar(app, "/calls.ics").events
    assert len({str(each["uid"]) for each in events}) == len(events) > 1
    assert [each for each in events if "localhost" in str(each["uid"]) or "@" in str(each["uid"])] == []
    assert "localhost" not in str(calendar(app, "/calls.ics")["prodid"])
    assert {str(each["uid"]) for each in calendar(app, f"/calls/{call.ref}.ics").events} == {
        str(each["uid"]) for each in events
    }


def test_an_event_is_dated_at_its_revision_not_at_the_reading(app: Flask, ports: Ports, clock: StandingClock) -> None:
    call = calls.published(ports)
    published_at = clock.now().replace(microsecond=0)
    clock.forward(days=1)

    def first() -> Any:
        events = calendar(app, f"/calls/{call.ref}.ics").events
        return next(each for each in events if str(each["uid"]).endswith("-closes"))

    assert (first()["dtstamp"].dt, first()["last-modified"].dt) == (published_at, published_at)
    before = Visitor(app).get("/calls.ics")
    clock.forward(days=1)
    assert Visitor(app).get("/calls.ics", headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    calls.cancelled(ports, call, "The money went elsewhere.")
    after = first()
    assert (after["dtstamp"].dt, int(after["sequence"])) == (clock.now().replace(microsecond=0), 1)
    assert after["last-modified"].dt == after["dtstamp"].dt
    assert (after["status"], after["summary"]) == ("CANCELLED", f"Cancelled: Closes: {call.title}")
    assert str(after["description"]).startswith("The money went elsewhere.")


def test_what_took_place_before_the_end_stays_and_a_decision_is_on_the_day_of_its_telling(
    app: Flask, ports: Ports, clock: StandingClock
) -> None:
    call = calls.published(ports)
    clock.forward(days=2)
    calls.cancelled(ports, call, "The money went elsewhere.")
    shown = {str(each["uid"]): str(each["status"]) for each in calendar(app, f"/calls/{call.ref}.ics").events}
    assert shown == {
        f"{call.ref}-opens": "CONFIRMED",
        f"{call.ref}-closes": "CANCELLED",
        f"{call.ref}-decision": "CANCELLED",
    }
