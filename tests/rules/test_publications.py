"""What changed from one publication of an award to the next, in words."""

from procurement.rules.publications import CODED, FACTS, HAPPENED, TOLD_WITH, changes, facts
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
    assert said(number_of_lots="²") == ["Number of lots is now said: ²"]


def test_nothing_changed_is_said_too() -> None:
    assert said() == ["Nothing that this page shows."]


def test_every_fact_that_is_named_is_one_of_an_award() -> None:
    known = set(PublishedAward.__dataclass_fields__)
    assert set(FACTS) == known, "a fact without words would be told under the name of its field"
    assert set(HAPPENED) | set(TOLD_WITH) | set(CODED) <= known


def test_no_publication_tells_a_fact_by_the_name_of_its_field() -> None:
    """Each field of an award, newly said, said otherwise and no longer said: in words, and codes in words too."""
    values: dict[str, tuple[object, object]] = {
        "amount_basis": ("net", "no_vat"),
        "cpv": ("73000000-2", "72000000-5"),
        "also_cpv": ("73000000-2 72000000-5", "48000000-8"),
        "place": ("UKG31", "anywhere"),
        "also_places": ("UKG32 UKG33", "UKG31"),
        "abandoned": ("call", "lot"),
    }
    for name in PublishedAward.__dataclass_fields__:
        instant = name.endswith("_at") or name.startswith("standstill")
        day = name.endswith("_on")
        given = ("2027-03-12T09:00:00Z", "2027-03-13T09:00:00Z") if instant else ("2027-03-12", "2027-03-13")
        first, second = values.get(name, given if instant or day else ("7", "8"))
        for before, after in ((None, first), (first, second), (first, None)):
            for each in changes({**FIRST, name: before}, {**FIRST, name: after}):
                told = str(each)
                assert not told.startswith(("Confirmed known", "Amount basis", "Amount gross", "Expired at")), told
                assert "_" not in told
                assert not {"net", "anywhere", "call", "lot"} & set(told.split(": ")), told


def test_each_end_is_told_as_what_it_was() -> None:
    at = "2027-03-14T10:30:00Z"
    (only,) = said(expired_at=at)
    assert "Nobody accepted it by the date that was given" in only
    (only,) = said(disqualified_at=at)
    assert "was disqualified" in only
    why, when = said(abandoned_at=at, abandoned="call", ended_reason="The money was withdrawn.")
    assert why == "The call was abandoned: The money was withdrawn."
    assert "stands no more" in when
    assert "disqualified" not in why + when
    why, _ = said(abandoned_at=at, abandoned="lot", ended_reason="Nobody needs it.")
    assert why == "The lot was abandoned: Nobody needs it."
    (only,) = said(lapsed_at=at)  # of before: it cannot be told which of the two it was
    assert "the organisation was ruled out, or the call or its lot was abandoned" in only


def test_a_suspension_and_its_end_are_told_and_the_next_one_too() -> None:
    at, then, again = "2027-03-14T10:30:00Z", "2027-03-15T10:30:00Z", "2027-03-16T10:30:00Z"
    (only,) = said(suspended_at=at)
    assert only.startswith("A claim was made in court, so the award is suspended since Sunday 14 March 2027")
    held = {**FIRST, "suspended_at": at}
    (only,) = (str(each) for each in changes(held, {**held, "resumed_at": then}))
    assert only.startswith("The suspension was lifted on Monday 15 March 2027")
    (only,) = (str(each) for each in changes({**held, "resumed_at": then}, {**FIRST, "suspended_at": again}))
    assert only.startswith("A claim was made in court, so the award is suspended since Tuesday 16 March 2027")


def test_that_it_stands_is_one_sentence() -> None:
    (only,) = said(confirmed_at="2027-03-12T00:00:00Z", confirmed_known_at="2027-03-12T09:00:00Z", grant_id="360G-a")
    assert only.startswith("The award stands since")


def test_facts_are_shown_in_words_and_open_ones_left_out() -> None:
    found = dict(facts(FIRST))
    assert found["Amount"] == "£40,000"
    assert found["Organisation"] == "Aston Sensors; Digbeth Air"
    assert "Stands since" not in found
