"""What is composed of the steps of a stage: every combination that there can be, compared with the files by hand."""

import json
from itertools import combinations, product

import pytest

from workflows import catalogue
from workflows.catalogue import WHOLE, source, states
from workflows.composing import compose
from workflows.definition import STAGED, STEPS, Role, Shape, Workflow
from workflows.reading import read, read_copy, to_copy

STEPS_OF_A_STAGE = [
    steps
    for number in range(len(STEPS) + 1)
    for steps in combinations(STEPS, number)
    if "check" not in steps or "collect" in steps  # nobody is checked by what was not asked for
]
SHAPES = [Shape(steps, *how) for steps, how in product(STEPS_OF_A_STAGE, product((True, False), repeat=2))]
EVERY = [(subject, shape) for subject in STAGED for shape in SHAPES]


def holds(shape: Shape, said: dict) -> bool:
    """Whether what a state or move says under `if` is so."""
    return {
        None: True,
        "sealed": shape.sealed,
        "unsealed": not shape.sealed,
        "required": shape.required,
        "optional": not shape.required,
    }[said.get("if")]


def left(subject: str, shape: Shape) -> list[dict]:
    """The states of the file that such a stage has."""
    return [
        state
        for state in source.LIFECYCLES[subject]["state"]
        if ("always" in state or state["step"] in shape.steps) and holds(shape, state)
    ]


def after(subject: str, shape: Shape, here: str) -> str | None:
    """The first state of the line that is written below this one and is left."""
    order = [state["key"] for state in source.LIFECYCLES[subject]["state"]]
    below = order[order.index(here) + 1 :]
    return next((state["key"] for state in left(subject, shape) if state["key"] in below and "line" in state), None)


def composed(subject: str, shape: Shape) -> Workflow:
    return catalogue.workflow(subject, shape)


def test_all_combinations_compose_without_a_fault() -> None:
    """A workflow with a state that cannot be reached, a dead end or a circle cannot be built."""
    assert len(STEPS_OF_A_STAGE) == 48
    found = {each: read(compose(source.LIFECYCLES[each[0]], each[1])) for each in EVERY}
    assert len(found) == 384
    assert all(catalogue.workflow(*each) == workflow for each, workflow in found.items())


@pytest.mark.parametrize("subject", STAGED)
def test_a_state_of_a_missing_step_is_nowhere(subject: str) -> None:
    for shape in SHAPES:
        found = composed(subject, shape)
        kept = [state["key"] for state in left(subject, shape)]
        assert [state.key for state in found.states] == kept
        assert {end for move in found.moves for end in (move.source, move.target)} <= set(kept)
        assert {step.key for step in found.steps} == {state.step for state in found.states}


@pytest.mark.parametrize("subject", STAGED)
def test_the_moves_are_those_of_the_file_between_states_that_are_left(subject: str) -> None:
    for shape in SHAPES:
        kept = {state["key"] for state in left(subject, shape)}
        said = [
            (move["action"], start, target, set(move["by"]), move.get("unless", []), move.get("then", []))
            for move in source.LIFECYCLES[subject]["move"]
            if holds(shape, move)
            for start in move["from"]
            for target in [after(subject, shape, start) if move["to"] == "next" else move["to"]]
            if start in kept and target in kept
        ]
        found = [
            (move.action, move.source, move.target, {*move.by}, [*move.unless], [*move.then])
            for move in composed(subject, shape).moves
        ]
        assert sorted(found, key=str) == sorted(said, key=str)


def test_next_leads_along_the_line() -> None:
    """Who only ever goes on passes every state of the line that is left, in its order, and ends."""
    for subject, shape in EVERY:
        found = composed(subject, shape)
        line = [state["key"] for state in left(subject, shape) if "line" in state]
        assert found.start.key == line[0]
        order = [state.key for state in found.states]
        forward = [
            min((move.target for move in found.moves_from(here) if move.target in line[at + 1 :]), key=order.index)
            for at, here in enumerate(line[:-1])
            if any(move.target in line[at + 1 :] for move in found.moves_from(here))
        ]
        # a draft is submitted before it is opened, and what is submitted is not on the line
        assert forward == (line[2:] if subject == "entry" and "collect" in shape.steps and shape.required else line[1:])
        assert found.state(line[-1]).ends


