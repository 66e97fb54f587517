"""The history says what was done, in the past: the title of a move is the word of its button."""

import re

import pytest
from flask import Flask

from procurement.models.history import Event
from procurement.rules import edits
from procurement.web.manage.history import what
from procurement.web.parts.edit_words import CODED, KEYS, OF_CODES, edited, part_words
from tests.workflows.earlier_copies import RELEASED
from workflows.catalogue import LIFECYCLES

# What was recorded beside the moves before there were stages, and is the stage's or the entry's today.
BESIDE = {
    "application.add_file": "Added a file",
    "application.begin": "Began an application",
    "application.fetch_file": "Fetched a file",
    "application.late_press": "Pressed submit too late",
    "application.propose": "Proposed a decision",
    "application.propose_ineligible": "Proposed as not eligible",
    "application.remove_file": "Removed a file",
    "application.send_back_ineligible": "Sent back: whether it is eligible",
    "application.withdraw_ineligible": "Took back the proposal as not eligible",
    "call.ask_to_open": "Asked to open the applications",
    "call.send_back_decisions": "Sent the decisions back",
    "call.take_back_opening": "Took back the request to open the applications",
    "call.tell": "Told all applicants the outcome",
}


def said(tag: str) -> str:
    return what(Event(tag=tag, data={}))


def test_an_event_says_what_was_decided_moved_and_found(app: Flask) -> None:
    told = {
        "entry.propose": [
            ({"outcome": "fund", "amount": "39000.00"}, "Proposed to award it £39,000"),
            ({"outcome": "decline", "amount": None}, "Proposed to decline it"),
        ],
        "stage.amend": [
            (
                {"dates": ["decide_by"], "before": ["2027-03-01"], "after": ["2027-03-08"]},
                "Moved the dates of a stage – Decision by: from Monday 1 March 2027 to Monday 8 March 2027",
            )
        ],
        "entry.record_check": [({"kind": "debarment", "finding": "clear"}, "Looked up: Debarment list. Nothing found")],
    }
    with app.test_request_context():
        for tag, cases in told.items():
            assert [what(Event(tag=tag, data=data)) for data, _words in cases] == [words for _data, words in cases]


def without(words: dict[str, str]) -> dict[str, str]:
    """Those of the words that are nobody's own: a button's, or the tag with blanks in it."""
    titles = {move.title for workflow in LIFECYCLES.values() for move in workflow.moves}
    bare = {tag: tag.replace(".", ": ").replace("_", " ").capitalize() for tag in words}
    return {tag: found for tag, found in words.items() if found in titles or found == bare[tag]}


def test_every_move_has_words_for_when_it_was_made(app: Flask) -> None:
    with app.test_request_context():
        words = {
            f"{subject}.{move.action}": said(f"{subject}.{move.action}")
            for subject, workflow in LIFECYCLES.items()
            for move in workflow.moves
        }
    assert without(words) == {}


@pytest.mark.parametrize("release", RELEASED)
def test_every_move_of_a_release_still_has_words(app: Flask, release: str) -> None:
    """Also those of an application, and what a call did itself before it had stages."""
    with app.test_request_context():
        words = {
            tag: said(tag)
            for known in RELEASED[release].values()
            for subject, copy in known["workflows"].items()
            for move in copy["plain"].get("move", ())
            for tag in [f"{subject}.{move['action']}"]
        }
    assert without(words) == {}
    assert len(words) > 35


def test_what_was_recorded_beside_the_moves_still_has_its_words(app: Flask) -> None:
    with app.test_request_context():
        assert {tag: said(tag) for tag in BESIDE} == BESIDE


NAMES = {
    ("stage", "full_proposal"): "Proposal",
    ("criterion", "local_value"): "Value here",
    ("question", "q_1"): "How far?",
}
CODES = {
    ("call", "theme"): "skills_and_jobs",
    ("call", "cpv"): "73000000-2",
    ("call", "also_cpv"): "72000000-5 48000000-8",
    ("call", "place"): "UKG31",
    ("call", "also_places"): "anywhere UKI44",
    ("call", "route"): "below_threshold",
    ("call", "receives"): "supports",
    ("call", "subject"): "light_touch",
    ("call", "above_budget"): "refuse",
    ("lot", "cpv"): "72000000-5",
    ("lot", "places"): "UKG32",
    ("stage", "names"): "hidden",
    ("stage", "other_marks"): "after_own",
    ("stage", "shows"): "full_proposal; another_stage",
    ("stage", "ranks_by"): "full_proposal: 60; another_stage: 40",
    ("stage", "tie_breakers"): "local_value; gone_since",
    ("question", "kind"): "long_text",
    ("question", "criterion"): "local_value",
    ("question", "purpose"): "assistance",
    ("question", "condition"): "effect: exclude; accepts: yes; least: 3; most: ; in_date_on: 2027-03-01; why: a; b",
}


def named(kind: str, key: str) -> str:
    return NAMES.get((kind, key), key.replace("_", " "))


@pytest.mark.parametrize(("kind", "field"), CODES)
def test_what_is_kept_as_a_code_is_said_in_words(app: Flask, kind: str, field: str) -> None:
    text = CODES[kind, field]
    note = edits.written(
        [edits.Change("", kind, "The thing", field, "", text), edits.Change("", kind, "X", field, text, "")]
    )
    with app.test_request_context():
        first, second = edited(note, named).splitlines()
    assert re.findall(r"[a-z]_[a-z]", first + second) == []
    assert not first.endswith(f" to {text}")
    assert first.partition(": from nothing to ")[2] == second.partition(": from ")[2].removesuffix(" to nothing")


def test_keys_are_said_by_what_they_are_called(app: Flask) -> None:
    with app.test_request_context():
        said = {
            field: edited(edits.written([edits.Change("", kind, "A", field, "", text)]), named)
            for (kind, field), text in CODES.items()
        }
        parts = [part_words(part, named) for part in ("question-q_1", "criterion-gone_since", "stage", "lot-2")]
    assert said["ranks_by"].endswith("to Proposal 60%; another stage 40%")
    assert said["tie_breakers"].endswith("to Value here; gone since")
    assert said["also_places"].endswith("to anywhere in the area of the authority; ITL region UKI44")
    asked = "the answer is yes; at least 3; in date on Monday 1 March 2027; why: a; b"
    assert said["condition"].endswith(f"to whoever does not meet it cannot go on; {asked}")
    assert parts == ["question “How far?”", "criterion “gone since”", "what the stage is", "lot 2"]


def test_every_field_that_holds_a_code_is_tried() -> None:
    """Whoever adds one to the words of history adds it here."""
    assert {*CODED, *KEYS, *OF_CODES, "kind", "condition"} == {field for _kind, field in CODES}
