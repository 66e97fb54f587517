"""The pieces of a release: who, which lot, by which criteria, how much, from when to when."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from procurement.rules.dates import start_of_day
from procurement.rules.money import as_number
from procurement.rules.published import (
    PublishedCall,
    PublishedCriterion,
    PublishedLot,
    PublishedNotice,
    PublishedOrganisation,
    PublishedStage,
    Publisher,
    instant,
)
from procurement.rules.standards.parties import filled, identifiers, organisation_id, publisher_id, register_uri

CURRENCY = "GBP"
NOTICE_DOCUMENTS = {"UK4": "tenderNotice", "UK6": "awardNotice", "UK12": "tenderCancellationNotice"}


def authority_of(publisher: Publisher) -> dict[str, Any]:
    known = filled({"scheme": publisher.scheme, "id": publisher.number, "legalName": publisher.name})
    return filled(
        {
            "id": publisher_id(publisher, publisher.ocid_prefix),
            "name": publisher.name,
            "identifier": known if publisher.scheme and publisher.number else None,
            "address": filled(
                {
                    "streetAddress": publisher.street,
                    "locality": publisher.locality,
                    "postalCode": publisher.postcode,
                    "countryName": "United Kingdom",
                }
            ),
            "contactPoint": filled({"email": publisher.email, "url": publisher.url}),
            "roles": ["buyer", "procuringEntity"],
        }
    )


def party_of(organisation: PublishedOrganisation, publisher: Publisher) -> dict[str, Any]:
    known = [
        filled({"scheme": scheme, "id": number, "legalName": organisation.name, "uri": register_uri(scheme, number)})
        for scheme, number in identifiers(organisation)
    ]
    return filled(
        {
            "id": organisation_id(organisation, publisher.ocid_prefix),
            "name": organisation.name,
            "identifier": known[0] if known else None,
            "additionalIdentifiers": known[1:],
            "address": filled(
                {
                    "streetAddress": organisation.street,
                    "locality": organisation.locality,
                    "postalCode": organisation.postcode,
                    "countryName": organisation.country,
                }
            ),
            "contactPoint": filled({"url": organisation.url}),
            "details": filled({"scale": organisation.scale.value, "vcse": organisation.vcse}),
            "roles": ["tenderer", "supplier"],
        }
    )


def lot_of(lot: PublishedLot) -> dict[str, Any]:
    criteria = [criterion_of(each) for each in lot.criteria]
    return filled(
        {
            "id": lot.reference,
            "title": lot.title,
            "description": lot.description,
            "status": "active",
            "value": value_of(lot.budget),
            "contractPeriod": days_of(lot.starts_on, lot.ends_on),
            "awardCriteria": filled({"criteria": criteria}),
        }
    )


def criterion_of(criterion: PublishedCriterion) -> dict[str, Any]:
    numbers: list[dict[str, Any]] = [{"number": as_number(criterion.weight), "weight": "percentageExact"}]
    if criterion.minimum is not None:
        numbers.append({"number": criterion.minimum, "threshold": "minimumScore"})
    return filled(
        {
            "type": criterion.kind.value,
            "name": criterion.name,
            "description": criterion.description,
            "numbers": numbers,
        }
    )


def milestone_of(stage: PublishedStage) -> dict[str, Any]:
    """A stage as a milestone that is to come: due on the last second of the day by which it is decided."""
    return filled(
        {
            "id": stage.key,
            "title": stage.title,
            "type": "assessment",
            "dueDate": days_of(None, stage.due_on).get("endDate"),
            "status": "scheduled",
            "relatedLots": list(stage.lots),
        }
    )


def met(stage: PublishedStage) -> dict[str, Any]:
    """What is new of a stage's milestone when its applicants were told."""
    return {"id": stage.key, "status": "met", "dateMet": stage.told_at and instant(stage.told_at)}


def notice_of(notice: PublishedNotice) -> dict[str, Any]:
    return filled(
        {
            "id": notice.reference,
            "documentType": NOTICE_DOCUMENTS[notice.notice],
            "noticeType": notice.notice,
            "title": notice.title,
            "url": notice.url,
            "datePublished": instant(notice.published_at),
            "format": notice.media_type,
            "language": "en",
        }
    )


def total_of(call: PublishedCall) -> Decimal | None:
    """The call's budget, or what its lots add up to; nothing where one of them has none."""
    if call.budget is not None:
        return call.budget
    budgets = [lot.budget for lot in call.lots if lot.budget is not None]
    return sum(budgets, Decimal(0)) if len(budgets) == len(call.lots) else None


def value_of(amount: Decimal | None) -> dict[str, Any] | None:
    return None if amount is None else {"amount": as_number(amount), "currency": CURRENCY}


def days_of(first: date | None, last: date | None) -> dict[str, Any]:
    """A period of whole UK days: from the first instant of the one to the last second of the other."""
    ends = None if last is None else start_of_day(last + timedelta(days=1)) - timedelta(seconds=1)
    return filled(
        {
            "startDate": None if first is None else instant(start_of_day(first)),
            "endDate": None if ends is None else instant(ends),
        }
    )
