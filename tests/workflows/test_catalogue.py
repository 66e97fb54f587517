"""The workflows of the house: what they promise, beyond being sound."""

from pathlib import Path
from typing import get_args

import pytest

from workflows import catalogue
from workflows.catalogue import LIFECYCLES, PROCEDURES, source, states
from workflows.definition import STAGED, SUBJECTS, Role, Shape, Standard
from workflows.effects import EFFECTS
from workflows.engine import Phase
from workflows.guards import GUARDS

# What is not sealed, and what need not be handed in, moves otherwise than a whole stage does.
OTHERWISE = catalogue.workflow("stage", Shape(("collect",), sealed=False))
EVERY = (*LIFECYCLES.values(), OTHERWISE)
# Moves of the service that fall due by the clock, and those that another act brings about.
DUE = {("entry", "lapse"): "closes_at", ("award", "confirm"): "confirm_at", ("award", "expire"): "accept_by"}
BROUGHT = {
    ("stage", "open"),  # of what was not sealed, with all its entries
    ("stage", "start"),
    ("entry", "abandon"),
    ("assignment", "ask_again"),
    ("entry", "open"),
    ("entry", "reconsider"),
    ("entry", "release"),
    ("entry", "revive"),
    ("assignment", "lock"),
    ("assignment", "end"),
    ("award", "tell"),
    ("award", "lapse"),
    ("award", "reconsider"),
}
SETS = {subject: vars(getattr(states, subject)) for subject in SUBJECTS}


def test_the_catalogue_is_whole():
    assert sorted(source.PLAIN) == sorted([*SUBJECTS, *PROCEDURES])
    assert {"challenge", "innovation_fund"} <= set(PROCEDURES)  # what was released stays
    assert tuple(LIFECYCLES) == SUBJECTS
    assert {key: (workflow.key, workflow.subject) for key, workflow in LIFECYCLES.items()} == {
        key: (key, key) for key in LIFECYCLES
    }
    assert {key: procedure.key for key, procedure in PROCEDURES.items()} == {key: key for key in PROCEDURES}


def test_what_is_not_of_a_stage_is_the_same_whatever_its_shape():
    other = Shape(("assess",))
    assert {subject: catalogue.workflow(subject, other) == LIFECYCLES[subject] for subject in SUBJECTS} == {
        subject: subject not in STAGED for subject in SUBJECTS
    }


def test_every_guard_is_used_and_every_used_guard_exists():
    assert {name for workflow in EVERY for move in workflow.moves for name in move.unless} == set(GUARDS)


def test_every_effect_is_used_and_every_used_effect_exists():
    assert {name for workflow in EVERY for move in workflow.moves for name in move.then} == EFFECTS


def test_a_move_of_the_service_falls_due_or_is_brought_about():
    moves = [(w.subject, m) for w in EVERY for m in w.moves if Role.SYSTEM in m.by]
    assert {(subject, m.action): m.due for subject, m in moves if m.due} == DUE
    assert {(subject, m.action) for subject, m in moves if not m.due} == BROUGHT


def test_what_each_procedure_binds_its_call_to():
    """What a call is in law and where its awards are published; what its stages are made of stands in its file."""
    assert {key: (p.kind, p.route, p.standard) for key, p in PROCEDURES.items()} == {
        "challenge": ("challenge", "covered", Standard.OCDS),
        "challenge_open": ("challenge", "covered", Standard.OCDS),
        "challenge_small": ("challenge", "below_threshold", Standard.OCDS),
        "innovation_fund": ("fund", "grant", Standard.THREESIXTY),
        "rnd_phased": ("challenge", "exempt_rnd", Standard.OCDS),
        "small_grant": ("fund", "grant", Standard.THREESIXTY),
    }


def test_every_procedure_begins_by_collecting_and_ends_with_awards():
    assert [key for key, p in PROCEDURES.items() if not p.stages[0].collects or not p.stages[-1].awards] == []


def test_a_procedure_is_short():
    texts = {path.stem: path.read_text() for path in Path(source.__file__).parent.glob("*.toml")}
    assert [key for key in PROCEDURES if len(texts[key].splitlines()) >= 40] == []


def test_the_word_before_the_outcome_gives_nothing_away():
    """From the opening until it is told, every entry and every award reads the same to its applicant."""
    assert {
        LIFECYCLES[subject].state(state).word(told=False)
        for subject, secret in (
            ("entry", [*states.entry.checking, *states.entry.ineligible, *states.entry.ranked]),
            ("award", ["proposed", "approved", "told", "dropped"]),
        )
        for state in secret
    } == {"Under way"}


def test_the_word_after_the_outcome_is_the_outcome():
    said = {
        subject: {state.key: state.outcome for state in LIFECYCLES[subject].states if state.outcome}
        for subject in SUBJECTS
    }
    assert said == {
        "call": {},
        "stage": {},
        "entry": {
            "ineligible": "Not eligible",
            "advanced": "Successful",
            "reserve": "On the reserve list",
            "declined": "Not successful",
        },
        "assignment": {},
        "award": {"told": "Successful"},
    }


