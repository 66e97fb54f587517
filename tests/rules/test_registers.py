"""Kinds of registered numbers and postcodes: what registers write is taken, and identified as org-id.guide says."""

import pytest

from procurement.rules import settings
from procurement.rules.assessment import named_in
from procurement.rules.published import PublishedOrganisation
from procurement.rules.registers import (
    COMPANY_PREFIXES,
    NATIONAL,
    OTHERS,
    charity_number,
    company_number,
    countries,
    identifier,
    known_as,
    known_as_number,
    number_of,
    numbers_of,
    outward,
    page_of,
    register_number,
    uk_postcode,
)

CHARITY_PAGE = "https://register-of-charities.charitycommission.gov.uk/charity-details/?regId=1234567&subId=0"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("IP00525R", "IP00525R"),
        ("ip 525 r", "IP00525R"),
        ("IP27696R", "IP27696R"),
        ("SP2414RS", "SP2414RS"),
        ("SP02414R", "SP02414R"),
        ("R0000521", "R0000521"),
        ("R521", "R0000521"),
        ("NI000123", "NI000123"),
        ("ni123", "NI000123"),
        ("SC 12 34 56", "SC123456"),
        ("SC1", "SC000001"),
        ("OC300001", "OC300001"),
        ("FC012345", "FC012345"),
        ("SO300001", "SO300001"),
        ("RS007853", "RS007853"),
        ("CE012345", "CE012345"),
        ("CS001234", "CS001234"),
        ("SL01234A", "SL01234A"),
        ("1234567", "01234567"),
        ("01234567", "01234567"),
        ("0123 4567", "01234567"),
        ("00000000", None),
        ("123456789", None),
        ("XX123456", None),
        ("R00000521", None),
        ("IP123456R", None),
        ("12-X", None),
        ("", None),
        ("9" * 5000, None),
    ],
)
def test_whatever_companies_house_writes_is_taken(typed: str, kept: str | None) -> None:
    assert company_number(typed) == kept


def test_every_prefix_of_companies_house_is_taken_padded_or_not() -> None:
    for prefix in sorted(COMPANY_PREFIXES):
        assert company_number(f"{prefix.lower()}42") == company_number(f"{prefix}000042") == f"{prefix}000042"


@pytest.mark.parametrize(
    ("typed", "kept", "known", "page"),
    [
        ("SC012345", "SC012345", ("GB-SC", "SC012345"), "https://www.oscr.org.uk/"),
        ("sc 12345", "SC012345", ("GB-SC", "SC012345"), "https://www.oscr.org.uk/"),
        ("NIC100012", "NIC100012", ("GB-NIC", "100012"), "https://www.charitycommissionni.org.uk/"),
        ("1234567", "1234567", ("GB-CHC", "1234567"), CHARITY_PAGE),
        ("123456", "123456", ("GB-CHC", "123456"), "https://register-of-charities."),
    ],
)
def test_each_charity_register_of_the_three_nations_by_its_number(
    typed: str, kept: str, known: tuple[str, str], page: str
) -> None:
    assert charity_number(typed) == kept
    assert known_as(charity=kept) == (known,)
    assert page_of(*known).startswith(page)


def test_a_link_is_given_only_where_it_leads_somewhere() -> None:
    assert page_of("GB-COH", "01234567").endswith("/company/01234567")
    assert page_of("GB-COH", "R0000521").endswith("/company/R0000521")
    assert [page_of("GB-COH", number) for number in ("IP00525R", "SP2414RS", "RS007853")] == ["", "", ""]
    assert page_of("GB-UKPRN", "10001234") == page_of("GB-MPR", "12345R") == page_of("XX-NONE", "1") == ""


def test_other_registers_have_their_own_forms() -> None:
    for scheme, register in OTHERS.items():
        assert register_number(scheme, register.example) == register.example
        assert register_number(scheme, "") is None
    assert register_number("GB-UKPRN", "1000 1234") == "10001234"
    assert register_number("GB-UKPRN", "20001234") is None
    assert register_number("GB-PPON", "pxwm 1234 abcd") == "PXWM-1234-ABCD"
    assert register_number("GB-PPON", "PXWM-123-ABCD") is None
    assert register_number("nothing", "1") is None
    assert known_as(register="IE-CRO", number="123456") == (("IE-CRO", "123456"),)
    assert known_as(register=NATIONAL, number="HRB 1") == ()
    assert (number_of("company", "1"), number_of("charity", "SC1"), number_of("IE-CRO", "1")) == (
        "00000001",
        "SC000001",
        "1",
    )
    assert known_as_number("company", "00000001") == ("GB-COH", "00000001")
    assert known_as_number(NATIONAL, "HRB 1") is None


