"""Who is who in open data: the identifiers by which registers know organisations."""

import re
from typing import Any

from procurement.rules.published import PublishedOrganisation, Publisher
from procurement.rules.references import public_id

COMPANIES_HOUSE = "GB-COH"
_COMPANY_NUMBER_LENGTH = 8
_REGISTERS = {
    "GB-COH": "https://find-and-update.company-information.service.gov.uk/company/",
    "GB-CHC": "https://register-of-charities.charitycommission.gov.uk/charity-search/-/charity-details/",
}


def company_number(typed: str) -> str:
    """A company number as Companies House writes it: capitals, eight places; empty where nothing was given."""
    number = re.sub(r"[^0-9A-Za-z]", "", typed).upper()
    return number.zfill(_COMPANY_NUMBER_LENGTH) if number else ""


def charity_number(typed: str) -> str:
    """A charity number without spaces; empty where nothing was given."""
    return re.sub(r"[^0-9A-Za-z-]", "", typed).upper().removeprefix("GB-CHC-")


def identifiers(organisation: PublishedOrganisation) -> tuple[tuple[str, str], ...]:
    """(scheme, number) for each register that knows it, the one that identifies it best first."""
    known = (
        (COMPANIES_HOUSE, company_number(organisation.company_number)),
        (organisation.charity_register, charity_number(organisation.charity_number)),
    )
    return tuple((scheme, number) for scheme, number in known if number)


def organisation_id(organisation: PublishedOrganisation, prefix: str) -> str:
    """`GB-COH-01234567` where a register knows it; else an id of our own, behind our publisher's prefix."""
    known = identifiers(organisation)
    return "-".join(known[0]) if known else f"{prefix}-org-{public_id(organisation.key)}"


def publisher_id(publisher: Publisher, prefix: str) -> str:
    """`GB-LAE-BIR`, or an id behind our publisher's prefix where the authority's own is not set."""
    if publisher.scheme and publisher.number:
        return f"{publisher.scheme}-{publisher.number}"
    return f"{prefix}-authority"


def register_uri(scheme: str, number: str) -> str:
    """Where a register shows the organisation; empty for one whose addresses we do not know."""
    return f"{_REGISTERS[scheme]}{number}" if scheme in _REGISTERS else ""


def filled(values: dict[str, Any]) -> dict[str, Any]:
    """Only what is there: both standards ask to leave out what is not known rather than to publish it empty."""
    return {name: each for name, each in values.items() if each is not None and each not in ("", [], {})}
