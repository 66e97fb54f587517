"""From the catalogue's plain values to a workflow, strictly; and a fingerprint that anybody can take again."""

import json
import re
from copy import deepcopy

import pytest

from workflows.catalogue import LIFECYCLES, PROCEDURES, WHOLE
from workflows.catalogue.source import PLAIN
from workflows.composing import compose
from workflows.definition import STAGED, Role
from workflows.reading import fingerprint, read, read_procedure


@pytest.mark.parametrize("key", LIFECYCLES)
def test_a_workflow_survives_json(key):
    plain = json.loads(json.dumps(PLAIN[key]))
    assert read(compose(plain, WHOLE) if key in STAGED else plain) == LIFECYCLES[key]


@pytest.mark.parametrize("key", PROCEDURES)
def test_a_procedure_survives_json(key):
    assert read_procedure(json.loads(json.dumps(PLAIN[key]))) == PROCEDURES[key]


def test_a_procedure_of_several_stages_is_read_in_their_order():
    plain = deepcopy(PLAIN["challenge_open"])
    (first,) = plain["stage"]
    later = {**first, "key": "panel", "steps": ["moderate", "award"], "sealed": False, "required": False}
    plain["stage"] = [first, {**later, "shows": ["application"], "ranks_by": {"application": 70, "panel": 30}}]
    one, two = read_procedure(plain).stages
    assert (one.key, one.sealed, one.required, one.shows, one.ranks_by) == ("application", True, True, (), ())
    assert (two.key, two.sealed, two.required) == ("panel", False, False)
    assert (two.steps, two.shows) == (("moderate", "award"), ("application",))
    assert two.ranks_by == (("application", 70), ("panel", 30))


def test_a_move_with_several_sources_is_several_moves():
    plain = deepcopy(PLAIN["award"])
    assert [(m.source, m.target, m.by) for m in read(plain).moves if m.action == "drop"] == [
        ("proposed", "dropped", frozenset({Role.OFFICER, Role.APPROVER})),
        ("approved", "dropped", frozenset({Role.OFFICER, Role.APPROVER})),
    ]


ORDER = "procedure challenge_open: application: not steps of a stage in their order"


def changed(key, change):
    plain = deepcopy(PLAIN[key])
    change(plain)
    return plain


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda w: w["move"][0].update(unless=["full_moon", "same_person", "new_moon"]),
            "workflow award: unknown guards full_moon, new_moon",
        ),
        (lambda w: w["move"][0].update(then=["ring_bells"]), "workflow award: unknown effects ring_bells"),
        (lambda w: w["move"][0].update(unles=[]), "workflow award, move approve: unknown unles"),
        (lambda w: w["move"][0].pop("by"), "workflow award, move approve: by missing"),
        (lambda w: w["state"][0].update(final=True), "workflow award, state proposed: unknown final"),
        (lambda w: w["state"][0].pop("colour"), "workflow award, state proposed: colour missing"),
        (lambda w: w["step"][0].pop("title"), "workflow award, step award: title missing"),
        (lambda w: w["phase"][0].update(outcome="Over"), "workflow award, phase standstill: unknown outcome"),
        (lambda w: w.pop("sets"), "workflow: sets missing"),
        (lambda w: w.pop("subject"), "workflow: subject missing"),
        (lambda w: w.update(version=2), "workflow: unknown version"),
        (lambda w: w["move"][0].update(by=["king"]), "'king' is not a valid Role"),
        (lambda w: w["move"][2].pop("due"), 'workflow award: tell: a system move says when it is due (or due = "")'),
        (
            lambda w: w["move"][5].pop("needs_reason"),
            "workflow award: refuse: needs_reason and the guard reason_missing go together",
        ),
        (
            lambda w: w["move"][0].update(needs_reason=True),
            "workflow award: approve: needs_reason and the guard reason_missing go together",
        ),
        (
            lambda w: w["move"][0].update(to="nowhere"),
            "workflow award: approve: unknown state 'nowhere'; approved: cannot be reached; told: cannot be reached; "
            "confirmed: cannot be reached; accepted: cannot be reached; refused: cannot be reached; "
            "lapsed: cannot be reached",
        ),
    ],
)
def test_what_is_wrong_is_named(change, problem):
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        read(changed("award", change))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda p: p.update(documents=[]), "procedure: unknown documents"),
        (lambda p: p.pop("standard"), "procedure: standard missing"),
        (lambda p: p.pop("route"), "procedure: route missing"),
        (lambda p: p.update(standard="own"), "'own' is not a valid Standard"),
        (lambda p: p.update(route="any"), "'any' is not a valid Route"),
        (lambda p: p["stage"][0].pop("names"), "stage application: names missing"),
        (lambda p: p["stage"][0].update(colour="red"), "stage application: unknown colour"),
        (lambda p: p["stage"][0].update(steps=["award", "assess"]), ORDER),
    ],
)
def test_a_procedure_is_read_as_strictly(change, problem):
    with pytest.raises(ValueError, match=f"^{problem}$"):
        read_procedure(changed("challenge_open", change))


def test_a_fingerprint_is_sha_256_of_canonical_json():
    # printf '%s' '{"a":[1,true,null],"b":"£ “é”"}' | sha256sum
    assert fingerprint({"b": "£ “é”", "a": [1, True, None]}) == (
        "95959bc22b0899f48d2632a06cb8606b2748019350dac06785f967acb8c274aa"
    )


def test_a_fingerprint_does_not_depend_on_order_but_on_every_word():
    plain = PLAIN["call"]
    assert fingerprint(plain) == fingerprint(dict(reversed(plain.items())))
    assert fingerprint(plain) != fingerprint(changed("call", lambda w: w["state"][0].update(title="Draught")))
    assert fingerprint(plain) != fingerprint(changed("call", lambda w: w["move"].reverse()))
