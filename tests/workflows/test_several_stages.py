"""Interest, proposal, demonstration: the engine knows nothing about how many stages there are."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.workflows.offered import open_moves
from tests.workflows.phased import PHASED
from workflows.definition import Role
from workflows.engine import Allowed, Refused, decide, due_moves
from workflows.facts import Facts

CLOSES = datetime(2027, 3, 12, 12, tzinfo=UTC)
BEFORE, AFTER = CLOSES - timedelta(days=1), CLOSES + timedelta(days=1)
APPLICANT, OFFICER, APPROVER = frozenset({Role.APPLICANT}), frozenset({Role.OFFICER}), frozenset({Role.APPROVER})


def facts(now, **more):
    return Facts(
        **{
            "now": now,
            "closes_at": CLOSES,
            "unanswered": 0,
            "scorecards_due": 0,
            "actor": 1,
            "authors": frozenset({2}),
            **more,
        }
    )


def walked(*steps):
    """The states that these steps lead through; each has to be allowed."""
    state, states = PHASED.start.key, []
    for action, roles, known in steps:
        answer = decide(PHASED, state, action, roles, known)
        assert isinstance(answer, Allowed), (state, action, answer)
        state = answer.move.target
        states.append(state)
    return states


def test_an_application_walks_through_all_three_stages():
    assert walked(
        ("submit", APPLICANT, facts(BEFORE)),
        ("advance", APPROVER, facts(AFTER)),
        ("submit", APPLICANT, facts(BEFORE, declared=True)),  # each stage has a closing time of its own
        ("advance", APPROVER, facts(AFTER)),
        ("demonstrate", OFFICER, facts(AFTER)),
        ("recommend", APPROVER, facts(AFTER)),
    ) == ["interest_submitted", "invited", "proposed", "shortlisted", "demonstrated", "recommended"]


def test_one_action_means_each_stage_s_own_move():
    first = decide(PHASED, "interest_submitted", "advance", APPROVER, facts(AFTER))
    second = decide(PHASED, "proposed", "advance", APPROVER, facts(AFTER))
    assert isinstance(first, Allowed)
    assert isinstance(second, Allowed)
    assert [(a.move.title, a.move.target) for a in (first, second)] == [
        ("Invite to propose", "invited"),
        ("Shortlist", "shortlisted"),
    ]


def test_only_the_proposal_asks_for_a_declaration():
    assert isinstance(decide(PHASED, "interest_draft", "submit", APPLICANT, facts(BEFORE)), Allowed)
    assert isinstance(decide(PHASED, "invited", "submit", APPLICANT, facts(BEFORE)), Refused)


def test_a_stage_can_be_left_unanswered():
    for state in ("interest_draft", "invited"):
        assert [(m.target, at) for m, at in due_moves(PHASED, state, facts(AFTER))] == [("lapsed", CLOSES)]
    assert due_moves(PHASED, "proposed", facts(AFTER)) == ()


def test_one_can_be_declined_in_each_stage():
    offered = {
        state.key: "decline" in [m.action for m in open_moves(PHASED, state.key, APPROVER, facts(AFTER))]
        for state in PHASED.states
    }
    assert [key for key, is_offered in offered.items() if is_offered] == [
        "interest_submitted",
        "proposed",
        "shortlisted",
        "demonstrated",
    ]


def test_each_stage_says_what_its_assessors_see():
    assert [(s.key, s.names, s.other_marks) for s in PHASED.procedure.stages] == [
        ("interest", "shown", "never"),
        ("proposal", "hidden", "after_own"),
        ("demonstration", "shown", "always"),
    ]


def test_nobody_takes_the_first_of_several_stages_for_the_whole():
    with pytest.raises(ValueError, match="too many values to unpack"):
        _ = PHASED.procedure.stage
