"""From plain values to a workflow, strictly; and a fingerprint that anybody can take again."""

import json
import re
from copy import deepcopy

import pytest

from tests.workflows.phased import PHASED
from tests.workflows.phased import PLAIN as PHASED_PLAIN
from workflows.catalogue import ALL, PLAIN
from workflows.definition import Role
from workflows.reading import fingerprint, read, read_cached


@pytest.mark.parametrize("key", ALL)
def test_a_workflow_survives_json(key):
    assert read(json.loads(json.dumps(PLAIN[key]))) == ALL[key]


def test_a_move_with_several_sources_is_several_moves():
    plain = deepcopy(PLAIN["award"])
    assert [(m.source, m.target, m.by) for m in read(plain).moves if m.action == "drop"] == [
        ("proposed", "dropped", frozenset({Role.OFFICER, Role.APPROVER})),
        ("approved", "dropped", frozenset({Role.OFFICER, Role.APPROVER})),
    ]


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
        (lambda w: w["state"][0].update(colour="red"), "workflow award, state proposed: unknown colour"),
        (lambda w: w["state"][0].pop("public"), "workflow award, state proposed: public missing"),
        (lambda w: w["stage"][0].pop("title"), "workflow award, stage decision: title missing"),
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
            "confirmed: cannot be reached; accepted: cannot be reached; refused: cannot be reached",
        ),
    ],
)
def test_what_is_wrong_is_named(change, problem):
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        read(changed("award", change))


def test_a_procedure_is_read_as_strictly():
    with pytest.raises(ValueError, match="procedure: unknown colour"):
        read(changed("challenge", lambda w: w["procedure"].update(colour="red")))
    with pytest.raises(ValueError, match="procedure: hold_minutes missing"):
        read(changed("challenge", lambda w: w["procedure"].pop("hold_minutes")))


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


def test_a_copy_is_read_once_and_only_under_its_own_fingerprint():
    known_as = fingerprint(PHASED_PLAIN)
    first = read_cached(known_as, PHASED_PLAIN)
    assert first == PHASED
    assert read_cached(known_as, PHASED_PLAIN) is first
    with pytest.raises(ValueError, match=f"workflow award: its fingerprint is {fingerprint(PLAIN['award'])}, not 00"):
        read_cached("00", PLAIN["award"])


def test_the_memory_of_copies_is_bounded():
    first = changed("award", lambda w: w.update(title="Award 0"))
    kept = read_cached(fingerprint(first), first)
    for number in range(1, 300):
        copy = changed("award", lambda w, number=number: w.update(title=f"Award {number}"))
        assert read_cached(fingerprint(copy), copy).title == f"Award {number}"
    again = read_cached(fingerprint(first), first)
    assert again == kept
    assert again is not kept
