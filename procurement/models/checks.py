"""What officers looked up about an applicant in a stage, and what they found."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link, listed
from procurement.models.people import Person
from procurement.rules.checks import GROUNDS, CheckKind, Finding, Tie


class Check(Base):
    """One fact: what was looked at, where, what was found, when and by whom. It never changes and is never removed: a
    newer one about the same (`replaces_id`) takes its place.

    It holds for every entry of the organisation in its stage; a fact about a condition for its own entry (`entry_id`)
    alone. `about` names a subcontractor or associated person, and is empty for the applicant; `question` is the key of
    a condition; `ground` one of the exclusion grounds.
    """

    __tablename__ = "checks"
    __table_args__ = (
        ForeignKeyConstraint(["stage_id", "call_id"], ["stages.id", "stages.call_id"]),
        ForeignKeyConstraint(["entry_id", "stage_id"], ["entries.id", "entries.stage_id"]),
        CheckConstraint(f"kind IN {listed(CheckKind)}", name="kind_is_known"),
        CheckConstraint(f"finding IN {listed(Finding)}", name="finding_is_known"),
        CheckConstraint(f"tie IN {listed(Tie)}", name="tie_is_known"),
        CheckConstraint(f"ground IN {listed(('', *GROUNDS))}", name="ground_is_known"),
        CheckConstraint("source <> ''", name="says_where"),
        CheckConstraint("(about = '') = (tie = '')", name="about_somebody_with_a_tie"),
        CheckConstraint(f"(kind = '{CheckKind.CONDITION}') = (question <> '')", name="condition_with_its_question"),
        Index("ix_checks_stage_id", "stage_id", "organisation_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column()
    stage_id: Mapped[int] = mapped_column()
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    entry_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    tie: Mapped[str] = mapped_column(default="")
    question: Mapped[str] = mapped_column(default="")
    finding: Mapped[str]
    ground: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    in_date_until: Mapped[date | None] = mapped_column(Date)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("checks.id"), unique=True)
    recorder: Mapped[Person] = link("Person", foreign_keys=[recorded_by])
