"""The rows from which the register's pages and searches are drawn: the newest publication of an award, and notices."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.awards import Notice
from procurement.models.documents import Document
from procurement.models.register import RegisterAward, RegisterNotice
from procurement.rules.published import CallKind, PublishedAward, PublishedCall, Publisher, to_plain
from procurement.rules.registers import numbers_of
from procurement.rules.search import folded
from procurement.rules.standards import ocds
from procurement.rules.statuses import AwardStatus
from procurement.services.act import Act
from procurement.services.commitments import commit


def row_of(session: Session, reference: str) -> RegisterAward:
    return session.scalars(select(RegisterAward).where(RegisterAward.public_id == reference)).one()


def show(act: Act, call: PublishedCall, award: PublishedAward, publisher: Publisher) -> None:
    """The award as the register's search and pages show it."""
    organisation = award.organisations[0]
    lot = next(each for each in call.lots if each.reference == award.lot)
    row = act.session.scalars(select(RegisterAward).where(RegisterAward.public_id == award.reference)).one_or_none()
    if row is None:
        row = RegisterAward(public_id=award.reference, published_at=award.published_at, entries=0)
        act.session.add(row)
    row.kind = "contract" if call.kind is CallKind.CHALLENGE else "grant"
    row.status = status_of(award)
    row.title, row.summary = award.title, award.summary
    row.call_ref, row.call_title, row.lot_title, row.theme = call.reference, call.title, lot.title, call.theme
    row.organisation, row.organisation_ref = organisation.name, organisation.key
    row.organisation_number = next((number for _register, number in numbers_of(organisation)), "")
    row.size = str(organisation.scale)
    row.sme, row.vcse = organisation.scale != "large", bool(organisation.vcse)
    row.amount, row.awarded_on, row.year = award.amount, award.decided_on, award.decided_on.year
    row.changed_at = act.now
    row.standstill_ends_at = award.standstill_ends
    row.ocid = ocds.call_ocid(call, publisher) if call.kind is CallKind.CHALLENGE else ""
    row.words = folded(
        " ".join(
            (
                award.title,
                award.summary,
                call.title,
                call.reference,
                award.reference,
                organisation.name,
                row.organisation_number,
                lot.title,
            )
        )
    )
    row.entries += 1
    row.more = to_plain(award)
    commit(act, row)
    act.session.flush()


def status_of(award: PublishedAward) -> AwardStatus:
    """The award's status in the words of OCDS: pending while standstill runs, active once confirmed."""
    if award.ended_at is not None:
        return AwardStatus.CANCELLED
    return AwardStatus.PENDING if award.confirmed_at is None else AwardStatus.ACTIVE


def show_notice(
    act: Act,
    notice: Notice,
    call: PublishedCall,
    awards: Sequence[PublishedAward],
    publisher: Publisher,
    document: Document,
) -> None:
    row = RegisterNotice(
        public_id=notice.ref,
        kind=notice.kind,
        title=f"Contract award notice: {call.title}",
        call_ref=call.reference,
        call_title=call.title,
        ocid=ocds.call_ocid(call, publisher),
        published_at=act.now,
        standstill_ends_at=notice.standstill_ends_at,
        document_code=document.code,
        content={
            "call": to_plain(call),
            "awards": to_plain(awards),
            "working": notice.working,
            "authority": publisher.name,
        },
    )
    act.session.add(row)
    commit(act, row)
    act.session.flush()
