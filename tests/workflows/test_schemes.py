"""How a call marks: nothing that cannot be reckoned or explained can be published."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.workflows.schemes import WORDS, criterion
from workflows import reading
from workflows.scoring.schemes import Criterion, FaultyScheme, Scheme, faults, fingerprint, read_scheme, to_plain

IMPACT = Criterion("impact", "Impact", 60, 5, 3, WORDS)
PRICE = Criterion("value", "Value for money", 40, 5, None, WORDS)
SCHEME = Scheme((IMPACT, PRICE), Decimal(60))
PLAIN = {
    "criteria": [
        {"key": "impact", "name": "Impact", "weight": 60, "top": 5, "minimum": 3, "words": list(WORDS)},
        {"key": "value", "name": "Value for money", "weight": 40, "top": 5, "minimum": None, "words": list(WORDS)},
    ],
    "minimum_total": "60.00",
    "decimals": 2,
    "rounding": "half_up",
    "ties": "shared",
}


def test_a_scheme_is_published_as_plain_values_and_read_again():
    assert to_plain(SCHEME) == PLAIN
    assert read_scheme(json.loads(json.dumps(PLAIN))) == SCHEME
    assert to_plain(read_scheme(PLAIN)) == PLAIN


def test_a_scheme_is_known_by_its_fingerprint():
    assert fingerprint(PLAIN) == fingerprint(dict(reversed(PLAIN.items())))
    assert fingerprint(PLAIN) != fingerprint({**PLAIN, "minimum_total": "60.01"})
    assert fingerprint(PLAIN) == reading.fingerprint(PLAIN)  # taken as a workflow's is
    assert fingerprint(to_plain(replace(SCHEME, minimum_total=Decimal("60.0")))) == fingerprint(PLAIN)


def test_a_criterion_is_found_by_its_key():
    assert SCHEME.criterion("impact") == IMPACT
    with pytest.raises(KeyError, match="no criterion 'colour'"):
        SCHEME.criterion("colour")


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({"criteria": ()}, ["Add at least one criterion."]),
        ({"criteria": (IMPACT, replace(PRICE, weight=35))}, ["Weights add up to 95. They must add up to 100."]),
        ({"criteria": (IMPACT, replace(PRICE, weight=45))}, ["Weights add up to 105. They must add up to 100."]),
        (
            {"criteria": (IMPACT, replace(PRICE, key="impact"))},
            ["The criterion “impact” is there 2 times. Each key can be used once."],
        ),
        ({"criteria": (IMPACT, replace(PRICE, name=""))}, ["Each criterion needs a name."]),
        (
            {"criteria": (replace(IMPACT, weight=100), replace(PRICE, weight=0))},
            ["“Value for money”: the weight must be between 1 and 100."],
        ),
        (
            {"criteria": (replace(IMPACT, weight=140), replace(PRICE, weight=-40))},
            [
                "“Impact”: the weight must be between 1 and 100.",
                "“Value for money”: the weight must be between 1 and 100.",
            ],
        ),
        ({"criteria": (IMPACT, replace(PRICE, top=0))}, ["“Value for money”: the highest mark must be at least 1."]),
        (
            {"criteria": (replace(IMPACT, minimum=6), PRICE)},
            ["“Impact”: the lowest mark that passes must be between 0 and 5."],
        ),
        (
            {"criteria": (replace(IMPACT, minimum=-1), PRICE)},
            ["“Impact”: the lowest mark that passes must be between 0 and 5."],
        ),
        ({"criteria": (replace(IMPACT, words=WORDS[:-1]), PRICE)}, ["“Impact”: say what each mark from 0 to 5 means."]),
        (
            {"criteria": (replace(IMPACT, words=(*WORDS[:-1], " ")), PRICE)},
            ["“Impact”: say what each mark from 0 to 5 means."],
        ),
        ({"minimum_total": Decimal("100.01")}, ["The lowest total that passes must be between 0 and 100."]),
        ({"minimum_total": Decimal(-1)}, ["The lowest total that passes must be between 0 and 100."]),
        ({"minimum_total": Decimal("NaN")}, ["The lowest total that passes must be between 0 and 100."]),
        (
            {"minimum_total": Decimal("60.001")},
            ["The lowest total that passes can have 2 decimals at most, like the totals."],
        ),
        (
            {"minimum_total": Decimal("60.01"), "decimals": 1},
            ["The lowest total that passes can have 1 decimal at most, like the totals."],
        ),
        (
            {"tie_breakers": ("value", "charm")},
            ["Ties are to be broken by “charm”, which is not a criterion."],
        ),
        (
            {"tie_breakers": ("value", "value")},
            ["Ties are to be broken by “value” 2 times. Once is enough."],
        ),
        ({"decimals": 5}, ["Round to between 0 and 4 decimals."]),
        ({"decimals": -1}, ["Round to between 0 and 4 decimals."]),
    ],
)
def test_a_faulty_scheme_cannot_be_built_and_says_why(change, reasons):
    with pytest.raises(FaultyScheme) as refused:
        replace(SCHEME, **change)
    assert [str(reason) for reason in refused.value.reasons] == reasons
    assert str(refused.value) == " ".join(reasons)


def test_all_faults_are_told_at_once():
    assert [str(fault) for fault in faults((replace(IMPACT, minimum=9), replace(PRICE, top=0)), Decimal(101))] == [
        "The lowest total that passes must be between 0 and 100.",
        "“Impact”: the lowest mark that passes must be between 0 and 5.",
        "“Value for money”: the highest mark must be at least 1.",
    ]
    assert faults(SCHEME.criteria, SCHEME.minimum_total) == ()


def test_criteria_that_break_a_tie_are_named_only_where_something_breaks_it():
    named = replace(SCHEME, tie_breakers=("value", "impact"))
    assert to_plain(named) == {**PLAIN, "tie_breakers": ["value", "impact"]}
    assert read_scheme(json.loads(json.dumps(to_plain(named)))) == named
    assert fingerprint(to_plain(named)) != fingerprint(to_plain(replace(named, tie_breakers=("impact", "value"))))
    assert read_scheme(PLAIN).tie_breakers == ()


def test_that_equals_are_drawn_is_said_only_where_they_are():
    drawn = replace(SCHEME, drawn=True)
    assert to_plain(drawn) == {**PLAIN, "drawn": True}
    assert read_scheme(json.loads(json.dumps(to_plain(drawn)))) == drawn
    assert fingerprint(to_plain(drawn)) != fingerprint(PLAIN)
    assert read_scheme(PLAIN).drawn is False


def test_a_scheme_that_was_released_keeps_its_fingerprint():
    assert (
        fingerprint(to_plain(read_scheme(PLAIN))) == "48075ef9b6a548dc3eb70dc344bc6a45f05d3d138da95b24bc44d094c50c3fbb"
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"tie_breakers": []}, "scheme: where nothing breaks a tie, tie_breakers is left out"),
        ({"drawn": False}, "scheme: where nothing is drawn, drawn is left out"),
        ({"rounding": "half_even"}, "scheme: rounding 'half_even' with ties 'shared' is not known"),
        ({"ties": "drawn"}, "scheme: rounding 'half_up' with ties 'drawn' is not known"),
        ({"colour": "red"}, "scheme: colour missing or unknown"),
        ({"criteria": [{"key": "impact"}]}, "criterion impact: minimum, name, top, weight, words missing or unknown"),
        ({"criteria": [{**PLAIN["criteria"][0], "price": True}]}, "criterion impact: price missing or unknown"),
    ],
)
def test_plain_values_are_read_strictly(change, problem):
    with pytest.raises(ValueError, match=f"^{problem}$"):
        read_scheme({**PLAIN, **change})


def test_many_criteria_are_fine():
    assert len(Scheme(tuple(criterion(f"c{at}", 1) for at in range(100)), Decimal(0)).criteria) == 100
