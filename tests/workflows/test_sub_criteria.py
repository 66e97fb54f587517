"""Sub-criteria: shares of a criterion that add up, exact totals that a stranger finds too, old schemes as ever."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows import recompute
from workflows.scoring import schemes
from workflows.scoring.schemes import Criterion, FaultyScheme, Scheme, Within, fingerprint, read_scheme, to_plain
from workflows.scoring.totals import Outcome, outcome

WORDS = tuple(f"mark {mark}" for mark in range(6))


def whole(key: str, weight: int, top: int = 5) -> Criterion:
    return Criterion(key, key.title(), weight, top, None, WORDS[: top + 1])


def part(key: str, name: str, weight: int, share: int, top: int = 5) -> Criterion:
    within = Within(name, weight, share)
    return Criterion(key, f"{name}: {key}", within.worth, top, None, WORDS[: top + 1], within)


SPLIT = (whole("quality", 65), part("plan", "Delivery", 35, 33), part("people", "Delivery", 35, 67))


def test_a_share_of_a_share_is_exact() -> None:
    assert [each.weight for each in SPLIT] == [65, Decimal("11.55"), Decimal("23.45")]
    scheme = Scheme(SPLIT, Decimal(0))
    found = outcome(scheme, [{"quality": 4, "plan": 3, "people": 2}, {"quality": 5, "plan": 3, "people": 1}])
    assert isinstance(found, Outcome)
    exact = Fraction(65) * Fraction(9, 2) / 5 + Fraction("11.55") * 3 / 5 + Fraction("23.45") * Fraction(3, 2) / 5
    assert found.total == Decimal(f"{float(exact):.2f}") == Decimal("72.47")  # 72.465, half up


def test_the_scheme_says_what_each_is_a_share_of_and_reads_as_it_was_written() -> None:
    scheme = Scheme(SPLIT, Decimal(50), tie_breakers=("plan",))
    plain = json.loads(json.dumps(to_plain(scheme)))
    assert plain["criteria"][1]["weight"] == "11.55"
    assert plain["criteria"][1]["within"] == {"name": "Delivery", "weight": 35, "share": 33}
    assert "within" not in plain["criteria"][0]
    assert read_scheme(plain) == scheme
    with pytest.raises(ValueError, match="within"):
        read_scheme({**plain, "criteria": [{**plain["criteria"][1], "within": {"name": "Delivery"}}]})
    with pytest.raises(FaultyScheme, match="not its share"):
        read_scheme(
            {
                **plain,
                "criteria": [plain["criteria"][0], {**plain["criteria"][1], "weight": "12"}, plain["criteria"][2]],
            }
        )


def test_a_scheme_without_sub_criteria_keeps_its_bytes() -> None:
    plain = to_plain(Scheme((whole("quality", 60), whole("value", 40)), Decimal(50)))
    assert fingerprint(plain) == "f4130d2e4125939adf3b41c7d28ac8bf8d24df6d409b0a7c7afc587433879de9"


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        (
            (whole("quality", 65), part("plan", "Delivery", 35, 33), part("people", "Delivery", 35, 60)),
            "The sub-criteria of “Delivery” add up to 93. They must add up to 100.",
        ),
        (
            (whole("quality", 60), part("plan", "Delivery", 35, 33), part("people", "Delivery", 35, 67)),
            "Weights add up to 95. They must add up to 100.",
        ),
        (
            (whole("delivery", 65), part("plan", "Delivery", 35, 33), part("people", "Delivery", 35, 67)),
            "“Delivery” has sub-criteria, so it is not marked itself.",
        ),
    ],
)
def test_what_does_not_add_up_is_said_of_its_criterion(criteria: tuple[Criterion, ...], said: str) -> None:
    assert said in [str(each) for each in schemes.faults(criteria, Decimal(0))]


def test_two_weights_of_one_criterion_are_a_fault() -> None:
    both = (whole("quality", 65), part("plan", "Delivery", 35, 50), part("people", "Delivery", 30, 50))
    assert "“Delivery” has two weights." in [str(each) for each in schemes.faults(both, Decimal(0))]


@st.composite
def marked(draw: st.DrawFn) -> tuple[Scheme, list[dict[str, int]]]:
    """A scheme in which any criterion may be split, and the marks of some readers."""
    weights = draw(shares_of_a_hundred())
    criteria: list[Criterion] = []
    for at, weight in enumerate(weights):
        parts = draw(shares_of_a_hundred()) if draw(st.booleans()) else []
        tops = [draw(st.integers(1, 5)) for _ in range(max(1, len(parts)))]
        if len(parts) > 1:
            own = (part(f"c{at}_{n}", f"C{at}", weight, share, tops[n]) for n, share in enumerate(parts))
            criteria += own
        else:
            criteria.append(whole(f"c{at}", weight, tops[0]))
    cards = [{c.key: draw(st.integers(0, c.top)) for c in criteria} for _ in range(draw(st.integers(1, 4)))]
    return Scheme(tuple(criteria), Decimal(0)), cards


@st.composite
def shares_of_a_hundred(draw: st.DrawFn) -> list[int]:
    cuts = sorted(draw(st.sets(st.integers(1, 99), max_size=4)))
    return [upper - lower for lower, upper in zip([0, *cuts], [*cuts, 100], strict=True)]


@given(marked())
def test_a_stranger_works_out_the_same_total(given_: tuple[Scheme, list[dict[str, int]]]) -> None:
    scheme, cards = given_
    ours = outcome(scheme, cards)
    assert isinstance(ours, Outcome)
    exact = sum(
        Fraction(c.weight) * Fraction(sum(card[c.key] for card in cards), len(cards) * c.top) for c in scheme.criteria
    )
    assert ours.total == Decimal(int(exact * 100 + Fraction(1, 2))) / 100
    assert sum(Fraction(c.weight) for c in scheme.criteria) == 100
    top = outcome(scheme, [{c.key: c.top for c in scheme.criteria}])
    assert isinstance(top, Outcome)
    assert top.total == 100
    plain = to_plain(scheme)
    theirs = recompute.reckoned(json.loads(json.dumps(plain)), {"ref": "A", "lot": 1, "cards": cards})
    assert (Decimal(theirs["total"]), Decimal(theirs["spread"])) == (ours.total, ours.spread)
    assert replace(scheme) == read_scheme(json.loads(json.dumps(plain)))