@pytest.mark.parametrize(
    ("typed", "kept", "district"),
    [
        ("b11bb", "B1 1BB", "B1"),
        ("EC1A1BB", "EC1A 1BB", "EC1A"),
        ("sw1a-2aa", "SW1A 2AA", "SW1A"),
        ("  M1   1AE ", "M1 1AE", "M1"),
        ("DN551PT", "DN55 1PT", "DN55"),
        ("W1A0AX", "W1A 0AX", "W1A"),
        ("gir0aa", "GIR 0AA", "GIR"),
        ("B1 1B", None, ""),
        ("B1 1BBB", None, ""),
        ("D02 AF30", None, ""),
        ("12345", None, ""),
        ("", None, ""),
    ],
)
def test_postcodes_are_checked_and_never_run_together(typed: str, kept: str | None, district: str) -> None:
    assert (uk_postcode(typed), outward(typed)) == (kept, district)


def test_the_country_comes_first_that_most_are_in() -> None:
    assert next(iter(countries().items())) == ("GB", "United Kingdom")
    assert (countries()["IE"], "EU" in countries(), "ZZ" in countries()) == ("Ireland", False, False)


@pytest.mark.parametrize(
    ("comment", "named"),
    [
        ("A sound plan, well costed. Priya Kaur", ["Priya Kaur"]),
        ("A sound plan.\n\n— Priya", ["Priya Kaur"]),
        ("As O'Brien said when we met, it is late.", ["Seán O’Brien"]),
        ("Ask me at p.kaur@city.example.", ["p.kaur@city.example"]),
        ("The green roof is well described.", []),
        ("Mark 4 of 5: the costs are explained.", []),
        ("", []),
    ],
)
def test_a_comment_that_names_somebody_is_found(comment: str, named: list[str]) -> None:
    assert list(named_in(comment, ["Priya Kaur", "Seán O’Brien", "Mark Green"])) == named


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"company_number": "01234567"}, [("Company number", "01234567")]),
        ({"charity_number": "SC012345"}, [("Charity number (Scottish Charity Register)", "SC012345")]),
        (
            {"charity_number": "NIC100012"},
            [("Charity number (Charity Commission for Northern Ireland)", "NIC100012")],
        ),
        (
            {"register": "GB-PPON", "register_number": "PXWM-1234-ABCD"},
            [("Public Procurement Organisation Number (PPON)", "PXWM-1234-ABCD")],
        ),
        ({"register": "GB-MPR", "register_number": "12345R"}, [("Mutuals Public Register", "12345R")]),
        ({"register": NATIONAL, "register_number": "HRB 1"}, [("Another register of its country", "HRB 1")]),
        ({}, []),
    ],
)
def test_people_read_every_number_with_the_name_of_its_register(
    known: dict[str, str], said: list[tuple[str, str]]
) -> None:
    assert list(numbers_of(PublishedOrganisation(key="a", name="A", **known))) == said


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("GB-LAE-BIR", ("GB-LAE", "BIR")),
        ("GB-PPON-PXWM-1234-ABCD", ("GB-PPON", "PXWM-1234-ABCD")),
        ("GB-COH-01234567", ("GB-COH", "01234567")),
        ("GB-SC-SC012345", ("GB-SC", "SC012345")),
        ("GB-NIC-100012", ("GB-NIC", "100012")),
        ("GB-GOR-D8", ("GB-GOR", "D8")),
        ("BE-BCE_KBO-0123456789", ("BE-BCE_KBO", "0123456789")),
        ("Birmingham", None),
        ("GB-COH-", None),
        ("GB-COH-1234567", None),
        ("GB-PPON-P1", None),
        ("GB-SC-123456", None),
        ("GB--BIR", None),
        ("gb-lae-bir", None),
        ("GB-LAE-BIR X", None),
        ("GB-LAE-B\u0130R", None),
    ],
)
def test_an_identifier_is_a_list_and_a_number_of_it(typed: str, read: tuple[str, str] | None) -> None:
    assert identifier(typed) == read
    assert (settings.fault("authority_id", typed) is None) is (read is not None)
