"""What a call takes at its publication: no words, for ever readable, whatever its format, under its own fingerprint."""

import json
from copy import deepcopy

import pytest

from tests.workflows.earlier_copies import (
    BEFORE_STAGES,
    NEW,
    OF_THE_AWARD,
    OF_THE_CALL,
    RELEASED,
    STAGE_OF_CALL,
    taken,
    where_they_are,
)
from workflows import catalogue
from workflows.catalogue import LIFECYCLES, PROCEDURES, WHOLE, source, states
from workflows.definition import STAGED, SUBJECTS, Shape
from workflows.earlier import as_one_stage, bound_to, is_earlier
from workflows.reading import fingerprint, read_copy, remembered

EARLIER = [(release, procedure) for release in BEFORE_STAGES for procedure in RELEASED[release]]
LATER = [
    (release, procedure) for release, known in RELEASED.items() if release not in BEFORE_STAGES for procedure in known
]
WORDS = {"title", "name", "noun", "nouns", "public", "outcome", "colour", "phase", "sets"}


def keys_of(plain):
    """Every key at any depth."""
    if isinstance(plain, dict):
        return set(plain).union(*map(keys_of, plain.values()))
    return set().union(*map(keys_of, plain)) if isinstance(plain, list) else set()


def moves_of(workflow):
    return [
        (
            workflow.subject,
            move.source,
            move.action,
            move.target,
            tuple(sorted(move.by)),
            move.unless,
            move.then,
            move.due,
            move.needs_reason,
        )
        for move in workflow.moves
    ]


# today's


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_a_copy_is_the_catalogue_s_workflow_without_its_words(procedure):
    copies = json.loads(json.dumps(catalogue.copies(procedure)))
    assert list(copies) == [*SUBJECTS, "procedure"]
    assert {subject: catalogue.read_taken(subject, copies) for subject in SUBJECTS} == LIFECYCLES
    assert set().union(*(keys_of(copy["plain"]) for copy in copies.values())) & WORDS == set()
    assert catalogue.standard_of(copies) == PROCEDURES[procedure].standard


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_a_copy_of_a_stage_is_composed_by_whoever_reads_it(procedure):
    """So a call of any stages takes the same two: what a stage has stands in its own steps."""
    copies = catalogue.copies(procedure)
    for shape in (Shape(("collect", "assess")), Shape(("moderate", "award")), Shape(("collect",), required=False)):
        for subject in STAGED:
            assert catalogue.read_taken(subject, copies, shape) == catalogue.workflow(subject, shape)


def test_what_a_call_would_take_today_is_among_what_was_released():
    """A change of what binds is a new release: put today's copies beside the others, under a new name."""
    newest = RELEASED[max(RELEASED, key=lambda name: int(name.removeprefix("copies-")))]
    assert {key: catalogue.copies(key) for key in PROCEDURES} == {key: newest[key]["workflows"] for key in PROCEDURES}


@pytest.mark.parametrize(("release", "procedure"), LATER)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_released_copy_gives_what_it_says(subject, release, procedure):
    """What a whole stage has is said move by move; test_composing.py has what is left out of it."""
    copy = taken(release, procedure)[subject]["plain"]
    read = catalogue.read_taken(subject, taken(release, procedure))
    order = [state["key"] for state in copy["state"]]
    line = [state["key"] for state in copy["state"] if "line" in state]
    said = [
        (
            subject,
            start,
            move["action"],
            next(key for key in line if order.index(key) > order.index(start)) if move["to"] == "next" else move["to"],
            tuple(sorted(move["by"])),
            tuple(move.get("unless", ())),
            tuple(move.get("then", ())),
            move.get("due", ""),
            move.get("needs_reason", False),
        )
        for move in copy["move"]
        if move.get("if") not in ("unsealed", "optional")
        for start in move["from"]
    ]
    assert sorted(moves_of(read)) == sorted(said)
    assert [(state.key, state.ends) for state in read.states] == [
        (state["key"], state.get("ends", False)) for state in copy["state"]
    ]


# those of before there were stages


@pytest.mark.parametrize(("release", "procedure"), EARLIER)
def test_no_move_is_lost_and_none_gained(release, procedure):
    """For the same people under the same guards, but for what was an act before and is a move now."""
    copies = taken(release, procedure)
    assert is_earlier(copies)
    found = [line for subject in SUBJECTS for line in moves_of(catalogue.read_taken(subject, copies))]
    assert len(found) == len(set(found))  # and none is there twice
    assert set(found) - set(where_they_are(copies)) == NEW
    assert set(where_they_are(copies)) - set(found) == set()


@pytest.mark.parametrize(("release", "procedure"), EARLIER)
def test_every_state_is_somewhere_in_its_order(release, procedure):
    copies = taken(release, procedure)
    said = {
        subject: [(state["key"], state.get("ends", state.get("final", False))) for state in copy["plain"]["state"]]
        for subject, copy in copies.items()
    }
    found = {
        subject: [(state.key, state.ends) for state in catalogue.read_taken(subject, copies).states]
        for subject in SUBJECTS
    }
    assert found == {
        "call": [(key, ends) for key, ends in said["call"] if key in OF_THE_CALL],
        "stage": [("planned", False), *((key, False) for key in STAGE_OF_CALL.values()), ("told", True)],
        "entry": [
            ("advanced", True) if key == "recommended" else (key, ends)
            for key, ends in said["application"]
            if key not in OF_THE_AWARD
        ],
        "assignment": said["assignment"],
        "award": said["award"],
    }


