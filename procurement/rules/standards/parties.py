"""Who is who in open data: the identifiers by which registers know organisations."""

from typing import Any

from procurement.rules.published import PublishedOrganisation, Publisher
from procurement.rules.references import public_id
from procurement.rules.registers import charity_number, company_number, known_as


def identifiers(organisation: PublishedOrganisation) -> tuple[tuple[str, str], ...]:
    """(scheme, number) for each register that knows it, the one that identifies it best first."""
    return known_as(
        company_number(organisation.company_number) or "",
        charity_number(organisation.charity_number) or "",
        organisation.register,
        organisation.register_number,
    )


def organisation_id(organisation: PublishedOrganisation, prefix: str) -> str:
    """`GB-COH-01234567` where a register knows it; else an id of our own, behind our publisher's prefix."""
    known = identifiers(organisation)
    return "-".join(known[0]) if known else f"{prefix}-org-{public_id(organisation.key)}"


def publisher_id(publisher: Publisher, prefix: str) -> str:
    """`GB-LAE-BIR`, or an id behind our publisher's prefix where the authority's own is not set."""
    if publisher.scheme and publisher.number:
        return f"{publisher.scheme}-{publisher.number}"
    return f"{prefix}-authority"


def filled(values: dict[str, Any]) -> dict[str, Any]:
    """Only what is there: both standards ask to leave out what is not known rather than to publish it empty."""
    return {name: each for name, each in values.items() if each is not None and each not in ("", [], {})}
