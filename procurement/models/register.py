"""The public register: copies made at publication. Nothing here points at a table that is not public."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, Committed, listed
from procurement.rules.statuses import AwardStatus


class RegisterEntry(Base):
    """One publication, kept as the exact canonical bytes that were published. Never changed: a later one follows.

    `subject` is call, notice, award or grant; `public_id` is its name in addresses; `number` counts its publications.
    """

    __tablename__ = "register_entries"
    __table_args__ = (
        UniqueConstraint("subject", "public_id", "number"),
        CheckConstraint("subject IN ('call', 'notice', 'award', 'grant')", name="subject_is_known"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    public_id: Mapped[str]
    number: Mapped[int]
    published_at: Mapped[datetime]
    content: Mapped[bytes]
    digest: Mapped[str]
    event_position: Mapped[int | None]


class RegisterAward(Committed, Base):
    """An award or grant as the register shows and searches it: the newest publication, in columns."""

    __tablename__ = "register_awards"
    __table_args__ = (
        CheckConstraint("kind IN ('contract', 'grant')", name="kind_is_known"),
        CheckConstraint(f"status IN {listed(AwardStatus)}", name="status_is_known"),
        Index("ix_register_awards_order", "awarded_on", "public_id"),
        # everything that is counted of the register, so that counting reads the index alone
        Index("ix_register_awards_counted", "year", "kind", "theme", "sme", "status", "single_bid", "amount"),
    )
    public_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    status: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    call_ref: Mapped[str] = mapped_column(index=True)
    call_title: Mapped[str]
    lot_title: Mapped[str]
    theme: Mapped[str]
    organisation: Mapped[str]
    organisation_ref: Mapped[str] = mapped_column(index=True)
    organisation_number: Mapped[str] = mapped_column(default="")
    size: Mapped[str]
    sme: Mapped[bool]
    vcse: Mapped[bool]
    amount: Mapped[Decimal]
    awarded_on: Mapped[date] = mapped_column(Date)
    year: Mapped[int]
    published_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    standstill_ends_at: Mapped[datetime | None]
    ocid: Mapped[str] = mapped_column(default="")
    notice_ref: Mapped[str] = mapped_column(default="")
    document_code: Mapped[str] = mapped_column(default="")
    words: Mapped[str]  # what the text search looks in: lower case, folded
    entries: Mapped[int] = mapped_column(default=1)
    single_bid: Mapped[bool | None]  # nobody else applied; None where that was not counted
    more: Mapped[dict[str, Any]]

    @property
    def amount_basis(self) -> str:
        """What the amount is (`rules.vat`), as it was published."""
        return str(self.more.get("amount_basis") or "")

    @property
    def vat_rate(self) -> Decimal | None:
        return _pounds(self.more.get("vat_rate"))

    @property
    def amount_gross(self) -> Decimal | None:
        return _pounds(self.more.get("amount_gross"))


def _pounds(plain: str | None) -> Decimal | None:
    return None if plain is None else Decimal(plain)


class RegisterNotice(Committed, Base):
    """A published notice."""

    __tablename__ = "register_notices"
    public_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[str]
    call_ref: Mapped[str] = mapped_column(index=True)
    call_title: Mapped[str]
    ocid: Mapped[str]
    published_at: Mapped[datetime]
    standstill_ends_at: Mapped[datetime | None]
    document_code: Mapped[str] = mapped_column(default="")
    content: Mapped[dict[str, Any]]


class Release(Committed, Base):
    """One OCDS release, as its canonical bytes. Dates within an ocid rise strictly (`moment`).

    `place`: its number among all releases in the order in which they were committed, which ids are not: given just
    before the commit, and None until then. `recorded_at`: when it was published, whatever it is dated.
    """

    __tablename__ = "releases"
    __table_args__ = (
        UniqueConstraint("ocid", "release_id"),
        UniqueConstraint("ocid", "moment"),
        UniqueConstraint("place"),
    )
    ocid: Mapped[str]
    release_id: Mapped[str]
    tag: Mapped[str]
    place: Mapped[int | None]
    moment: Mapped[datetime]
    recorded_at: Mapped[datetime]
    content: Mapped[bytes]


class RegisterGrant(Committed, Base):
    """One 360Giving grant, as its canonical bytes; the newest publication of it."""

    __tablename__ = "register_grants"
    grant_id: Mapped[str] = mapped_column(unique=True)
    public_id: Mapped[str]
    awarded_on: Mapped[date] = mapped_column(Date)
    changed_at: Mapped[datetime]
    content: Mapped[bytes]
