"""A procedure of three stages, which the catalogue need not have: interest, proposal, a demonstration that collects
nothing."""

import tomllib

import pytest

from workflows.catalogue import PROCEDURES, source
from workflows.reading import read_procedure

THREE_STAGES = """
key = "three_stages"
name = "Challenge in three stages"
title = "Challenge tender (competitive flexible procedure, three stages)"
kind = "challenge"
route = "covered"
standard = "ocds"

[[stage]]
key = "interest"
title = "Expression of interest"
noun = "expression of interest"
nouns = "expressions of interest"
steps = ["collect", "check", "assess"]
names = "hidden"
other_marks = "never"

[[stage]]
key = "proposal"
title = "Proposal"
noun = "proposal"
nouns = "proposals"
steps = ["collect", "assess"]
names = "shown"
other_marks = "after_own"

[[stage]]
key = "demonstration"
title = "Demonstration"
noun = "demonstration"
nouns = "demonstrations"
steps = ["assess", "award"]
names = "shown"
other_marks = "after_own"
shows = ["proposal"]
ranks_by = { proposal = 60, demonstration = 40 }
"""
PLAIN = tomllib.loads(THREE_STAGES)
THREE = read_procedure(PLAIN)


def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The procedure beside those of the catalogue, until the test ends."""
    monkeypatch.setitem(PROCEDURES, THREE.key, THREE)
    monkeypatch.setitem(source.PROCEDURES, THREE.key, PLAIN)
