"""Times of interviews: how a series is laid out, what is wrong with an offer, until when one may choose."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from procurement.rules import slots
from procurement.rules.call_checks import call_problems
from procurement.rules.call_content import content_of
from procurement.rules.slots import Offer, Time, faults, series, where_faults
from tests.parts.slots import PLAIN
from tests.rules.test_call_checks import CHALLENGE, draft
from tests.rules.test_call_checks import NOW as CHECKED_AT
from workflows.definition import Procedure
from workflows.reading import read_procedure

NOW = datetime(2027, 3, 20, 9, tzinfo=UTC)
TEN = datetime(2027, 3, 22, 10, tzinfo=UTC)
LATER = timedelta(hours=1)


def said(offer: Offer) -> list[str]:
    return [str(each) for each in faults(offer, NOW)]


def test_a_series_has_breaks_between_its_times_and_none_after_the_last() -> None:
    assert [(time.starts_at - TEN, time.ends_at - TEN) for time in series(TEN, minutes=45, pause=15, count=3)] == [
        (timedelta(minutes=begins), timedelta(minutes=begins + 45)) for begins in (0, 60, 120)
    ]


def test_a_series_across_the_night_on_which_clocks_change_lasts_as_long_as_it_says() -> None:
    """Sunday 28 March 2027: 1am GMT is 2am BST."""
    first = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    made = series(first, minutes=45, pause=0, count=2)
    assert [time.ends_at - time.starts_at for time in made] == [timedelta(minutes=45)] * 2
    assert made[1].words == "Sunday 28 March 2027 from 2:15am to 3am (UK time)"


@pytest.mark.parametrize(
    ("offer", "sentences"),
    [
        (Offer(series(TEN, minutes=45, pause=15, count=3), "Room 3"), []),
        (Offer(series(TEN, minutes=45, pause=0, count=2), "", "https://meet.example.org/a?b=c#d"), []),
        (Offer((), "Room 3"), ["Offer from 1 to 50 times at once."]),
        (Offer(series(TEN, minutes=5, pause=0, count=51), "Room 3"), ["Offer from 1 to 50 times at once."]),
        (Offer(series(NOW, minutes=45, pause=0, count=1), "Room 3"), ["The times must lie ahead."]),
        (Offer(series(TEN, minutes=4, pause=0, count=1), "Room 3"), ["A time lasts from 5 minutes to 8 hours."]),
        (Offer(series(TEN, minutes=481, pause=0, count=1), "Room 3"), ["A time lasts from 5 minutes to 8 hours."]),
        (
            Offer((Time(TEN, TEN + LATER), Time(TEN + LATER / 2, TEN + 2 * LATER)), "Room 3"),
            ["Two of these times overlap."],
        ),
        (Offer((Time(TEN, TEN + LATER),)), ["Say where it is, or give a link to join from afar."]),
        (Offer((Time(TEN, TEN + LATER),), "x" * 301), ["Keep the place to 300 characters or fewer."]),
    ],
)
def test_what_is_wrong_with_an_offer(offer: Offer, sentences: list[str]) -> None:
    assert said(offer) == sentences


@pytest.mark.parametrize(
    "joining",
    [
        "http://meet.example.org/a",
        "javascript:alert(1)",
        "https://",
        "https://meet.example.org/a b",
        "https://meet.example.org\n/a",
        'https://meet.example.org/"onclick=x',
        "https://meet.example.org/<script>",
        "https://user:secret@meet.example.org/",
        "https://meet.example.org/" + "a" * 500,
    ],
)
def test_a_link_to_join_is_a_plain_https_address(joining: str) -> None:
    wrong = "Enter the link to join as it is, beginning with https://."
    assert [str(each) for each in where_faults("", joining)] == [wrong]


@pytest.mark.parametrize(
    "joining",
    [
        "https://meet.example.org",
        "https://teams.example.com:8443/l/meetup-join/19%3ameeting_abc%40thread.v2/0?context=%7b%22Tid%22%7d",
        "https://zoom.example/j/123?pwd=A.b~c_d-e!1",
    ],
)
def test_what_meeting_rooms_give_is_such_an_address(joining: str) -> None:
    assert where_faults("", joining) == []


@pytest.mark.parametrize(
    ("starts_in", "choose_in", "until"),
    [(LATER, None, LATER), (LATER, 2 * LATER, LATER), (2 * LATER, LATER, LATER)],
)
def test_a_time_can_be_chosen_until_the_published_instant_and_not_after_it_began(
    starts_in: timedelta, choose_in: timedelta | None, until: timedelta
) -> None:
    choose_by = None if choose_in is None else NOW + choose_in
    assert slots.chosen_until(NOW + starts_in, choose_by) == NOW + until


def test_times_and_places_as_people_read_them() -> None:
    assert slots.times_in_words(TEN, TEN + LATER) == "Monday 22 March 2027 from 10am to 11am (UK time)"
    night = datetime(2027, 7, 1, 22, tzinfo=UTC)
    assert slots.times_in_words(night, night + 2 * LATER) == (
        "Thursday 1 July 2027 at 11pm to Friday 2 July 2027 at 1am (UK time)"
    )
    assert slots.where_in_words("Room 3", joining=False) == "Room 3"
    assert slots.where_in_words("", joining=True) == "online, by the link on the page of your application"
    assert slots.where_in_words("Room 3", joining=True) == (
        "Room 3, or online, by the link on the page of your application"
    )


# until when teams choose, as the call says it before it is published

WITH_INTERVIEWS = read_procedure(PLAIN["presented"])


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"choose_by": None}, ["choose_by"]),
        ({"choose_by": datetime(2027, 3, 2, 12, tzinfo=UTC)}, ["choose_by"]),  # before anything is opened
        ({"choose_by": datetime(2028, 3, 2, 12, tzinfo=UTC)}, ["choose_by"]),  # after the assessors are done
    ],
)
def test_a_stage_in_which_teams_present_says_until_when_they_choose(changed: dict[str, Any], fields: list[str]) -> None:
    found = call_problems(draft(WITH_INTERVIEWS, **changed), CHECKED_AT)
    assert [each.field for each in found if each.section == "dates"] == fields


def test_it_is_part_of_what_is_published_and_of_no_other_stage() -> None:
    def said(procedure: Procedure) -> dict[str, Any]:
        known = {stage.key: "0" * 64 for stage in procedure.stages}
        content = content_of(draft(procedure), published_at=CHECKED_AT, fingerprints=known, workflow="0" * 64)
        stage: dict[str, Any] = json.loads(content)["stages"][0]
        return stage

    assert ["choose_by" in said(each) for each in (WITH_INTERVIEWS, CHALLENGE)] == [True, False]
