"""What changed from one publication of an award to the next, in words."""

from procurement.rules.publications import FACTS, HAPPENED, changes, facts
from procurement.rules.published import PublishedAward

FIRST = {
    "reference": "ch-1-a1",
    "amount": "40000.00",
    "told_at": "2027-03-02T09:00:00Z",
    "confirmed_at": None,
    "ends_on": "2028-03-31",
    "organisations": [{"name": "Aston Sensors"}, {"name": "Digbeth Air"}],
}


def said(**after: object) -> list[str]:
    return [str(each) for each in changes(FIRST, {**FIRST, **after})]


def test_the_first_is_the_first() -> None:
    assert [str(each) for each in changes(None, FIRST)] == ["The first publication."]


def test_what_happened_is_a_sentence() -> None:
    (only,) = said(confirmed_at="2027-03-12T09:00:00Z")
    assert only.startswith("The award stands since Friday 12 March 2027")
    (only,) = said(refused_at="2027-03-14T10:30:00.000001Z")
    assert "stands no more" in only


def test_what_changed_has_both_values() -> None:
    assert said(amount="45000.50") == ["Amount: £45,000.50. Before: £40,000"]
    assert said(ends_on=None) == ["Work ends is no longer said. Before: Friday 31 March 2028"]
    assert said(organisations=[{"name": "Aston Sensors"}]) == [
        "Organisation: Aston Sensors. Before: Aston Sensors; Digbeth Air"
    ]


def test_a_fact_of_a_later_release_is_told_under_its_own_name() -> None:
    assert said(amount_basis="net") == ["Amount basis is now said: net"]
    assert said(number_of_lots="²") == ["Number of lots is now said: ²"]


def test_nothing_changed_is_said_too() -> None:
    assert said() == ["Nothing that this page shows."]


def test_every_fact_that_is_named_is_one_of_an_award() -> None:
    known = set(PublishedAward.__dataclass_fields__)
    assert set(FACTS) | set(HAPPENED) <= known


def test_facts_are_shown_in_words_and_open_ones_left_out() -> None:
    found = dict(facts(FIRST))
    assert found["Amount"] == "£40,000"
    assert found["Organisation"] == "Aston Sensors; Digbeth Air"
    assert "Stands since" not in found
