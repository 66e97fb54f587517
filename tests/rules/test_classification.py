"""Codes of what is bought and where: their forms, their words, and what of them goes into open data."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from procurement.rules.classification import (
    ANYWHERE,
    CPV,
    REGIONS,
    as_said,
    bought_words,
    classes_of,
    cpv_code,
    cpv_shown,
    cpv_words,
    picked_cpv,
    picked_place,
    place_code,
    place_of,
    place_words,
)
from procurement.rules.published import (
    CallKind,
    PublishedAward,
    PublishedCall,
    PublishedLot,
    PublishedOrganisation,
    Publisher,
    read,
    to_plain,
)
from procurement.rules.standards import ocds, threesixty

AT = datetime(2027, 1, 4, 9, tzinfo=UTC)
CITY = Publisher(
    name="The City", url="https://city.example", ocid_prefix="ocds-1", grant_prefix="360G-x", locality="Birmingham"
)
CALL = PublishedCall(
    reference="BCC-2027-001",
    kind=CallKind.CHALLENGE,
    title="Clean air",
    summary="Cleaner air.",
    url="https://city.example/calls/BCC-2027-001",
    published_at=AT,
    opens_at=AT,
    closes_at=AT,
    lots=(PublishedLot(reference="l1", title="North"), PublishedLot(reference="l2", title="South")),
    cpv="73000000-2",
    place="UKG31",
)
AWARD = PublishedAward(
    reference="bcc-2027-001-a1",
    number="a1",
    lot="l1",
    title="A hall",
    summary="Warm.",
    amount=Decimal(100),
    organisations=(PublishedOrganisation(key="a", name="A"),),
    url="https://city.example/awards/bcc-2027-001-a1",
    decided_on=date(2027, 3, 1),
    published_at=AT,
    confirmed_at=AT,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("73000000-2", "73000000-2"),
        (" 730000002 ", "73000000-2"),
        ("7300 0000-2", "73000000-2"),
        ("73000000-3", None),  # the list has another check digit
        ("51000000-9", "51000000-9"),  # for which no arithmetic holds
        ("73111111-0", "73111111-0"),  # not in the list: by its shape and division
        ("74000000-1", None),  # no such division
        ("73000000", None),
        ("7300000-2", None),
        ("73000000-22", None),
        ("٧٣٠٠٠٠٠٠-٢", None),
        ("", None),
    ],
)
def test_a_cpv_code_is_known_by_its_shape_its_division_and_its_check_digit(typed: str, kept: str | None) -> None:
    assert cpv_code(typed) == kept


def test_every_code_of_the_list_is_one() -> None:
    assert [code for code in CPV if cpv_code(code) != code] == []
    assert [place for place in REGIONS if place_code(place) != place] == []


def test_a_code_is_said_in_words_or_by_its_division() -> None:
    assert cpv_shown("73110000-6") == "73110000-6: Research services"
    assert cpv_words("73111111-0") == CPV["73000000-2"]
    assert cpv_shown("") == cpv_words("") == ""


@pytest.mark.parametrize(
    ("typed", "kept", "words"),
    [
        ("UKG31", "UKG31", "Birmingham (UKG31)"),
        ("tlg31", "UKG31", "Birmingham (UKG31)"),
        ("ukc", "UKC", "North East England (UKC)"),
        ("UKI44", "UKI44", "ITL region UKI44"),
        (" Anywhere ", ANYWHERE, "Anywhere in the area of The City"),
        ("UK", None, None),
        ("UKB1", None, None),
        ("UKG312", "UKG312", "ITL region UKG312"),
        ("UKG3123", None, None),
        ("Birmingham", None, None),
        ("", None, None),
    ],
)
def test_a_place_is_a_region_or_anywhere(typed: str, kept: str | None, words: str | None) -> None:
    assert place_code(typed) == kept
    said = place_words(kept or "", "The City")
    assert (None if said is None else str(said)) == words


def test_the_items_of_a_tender_say_what_and_where_for_each_lot() -> None:
    (release,) = ocds.releases(CALL, [], CITY)
    bought = {"scheme": "CPV", "id": "73000000", "description": CPV["73000000-2"]}
    where = {"region": "UKG31", "countryName": "United Kingdom"}
    assert release["tender"]["items"] == [
        {"id": "1", "description": "North", "classification": bought, "deliveryAddresses": [where], "relatedLot": "l1"},
        {"id": "2", "description": "South", "classification": bought, "deliveryAddresses": [where], "relatedLot": "l2"},
    ]
    (anywhere,) = ocds.releases(replace(CALL, place=ANYWHERE), [], CITY)
    assert anywhere["tender"]["items"][0]["deliveryAddresses"][0] == {
        "locality": "Birmingham",
        "countryName": "United Kingdom",
    }


def test_nothing_is_guessed_of_a_call_that_was_published_before_calls_said_so() -> None:
    older = {name: each for name, each in to_plain(replace(CALL, cpv="", place="")).items()}
    del older["cpv"], older["place"]
    known = read(PublishedCall, older)
    assert (known.cpv, known.place) == ("", "")
    (release,) = ocds.releases(known, [], CITY)
    assert "items" not in release["tender"]
    fund = replace(known, kind=CallKind.FUND)
    assert "beneficiaryLocation" not in threesixty.grants([(fund, [AWARD])], CITY)[0]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("UKG31", {"name": "Birmingham", "geoCode": "E08000025", "geoCodeType": "MD"}),
        ("UKG", {"name": "West Midlands", "geoCode": "E12000005", "geoCodeType": "RGN/GOR"}),
        ("UKL", {"name": "Wales"}),
        ("UKI44", {"name": "ITL region UKI44"}),
        (ANYWHERE, {"name": "Anywhere in the area of The City"}),
    ],
)
def test_a_grant_says_where_those_who_benefit_live(place: str, said: dict[str, str]) -> None:
    fund = replace(CALL, kind=CallKind.FUND, cpv="", place=place)
    (grant,) = threesixty.grants([(fund, [AWARD])], CITY)
    assert grant["beneficiaryLocation"] == [{"countryCode": "GB", **said}]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("73000000-2: Research and development services and related consultancy services", "73000000-2"),
        ("72000000-5 IT services", "72000000-5"),
        ("software package and information systems", "48000000-8"),
        ("Experimental development", None),  # two of the list have these words
        ("postal", "64000000-6"),
        ("services", None),
        ("nothing of the kind", None),
        ("", None),
    ],
)
def test_a_class_is_picked_by_its_words(typed: str, kept: str | None) -> None:
    assert picked_cpv(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Birmingham (UKG31)", "UKG31"),
        ("birmingham", "UKG31"),
        ("tlg31", "UKG31"),
        ("West Midlands", "UKG"),
        ("anywhere", ANYWHERE),
        ("England", None),
        ("", None),
    ],
)
def test_a_place_is_picked_by_its_name(typed: str, kept: str | None) -> None:
    assert picked_place(typed) == kept


def test_a_lot_has_its_own_classes_and_places_or_those_of_its_call() -> None:
    call = replace(CALL, also_cpv="72000000-5 48000000-8", also_places="UKG32")
    north, south = replace(CALL.lots[0], cpv="71000000-8 72000000-5", places="UKG33 UKG36"), CALL.lots[1]
    assert classes_of(call, north) == (("71000000-8", "72000000-5"), ("UKG33", "UKG36"))
    assert (
        classes_of(call, south) == classes_of(call) == (("73000000-2", "72000000-5", "48000000-8"), ("UKG31", "UKG32"))
    )
    assert as_said(classes_of(call)) == {
        "cpv": "73000000-2",
        "also_cpv": "72000000-5 48000000-8",
        "place": "UKG31",
        "also_places": "UKG32",
    }
    assert bought_words(call, (north, south)).endswith(
        "; lot “North”: " + ", ".join(map(cpv_shown, ("71000000-8", "72000000-5")))
    )
    assert place_of(call, (north, south), "The City") == (
        "Birmingham (UKG31); Solihull (UKG32); lot “North”: Coventry (UKG33), Dudley (UKG36)"
    )


def test_the_standards_have_every_class_and_place() -> None:
    lots = (replace(CALL.lots[0], cpv="71000000-8", places="UKG33 UKG36"), CALL.lots[1])
    call = replace(CALL, also_cpv="72000000-5", also_places=ANYWHERE, lots=lots)
    (release,) = ocds.releases(call, [], CITY)
    north, south = release["tender"]["items"]
    assert (north["classification"]["id"], "additionalClassifications" in north) == ("71000000", False)
    assert [each["region"] for each in north["deliveryAddresses"]] == ["UKG33", "UKG36"]
    assert south["classification"]["id"] == "73000000"
    assert [each["id"] for each in south["additionalClassifications"]] == ["72000000"]
    assert [each.get("region", each.get("locality")) for each in south["deliveryAddresses"]] == ["UKG31", "Birmingham"]
    fund = replace(call, kind=CallKind.FUND, cpv="", also_cpv="")
    (grant,) = threesixty.grants([(fund, [replace(AWARD, place="UKG33", also_places="UKG36")])], CITY)
    assert [each["name"] for each in grant["beneficiaryLocation"]] == ["Coventry", "Dudley"]
    (grant,) = threesixty.grants([(fund, [AWARD])], CITY)
    assert [each["name"] for each in grant["beneficiaryLocation"]] == ["Birmingham", "Anywhere in the area of The City"]
