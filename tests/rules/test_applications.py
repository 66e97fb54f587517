"""What a team may know of its application, what it declares, and what a receipt says."""

from datetime import UTC, date, datetime

import pytest

from procurement.rules import applications as rules
from procurement.rules.statuses import Place
from workflows.catalogue import LIFECYCLES, states, words

OPEN, CLOSED = False, True


@pytest.mark.parametrize(
    ("state", "award", "call_state", "stage_state", "closed", "told", "place", "word"),
    [
        ("draft", "", "published", "collecting", OPEN, False, Place.DRAFT, "Not submitted yet"),
        # even if nobody wrote it down
        ("draft", "", "published", "collecting", CLOSED, False, Place.NOT_SUBMITTED, "Not submitted"),
        ("not_submitted", "", "published", "decided", CLOSED, False, Place.NOT_SUBMITTED, "Not submitted"),
        ("submitted", "", "published", "collecting", OPEN, False, Place.SUBMITTED, "Submitted"),
        ("submitted", "", "published", "collecting", CLOSED, False, Place.SUBMITTED, "Submitted"),
        ("reopened", "", "published", "collecting", OPEN, False, Place.REOPENED, "Submitted, and being changed"),
        # the last submission stands
        ("reopened", "", "published", "collecting", CLOSED, False, Place.SUBMITTED, "Submitted"),
        ("withdrawn", "", "published", "collecting", OPEN, False, Place.WITHDRAWN, "Withdrawn"),
        ("withdrawn", "", "cancelled", "collecting", CLOSED, False, Place.WITHDRAWN, "Withdrawn"),
        ("submitted", "", "cancelled", "collecting", OPEN, False, Place.CANCELLED, "Cancelled"),
        ("in_assessment", "", "cancelled", "assessing", CLOSED, False, Place.CANCELLED, "Cancelled"),
        # what was told stays told
        ("declined", "", "cancelled", "told", CLOSED, True, Place.TOLD, "Not successful"),
        ("opened", "", "published", "checking", CLOSED, False, Place.IN_ASSESSMENT, "Being checked"),
        ("in_assessment", "", "published", "assessing", CLOSED, False, Place.IN_ASSESSMENT, "Being assessed"),
        # a stage that collects nothing never closes
        ("in_assessment", "", "published", "assessing", OPEN, False, Place.IN_ASSESSMENT, "Being assessed"),
        ("ineligible", "", "published", "assessing", CLOSED, True, Place.TOLD, "Not eligible"),
        *(
            (state, award, "published", stage_state, CLOSED, False, Place.DECIDING, "Being decided")
            for state, award in (("advanced", ""), ("advanced", "approved"), ("reserve", ""), ("declined", ""))
            for stage_state in ("deciding", "decided")
        ),
        ("advanced", "", "published", "told", CLOSED, True, Place.TOLD, "Successful"),
        ("advanced", "told", "published", "told", CLOSED, True, Place.TOLD, "Successful"),
        ("advanced", "confirmed", "published", "told", CLOSED, True, Place.TOLD, "Successful"),
        ("advanced", "accepted", "concluded", "told", CLOSED, True, Place.TOLD, "Accepted"),
        ("advanced", "refused", "concluded", "told", CLOSED, True, Place.TOLD, "Refused"),
        ("reserve", "", "published", "told", CLOSED, True, Place.TOLD, "On the reserve list"),
        ("declined", "", "published", "told", CLOSED, True, Place.TOLD, "Not successful"),
    ],
)
def test_where_it_is_for_the_team_and_in_what_word(
    state: str, award: str, call_state: str, stage_state: str, closed: bool, told: bool, place: Place, word: str
) -> None:
    found = rules.place_of(state, call_state=call_state, stage_state=stage_state, closed=closed, told=told)
    assert found is place
    shown = rules.shown_to_team(state, found, award, stage_state=stage_state)
    assert shown.public
    assert words(shown.of, shown.key).word(told=shown.told) == word


@pytest.mark.parametrize("stage_state", states.stage.in_hand)
@pytest.mark.parametrize("state", [*states.entry.checking, *states.entry.ineligible, *states.entry.ranked])
def test_until_the_telling_all_of_a_stage_read_what_is_being_done_in_it(state: str, stage_state: str) -> None:
    """The word says nothing of any one of them, and no step that the stage has not come to."""
    found = rules.place_of(state, call_state="published", stage_state=stage_state, closed=True, told=False)
    shown = rules.shown_to_team(state, found, stage_state=stage_state)
    said = {"check": "Being checked", "assess": "Being assessed", "moderate": "Being moderated"}
    step = LIFECYCLES["stage"].state(stage_state).step
    assert words(shown.of, shown.key).word(told=shown.told) == said.get(step, "Being decided")


def test_every_statement_must_be_ticked_and_names_the_organisation() -> None:
    keys = list(rules.DECLARATIONS)
    assert rules.all_declared(keys)
    assert [rules.all_declared([each for each in keys if each != left_out]) for left_out in keys] == [False] * 4
    lines = rules.declared_text("Ayşe & Söhne").splitlines()
    assert lines[1] == "I am entitled to apply on behalf of Ayşe & Söhne."
    assert len(lines) == len(keys)
    assert lines[0].startswith("What this application says is true")
    assert rules.declared_text("Söhne", "proposal").startswith("What this proposal says is true")


def test_received_is_said_to_the_second_in_uk_time() -> None:
    assert (
        rules.received_uk(datetime(2027, 7, 12, 10, 59, 58, 999_000, UTC)) == "Monday 12 July 2027, 11:59:58 (UK time)"
    )


def test_what_happens_next_has_dates() -> None:
    steps = rules.next_steps(datetime(2027, 3, 12, 12, 0, tzinfo=UTC), 60, date(2027, 4, 9))
    assert [str(when) for when, _ in steps] == [
        "Until Friday 12 March 2027 at 12 noon (UK time)",
        "From Friday 12 March 2027 at 1pm (UK time)",
        "By Friday 9 April 2027",
    ]
    assert len(rules.next_steps(datetime(2027, 3, 12, 12, 0, tzinfo=UTC), 60, None)) == 2


def test_what_was_not_sealed_is_not_promised_to_be_held() -> None:
    steps = rules.next_steps(
        datetime(2027, 3, 12, 12, 0, tzinfo=UTC), 60, None, noun="reply to the assessors", sealed=False
    )
    assert [(str(when), str(what)) for when, what in steps][1] == (
        "From Friday 12 March 2027 at 12 noon (UK time)",
        "The reply to the assessors is read from then on: there is no holding time, and no two people open it.",
    )
