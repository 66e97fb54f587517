"""Documents asked for, and documents made. A row is the request; its file is named by its digest."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, Committed, listed
from procurement.rules.statuses import DocumentStatus


class Document(Committed, Base):
    """One document. `content` and `template` are frozen when it is asked for, so that the same row gives the same bytes
    for ever. `key` says what it is the document of, so that asking twice gives one row. `due_at`, `lease_until` are
    unshifted times. The ids say whose it is: rights follow them. `withdrawn_at`: nobody was given it, and another one
    takes its place."""

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint(f"state IN {listed(DocumentStatus)}", name="state_is_known"),
        CheckConstraint(f"(state = '{DocumentStatus.READY}') = (digest IS NOT NULL)", name="digest_when_ready"),
        CheckConstraint(f"(state = '{DocumentStatus.FAILED}') = (error <> '')", name="error_when_failed"),
        Index("ix_documents_waiting", "state", "due_at"),
        Index("ix_documents_call_id", "call_id", "kind"),
        Index("ix_documents_application_id", "application_id", "kind"),
    )
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    reference: Mapped[str]
    state: Mapped[str]
    public: Mapped[bool] = mapped_column(default=False)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stages.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    award_id: Mapped[int | None] = mapped_column(ForeignKey("awards.id"))
    requested_at: Mapped[datetime]
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    content: Mapped[dict[str, Any]]
    template: Mapped[str]
    digest: Mapped[str | None]
    size: Mapped[int | None]
    made_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    undrawn: Mapped[str] = mapped_column(default="", server_default="")  # letters that no font of ours has, by script
    withdrawn_at: Mapped[datetime | None]
