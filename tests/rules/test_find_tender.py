"""Find a Tender: how its notices are numbered, and where their pages are."""

import pytest

from procurement.rules.find_tender import is_address, is_number

PAGE = "https://www.find-tender.service.gov.uk/Notice/012345-2027"


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("012345-2027", True),
        ("abc", False),
        ("12345-2027", False),
        ("012345-27", False),
        ("012345–2027", False),
        ("٠١٢٣٤٥-٢٠٢٧", False),
        ("012345-2027\n", False),
    ],
)
def test_the_form_of_a_number(number: str, right: bool) -> None:
    assert is_number(number) is right


@pytest.mark.parametrize(
    ("address", "right"),
    [
        (PAGE, True),
        (f"{PAGE}?origin=SearchResults&p=1", True),
        (PAGE.replace("www.", "WWW."), True),
        (PAGE.replace("www.", "beta."), True),
        (PAGE.replace("https:", "http:"), False),
        ("https://example.org/x", False),
        ("https://example.org/www.find-tender.service.gov.uk", False),
        ("https://www.find-tender.service.gov.uk.example.org/x", False),
        ("https://wwwfind-tender.service.gov.uk/x", False),
        ("https://me@www.find-tender.service.gov.uk/x", False),
        ("https://example.org\\.find-tender.service.gov.uk/x", False),
        ("https://www.find-tender.service.gov.uk:8443/x", False),
        ("https://[www.find-tender.service.gov.uk/x", False),
        (f"{PAGE} and more", False),
        (f"{PAGE}?{'x' * 300}", False),
    ],
)
def test_where_a_page_of_it_is(address: str, right: bool) -> None:
    assert is_address(address) is right
