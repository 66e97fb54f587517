"""The rows from which the register's pages and searches are drawn: the newest publication of an award, and notices."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.awards import Notice
from procurement.models.documents import Document
from procurement.models.register import RegisterAward, RegisterNotice
from procurement.rules.published import CallKind, PublishedAward, PublishedCall, Publisher, instant, to_plain
from procurement.rules.registers import numbers_of
from procurement.rules.search import folded
from procurement.rules.standards import ocds
from procurement.rules.statuses import AwardStatus
from procurement.services.act import Act
from procurement.services.commitments import commit
from workflows.definition import AWARD_NOTICE, DETAILS_NOTICE, TENDER_NOTICE, TERMINATION_NOTICE, Route

NOTICE_TITLES = {
    TENDER_NOTICE: "Tender notice",
    AWARD_NOTICE: "Contract award notice",
    DETAILS_NOTICE: "Contract details notice",
    TERMINATION_NOTICE: "Procurement termination notice",
}


def notice_heading(kind: str, route: str) -> str:
    """What a kind of notice is called: the law has forms of its own below the threshold (s. 87)."""
    title = NOTICE_TITLES[kind]
    return f"Below-threshold {title[0].lower()}{title[1:]}" if route == Route.BELOW_THRESHOLD else title


def notice_title(heading: str, call: str, lots: Sequence[str] = ()) -> str:
    """What one notice is called: with the lots that ended, where not the whole procurement did."""
    return f"{heading}: {', '.join((call, *lots))}"


def rows_of(session: Session, references: Sequence[str]) -> dict[str, RegisterAward]:
    """The rows of some awards that have one, by their references."""
    rows = session.scalars(select(RegisterAward).where(RegisterAward.public_id.in_(references)))
    return {row.public_id: row for row in rows}


def show_all(act: Act, call: PublishedCall, awards: Sequence[PublishedAward], publisher: Publisher) -> None:
    """The awards as the register's search and pages show them: as many statements for many as for one."""
    rows = rows_of(act.session, [each.reference for each in awards])
    for award in awards:
        _show(act, call, award, publisher, rows.get(award.reference))
    act.session.flush()


def _show(
    act: Act, call: PublishedCall, award: PublishedAward, publisher: Publisher, row: RegisterAward | None
) -> None:
    organisation = award.organisations[0]
    lot = next(each for each in call.lots if each.reference == award.lot)
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
    row.single_bid = None if award.applications is None else award.applications == 1
    row.entries += 1
    row.more = to_plain(award)
    commit(act, row)


def status_of(award: PublishedAward) -> AwardStatus:
    """The award's status in the words of OCDS, and suspended: pending while standstill runs, active once confirmed."""
    if award.ended_at is not None:
        return AwardStatus.CANCELLED
    if award.suspended:
        return AwardStatus.SUSPENDED
    return AwardStatus.PENDING if award.confirmed_at is None else AwardStatus.ACTIVE


def show_notice(
    act: Act,
    notice: Notice,
    call: PublishedCall,
    awards: Sequence[PublishedAward],
    publisher: Publisher,
    document: Document,
    *,
    title: str,
    more: Mapping[str, Any] | None = None,
) -> None:
    """A notice as the register shows it. Where it was published in law stands in its content; `more`: what ended where
    something did, or the sections of what it says."""
    row = RegisterNotice(
        public_id=notice.ref,
        kind=notice.kind,
        title=title,
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
            "outside": {
                "number": notice.outside_number,
                "address": notice.outside_address,
                "at": None if notice.outside_at is None else instant(notice.outside_at),
            },
            **(more or {}),
        },
    )
    act.session.add(row)
    commit(act, row)
    act.session.flush()