def test_everybody_else_has_a_word_for_what_they_can_see_and_for_nothing_more():
    worded = {
        subject: {state.key for state in workflow.states if state.public} for subject, workflow in LIFECYCLES.items()
    }
    assert worded == {
        "call": {*states.call.concluded, *states.call.cancelled},  # until then the clock and the stages have the word
        "stage": {state.key for state in LIFECYCLES["stage"].states},
        "entry": {state.key for state in LIFECYCLES["entry"].states},
        "assignment": set(states.assignment.visible),
        "award": {state.key for state in LIFECYCLES["award"].states},
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
    public = [*states.call.published, *states.call.concluded, *states.call.cancelled]
    assert sorted([*states.call.unpublished, *public]) == sorted(whole)


def test_every_state_of_a_stage_is_ahead_live_or_told_and_ranked_once_the_marks_are_locked():
    mine, order = states.stage, [state.key for state in LIFECYCLES["stage"].states]
    assert ["planned", *mine.live, *mine.told] == order
    assert ["planned", *mine.collecting, *mine.checking, *mine.assessing, *mine.ranked] == order
    assert [*mine.untold, *mine.told] == [*mine.decided]


def test_an_entry_is_ranked_unless_it_was_not_opened_is_not_checked_or_is_ineligible():
    mine = states.entry
    unopened = [*mine.drafts, *mine.standing, *mine.absent]
    assert sorted([*unopened, *mine.checking, *mine.ineligible, *mine.ranked]) == sorted(
        state.key for state in LIFECYCLES["entry"].states
    )
    assert sorted([*mine.assessing, *mine.answered]) == sorted(mine.ranked)
    assert sorted([*mine.advanced, "reserve", *mine.declined]) == sorted(mine.answered)


def test_the_clock_s_words_are_for_what_the_clock_says():
    phases = {subject: {phase.key for phase in workflow.phases} for subject, workflow in LIFECYCLES.items()}
    assert phases == {
        "call": {*get_args(Phase), "in_assessment", "decided"},  # what its stages are doing, too
        "stage": set(get_args(Phase)),
        "entry": {states.INELIGIBLE_PROPOSED},
        "assignment": set(),
        "award": {states.STANDSTILL},
    }


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
    decided = {(w.subject, m.action) for w in EVERY for m in w.moves if "same_person" in m.unless}
    assert decided == {
        ("call", "approve"),
        ("stage", "decide"),
        ("award", "approve"),
        ("entry", "find_ineligible"),
        ("entry", "disqualify"),
        ("entry", "advance"),
        ("entry", "hold_in_reserve"),
        ("entry", "decline"),
        ("entry", "promote"),
    }
    assert {m.by for w in EVERY for m in w.moves if "same_person" in m.unless} == {frozenset({Role.APPROVER})}


def test_a_call_that_is_cancelled_or_concluded_stops_everything_in_its_stages():
    """Each move of a stage, and of an entry whatever brings it; what only the opening of a stage brings follows it."""
    free = {(w.subject, m.action) for w in EVERY for m in w.moves if "call_not_live" not in m.unless}
    assert {(subject, action) for subject, action in free if subject in STAGED} == {
        ("entry", "lapse"),  # its stage has closed, whatever became of the call
        ("entry", "open"),
        ("entry", "release"),  # the reserve of a call that is concluded
    }


def test_a_call_is_cancelled_by_nobody_once_its_awards_are_decided():
    cancel = {move for move in LIFECYCLES["call"].moves if move.target in states.call.cancelled}
    assert {move.source for move in cancel} == {*states.call.live} - {*states.call.editable}
    assert {"award_decided" in move.unless for move in cancel} == {True}


def test_everything_that_people_hand_in_closes_at_one_instant():
    """What was opened can be withdrawn later, and a reserve ends later; a draft comes back before a later closing."""
    entry, opened = LIFECYCLES["entry"], {*states.entry.checking, *states.entry.ranked}
    before = [move for move in entry.moves if move.source not in opened]
    assert {move.action for move in entry.moves if Role.APPLICANT in move.by and move not in before} == {"withdraw"}
    assert {"call_closed" in move.unless for move in before if Role.APPLICANT in move.by} == {True}
    by_the_service = [move for move in before if Role.SYSTEM in move.by]
    closing = {move.action: "call_closed" in move.unless for move in by_the_service if move.action == "revive"}
    assert closing == {"revive": True}
    # its lot ends whenever two people agree on that, also while it can be written
    ends = [move for move in by_the_service if move.target not in states.entry.abandoned]
    assert {"call_still_open" in move.unless for move in ends if move.action not in closing} == {True}