@pytest.mark.parametrize(("release", "procedure"), EARLIER)
def test_they_are_told_in_today_s_words(release, procedure):
    copies = taken(release, procedure)
    for subject in SUBJECTS:
        read, today = catalogue.read_taken(subject, copies), LIFECYCLES[subject]
        words = [(s.title, s.colour, s.public, s.outcome, s.step) for s in read.states]
        assert words == [(s.title, s.colour, s.public, s.outcome, s.step) for s in map(today.state, keys(read))]
        titles = {move.action: move.title for move in today.moves}
        assert {move.action: move.title for move in read.moves}.items() <= titles.items()
        assert read.phases == today.phases


def keys(workflow):
    return [state.key for state in workflow.states]


@pytest.mark.parametrize(("release", "procedure"), EARLIER)
def test_they_are_read_and_never_rewritten(release, procedure):
    copies = {subject: copy["plain"] for subject, copy in taken(release, procedure).items()}
    before = deepcopy(copies)
    as_one_stage(copies)
    bound_to(copies["application"])
    assert copies == before


@pytest.mark.parametrize(("release", "procedure"), EARLIER)
def test_a_stage_of_theirs_is_not_composed(release, procedure):
    """They had every step that there was: what their one stage is called by is not asked."""
    copies = taken(release, procedure)
    for subject in STAGED:
        assert catalogue.read_taken(subject, copies, Shape(("collect",))) == catalogue.read_taken(subject, copies)


@pytest.mark.parametrize("release", BEFORE_STAGES)
def test_they_bind_their_call_to_what_was_published(release):
    bound = {key: bound_to(taken(release, key)["application"]["plain"]) for key in RELEASED[release]}
    seen = {"other_marks": "after_own"}
    assert bound == {
        "challenge": {
            **{"key": "challenge", "kind": "challenge", "standard": "ocds", "names": "shown", "covered": True},
            **seen,
        },
        "innovation_fund": {
            **{"key": "innovation_fund", "kind": "fund", "standard": "360giving", "names": "hidden", "covered": False},
            **seen,
        },
    }
    assert {key: catalogue.standard_of(taken(release, key)) for key in RELEASED[release]} == {
        key: PROCEDURES[key].standard for key in bound
    }


# all


@pytest.mark.parametrize("release", RELEASED)
def test_the_fingerprints_of_a_release_are_still_taken_the_same_way(release):
    for known in RELEASED[release].values():
        copies = known["workflows"]
        assert {subject: fingerprint(copy["plain"]) for subject, copy in copies.items()} == {
            subject: copy["fingerprint"] for subject, copy in copies.items()
        }
        whole = fingerprint({subject: copy["plain"] for subject, copy in copies.items()})
        assert whole == known["workflow_fingerprint"]


@pytest.mark.parametrize("release", RELEASED)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_copy_is_read_once_and_only_under_its_own_fingerprint(subject, release):
    copies = deepcopy(taken(release, "challenge"))
    first = catalogue.read_taken(subject, copies)
    assert catalogue.read_taken(subject, copies) is first
    parts = ("call", "application", "award") if is_earlier(copies) else (subject,)
    for part in parts:
        forged = deepcopy(copies)
        forged[part]["fingerprint"] = "00"
        with pytest.raises(ValueError, match=r"the copy's fingerprint is 00, and its values give [0-9a-f]{64}"):
            catalogue.read_taken(subject, forged)


def test_the_memory_of_copies_is_bounded():
    made = []

    def making(number):
        made.append(number)
        return LIFECYCLES["award"]

    for number in (0, *range(1, 300), 0):
        assert remembered(("a test", number), lambda number=number: making(number)) == LIFECYCLES["award"]
    assert made == [0, *range(1, 300), 0]  # the first was forgotten meanwhile, and made again
    assert remembered(("a test", 299), lambda: making(299)) == LIFECYCLES["award"]
    assert made[-1] == 0


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda c: c.update(format=4), "copy award: its format is 4"),
        (lambda c: c.pop("format"), "copy award: its format is None"),
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


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda c: c["state"][0].update(key="dreamt"), "workflow stage: unknown states dreamt"),
        (lambda c: c["state"][0].update(word="x"), "copy stage, state planned: unknown word"),
        (lambda c: c["move"][0].update(unles=["same_person"]), "workflow stage, move start: unknown unles"),
        (lambda c: c["move"][0].update({"if": "seeled"}), "'seeled'"),
    ],
)
def test_what_is_wrong_with_a_copy_that_is_composed_is_named_too(change, problem):
    copy = deepcopy(catalogue.copies("challenge")["stage"]["plain"])
    change(copy)
    with pytest.raises((ValueError, KeyError), match=f"^{problem}$"):
        read_copy(copy, LIFECYCLES["stage"], WHOLE)


def test_the_sets_are_asked_for_as_they_stand_in_the_catalogue():
    assert {subject: vars(getattr(states, subject)) for subject in SUBJECTS} == {
        subject: {name: tuple(keys) for name, keys in plain["sets"].items()}
        for subject, plain in source.LIFECYCLES.items()
    }
