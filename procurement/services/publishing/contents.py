"""What the documents of a publication say: the contract award notice and the award sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from procurement.models.awards import Notice
from procurement.rules.classification import bought_words, place_of
from procurement.rules.contract_notices import procedure_of
from procurement.rules.counts import PublishedCounts, of_lots
from procurement.rules.dates import uk_day
from procurement.rules.documents import (
    AwardSheet,
    Fact,
    NoticeLot,
    NoticeSection,
    NoticeSupplier,
    StatutoryNotice,
    Uk6Notice,
    Uk12Notice,
)
from procurement.rules.endings import ended_because
from procurement.rules.published import (
    CallKind,
    PublishedAward,
    PublishedCall,
    PublishedOrganisation,
    Publisher,
    to_plain,
)
from procurement.rules.registers import numbers_of
from procurement.rules.standards import ocds
from procurement.rules.vat import said, vat_of, with_vat, without_vat
from workflows.facts import day_in_words, in_words

LICENCE = "Open Government Licence 3.0"


@dataclass(frozen=True)
class Ended:
    """What ended without a contract: `what` in words, the titles of its lots, why, and when that was decided."""

    what: str
    lots: tuple[str, ...]
    reason: str
    at: datetime


def uk6_content(
    notice: Notice,
    call: PublishedCall,
    awards: Sequence[PublishedAward],
    publisher: Publisher,
    release: dict[str, Any],
    now: datetime,
) -> Uk6Notice:
    """The contract award notice (Procurement Regulations 2024 reg. 27)."""
    counts = of_lots(call.counts)
    lots = {each.reference: each for each in call.lots}
    ends = in_words(notice.standstill_ends_at) if notice.standstill_ends_at else ""
    told = [each.told_at for each in awards if each.told_at is not None]
    signing = f"After {ends}" if ends else "Once the award is accepted"
    return Uk6Notice(
        notice=_named(notice),
        ocid=ocds.call_ocid(call, publisher),
        published=in_words(notice.published_at or now),
        buyer=_buyer(publisher),
        call=f"{call.title} ({call.reference})",
        description=call.summary,
        procedure=procedure_of(call),
        legal_basis="Procurement Act 2023, section 50",
        lots=tuple(_notice_lot(each, lots[each.lot].title, signing) for each in awards),
        submitted=str(_sum(counts, "received")),
        assessed=str(_sum(counts, "assessed")),
        small_assessed=str(_sum(counts, "assessed_sme")),
        charity_assessed=str(_sum(counts, "assessed_vcse")),
        summaries_sent=in_words(max(told)) if told else "",
        standstill_ends=ends,
        working=" ".join(notice.working),
        signing=signing,
        attached=release,
        attached_name=f"{release['id']}.json",
        bought=bought_words(call, call.lots),
        place=place_of(call, call.lots, publisher.name),
    )


def uk12_content(
    notice: Notice, call: PublishedCall, ended: Ended, publisher: Publisher, release: dict[str, Any]
) -> Uk12Notice:
    """The procurement termination notice (Procurement Regulations 2024 reg. 37)."""
    assert notice.published_at is not None  # noqa: S101  (it is published)
    return Uk12Notice(
        notice=_named(notice),
        ocid=ocds.call_ocid(call, publisher),
        published=in_words(notice.published_at),
        buyer=_buyer(publisher),
        call=f"{call.title} ({call.reference})",
        description=call.summary,
        procedure=procedure_of(call),
        legal_basis="Procurement Act 2023, section 55",
        ended=ended.what,
        lots=ended.lots,
        reason=ended.reason,
        decided=day_in_words(uk_day(ended.at)),
        attached=release,
        attached_name=f"{release['id']}.json",
        bought=bought_words(call, call.lots),
        place=place_of(call, call.lots, publisher.name),
    )


def statutory_content(notice: Notice, heading: str, release: dict[str, Any], now: datetime) -> StatutoryNotice:
    """A notice as the sections that were approved; where it is published in law stands above them."""
    return StatutoryNotice(
        heading=f"{notice.kind}: {heading}",
        notice=_named(notice),
        published=in_words(notice.published_at or now),
        sections=tuple(
            NoticeSection(title=each["title"], facts=tuple(Fact(**fact) for fact in each["facts"]))
            for each in notice.content["sections"]
        ),
        attached=release,
        attached_name=f"{release['id']}.json",
    )


def _named(notice: Notice) -> str:
    """Its own reference, and what it is called where it is published in law."""
    own = f"{notice.kind} {notice.ref}"
    if not notice.outside_number:
        return own
    return f"{own}; on Find a Tender {notice.outside_number}, {notice.outside_address}"


def _buyer(publisher: Publisher) -> tuple[Fact, ...]:
    return (
        Fact(name="Name", value=publisher.name),
        Fact(name="Identifier", value=f"{publisher.scheme}-{publisher.number}"),
        Fact(name="Address", value=_one_line(publisher.street, publisher.locality, publisher.postcode)),
        Fact(name="Email", value=publisher.email),
    )


def _one_line(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _sum(counts: Sequence[PublishedCounts], name: str) -> int:
    return sum(getattr(each, name) for each in counts)


def _notice_lot(award: PublishedAward, lot: str, signing: str) -> NoticeLot:
    return NoticeLot(
        title=lot,
        suppliers=tuple(_supplier(each) for each in award.organisations),
        value=str(without_vat(award.amount, vat_of(award))),
        value_with_vat=str(with_vat(award.amount, vat_of(award), gross=award.amount_gross)),
        category="Services",
        decided=day_in_words(award.decided_on),
        signing=signing,
        ends=day_in_words(award.ends_on) if award.ends_on else "Not set",
    )


def _supplier(organisation: PublishedOrganisation) -> NoticeSupplier:
    address = (organisation.street, organisation.locality, organisation.postcode, organisation.country)
    return NoticeSupplier(
        name=organisation.name,
        address=tuple(line for line in address if line),
        identifiers=tuple(Fact(name=name, value=number) for name, number in numbers_of(organisation)),
        small="No" if organisation.scale == "large" else "Yes",
        charity="Yes" if organisation.vcse else "No",
    )


def _ended(award: PublishedAward) -> tuple[Fact, ...]:
    """Since when an award stands no more, and why; nothing while it stands."""
    if award.ended_at is None:
        return ()
    why = ended_because(to_plain(award))
    return (Fact(name="Ended", value=in_words(award.ended_at)), Fact(name="Why it ended", value=str(why)))


def sheet_content(call: PublishedCall, award: PublishedAward, publisher: Publisher) -> AwardSheet:
    """One public page about one award."""
    organisation = award.organisations[0]
    challenge = call.kind is CallKind.CHALLENGE
    lot = next(each for each in call.lots if each.reference == award.lot)
    of_lot = next((each for each in of_lots(call.counts) if each.lot == award.lot), None)
    received, assessed = award.applications, award.applications_assessed
    if received is None and of_lot is not None:  # published before awards said it
        received, assessed = of_lot.received, of_lot.assessed
    return AwardSheet(
        project=award.title,
        organisation=organisation.name,
        amount=str(said(award.amount, vat_of(award), gross=award.amount_gross)),
        purpose=award.summary,
        facts=(
            Fact(name="Call", value=f"{call.title} ({call.reference})"),
            *((Fact(name="Lot", value=lot.title),) if len(call.lots) > 1 else ()),
            Fact(name="Kind", value="Contract" if challenge else "Grant"),
            Fact(name="Decided", value=day_in_words(award.decided_on)),
            Fact(name="Confirmed", value=in_words(award.confirmed_at) if award.confirmed_at else ""),
            *_ended(award),
            Fact(name="Reference", value=award.reference),
        ),
        numbers=(
            Fact(name="Received in this lot", value=str(received or 0)),
            Fact(name="Assessed in this lot", value=str(assessed or 0)),
            Fact(name="Budget of this lot", value=str(said(lot.budget or Decimal(0), vat_of(lot)))),
        ),
        state="Award confirmed" if award.ended_at is None else "Award cancelled",
        page=award.url,
        open_data=f"{publisher.url}/ocds/records/{ocds.call_ocid(call, publisher)}.json"
        if challenge
        else f"{publisher.url}/data/360giving.json",
        licence=LICENCE,
    )
