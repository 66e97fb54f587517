"""A faulty workflow cannot be built, and every fault is named."""

import re
from dataclasses import replace

import pytest

from workflows.definition import Move, Procedure, Role, Stage, State, Workflow

OFFICER = frozenset({Role.OFFICER})
A, B = State("a", "s", "A", "A"), State("b", "s", "B", "B", final=True)
GO = Move("go", "Go", "a", "b", OFFICER)
SOUND = Workflow("w", "W", "call", (Stage("s", "S"),), (A, B), (GO,))
FUND = Procedure("fund", "Fund", False, (), "360giving", 60, ())


def test_a_sound_one_is_built():
    assert SOUND.start == A
    assert SOUND.state("b") == B
    assert SOUND.stage("s") == Stage("s", "S")
    assert (SOUND.moves_from("a"), SOUND.moves_from("b")) == ((GO,), ())
    assert replace(SOUND, procedure=FUND).procedure == FUND


C = State("c", "s", "C", "C")


@pytest.mark.parametrize(
    ("faulty", "problem"),
    [
        ({"states": ()}, "no state is declared"),
        ({"subject": "bill"}, "unknown subject 'bill'"),
        ({"stages": (Stage("s", "S"), Stage("s", "S"))}, "the stage s is declared twice"),
        ({"states": (A, B, B)}, "the state b is declared twice"),
        ({"states": (A, replace(B, stage="t"))}, "b: unknown stage 't'"),
        ({"stages": (Stage("s", "S"), Stage("t", "T"))}, "t: a stage without a state"),
        ({"stages": (Stage("s", "S", applicant_names="blurred"),)}, "s: applicant_names is 'blurred'"),
        ({"stages": (Stage("s", "S", other_marks="sometimes"),)}, "s: other_marks is 'sometimes'"),
        ({"moves": (GO, replace(GO, title="Go again"))}, "two moves share the action go and the source a"),
        ({"moves": (GO, Move("fly", "Fly", "a", "x", OFFICER))}, "fly: unknown state 'x'"),
        ({"moves": (replace(GO, by=frozenset()),)}, "go: nobody may do it"),
        ({"moves": (replace(GO, due="closes_at"),)}, "go: only a system move can fall due"),
        ({"moves": (replace(GO, by=frozenset({Role.SYSTEM}), due="tea"),)}, "go: due by 'tea', which is no instant"),
        ({"states": (A, B, replace(C, final=True))}, "c: cannot be reached"),
        ({"moves": (GO, Move("back", "Back", "b", "a", OFFICER))}, "b: final, yet it can be left"),
        ({"states": (A, B, C), "moves": (GO, Move("stray", "Stray", "a", "c", OFFICER))}, "c: a dead end"),
        ({"procedure": replace(FUND, kind="raffle")}, "unknown kind 'raffle'"),
        ({"procedure": replace(FUND, standard="own")}, "unknown standard 'own'"),
        ({"procedure": replace(FUND, hold_minutes=-1)}, "the holding time is negative"),
    ],
)
def test_a_fault_is_named(faulty, problem):
    with pytest.raises(ValueError, match=f"^workflow w: {re.escape(problem)}$"):
        replace(SOUND, **faulty)


def test_a_circle_without_an_end_is_refused():
    circle = (
        GO,
        Move("stray", "Stray", "a", "c", OFFICER),
        Move("on", "On", "c", "d", OFFICER),
        Move("round", "Round", "d", "c", OFFICER),
    )
    with pytest.raises(ValueError, match="workflow w: c: leads to no end; d: leads to no end"):
        replace(SOUND, states=(A, B, C, State("d", "s", "D", "D")), moves=circle)


def test_all_faults_are_named_at_once():
    with pytest.raises(ValueError, match="unknown subject 'bill'; a: a dead end; b: cannot be reached"):
        replace(SOUND, subject="bill", moves=())


def test_an_unknown_state_or_stage_is_an_error():
    with pytest.raises(KeyError, match="no state 'x'"):
        SOUND.state("x")
    with pytest.raises(KeyError, match="no stage 'x'"):
        SOUND.stage("x")


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [
        (State("x", "s", "Declined", "Being assessed", outcome="Not successful"), "Being assessed", "Not successful"),
        (State("x", "s", "Submitted", "Submitted"), "Submitted", "Submitted"),
    ],
)
def test_an_applicant_reads_the_outcome_only_when_told(state, before, after):
    assert (state.word(told=False), state.word(told=True)) == (before, after)
