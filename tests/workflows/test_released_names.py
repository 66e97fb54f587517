"""A name that was released is there and means the same: guards, effects, states, and the sets that code asks for."""

import json
from pathlib import Path

import pytest

from workflows.catalogue import LIFECYCLES, source
from workflows.definition import SUBJECTS
from workflows.effects import EFFECTS
from workflows.guards import GUARDS

NAMES = json.loads(Path(__file__).with_name("released").joinpath("names.json").read_text(encoding="utf-8"))
SETS = {subject: plain["sets"] for subject, plain in source.LIFECYCLES.items()}

# Where a call or an application was, before there were stages, and where what was there is today.
TODAY = {
    "call": {
        "opened": [("stage", "checking")],
        "in_assessment": [("stage", "assessing")],
        "deciding": [("stage", "deciding")],
        "decided": [("stage", "decided"), ("stage", "told")],
    },
    "application": {
        "recommended": [("entry", "advanced")],
        "awarded": [("entry", "advanced"), ("award", "told"), ("award", "confirmed")],
        "accepted": [("entry", "advanced"), ("award", "accepted")],
        "refused": [("entry", "advanced"), ("award", "refused")],
    },
}
# The set that took a set's place. A set of a call that is not here is still the call's.
SETS_TODAY = {
    "call": {
        "checking": ("stage", "checking"),
        "assessing": ("stage", "assessing"),
        "deciding": ("stage", "deciding"),
        "ranked": ("stage", "ranked"),
        "decided": ("stage", "decided"),
        "settling": ("stage", "decided"),  # while the call is published
    },
    "application": {
        name: ("entry", name)
        for name in (
            *("writable", "drafts", "lapsed", "unsent", "submitted", "standing", "withdrawn", "absent", "checking"),
            *("ineligible", "assessing", "ranked", "answered"),
        )
    },
}
# Nobody asks states for these any more: rights and pages ask the instant, the constraint asks for `standing`.
ASKED_OTHERWISE = {
    ("call", "opened"): "stages.opened_at",
    ("application", "unopened"): "entries.opened_at",
    ("application", "may_lack_submission"): "states.entry.standing",
}


def test_guards_and_effects_are_there():
    assert set(NAMES["guards"]) - set(GUARDS) == set()
    assert set(NAMES["effects"]) - EFFECTS == set()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_states_are_there(subject):
    today = {state.key for state in LIFECYCLES[subject].states}
    assert set(NAMES["states"][subject]) - today == set(TODAY.get(subject, ()))


def test_what_an_application_was_its_entry_and_its_award_are():
    for moved in TODAY.values():
        for places in moved.values():
            assert [key for whose, key in places if key not in NAMES["states"][whose]] == []
    stayed = set(NAMES["states"]["application"]) - set(TODAY["application"])
    assert stayed - set(NAMES["states"]["entry"]) == set()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_set_holds_the_same_of_the_states_that_there_were(subject):
    released, today = NAMES["states"][subject], {state.key for state in LIFECYCLES[subject].states}
    gone = {name for whose, name in ASKED_OTHERWISE if whose == subject} | set(SETS_TODAY.get(subject, ()))
    said = {name: [key for key in keys if key in today] for name, keys in NAMES["sets"][subject].items()}
    assert {name: [key for key in SETS[subject][name] if key in released] for name in said if name not in gone} == {
        name: keys for name, keys in said.items() if name not in gone
    }
    assert gone & set(SETS[subject]) == set()


@pytest.mark.parametrize(
    ("whose", "name"), [(subject, name) for subject in ("call", "application") for name in NAMES["sets"][subject]]
)
def test_a_set_that_is_gone_has_one_in_its_place(whose, name):
    """And it holds what became of the states that the old one held, and of no others that there were."""
    if (whose, name) in ASKED_OTHERWISE:
        return
    subject, instead = SETS_TODAY[whose].get(name, (whose, name))
    found = {key for key in SETS[subject][instead] if (subject, key) in came_from(NAMES["states"][whose], whose)}
    assert found == {key for sub, key in came_from(NAMES["sets"][whose][name], whose) if sub == subject}


def came_from(released, whose):
    """Where these states are today; a call's other states are its own still, an application's its entry's."""
    own = "entry" if whose == "application" else "call"
    ended = [("stage", "told")] if whose == "call" else []
    return {
        place
        for key in released
        for place in TODAY[whose].get(key, [(own, key), *(ended if key == "concluded" else [])])
    }


def test_every_set_of_before_is_accounted_for():
    gone = {name for whose, name in ASKED_OTHERWISE if whose == "application"} | set(SETS_TODAY["application"])
    assert gone == set(NAMES["sets"]["application"])
    assert set(SETS_TODAY["call"]) < set(NAMES["sets"]["call"])
