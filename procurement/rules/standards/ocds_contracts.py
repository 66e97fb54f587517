"""The contract of an award as OCDS tells it: to be signed, signed, and with its contract details notice."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from procurement.rules.dates import uk_day
from procurement.rules.published import (
    PublishedAward,
)
from procurement.rules.published_documents import PublishedNotice
from procurement.rules.signing import SIGNED, TO_BE_SIGNED
from procurement.rules.standards import ocds_documents as documents
from procurement.rules.standards import ocds_parts as parts
from procurement.rules.standards.parties import filled
from procurement.rules.vat import vat_of
from workflows.definition import DETAILS_NOTICE


def told_of(award: PublishedAward) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """What became public of the contract of an award, each with its instant."""
    if award.accepted_at is not None:
        yield award.accepted_at, {"tag": "contract", "contracts": [contract_of(award)]}
    if award.signed_at is not None:
        yield award.signed_at, {"tag": "contractUpdate", "contracts": [signed(award)]}
    for notice in award.notices:
        if notice.notice == DETAILS_NOTICE:
            yield notice.published_at, {"tag": "contractUpdate", "contracts": [detailed(award, notice)]}


def contract_of(award: PublishedAward) -> dict[str, Any]:
    """The contract that an accepted award leads to: pending until it is signed. Publications of before say that it was
    signed on the day of the acceptance."""
    unsigned = award.contract_status != ""
    then = {} if unsigned else {"dateSigned": award.accepted_at and parts.day_of(uk_day(award.accepted_at))}
    return filled(
        {
            "id": f"{award.reference}-contract",
            "awardID": award.reference,
            "title": award.title,
            "status": TO_BE_SIGNED if unsigned else SIGNED,
            **then,
            "period": parts.days_of(award.starts_on, award.ends_on),
            "value": parts.value_of(award.amount, award.amount_gross),
        }
    )


def signed(award: PublishedAward) -> dict[str, Any]:
    """What is new of a contract that both have signed: the day, and what it says."""
    assert award.signed_on is not None and award.contract_amount is not None  # noqa: PT018, S101  (asked before)
    gross = award.amount_gross if award.contract_amount == award.amount else vat_of(award).gross(award.contract_amount)
    return filled(
        {
            "id": f"{award.reference}-contract",
            "awardID": award.reference,
            "status": SIGNED,
            "dateSigned": parts.day_of(award.signed_on),
            "period": parts.days_of(award.contract_starts_on, award.contract_ends_on),
            "value": parts.value_of(award.contract_amount, gross),
        }
    )


def detailed(award: PublishedAward, notice: PublishedNotice) -> dict[str, Any]:
    """What is new of a contract with the publication of its contract details notice."""
    return {"id": f"{award.reference}-contract", "awardID": award.reference, "documents": [documents.notice_of(notice)]}


def ended(award: PublishedAward) -> dict[str, Any]:
    """What is new of a contract that ended before its time, and why: cancelled where it was never signed."""
    unsigned = award.contract_status == TO_BE_SIGNED
    named = {"id": f"{award.reference}-contract", "awardID": award.reference}
    said = {**named, "status": "cancelled" if unsigned else "terminated", "amendments": parts.why_of(award)}
    return {"tag": "contractUpdate" if unsigned else "contractTermination", "contracts": [said]}
