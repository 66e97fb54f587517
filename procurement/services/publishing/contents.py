"""What the documents of a publication say: the contract award notice and the award sheet."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from procurement.models.awards import Notice
from procurement.rules.classification import cpv_shown, place_words
from procurement.rules.documents import AwardSheet, Fact, NoticeLot, NoticeSupplier, Uk6Notice
from procurement.rules.endings import ended_because
from procurement.rules.published import (
    CallKind,
    PublishedAward,
    PublishedCall,
    PublishedCounts,
    PublishedOrganisation,
    Publisher,
    to_plain,
)
from procurement.rules.registers import numbers_of
from procurement.rules.standards import ocds
from procurement.rules.vat import said, vat_of, with_vat, without_vat
from workflows.facts import day_in_words, in_words

LICENCE = "Open Government Licence 3.0"


def uk6_content(
    notice: Notice,
    call: PublishedCall,
    awards: Sequence[PublishedAward],
    publisher: Publisher,
    release: dict[str, Any],
    now: datetime,
) -> Uk6Notice:
    """The contract award notice (Procurement Regulations 2024 reg. 27)."""
    counts = call.counts
    lots = {each.reference: each for each in call.lots}
    ends = in_words(notice.standstill_ends_at) if notice.standstill_ends_at else ""
    told = [each.told_at for each in awards if each.told_at is not None]
    signing = f"After {ends}" if ends else "Once the award is accepted"
    return Uk6Notice(
        notice=f"{notice.kind} {notice.ref}",
        ocid=ocds.call_ocid(call, publisher),
        published=in_words(now),
        buyer=(
            Fact(name="Name", value=publisher.name),
            Fact(name="Identifier", value=f"{publisher.scheme}-{publisher.number}"),
            Fact(name="Address", value=_one_line(publisher.street, publisher.locality, publisher.postcode)),
            Fact(name="E-mail", value=publisher.email),
        ),
        call=f"{call.title} ({call.reference})",
        description=call.summary,
        procedure=call.procedure,
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
        bought=cpv_shown(call.cpv),
        place=str(place_words(call.place, publisher.name) or ""),
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
    received, assessed = _sum(call.counts, "received"), _sum(call.counts, "assessed")
    return AwardSheet(
        project=award.title,
        organisation=organisation.name,
        amount=str(said(award.amount, vat_of(award), gross=award.amount_gross)),
        purpose=award.summary,
        facts=(
            Fact(name="Call", value=f"{call.title} ({call.reference})"),
            Fact(name="Lot", value=lot.title),
            Fact(name="Kind", value="Contract" if challenge else "Grant"),
            Fact(name="Decided", value=day_in_words(award.decided_on)),
            Fact(name="Confirmed", value=in_words(award.confirmed_at) if award.confirmed_at else ""),
            *_ended(award),
            Fact(name="Reference", value=award.reference),
        ),
        numbers=(
            Fact(name="Applications", value=str(received)),
            Fact(name="Assessed", value=str(assessed)),
            Fact(name="Budget of the lot", value=str(said(lot.budget or Decimal(0), vat_of(lot)))),
        ),
        state="Award confirmed" if award.ended_at is None else "Award cancelled",
        page=award.url,
        open_data=f"{publisher.url}/ocds/records/{ocds.call_ocid(call, publisher)}.json"
        if challenge
        else f"{publisher.url}/data/360giving.json",
        licence=LICENCE,
    )
