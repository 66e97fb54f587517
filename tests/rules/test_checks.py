"""What must be looked up, about whom, and what follows from what was found."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.rules.checks import (
    DISCRETIONARY_GROUNDS,
    FINDINGS_OF,
    GROUNDS,
    GROUNDS_OF,
    MANDATORY_GROUNDS,
    REQUIRED_OF,
    CheckKind,
    Due,
    Finding,
    Looked,
    Tie,
    due,
    grounds_found,
    must_be_heard,
    must_exclude,
    people_of,
    problems_of,
)


@dataclass(frozen=True)
class Fact:
    kind: str
    finding: str
    about: str = ""
    tie: str = ""
    ground: str = ""
    question: str = ""


CLEAR = Looked(kind=CheckKind.MANDATORY, finding=Finding.CLEAR, source="The platform")
BOTH = [Fact("mandatory", "clear"), Fact("debarment", "clear")]


def test_the_applicant_is_looked_at_for_mandatory_grounds_and_debarment():
    assert due([]) == (Due(CheckKind.MANDATORY, "", Tie.ITSELF), Due(CheckKind.DEBARMENT, "", Tie.ITSELF))
    assert due(BOTH) == ()


def test_what_is_not_clear_yet_is_still_due():
    assert due([BOTH[0], Fact("debarment", "unclear")]) == (Due(CheckKind.DEBARMENT, "", Tie.ITSELF),)


def test_whoever_is_named_is_looked_at_too_and_no_more_once_replaced():
    partner = Fact("debarment", "clear", "Partner Ltd", "associated")
    assert due([*BOTH, partner]) == (Due(CheckKind.MANDATORY, "Partner Ltd", Tie.ASSOCIATED),)
    named = Fact("status", "clear", "Builder Ltd", "subcontractor")
    assert due([*BOTH, named]) == (Due(CheckKind.DEBARMENT, "Builder Ltd", Tie.SUBCONTRACTOR),)
    assert due([*BOTH, replace(partner, finding="replaced")]) == ()


def test_a_name_is_one_person_however_it_is_written_and_the_closer_tie_holds():
    facts = [
        Fact("debarment", "clear", "PARTNER ltd", "subcontractor"),
        Fact("status", "clear", "Partner Ltd", "associated"),
    ]
    assert people_of(facts)[1:] == (("Partner Ltd", Tie.ASSOCIATED),)


FACTS = st.lists(
    st.builds(
        Fact,
        kind=st.sampled_from(("mandatory", "discretionary", "debarment", "status")),
        finding=st.sampled_from(("clear", "found", "past", "unclear")),
        about=st.just(""),
        ground=st.sampled_from(("", *GROUNDS)),
    ),
    max_size=6,
)


@given(FACTS)
def test_nobody_must_be_excluded_but_on_a_mandatory_ground_that_was_found(facts):
    found = [each for each in facts if each.finding == "found" and each.kind in GROUNDS_OF]
    assert list(grounds_found(facts)) == found
    mandatory = {*MANDATORY_GROUNDS, "national_security_threat"}  # Schedule 6, the last by a minister's entry alone
    assert must_exclude(facts) == any(each.ground in mandatory for each in found)


@given(FACTS, FACTS)
def test_more_records_never_make_more_due(facts, more):
    assert set(due([*facts, *more])) <= set(due(facts))


def test_a_ground_of_an_associated_person_counts_and_one_of_a_subcontractor_does_not():
    ground = Fact("mandatory", "found", "Partner Ltd", "associated", "terrorism")
    assert must_exclude([ground])
    assert not must_exclude([replace(ground, tie="subcontractor")])
    assert not must_exclude([ground, Fact("status", "replaced", "Partner Ltd", "associated")])


def test_who_is_on_the_list_was_heard_before_and_others_must_be():
    assert must_be_heard(Fact("discretionary", "found", ground="insolvency"))
    assert must_be_heard(Fact("mandatory", "found", ground="terrorism"))
    assert not must_be_heard(Fact("debarment", "found", ground="terrorism"))


@pytest.mark.parametrize(
    ("looked", "words"),
    [
        (CLEAR, []),
        (replace(CLEAR, source=" "), ["Say what you looked at, and where."]),
        (replace(CLEAR, finding=Finding.MET), ["Choose what you found."]),
        (replace(CLEAR, finding=Finding.FOUND, note="A fine."), ["Say which ground was found."]),
        (replace(CLEAR, finding=Finding.FOUND, note="A fine.", ground="insolvency"), ["Say which ground was found."]),
        (replace(CLEAR, finding=Finding.FOUND, note="A fine.", ground="terrorism"), []),
        (replace(CLEAR, finding=Finding.UNCLEAR), ["Write down what you found."]),
        (replace(CLEAR, tie=Tie.ASSOCIATED), ["Give the name of the subcontractor or associated person."]),
        (replace(CLEAR, about="Partner Ltd"), ["Say what they have to do with the applicant."]),
        (replace(CLEAR, finding=Finding.REPLACED, note="Left."), ["The applicant itself cannot be replaced."]),
        (replace(CLEAR, question="turnover"), ["Say which condition it is about."]),
    ],
)
def test_what_a_record_must_say(looked, words):
    assert [str(each) for each in problems_of(looked)] == words


def test_each_list_is_whole():
    assert set(FINDINGS_OF) == set(CheckKind)
    assert set(REQUIRED_OF) == set(Tie)
    assert not set(MANDATORY_GROUNDS) & set(DISCRETIONARY_GROUNDS)
