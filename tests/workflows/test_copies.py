"""What a call takes at its publication: no words, for ever readable, whatever its format, under its own fingerprint."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workflows.phased import PHASED, PROCEDURE
from tests.workflows.phased import PLAIN as PHASED_PLAIN
from workflows import catalogue
from workflows.catalogue import LIFECYCLES, PROCEDURES, source, states
from workflows.definition import EFFECTS, SUBJECTS
from workflows.guards import GUARDS
from workflows.reading import fingerprint, read_cached, read_copy, to_copy

# As calls had them published by each release: never changed, and never removed.
RELEASED = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path(__file__).with_name("released").glob("copies-*.json"))
}
TAKEN = [
    (release, procedure, subject) for release, known in RELEASED.items() for procedure in known for subject in SUBJECTS
]
NAMES = json.loads(Path(__file__).with_name("released").joinpath("names.json").read_text(encoding="utf-8"))
WORDS = {"title", "name", "public", "outcome", "colour", "step", "stage"}


def taken(release, procedure, subject):
    return RELEASED[release][procedure]["workflows"][subject]


def keys_of(plain):
    """Every key at any depth."""
    if isinstance(plain, dict):
        return set(plain).union(*map(keys_of, plain.values()))
    return set().union(*map(keys_of, plain)) if isinstance(plain, list) else set()


@pytest.mark.parametrize("procedure", PROCEDURES)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_copy_is_the_catalogue_s_workflow_without_its_words(subject, procedure):
    copy = catalogue.copies(procedure)[subject]
    assert catalogue.read_taken(subject, procedure, json.loads(json.dumps(copy))) == catalogue.workflow(
        subject, procedure
    )
    plain = copy["plain"]
    bound = plain.pop("procedure") if subject == "application" else {"stage": []}
    assert keys_of(plain) & WORDS == set()
    assert keys_of(bound) & WORDS == {"stage"}


def test_a_copy_of_several_stages_is_one_too():
    read = read_copy(json.loads(json.dumps(to_copy(PHASED_PLAIN, PROCEDURE))), PHASED)
    assert (read.states, read.procedure) == (PHASED.states, PHASED.procedure)
    assert [replace(move, title="") for move in read.moves] == [replace(move, title="") for move in PHASED.moves]


@pytest.mark.parametrize(("release", "procedure", "subject"), TAKEN)
def test_a_released_copy_gives_the_moves_that_it_says_and_no_others(release, procedure, subject):
    """Read here by hand, whatever its format: action, ends, people, guards, effects, instant, reason."""
    copy = taken(release, procedure, subject)
    said = [
        (
            move["action"],
            start,
            move["to"],
            set(move["by"]),
            move.get("unless", []),
            move.get("then", []),
            move.get("due", ""),
            move.get("needs_reason", False),
        )
        for move in copy["plain"]["move"]
        for start in move["from"]
    ]
    read = catalogue.read_taken(subject, procedure, copy)
    assert [
        (m.action, m.source, m.target, set(m.by), list(m.unless), list(m.then), m.due, m.needs_reason)
        for m in read.moves
    ] == said
    assert [(s.key, s.ends) for s in read.states] == [
        (state["key"], state.get("ends", state.get("final", False))) for state in copy["plain"]["state"]
    ]
    assert read.start.key == copy["plain"]["state"][0]["key"]


@pytest.mark.parametrize(("release", "procedure", "subject"), TAKEN)
def test_a_released_copy_is_told_in_today_s_words(release, procedure, subject):
    read = catalogue.read_taken(subject, procedure, taken(release, procedure, subject))
    today = catalogue.workflow(subject, procedure)
    assert [today.words(state.key).title for state in read.states] == [state.title for state in read.states]
    assert read.phases == today.phases


@pytest.mark.parametrize("release", RELEASED)
def test_a_released_copy_binds_its_call_to_what_was_published(release):
    bound = {
        key: catalogue.read_taken("application", key, taken(release, key, "application")).procedure
        for key in RELEASED[release]
    }
    assert {key: (p.kind, p.standard, p.stage.names, p.stage.other_marks) for key, p in bound.items()} == {
        "challenge": ("challenge", "ocds", "shown", "after_own"),
        "innovation_fund": ("fund", "360giving", "hidden", "after_own"),
    }
    assert {key: (p.stage.notices, p.stage.standstill) for key, p in bound.items()} == {
        "challenge": (("UK6",), True),
        "innovation_fund": ((), False),
    }


@pytest.mark.parametrize("release", RELEASED)
def test_the_fingerprints_of_a_release_are_still_taken_the_same_way(release):
    for known in RELEASED[release].values():
        copies = known["workflows"]
        assert {subject: fingerprint(copy["plain"]) for subject, copy in copies.items()} == {
            subject: copy["fingerprint"] for subject, copy in copies.items()
        }
        whole = fingerprint({subject: copy["plain"] for subject, copy in copies.items()})
        assert whole == known["workflow_fingerprint"]


def test_what_a_call_would_take_today_is_among_what_was_released():
    """A change of what binds is a new release: put today's copies beside the others, under a new name."""
    newest = RELEASED[max(RELEASED, key=lambda name: int(name.removeprefix("copies-")))]
    assert {key: catalogue.copies(key) for key in PROCEDURES} == {key: newest[key]["workflows"] for key in PROCEDURES}


