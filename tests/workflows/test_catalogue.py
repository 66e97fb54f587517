"""The workflows of the house: what they promise, beyond being sound."""

from dataclasses import replace
from typing import get_args

import pytest

from workflows import catalogue
from workflows.catalogue import LIFECYCLES, PROCEDURES, source, states
from workflows.definition import AWARD_NOTICE, EFFECTS, SUBJECTS, Role, Standard
from workflows.engine import Phase
from workflows.guards import GUARDS

# Moves of the service that fall due by the clock, and those that another act brings about.
DUE = {("application", "lapse"): "closes_at", ("award", "confirm"): "confirm_at"}
BROUGHT = {("application", "open"), ("application", "award"), ("assignment", "lock"), ("award", "tell")}
SETS = {subject: vars(getattr(states, subject)) for subject in SUBJECTS}


def test_the_catalogue_is_whole():
    assert list(source.PLAIN) == ["application", "assignment", "award", "call", "challenge", "innovation_fund"]
    assert list(LIFECYCLES) == ["call", "application", "assignment", "award"]
    assert {key: (workflow.key, workflow.subject) for key, workflow in LIFECYCLES.items()} == {
        key: (key, key) for key in LIFECYCLES
    }
    assert {key: procedure.key for key, procedure in PROCEDURES.items()} == {
        "challenge": "challenge",
        "innovation_fund": "innovation_fund",
    }


def test_a_call_of_each_procedure_has_the_same_lifecycles_and_is_bound_by_its_own():
    for key, procedure in PROCEDURES.items():
        for subject in SUBJECTS:
            bound = procedure if subject == "application" else None
            assert catalogue.workflow(subject, key) == replace(LIFECYCLES[subject], procedure=bound)


def test_every_guard_is_used_and_every_used_guard_exists():
    assert {name for workflow in LIFECYCLES.values() for move in workflow.moves for name in move.unless} == set(GUARDS)


def test_every_effect_is_used_and_every_used_effect_exists():
    assert {name for workflow in LIFECYCLES.values() for move in workflow.moves for name in move.then} == EFFECTS


def test_a_move_of_the_service_falls_due_or_is_brought_about():
    moves = [(w.subject, m) for w in LIFECYCLES.values() for m in w.moves if Role.SYSTEM in m.by]
    assert {(subject, m.action): m.due for subject, m in moves if m.due} == DUE
    assert {(subject, m.action) for subject, m in moves if not m.due} == BROUGHT


def test_what_a_procedure_binds_its_call_to():
    bound = {
        key: [(p.kind, p.standard, s.key, s.names, s.other_marks, s.notices, s.standstill) for s in p.stages]
        for key, p in PROCEDURES.items()
    }
    assert bound == {
        "challenge": [("challenge", Standard.OCDS, "application", "shown", "after_own", (AWARD_NOTICE,), True)],
        "innovation_fund": [("fund", Standard.THREESIXTY, "application", "hidden", "after_own", (), False)],
    }


def test_the_word_before_the_outcome_gives_nothing_away():
    """From the opening until everybody is told, every application reads the same to its applicant."""
    secret = ("opened", "in_assessment", "ineligible", "recommended", "reserve", "declined", "awarded")
    application = LIFECYCLES["application"]
    assert {application.state(state).word(told=False) for state in secret} == {"Being assessed"}
    assert {state: application.state(state).word(told=True) for state in secret} == {
        "opened": "Being assessed",
        "in_assessment": "Being assessed",
        "ineligible": "Not eligible",
        "recommended": "Successful",
        "reserve": "On the reserve list",
        "declined": "Not successful",
        "awarded": "Successful",
    }


def test_everybody_else_has_a_word_for_what_they_can_see_and_for_nothing_more():
    worded = {
        subject: {state.key for state in workflow.states if state.public} for subject, workflow in LIFECYCLES.items()
    }
    assert worded == {
        "call": {*states.call.opened, *states.call.cancelled},
        "application": {state.key for state in LIFECYCLES["application"].states},
        "assignment": set(states.assignment.visible),
        "award": set(),  # the applicant is told of it in sentences, everybody by the register
    }


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_set_names_states_of_its_workflow_once_and_in_its_order(subject):
    order = [state.key for state in LIFECYCLES[subject].states]
    for keys in SETS[subject].values():
        assert list(keys) == sorted(set(keys), key=order.index)


def test_every_state_of_a_call_is_live_or_ended_and_public_or_not():
    whole = [state.key for state in LIFECYCLES["call"].states]
    ended = [state.key for state in LIFECYCLES["call"].states if state.ends]
    assert sorted([*states.call.live, *ended]) == sorted(whole)
    public = [*states.call.published, *states.call.opened, *states.call.cancelled]
    assert sorted([*states.call.unpublished, *public]) == sorted(whole)


def test_an_application_was_opened_or_not_and_is_ranked_unless_it_is_ineligible_or_not_checked():
    mine = states.application
    assert sorted([*mine.unopened, *mine.checking, *mine.ineligible, *mine.ranked]) == sorted(
        state.key for state in LIFECYCLES["application"].states
    )


def test_the_clock_s_words_are_for_what_the_clock_says():
    assert {phase.key for phase in LIFECYCLES["call"].phases} == set(get_args(Phase))
    assert {phase.key for phase in LIFECYCLES["award"].phases} == {states.STANDSTILL}
    assert {phase.key for phase in LIFECYCLES["application"].phases} == {states.INELIGIBLE_PROPOSED}


def test_a_set_of_one_is_that_one_and_a_set_of_several_is_none():
    assert states.award.confirmed.only == "confirmed"
    with pytest.raises(ValueError, match="too many values to unpack"):
        _ = states.award.settled.only


@pytest.mark.parametrize("key", LIFECYCLES)
def test_the_same_action_has_the_same_button_everywhere_in_a_workflow(key):
    titles = {(move.action, move.title) for move in LIFECYCLES[key].moves}
    assert len(titles) == len({action for action, _ in titles})


def test_approving_is_always_somebody_else_s():
    """Whatever an approver decides about content is never theirs alone: they are not its author."""
    decided = {(w.subject, m.action) for w in LIFECYCLES.values() for m in w.moves if "same_person" in m.unless}
    assert decided == {
        ("call", "approve"),
        ("call", "decide"),
        ("award", "approve"),
        ("application", "find_ineligible"),
        ("application", "recommend"),
        ("application", "hold_in_reserve"),
        ("application", "decline"),
    }
    assert {m.by for w in LIFECYCLES.values() for m in w.moves if "same_person" in m.unless} == {
        frozenset({Role.APPROVER})
    }
