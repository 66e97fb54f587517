"""The five workflows of the house: what they promise, beyond being sound."""

import pytest

from workflows.catalogue import ALL, PLAIN, PROCEDURES
from workflows.definition import EFFECTS, Role
from workflows.guards import GUARDS

APPLICATIONS = ("challenge", "innovation_fund")
# Moves of the service that fall due by the clock, and those that another act brings about.
DUE = {("application", "lapse"): "closes_at", ("award", "confirm"): "confirm_at"}
BROUGHT = {("application", "open"), ("application", "award"), ("assignment", "lock"), ("award", "tell")}


def test_the_catalogue_is_whole():
    assert list(ALL) == list(PLAIN) == ["assignment", "award", "call", "challenge", "innovation_fund"]
    assert {key: workflow.key for key, workflow in ALL.items()} == {key: key for key in ALL}
    assert {key: workflow.subject for key, workflow in ALL.items()} == {
        "assignment": "assignment",
        "award": "award",
        "call": "call",
        "challenge": "application",
        "innovation_fund": "application",
    }
    assert tuple(PROCEDURES) == APPLICATIONS


def test_every_guard_is_used_and_every_used_guard_exists():
    assert {name for workflow in ALL.values() for move in workflow.moves for name in move.unless} == set(GUARDS)


def test_every_effect_is_used_and_every_used_effect_exists():
    assert {name for workflow in ALL.values() for move in workflow.moves for name in move.then} == EFFECTS


def test_a_move_of_the_service_falls_due_or_is_brought_about():
    moves = [(w.subject, m) for w in ALL.values() for m in w.moves if Role.SYSTEM in m.by]
    assert {(subject, m.action): m.due for subject, m in moves if m.due} == DUE
    assert {(subject, m.action) for subject, m in moves if not m.due} == BROUGHT


def test_both_kinds_of_application_live_the_same_life():
    challenge, fund = (ALL[key] for key in APPLICATIONS)
    assert challenge.moves == fund.moves
    assert challenge.states == fund.states


def test_assessors_of_a_fund_never_read_names():
    sight = {key: [(s.key, s.applicant_names, s.other_marks) for s in ALL[key].stages] for key in APPLICATIONS}
    assert sight == {
        "challenge": [
            ("application", "shown", "never"),
            ("assessment", "shown", "after_own"),
            ("decision", "shown", "never"),
        ],
        "innovation_fund": [
            ("application", "shown", "never"),
            ("assessment", "hidden", "after_own"),
            ("decision", "shown", "never"),
        ],
    }


def test_what_a_procedure_binds_its_call_to():
    bound = {
        key: (
            w.procedure.kind,
            w.procedure.standstill,
            w.procedure.notices,
            w.procedure.standard,
            w.procedure.hold_minutes,
        )
        for key, w in PROCEDURES.items()
    }
    assert bound == {
        "challenge": ("challenge", True, ("UK6",), "ocds", 60),
        "innovation_fund": ("fund", False, (), "360giving", 60),
    }
    assert set(ALL["challenge"].procedure.documents) - set(ALL["innovation_fund"].procedure.documents) == {"uk6_notice"}


@pytest.mark.parametrize("key", APPLICATIONS)
def test_the_word_before_the_outcome_gives_nothing_away(key):
    """From the opening until everybody is told, every application reads the same to its applicant."""
    secret = ("opened", "in_assessment", "ineligible", "recommended", "reserve", "declined", "awarded")
    assert {ALL[key].state(state).word(told=False) for state in secret} == {"Being assessed"}
    assert {state: ALL[key].state(state).word(told=True) for state in secret} == {
        "opened": "Being assessed",
        "in_assessment": "Being assessed",
        "ineligible": "Not eligible",
        "recommended": "Successful",
        "reserve": "On the reserve list",
        "declined": "Not successful",
        "awarded": "Successful",
    }


@pytest.mark.parametrize("key", ALL)
def test_the_same_action_has_the_same_button_everywhere_in_a_workflow(key):
    titles = {(move.action, move.title) for move in ALL[key].moves}
    assert len(titles) == len({action for action, _ in titles})


def test_approving_is_always_somebody_else_s():
    """Whatever an approver decides about content is never theirs alone: they are not its author."""
    decided = {(w.subject, m.action) for w in ALL.values() for m in w.moves if "same_person" in m.unless}
    assert decided == {
        ("call", "approve"),
        ("call", "decide"),
        ("award", "approve"),
        ("application", "find_ineligible"),
        ("application", "recommend"),
        ("application", "hold_in_reserve"),
        ("application", "decline"),
    }
    assert {m.by for w in ALL.values() for m in w.moves if "same_person" in m.unless} == {frozenset({Role.APPROVER})}
