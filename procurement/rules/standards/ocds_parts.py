"""The pieces of a release: who, which lot, by which criteria, how much, from when to when."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from procurement.rules.classification import ANYWHERE, classes_of, cpv_words
from procurement.rules.counts import of_lots
from procurement.rules.dates import start_of_day
from procurement.rules.endings import SUSPENDED, ended_because
from procurement.rules.money import as_number
from procurement.rules.published import (
    PublishedAward,
    PublishedCall,
    PublishedCriterion,
    PublishedLot,
    PublishedOrganisation,
    PublishedStage,
    Publisher,
    instant,
    to_plain,
)
from procurement.rules.registers import page_of
from procurement.rules.standards.parties import filled, identifiers, organisation_id, publisher_id
from procurement.rules.statuses import AwardStatus
from workflows.facts import UK

CURRENCY = "GBP"
_DIGITS = str.maketrans("", "", "-:")


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
        filled({"scheme": scheme, "id": number, "legalName": organisation.name, "uri": page_of(scheme, number)})
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
            # who else tendered is nobody's business, so that nobody is called a tenderer
            "roles": ["supplier"],
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
            "value": value_of(lot.budget, lot.budget_gross),
            "contractPeriod": days_of(lot.starts_on, lot.ends_on),
            "awardCriteria": filled({"criteria": criteria}),
        }
    )


def lot_ended(call: PublishedCall, lot: PublishedLot) -> dict[str, Any]:
    """The tender as it says that a lot ended alone, while the others go on, and why."""
    assert lot.abandoned_at is not None and lot.end is not None  # noqa: PT018, S101  (asked before)
    return {
        "id": call.reference,
        "lots": [{"id": lot.reference, "status": lot.end}],
        "amendments": [
            {
                "id": f"{lot.reference}-{lot.end}",
                "date": instant(lot.abandoned_at),
                "rationale": lot.ended_reason,
                "description": f"The lot “{lot.title}” ended without a contract.",
            }
        ],
    }


def items_of(call: PublishedCall, publisher: Publisher) -> list[dict[str, Any]]:
    """What is bought in each lot, and where: nothing of a call that was published before calls said so."""
    said = [(lot, classes_of(call, lot)) for lot in call.lots]
    if not any(classes.cpv or classes.places for _lot, classes in said):
        return []
    return [
        filled(
            {
                "id": str(number),
                "description": lot.title,
                "classification": next(map(_classification, classes.cpv), None),
                "additionalClassifications": list(map(_classification, classes.cpv[1:])),
                "deliveryAddresses": [_delivered(place, publisher) for place in classes.places],
                "relatedLot": lot.reference,
            }
        )
        for number, (lot, classes) in enumerate(said, 1)
    ]


def _classification(code: str) -> dict[str, Any]:
    """A class; the scheme's codes go without their check digit in OCDS."""
    return {"scheme": "CPV", "id": code.partition("-")[0], "description": cpv_words(code)}


def _delivered(place: str, publisher: Publisher) -> dict[str, Any]:
    where = {"locality": publisher.locality} if place == ANYWHERE else {"region": place}
    return {**where, "countryName": "United Kingdom"}


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


def total_of(call: PublishedCall) -> Decimal | None:
    """The call's budget, or what its lots add up to; nothing where one of them has none."""
    if call.budget is not None:
        return call.budget
    budgets = [lot.budget for lot in call.lots if lot.budget is not None]
    return sum(budgets, Decimal(0)) if len(budgets) == len(call.lots) else None


def value_of(amount: Decimal | None, gross: Decimal | None = None) -> dict[str, Any] | None:
    """An amount; beside it what it comes to with VAT, where that is known (`amountGross` of the UK extension)."""
    if amount is None:
        return None
    with_vat = {} if gross is None else {"amountGross": as_number(gross)}
    return {"amount": as_number(amount), **with_vat, "currency": CURRENCY}


