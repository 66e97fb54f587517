"""A faulty workflow cannot be built, and every fault is named."""

import re
from dataclasses import replace

import pytest

from workflows.definition import (
    Move,
    Phase,
    PlannedStage,
    Procedure,
    Role,
    Route,
    Shape,
    Standard,
    State,
    Step,
    Workflow,
)

OFFICER = frozenset({Role.OFFICER})
A, B = State("a", "A", "grey", "A", step="s"), State("b", "B", "", "B", step="s", ends=True)
GO = Move("go", "Go", "a", "b", OFFICER)
SOUND = Workflow("w", "W", "call", (Step("s", "S"),), (A, B), (GO,), (Phase("p", "P", "blue"),))
STEPS = ("collect", "check", "assess")
STAGE = PlannedStage("one", "One", "application", "applications", STEPS, "shown", "never")
LATER = PlannedStage(
    "two", "Two", "proposal", "proposals", ("collect", "award"), "hidden", "always", sealed=False, required=False
)
FUND = Procedure("fund", "Fund", "A fund", "fund", Standard.THREESIXTY, Route.GRANT, (STAGE, LATER))


def test_a_sound_one_is_built():
    assert SOUND.start == A
    assert SOUND.state("b") == B
    assert (SOUND.words("a"), SOUND.words("p")) == (A, Phase("p", "P", "blue"))
    assert (SOUND.moves_from("a"), SOUND.moves_from("b")) == ((GO,), ())
    assert (FUND.stage("one"), FUND.stage("two")) == (STAGE, LATER)


def test_a_stage_says_what_its_workflows_are_composed_by():
    assert STAGE.shape == Shape(STEPS)
    assert LATER.shape == Shape(("collect", "award"), sealed=False, required=False, noun="proposal", nouns="proposals")
    assert [(each.collects, each.assesses, each.awards) for each in FUND.stages] == [
        (True, True, False),
        (True, False, True),
    ]


def test_an_unknown_stage_is_an_error():
    with pytest.raises(KeyError, match="no stage 'three'"):
        FUND.stage("three")


def test_an_end_may_be_left():
    """It is where a thing may rest: from the reserve one may still go on."""
    back = Move("back", "Back", "b", "a", OFFICER)
    assert replace(SOUND, moves=(GO, back)).moves_from("b") == (back,)


C = State("c", "C", "grey", "C", step="s")


@pytest.mark.parametrize(
    ("faulty", "problem"),
    [
        ({"states": ()}, "no state is declared"),
        ({"subject": "bill"}, "unknown subject 'bill'"),
        ({"steps": (Step("s", "S"), Step("s", "S"))}, "the step s is declared twice"),
        ({"states": (A, B, B)}, "the state b is declared twice"),
        ({"phases": (Phase("a", "A", "grey"),)}, "the state a is declared twice"),
        ({"states": (A, replace(B, step="t"))}, "b: unknown step 't'"),
        ({"steps": (Step("s", "S"), Step("t", "T"))}, "t: a step without a state"),
        ({"states": (A, replace(B, colour="mauve"))}, "b: unknown colour 'mauve'"),
        ({"phases": (Phase("p", "P", "puce"),)}, "p: unknown colour 'puce'"),
        ({"moves": (GO, replace(GO, title="Go again"))}, "two moves share the action go and the source a"),
        ({"moves": (GO, Move("fly", "Fly", "a", "x", OFFICER))}, "fly: unknown state 'x'"),
        ({"moves": (replace(GO, by=frozenset()),)}, "go: nobody may do it"),
        ({"moves": (replace(GO, due="closes_at"),)}, "go: only a system move can fall due"),
        ({"moves": (replace(GO, by=frozenset({Role.SYSTEM}), due="tea"),)}, "go: due by 'tea', which is no instant"),
        ({"states": (A, B, replace(C, ends=True))}, "c: cannot be reached"),
        ({"states": (A, B, C), "moves": (GO, Move("stray", "Stray", "a", "c", OFFICER))}, "c: a dead end"),
    ],
)
def test_a_fault_is_named(faulty, problem):
    with pytest.raises(ValueError, match=f"^workflow w: {re.escape(problem)}$"):
        replace(SOUND, **faulty)


@pytest.mark.parametrize(
    ("faulty", "problem"),
    [
        ({"kind": "raffle"}, "unknown kind 'raffle'"),
        ({"stages": ()}, "it has no stage"),
        ({"stages": (STAGE, STAGE)}, "the stage one is declared twice"),
        ({"stages": (replace(STAGE, names="blurred"),)}, "one: names is 'blurred'"),
        ({"stages": (replace(STAGE, other_marks="sometimes"),)}, "one: other_marks is 'sometimes'"),
        (
            {"stages": (replace(STAGE, steps=("assess", "collect")),)},
            "one: not steps of a stage in their order",
        ),
        ({"stages": (replace(STAGE, steps=("check",)),)}, "one: a check of what is not collected"),
        ({"stages": (STAGE, replace(LATER, shows=("two", "one")))}, "two: shows two, which is not before it"),
        ({"stages": (replace(STAGE, marks_of="two"), LATER)}, "one: marks_of is 'two', which is not before it"),
        (
            {"stages": (replace(STAGE, ranks_by=(("one", 60), ("two", 40))), LATER)},
            "one: ranks by two, which is not before it",
        ),
        (
            {"stages": (STAGE, replace(LATER, ranks_by=(("one", 60), ("two", 39))))},
            "two: what it ranks by does not add up to 100",
        ),
    ],
)
def test_a_fault_of_a_procedure_is_named(faulty, problem):
    with pytest.raises(ValueError, match=f"^procedure fund: {re.escape(problem)}$"):
        replace(FUND, **faulty)


def test_a_circle_without_an_end_is_refused():
    circle = (
        GO,
        Move("stray", "Stray", "a", "c", OFFICER),
        Move("on", "On", "c", "d", OFFICER),
        Move("round", "Round", "d", "c", OFFICER),
    )
    with pytest.raises(ValueError, match="workflow w: c: leads to no end; d: leads to no end"):
        replace(SOUND, states=(A, B, C, State("d", "D", "grey", "D", step="s")), moves=circle)


def test_all_faults_are_named_at_once():
    with pytest.raises(ValueError, match="unknown subject 'bill'; a: a dead end; b: cannot be reached"):
        replace(SOUND, subject="bill", moves=())


def test_an_unknown_state_is_an_error():
    for ask in (SOUND.state, SOUND.words):
        with pytest.raises(KeyError, match="no state 'x'"):
            ask("x")


def test_nobody_reads_a_word_that_is_for_staff_alone():
    with pytest.raises(ValueError, match="x is not for the public"):
        State("x", "Dropped", "grey").word(told=True)


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [
        (State("x", "Declined", "grey", "Being assessed", "Not successful"), "Being assessed", "Not successful"),
        (State("x", "Submitted", "green", "Submitted"), "Submitted", "Submitted"),
    ],
)
def test_an_applicant_reads_the_outcome_only_when_told(state, before, after):
    assert (state.word(told=False), state.word(told=True)) == (before, after)
