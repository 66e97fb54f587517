"""Grants as 360Giving 1.4: one grant per confirmed award, in one package.

https://standard.threesixtygiving.org/
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from procurement.rules import references
from procurement.rules.classification import classes_of, place_words, region_of
from procurement.rules.dates import uk_day
from procurement.rules.money import as_number
from procurement.rules.published import (
    CallKind,
    PublishedAward,
    PublishedCall,
    PublishedOrganisation,
    Publisher,
    instant,
)
from procurement.rules.registers import charity_number, company_number
from procurement.rules.standards.parties import (
    filled,
    organisation_id,
    publisher_id,
)

VERSION = "1.4"
CURRENCY = "GBP"
Grant = dict[str, Any]
_MONTHS = 12


def grants(rounds: Iterable[tuple[PublishedCall, Sequence[PublishedAward]]], publisher: Publisher) -> list[Grant]:
    """Every grant that stands: confirmed and not ended since, in the order given. Procurement is published as OCDS."""
    return [
        _grant(call, award, publisher)
        for call, awards in rounds
        if call.kind is CallKind.FUND
        for award in awards
        if award.confirmed_at is not None and award.ended_at is None
    ]


def _grant(call: PublishedCall, award: PublishedAward, publisher: Publisher) -> Grant:
    prefix = references.prefix_of(award.grant_id, f"{call.reference}-{award.number}") if award.grant_id else ""
    publisher = replace(publisher, grant_prefix=prefix or publisher.grant_prefix)
    told = award.told_at or award.published_at
    modified = max(
        each
        for each in (award.published_at, award.confirmation_published_at, award.accepted_at, award.signed_at)
        if each is not None
    )
    lead = award.organisations[0]
    return filled(
        {
            "id": award.grant_id or references.grant_id(publisher.grant_prefix, call.reference, award.number),
            "title": award.title,
            "description": award.summary or f"{award.title}: awarded in {call.title}",
            "currency": CURRENCY,
            "amountAppliedFor": None if award.applied_for is None else as_number(award.applied_for),
            "amountAwarded": as_number(award.amount),
            "awardDate": uk_day(told).isoformat(),
            "url": award.url,
            "plannedDates": _planned(award),
            "recipientOrganization": [_recipient(lead, publisher)],
            "beneficiaryLocation": _beneficiaries(call, award, publisher),
            "fundingOrganization": [
                {"id": publisher_id(publisher, publisher.grant_prefix), "name": publisher.name},
            ],
            "grantProgramme": [{"code": call.reference, "title": call.title, "url": call.url}],
            "fromOpenCall": "Yes",
            "classifications": [{"vocabulary": "Priority area", "title": call.theme}] if call.theme else [],
            "dateModified": instant(modified),
            "dataSource": award.url,
        }
    )


def _planned(award: PublishedAward) -> list[dict[str, Any]]:
    first, last = award.starts_on, award.ends_on
    if award.signed_on is not None:
        first, last = award.contract_starts_on or first, award.contract_ends_on or last
    if first is None and last is None:
        return []
    event: dict[str, Any] = filled({"startDate": first and first.isoformat(), "endDate": last and last.isoformat()})
    if first is not None and last is not None:
        months = (last.year - first.year) * _MONTHS + last.month - first.month + (last.day >= first.day)
        event["duration"] = max(1, months)
    return [event]


def _beneficiaries(call: PublishedCall, award: PublishedAward, publisher: Publisher) -> list[dict[str, Any]]:
    """Where those live who benefit, as the lot or the call says it: a region by its code of the ONS where that is
    known, the area of the authority by name. Nothing of a call that was published before calls said so."""
    return [_location(place, publisher) for place in classes_of(award).places or classes_of(call).places]


def _location(place: str, publisher: Publisher) -> dict[str, Any]:
    region = region_of(place)
    if region is None:
        return {"name": str(place_words(place, publisher.name)), "countryCode": "GB"}
    known = {"geoCode": region.code, "geoCodeType": region.kind} if region.code else {}
    return {"name": region.name, "countryCode": "GB", **known}


def _recipient(organisation: PublishedOrganisation, publisher: Publisher) -> dict[str, Any]:
    return filled(
        {
            "id": organisation_id(organisation, publisher.grant_prefix),
            "name": organisation.name,
            "charityNumber": charity_number(organisation.charity_number),
            "companyNumber": company_number(organisation.company_number),
            "streetAddress": organisation.street,
            "addressLocality": organisation.locality,
            "postalCode": organisation.postcode,
            "addressCountry": organisation.country,
            "url": organisation.url,
        }
    )


def package(
    found: Sequence[Grant],
    publisher: Publisher,
    *,
    download_url: str,
    page_url: str,
    dated: tuple[datetime, datetime],
) -> dict[str, Any] | None:
    """All grants with where they come from. None without a grant: the standard has no empty package.

    `dated`: when the first grant was published, and when one last changed or ended: a grant that ended is not in the
    list any more, and the list is no older for it.
    """
    if not found:
        return None
    return filled(
        {
            "version": VERSION,
            "title": f"Grants awarded by {publisher.name}",
            "description": f"Every grant that {publisher.name} has awarded through this service.",
            "identifier": download_url,
            "issued": instant(dated[0]),
            "modified": max(instant(dated[1]), *(each["dateModified"] for each in found)),
            "publisher": filled(
                {
                    "identifier": publisher_id(publisher, publisher.grant_prefix),
                    "name": publisher.name,
                    "website": publisher.url,
                }
            ),
            "downloadURL": download_url,
            "accessURL": page_url,
            "license": publisher.licence_url,
            "grants": list(found),
        }
    )
