"""What a team may know of its application, what it declares, and what a receipt says."""

from datetime import UTC, date, datetime

import pytest

from procurement.rules import applications as rules
from procurement.rules.questions import Kind, Question

OPEN, CLOSED = False, True


@pytest.mark.parametrize(
    ("state", "call_state", "closed", "told", "shown"),
    [
        ("draft", "published", OPEN, False, "draft"),
        ("draft", "published", CLOSED, False, "not_submitted"),  # even if nobody has written it down
        ("not_submitted", "decided", CLOSED, False, "not_submitted"),
        ("submitted", "published", OPEN, False, "submitted"),
        ("submitted", "published", CLOSED, False, "submitted"),
        ("reopened", "published", OPEN, False, "reopened"),
        ("reopened", "published", CLOSED, False, "submitted"),  # the last submission stands
        ("withdrawn", "published", OPEN, False, "withdrawn"),
        ("withdrawn", "cancelled", CLOSED, False, "withdrawn"),
        ("submitted", "cancelled", OPEN, False, "cancelled"),
        ("opened", "opened", CLOSED, False, "in_assessment"),
        ("in_assessment", "in_assessment", CLOSED, False, "in_assessment"),
        ("ineligible", "in_assessment", CLOSED, True, "ineligible"),
        *((state, "deciding", CLOSED, False, "deciding") for state in ("recommended", "reserve", "declined")),
        *((state, "decided", CLOSED, False, "deciding") for state in ("recommended", "reserve", "declined")),
        *((state, "decided", CLOSED, True, state) for state in ("awarded", "reserve", "declined", "accepted")),
    ],
)
def test_the_word_for_the_team(state: str, call_state: str, closed: bool, told: bool, shown: str) -> None:
    assert rules.public_state(state, call_state=call_state, closed=closed, told=told) == shown


def test_every_statement_must_be_ticked_and_names_the_organisation() -> None:
    keys = list(rules.DECLARATIONS)
    assert rules.all_declared(keys)
    assert [rules.all_declared([each for each in keys if each != left_out]) for left_out in keys] == [False] * 4
    lines = rules.declared_text("Ayşe & Söhne").splitlines()
    assert lines[1] == "I am entitled to apply on behalf of Ayşe & Söhne."
    assert len(lines) == len(keys)


@pytest.mark.parametrize(
    ("kind", "limit", "words", "answered", "files", "said"),
    [
        (Kind.LONG_TEXT, 250, 212, True, 0, "212 of at most 250 words"),
        (Kind.LONG_TEXT, 250, 0, False, 0, "Not answered"),
        (Kind.SHORT_TEXT, None, 1, True, 0, "1 word"),
        (Kind.MONEY, None, 0, True, 0, "Answered"),
        (Kind.YES_NO, None, 0, False, 0, "Not answered"),
        (Kind.FILE, None, 0, False, 0, "No file"),
        (Kind.FILE, None, 0, False, 2, "2 files"),
    ],
)
def test_how_much_was_answered(
    kind: Kind, limit: int | None, words: int, answered: bool, files: int, said: str
) -> None:
    question = Question("q", "Section", "Question", kind, word_limit=limit)
    assert str(rules.extent(question, words=words, answered=answered, files=files)) == said


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