def days_of(first: date | None, last: date | None) -> dict[str, Any]:
    """A period of whole UK days: from the first instant of the one to the last second of the other, with the offset of
    the UK, so that whoever cuts them to ten characters reads the right day."""
    ends = None if last is None else start_of_day(last + timedelta(days=1)) - timedelta(seconds=1)
    return filled(
        {
            "startDate": None if first is None else day_of(first),
            "endDate": None if ends is None else ends.astimezone(UK).isoformat(),
        }
    )


def day_of(day: date) -> str:
    """The first instant of a UK day: `2027-04-01T00:00:00+01:00`."""
    return start_of_day(day).astimezone(UK).isoformat()


def method_of(call: PublishedCall) -> dict[str, str]:
    """The method in the word of the codelist, and what that is here in a sentence. Whoever takes part in a later stage
    was chosen in the one before."""
    titles = [stage.title for stage in call.stages if stage.window == 1 and stage.title]
    several = any(stage.number > 1 for stage in call.stages)
    details = f"{call.procedure}, in which anybody may take part." if call.procedure else ""
    if several:
        details = (
            f"{call.procedure}, in {len(titles)} stages: {', '.join(titles)}. Anybody may take part in the first; who "
            "takes part in a later one is chosen in the stage before it."
        )
    return filled(
        {
            "procurementMethod": "selective" if several else "open",
            "procurementMethodDetails": details,
            "procurementMethodRationale": call.method_rationale,
        }
    )


def cancelled(award: PublishedAward) -> dict[str, Any]:
    """What is new of an award that ended before a contract was made, and why."""
    return {
        "id": award.reference,
        "status": AwardStatus.CANCELLED,
        "finalStatusDate": award.ended_at and instant(award.ended_at),
        "amendments": why_of(award),
    }


def why_of(award: PublishedAward) -> list[dict[str, Any]]:
    """Why an award ended, as an amendment of it or of its contract."""
    assert award.ended_at is not None  # noqa: S101  (asked before)
    why = str(ended_because(to_plain(award)))
    return [_amendment(award, "end", award.ended_at, why, "The award stands no more.")]


def holds_of(award: PublishedAward) -> list[tuple[datetime, dict[str, Any]]]:
    """What is new of an award that a claim holds, and once that is over. In the words of OCDS it is pending then, and
    active where it was confirmed before; one of which a contract was made stays active, with the amendment."""
    found = []
    confirmed, accepted = award.confirmation_published_at, award.accepted_at
    for at, name, said in (
        (award.suspended_at, "suspended", "The award is suspended."),
        (award.resumed_at, "resumed", "The suspension was lifted."),
    ):
        if at is not None:
            why = str(SUSPENDED) if at == award.suspended_at else ""
            amendment = _amendment(award, f"{name}-{instant(at).translate(_DIGITS)}", at, why, said)
            stood = accepted if at == award.suspended_at else confirmed
            status = AwardStatus.PENDING if stood is None or stood > at else AwardStatus.ACTIVE
            found.append((at, {"id": award.reference, "status": status, "amendments": [amendment]}))
    return found


def without_start(award: PublishedAward) -> dict[str, Any]:
    """What takes the first day of the work away again, of an award that was suspended over it."""
    gone = award.resumed_at is not None and award.starts_on is None and award.ends_on is not None
    return {"contractPeriod": {"startDate": None}} if gone else {}


def _amendment(award: PublishedAward, mark: str, at: datetime, why: str, said: str) -> dict[str, Any]:
    return filled({"id": f"{award.reference}-{mark}", "date": instant(at), "rationale": why, "description": said})


def bids_of(call: PublishedCall, at: datetime) -> dict[str, Any]:
    """How many bids each lot had, as the statistics of an instant."""
    statistics = []
    for counts in of_lots(call.counts):
        measures = {
            "bids": counts.received,
            "validBids": counts.eligible,
            "finalStageBids": counts.assessed,
            "smeFinalStageBids": counts.assessed_sme,
            "vcseFinalStageBids": counts.assessed_vcse,
        }
        statistics += [
            {
                "id": f"{counts.lot}-{measure}",
                "measure": measure,
                "date": instant(at),
                "value": count,
                "relatedLot": counts.lot,
            }
            for measure, count in measures.items()
        ]
    return filled({"statistics": statistics})