def test_a_name_that_was_released_is_there_and_means_the_same():
    """Guards and effects by name; states by name; a set holds, of the states that there were, the same."""
    assert set(NAMES["guards"]) - set(GUARDS) == set()
    assert set(NAMES["effects"]) - EFFECTS == set()
    for subject, released in NAMES["states"].items():
        assert set(released) - {state.key for state in LIFECYCLES[subject].states} == set()
        today = {name: list(keys) for name, keys in source.LIFECYCLES[subject]["sets"].items()}
        assert {name: [key for key in today[name] if key in released] for name in NAMES["sets"][subject]} == NAMES[
            "sets"
        ][subject]


def test_a_copy_is_read_once_and_only_under_its_own_fingerprint():
    copy = catalogue.copies("challenge")["award"]
    first = read_cached(copy["fingerprint"], copy["plain"], LIFECYCLES["award"])
    assert first == LIFECYCLES["award"]
    assert read_cached(copy["fingerprint"], copy["plain"], LIFECYCLES["award"]) is first
    with pytest.raises(ValueError, match=f"workflow award: its fingerprint is {copy['fingerprint']}, not 00"):
        read_cached("00", copy["plain"], LIFECYCLES["award"])


def test_the_memory_of_copies_is_bounded():
    plain = catalogue.copies("challenge")["award"]["plain"]

    def numbered(number):
        copy = deepcopy(plain)
        copy["key"] = f"award {number}"
        return copy

    first = numbered(0)
    kept = read_cached(fingerprint(first), first, LIFECYCLES["award"])
    for number in range(1, 300):
        copy = numbered(number)
        assert read_cached(fingerprint(copy), copy, LIFECYCLES["award"]).key == f"award {number}"
    again = read_cached(fingerprint(first), first, LIFECYCLES["award"])
    assert again == kept
    assert again is not kept


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda c: c.update(format=3), "copy award: its format is 3"),
        (lambda c: c.update(title="Award"), "copy: unknown title"),
        (lambda c: c["state"][0].update(title="Proposed"), "copy award, state proposed: unknown title"),
        (lambda c: c["state"][0].update(key="dreamt"), "workflow award: unknown states dreamt"),
        (lambda c: c["move"][0].update(action="bless"), "workflow award: unknown actions bless"),
        (lambda c: c["move"][0].update(unless=["full_moon"]), "workflow award: unknown guards full_moon"),
        (lambda c: c["move"][0].update(then=["ring_bells"]), "workflow award: unknown effects ring_bells"),
    ],
)
def test_what_is_wrong_with_a_copy_is_named(change, problem):
    copy = deepcopy(catalogue.copies("challenge")["award"]["plain"])
    change(copy)
    with pytest.raises(ValueError, match=f"^{problem}$"):
        read_copy(copy, LIFECYCLES["award"])


def test_a_copy_is_not_read_as_another_procedure_s():
    copy = catalogue.copies("challenge")["application"]
    with pytest.raises(ValueError, match="the procedure is challenge"):
        read_copy(copy["plain"], catalogue.workflow("application", "innovation_fund"))


def test_the_sets_are_asked_for_as_they_stand_in_the_catalogue():
    assert {subject: vars(getattr(states, subject)) for subject in SUBJECTS} == {
        subject: {name: tuple(keys) for name, keys in plain["sets"].items()}
        for subject, plain in source.LIFECYCLES.items()
    }
