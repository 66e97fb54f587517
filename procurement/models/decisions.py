"""What was decided about each application, by whom, and who approved it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.applications import Application, Entry
from procurement.models.base import Base, link, listed, unique_where
from procurement.rules.statuses import Outcome


class Decision(Base):
    """One decision about one application in one stage.

    It is proposed by one person, approved by another, and told to the applicant later.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        ForeignKeyConstraint(["application_id", "call_id"], ["applications.id", "applications.call_id"]),
        ForeignKeyConstraint(["entry_id", "application_id"], ["entries.id", "entries.application_id"]),
        CheckConstraint(f"outcome IN {listed(Outcome)}", name="outcome_is_known"),
        CheckConstraint(f"(outcome = '{Outcome.FUND}') = (amount IS NOT NULL)", name="amount_when_funded"),
        CheckConstraint("amount IS NULL OR amount > 0", name="amount_is_positive"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="approved_by_somebody_else"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_with_its_instant"),
        # one decision stands per application and stage: two would be two answers in court
        unique_where("uq_decisions_one_stands", "entry_id", where="superseded_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    application_id: Mapped[int] = mapped_column()
    entry_id: Mapped[int] = mapped_column()
    outcome: Mapped[str]
    amount: Mapped[Decimal | None]
    reason: Mapped[str] = mapped_column(default="")
    departure: Mapped[str] = mapped_column(default="")
    # why it is ineligible: keys of conditions, ids of checks; how it was heard before it was excluded on a ground
    because: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    heard: Mapped[str] = mapped_column(default="", server_default="")
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    application: Mapped[Application] = link(
        "Application", foreign_keys=[application_id], primaryjoin="Decision.application_id == Application.id"
    )
    entry: Mapped[Entry] = link("Entry", foreign_keys=[entry_id], primaryjoin="Decision.entry_id == Entry.id")