def test_the_copy_of_a_call_composes_as_the_catalogue_does() -> None:
    for subject in STAGED:
        copy = json.loads(json.dumps(to_copy(source.LIFECYCLES[subject])))
        for shape in SHAPES:
            assert read_copy(copy, composed(subject, shape), shape) == composed(subject, shape)


@pytest.mark.parametrize("subject", STAGED)
def test_nothing_is_named_that_a_whole_stage_has_not(subject: str) -> None:
    """States, actions and sets are the same over all stages, so that a statement can ask for them."""
    whole = catalogue.LIFECYCLES[subject]
    assert whole == composed(subject, WHOLE)
    every = [composed(subject, shape) for shape in SHAPES]
    assert {state for each in every for state in each.states} == set(whole.states)
    assert {move.action for each in every for move in each.moves} == {move.action for move in whole.moves}
    plain = source.LIFECYCLES[subject]
    assert [state["key"] for state in plain["state"]] == [state.key for state in whole.states]
    assert {move["action"] for move in plain["move"]} == {move.action for move in whole.moves}
    assert {key for keys in vars(getattr(states, subject)).values() for key in keys} <= {s.key for s in whole.states}


def test_an_entry_begins_where_its_stage_does() -> None:
    starts = {shape.steps[:2]: composed("entry", shape).start.key for shape in SHAPES}
    assert {key for steps, key in starts.items() if "collect" in steps} == {"draft"}
    assert {key for steps, key in starts.items() if "collect" not in steps} == {"in_assessment"}


def test_who_sends_nothing_is_out_unless_nothing_had_to_be_sent() -> None:
    collect = ("collect", "assess")
    required, optional = (composed("entry", Shape(collect, required=is_so)) for is_so in (True, False))
    assert {move.action for move in required.moves_from("draft")} == {
        "abandon",
        "disqualify",
        "lapse",
        "submit",
        "withdraw",
    }
    assert {move.action for move in optional.moves_from("draft")} == {
        "abandon",
        "disqualify",
        "open",
        "submit",
        "withdraw",
    }
    assert "not_submitted" not in {state.key for state in optional.states}


def test_what_is_sealed_is_opened_by_people_and_the_rest_by_the_service() -> None:
    (sealed,) = composed("stage", Shape(("collect",))).moves_from("collecting")
    (unsealed,) = composed("stage", Shape(("collect",), sealed=False)).moves_from("collecting")
    assert (sealed.action, sealed.by, sealed.due) == ("open", {Role.OFFICER, Role.APPROVER}, "")
    assert (unsealed.action, unsealed.by, unsealed.due) == ("open", {Role.SYSTEM}, "")
    assert "second_person_missing" in sealed.unless
    assert "second_person_missing" not in unsealed.unless


def test_a_button_says_what_is_handed_in() -> None:
    shape = Shape(("collect", "assess"), noun="proposal", nouns="proposals")
    titles = {move.action: move.title for each in STAGED for move in composed(each, shape).moves}
    assert (titles["submit"], titles["withdraw"]) == ("Submit the proposal", "Withdraw the proposal")
    plain = {move.action: move.title for move in composed("stage", shape).moves}
    assert plain["open"] == "Open the proposals"


def test_what_no_stage_can_be_asked_is_an_error() -> None:
    with pytest.raises(KeyError, match="seeled"):
        WHOLE.has("seeled")


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (("assess", "collect"), "assess, collect: not steps of a stage in their order"),
        (("collect", "bless"), "collect, bless: not steps of a stage in their order"),
        (("check", "assess"), "check, assess: a check of what is not collected"),
    ],
)
def test_steps_that_make_no_stage_are_refused(steps: tuple[str, ...], problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        Shape(steps)
