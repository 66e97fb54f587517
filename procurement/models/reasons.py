"""What an applicant reads of each criterion, and what others do not read of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link, listed, unique_where
from procurement.models.people import Person
from procurement.rules.reasons import GROUNDS, MADE_FROM


class Reason(Base):
    """The one text about one criterion of one bid, in the place of the assessors' comments.

    `made_from`: whose words it was made from and left as they were (panel, assessor), or an officer's own. `agreed_id`
    is the agreed mark that it explains; it stands only as long as that does (none: the mean of the marks). A later text
    supersedes it. `commitment` is the salted digest that the chain holds of it.
    """

    __tablename__ = "reasons"
    __table_args__ = (
        CheckConstraint("text <> ''", name="has_a_text"),
        CheckConstraint(f"made_from IN {listed(MADE_FROM)}", name="made_from_is_known"),
        # one stands per bid and criterion: the applicant reads one
        unique_where("uq_reasons_one_stands", "entry_id", "criterion", where="superseded_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), index=True)
    criterion: Mapped[str]
    agreed_id: Mapped[int | None] = mapped_column(ForeignKey("agreed_marks.id"))
    text: Mapped[str]
    made_from: Mapped[str]
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    salt: Mapped[bytes]
    commitment: Mapped[str]
    person: Mapped[Person] = link("Person", foreign_keys=[written_by])


class Redaction(Base):
    """Words that are taken out of what others read of a bid, wherever they stand, with the ground (Procurement Act 2023
    s. 94). The bid's own team reads all. Until somebody puts them back."""

    __tablename__ = "redactions"
    __table_args__ = (
        CheckConstraint("words <> ''", name="has_words"),
        CheckConstraint(f"ground IN {listed(GROUNDS)}", name="ground_is_known"),
        CheckConstraint("(put_back_by IS NULL) = (put_back_at IS NULL)", name="put_back_by_somebody"),
        unique_where("uq_redactions_taken_once", "entry_id", "words", where="put_back_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), index=True)
    words: Mapped[str]
    ground: Mapped[str]
    taken_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    taken_at: Mapped[datetime]
    put_back_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    put_back_at: Mapped[datetime | None]
    salt: Mapped[bytes]
    commitment: Mapped[str]
    person: Mapped[Person] = link("Person", foreign_keys=[taken_by])
