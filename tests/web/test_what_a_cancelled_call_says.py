"""What a call that was cancelled says: what happened, and nothing that reads as if it went on."""

from datetime import timedelta
from typing import Any

from flask import Flask

from procurement.models.stages import Stage
from procurement.rules.ports import Ports
from procurement.web.filters import uk_datetime
from tests.parts import calls, outcomes, windows
from tests.parts.clock import StandingClock

REASON = "The money went elsewhere."
PLANNED = (
    "From then on you can write and submit",
    "can be opened",
    "Marks are due",
    "Assessors were done",
    "All applicants are told",
    "All applicants were told",
    "Work starts",
    "Work ends",
    "Decision",
    "Add these dates",
    "Closes",
)


def test_a_call_that_was_cancelled_while_open_shows_what_happened_and_nothing_planned(
    ports: Ports, clock: StandingClock, app: Flask
) -> None:
    call = calls.published(ports)
    clock.set(calls.stage_of(ports, call).opens_at + timedelta(hours=1))
    calls.cancelled(ports, call, REASON)
    at = ports.clock.now()
    clock.forward(days=400)
    for address in (f"/calls/{call.ref}", f"/calls/{call.ref}/how-we-decide"):
        body = app.test_client().get(address).text
        shown = body[body.index('class="app-timeline') :]
        shown = shown[: shown.index("</ol>")]
        assert [each for each in PLANNED if each in shown] == [], address
        assert "Opened" in shown
        assert "Cancelled" in shown
        assert uk_datetime(at) in shown
        assert REASON in shown
    assert "Add these dates" not in app.test_client().get(f"/calls/{call.ref}").text


def test_a_call_that_was_cancelled_before_it_opened_was_never_open(ports: Ports, app: Flask) -> None:
    call = calls.published(ports)
    stage = calls.stage_of(ports, call)
    later = ports.clock.now() + timedelta(days=5)
    ports.database.write(lambda session: setattr(session.get_one(Stage, stage.id), "opens_at", later))
    calls.cancelled(ports, call, REASON)
    body = app.test_client().get(f"/calls/{call.ref}").text
    shown = body[body.index('class="app-timeline') :]
    assert "Opened" not in shown[: shown.index("</ol>")]


def test_the_windows_of_a_cancelled_call_are_cancelled_in_its_data_whatever_the_clock_says(
    ports: Ports, clock: StandingClock, app: Flask
) -> None:
    call = calls.published(ports)
    clock.set(calls.stage_of(ports, call).opens_at + timedelta(hours=1))
    status = lambda: app.test_client().get(f"/calls/{call.ref}.json").get_json()["windows"][0]["status"]  # noqa: E731
    assert status() == "open"
    calls.cancelled(ports, call, REASON)
    assert status() == "cancelled"


def test_every_window_of_a_cancelled_call_is_cancelled_on_its_page_and_in_its_data(
    ports: Ports, clock: StandingClock, app: Flask
) -> None:
    call = windows.published(ports)
    windows.opened(ports, call, 1)
    calls.cancelled(ports, call, REASON)
    data = app.test_client().get(f"/calls/{call.ref}.json").get_json()
    assert [each["status"] for each in data["windows"]] == ["cancelled", "cancelled"]
    words = app.test_client().get(f"/calls/{call.ref}").text
    assert "Open now" not in words
    assert "You can apply in every window" not in words


def test_a_window_that_was_told_before_the_call_was_cancelled_stays_as_it_was(ports: Ports, app: Flask) -> None:
    call = outcomes.told(ports, most=1)
    calls.cancelled(ports, call, REASON)
    data: Any = app.test_client().get(f"/calls/{call.ref}.json").get_json()
    assert data["status"] == "cancelled"
    assert data["windows"][0]["status"] == "closed"
    shown = app.test_client().get(f"/calls/{call.ref}").text
    assert "All applicants were told at the same time." in shown
