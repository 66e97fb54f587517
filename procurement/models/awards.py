"""Awards, and the notices that were published about them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.abandonments import Abandonment
from procurement.models.applications import Application, Entry
from procurement.models.base import Base, Committed, link, listed
from procurement.models.calls import Call
from procurement.rules.statuses import NoticeStatus
from procurement.rules.vat import Basis
from workflows.catalogue import states


class Award(Base):
    """An approved decision to fund or buy. `confirm_at` is when it may be relied on: the end of standstill for a
    challenge, the telling for a fund, or when an officer agreed that it is minimal financial assistance; None until
    that instant is known. `amount` is net where `amount_basis` says so; `amount_gross` is what it comes to with VAT at
    `vat_rate` per cent (`rules.vat`), reckoned once, at its making."""

    __tablename__ = "awards"
    __table_args__ = (
        ForeignKeyConstraint(["application_id", "call_id"], ["applications.id", "applications.call_id"]),
        ForeignKeyConstraint(["entry_id", "application_id"], ["entries.id", "entries.application_id"]),
        ForeignKeyConstraint(["lot_id", "call_id"], ["lots.id", "lots.call_id"]),
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint(f"amount_basis IN {listed(Basis)}", name="amount_basis_is_known"),
        CheckConstraint("amount_gross IS NULL OR amount_gross >= amount", name="gross_is_not_less"),
        CheckConstraint(
            f"state NOT IN {listed(states.award.made_known)} OR told_at IS NOT NULL", name="told_with_its_instant"
        ),
        CheckConstraint(
            f"state NOT IN {listed(states.award.relied_on)} OR confirmed_at IS NOT NULL",
            name="confirmed_with_its_instant",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    lot_id: Mapped[int] = mapped_column()
    application_id: Mapped[int] = mapped_column(index=True)
    entry_id: Mapped[int] = mapped_column(unique=True)
    state: Mapped[str]
    amount: Mapped[Decimal]
    amount_basis: Mapped[str] = mapped_column(default=Basis.NOT_STATED, server_default=Basis.NOT_STATED)
    vat_rate: Mapped[Decimal | None]
    amount_gross: Mapped[Decimal | None]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    confirm_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    accept_by: Mapped[datetime | None]  # when it ends if nobody has answered; None where it does not
    reminded_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    grant_id: Mapped[str | None]  # its id in 360Giving, written once, when it is published
    # accepted since the day of signing is recorded apart; an older acceptance was published as the signing
    awaits_signing: Mapped[bool] = mapped_column(default=False, server_default=false())
    call: Mapped[Call] = link("Call", foreign_keys=[call_id])
    application: Mapped[Application] = link(
        "Application", foreign_keys=[application_id], primaryjoin="Award.application_id == Application.id"
    )
    entry: Mapped[Entry] = link("Entry", foreign_keys=[entry_id], primaryjoin="Award.entry_id == Entry.id")


class Notice(Committed, Base):
    """A statutory notice: drafted by one person, approved by another, published on the central platform, and never
    edited. Its number, address and instant there (`outside_…`) are typed by one person and confirmed by another, from
    when on it is published (`published_at` is the instant there; older ones were published here). `working` shows how
    the end of standstill was computed; `abandonment_id`: what a termination notice is about; `contract_id`: what a
    contract details notice is about; `sent_back`: why what was typed was not confirmed."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("call_id", "kind", "number"),
        UniqueConstraint("abandonment_id"),
        UniqueConstraint("contract_id"),
        CheckConstraint(f"state IN {listed(NoticeStatus)}", name="state_is_known"),
        CheckConstraint(
            f"(state = '{NoticeStatus.PUBLISHED}') = (published_at IS NOT NULL)", name="published_with_its_instant"
        ),
        CheckConstraint("published_by IS NULL OR published_by <> drafted_by", name="published_by_somebody_else"),
        CheckConstraint("approved_by IS NULL OR approved_by <> drafted_by", name="approved_by_somebody_else"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_with_its_instant"),
        CheckConstraint(
            "(outside_number = '') = (entered_by IS NULL) AND (outside_address = '') = (entered_by IS NULL) AND "
            "(outside_at IS NULL) = (entered_by IS NULL) AND (entered_at IS NULL) = (entered_by IS NULL)",
            name="entered_whole",
        ),
        CheckConstraint(
            "published_by IS NULL OR entered_by IS NULL OR published_by <> entered_by",
            name="confirmed_by_somebody_else",
        ),
    )
    ref: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    kind: Mapped[str]
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[str]
    drafted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    drafted_at: Mapped[datetime]
    abandonment_id: Mapped[int | None] = mapped_column(ForeignKey("abandonments.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contracts.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    outside_number: Mapped[str] = mapped_column(default="", server_default="")
    outside_address: Mapped[str] = mapped_column(default="", server_default="")
    outside_at: Mapped[datetime | None]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    entered_at: Mapped[datetime | None]
    sent_back: Mapped[str] = mapped_column(default="", server_default="")
    published_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    published_at: Mapped[datetime | None]
    standstill_ends_at: Mapped[datetime | None]
    working: Mapped[list[str]]
    content: Mapped[dict[str, Any]]
    call: Mapped[Call] = link("Call", foreign_keys=[call_id])
    abandonment: Mapped[Abandonment | None] = link("Abandonment", foreign_keys=[abandonment_id])
