"""Random walks through every lifecycle: whatever is pressed by whomever, whenever, the rules of the engine hold."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.workflows.clear import CLEAR, WHILE_OPEN
from tests.workflows.offered import open_moves
from tests.workflows.shapes import EVERY
from workflows.definition import Role
from workflows.engine import Allowed, decide, due_at, due_moves, offers
from workflows.facts import Facts
from workflows.guards import GUARDS

NOON = datetime(2027, 3, 12, 12, tzinfo=UTC)
HOURS = st.integers(-3, 3).map(lambda hours: NOON + timedelta(hours=hours))
COUNTS = st.sampled_from((0, 0, 0, 1, 2))  # mostly nothing in the way, so that walks get far
MOSTLY = st.sampled_from((True, True, False))
ROLES = st.frozensets(st.sampled_from(Role), max_size=3)
NAMES = st.sampled_from(((), (), ("TT-1",)))
KNOWN = {
    "now": HOURS,
    "opens_at": HOURS,
    "closes_at": HOURS,
    "hold_until": HOURS,
    "later_stage": st.sampled_from(("", "Proposal")),
    "actor": st.integers(1, 3),
    "authors": st.frozensets(st.integers(1, 3), max_size=1),
    "second_person": st.booleans(),
    "problems": COUNTS,
    "call_live": MOSTLY,
    "award_decided": MOSTLY.map(lambda is_so: not is_so),
    "next_problems": COUNTS,
    "reserve_ended": MOSTLY.map(lambda is_so: not is_so),
    "unanswered": COUNTS,
    "declared": st.booleans(),
    "reason": st.sampled_from(("", "Because of the budget.")),
    "undecided": COUNTS,
    "requests_open": COUNTS,
    "reviews_open": COUNTS,
    "past_reviewing": MOSTLY.map(lambda is_so: not is_so),
    "checks_missing": COUNTS,
    "conditions_unmet": COUNTS,
    "supplier_excluded": MOSTLY.map(lambda is_so: not is_so),
    "readers_missing": COUNTS,
    "attendance_missing": COUNTS,
    "chair_missing": st.sampled_from((False, False, True)),
    "differences_open": COUNTS,
    "scorecards_due": COUNTS,
    "decisions_missing": COUNTS,
    "over_budget": st.sampled_from((Decimal(0), Decimal(0), Decimal("0.01"))),
    "departures": COUNTS,
    "rule_broken": NAMES,
    "reasons_missing": NAMES,
    "letters_due": COUNTS,
    "told_at": st.none() | HOURS,
    "notice_published": st.booleans(),
    "standstill_ends_at": st.none() | HOURS,
    "confirm_at": st.none() | HOURS,
    "accept_by": st.none() | HOURS,
    "unsettled": COUNTS,
    "marks_missing": COUNTS,
    "comments_missing": COUNTS,
    "assessment_over": st.booleans(),
}
FACTS = st.builds(Facts, **KNOWN)


def test_every_fact_is_drawn():
    assert set(KNOWN) == {field.name for field in fields(Facts)}


def machine_of(workflow):
    actions = sorted({move.action for move in workflow.moves})
    declared = {(move.action, move.source): move for move in workflow.moves}

    class Walk(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.state = workflow.start.key

        @rule(action=st.sampled_from(actions), roles=ROLES, facts=FACTS)
        def press(self, action, roles, facts):
            """Anything by anybody: what is allowed is a declared move of theirs; what is refused says why."""
            answer = decide(workflow, self.state, action, roles, facts)
            if isinstance(answer, Allowed):
                assert answer.move == declared[action, self.state]
                assert answer.move.by & roles
                self.state = answer.move.target
            else:
                assert answer.reasons
                assert all(str(reason).endswith(".") for reason in answer.reasons)

        @rule(facts=FACTS, roles=ROLES)
        def look(self, facts, roles):
            """What is offered is exactly what is allowed once the reason and the declaration are given."""
            given = replace(facts, reason="As agreed.", declared=True)
            allowed = [
                m
                for m in workflow.moves_from(self.state)
                if isinstance(decide(workflow, self.state, m.action, roles, given), Allowed)
            ]
            assert open_moves(workflow, self.state, roles, facts) == allowed
            assert [offer.move for offer in offers(workflow, self.state, roles, facts)] == [
                m for m in workflow.moves_from(self.state) if m.by & roles
            ]

        @rule(facts=FACTS)
        def sweep(self, facts):
            """What has fallen due is what the service itself may do now, in the order of its instants."""
            due = due_moves(workflow, self.state, facts)
            service = frozenset({Role.SYSTEM})
            assert {m.action for m, _ in due} == {
                m.action
                for m in workflow.moves_from(self.state)
                if m.due and isinstance(decide(workflow, self.state, m.action, service, facts), Allowed)
            }
            assert [at for _, at in due] == sorted(at for _, at in due)
            for move, at in due:
                assert at == due_at(move, facts)
                assert at <= facts.now
            if due:
                self.state = due[0][0].target

        @invariant()
        def stands_somewhere(self):
            here = workflow.state(self.state)  # a KeyError if it is not declared
            assert here.ends or workflow.moves_from(self.state)

    return Walk


@pytest.mark.parametrize("key", EVERY)
def test_a_random_walk_keeps_the_rules(key):
    run_state_machine_as_test(
        machine_of(EVERY[key]),
        settings=settings(max_examples=12, stateful_step_count=30, deadline=None, database=None),
    )


@pytest.mark.parametrize("key", EVERY)
def test_every_state_can_really_be_reached_when_nothing_is_in_the_way(key):
    """Not by the arrows alone: with facts under which each guard is silent, and by one of the roles of each move."""
    workflow = EVERY[key]
    reached, fresh = set(), {workflow.start.key}
    while fresh:
        reached |= fresh
        answers = (
            decide(workflow, move.source, move.action, move.by, facts)
            for state in fresh
            for move in workflow.moves_from(state)
            for facts in (WHILE_OPEN, CLEAR)
        )
        fresh = {answer.move.target for answer in answers if isinstance(answer, Allowed)} - reached
    assert reached == {state.key for state in workflow.states}


@pytest.mark.parametrize("name", GUARDS)
def test_nothing_is_in_the_way_of_clear_facts_but_the_clock(name):
    assert None in [GUARDS[name](facts) for facts in (WHILE_OPEN, CLEAR)]
