"""The stages of a call: what each asks for, until when, how it is marked, and which lots it is for."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, link, listed, unique_where
from procurement.models.calls import Call, Lot
from procurement.models.people import Person
from workflows.definition import Shape
from workflows.scoring.schemes import Within

PANEL_ROLES = ("chair", "member", "observer")


class Stage(Base):
    """One stage of a call: made of `steps`, always in the order of `workflows.definition.STEPS`.

    `key` is its part of an address; `number` its place in its `window` (1 but where a call takes applications again and
    again). `noun`, `nouns` are what applicants hand in to it. `shows` are the keys of earlier stages whose answers its
    assessors read too; `marks_of` that of an earlier one whose marks it moderates and ranks by, where it has none of
    its own; `ranks_by` says what adds up to its ranking, {stage: percent}, and is empty where its own total alone does.
    `reasons`: whether its decisions are approved with one reason per criterion (required, optional); `tie_breakers` are
    the criteria that tell equal totals apart, in their order. `ask_by`: until when questions are taken; without it,
    until the closing. `choose_by`: until when its teams choose when they present. `moderate_from`: from which
    distance between two marks on its panel must settle them; none where every mark of every bid must be settled.
    `scheme` is the plain scoring scheme, taken when the call was published and never changed. What the clock
    decides (upcoming, open, closed, held) is not stored. Rights hang on the instants: `opened_at`,
    `marks_locked_at`, `agreed_at` (its moderation was closed), `told_at`. `proposers` are the ids of whoever
    proposed its decisions. `reminded_of`: the closing of which teams with a draft were reminded. `ended_at`,
    `ended_reason`: it belongs to a window that was ended before it began, and nothing happens in it.
    """

    __tablename__ = "stages"
    __table_args__ = (
        UniqueConstraint("call_id", "key"),
        UniqueConstraint("call_id", "window", "number"),
        UniqueConstraint("id", "call_id"),  # so that others can point at "a stage of that call"
        CheckConstraint('number >= 1 AND "window" >= 1', name="numbered_from_one"),
        CheckConstraint("opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint("ended_at IS NULL OR started_at IS NULL", name="ended_before_it_began"),
        CheckConstraint("(ended_at IS NULL) = (ended_reason = '')", name="ended_with_its_reason"),
        CheckConstraint("(scheme IS NULL) = (scheme_fingerprint IS NULL)", name="scheme_with_its_fingerprint"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    window: Mapped[int] = mapped_column(default=1)
    number: Mapped[int]
    key: Mapped[str]
    title: Mapped[str]
    noun: Mapped[str]
    nouns: Mapped[str]
    steps: Mapped[list[str]]
    sealed: Mapped[bool] = mapped_column(default=True)
    required: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    ask_by: Mapped[datetime | None]
    choose_by: Mapped[datetime | None]
    hold_minutes: Mapped[int] = mapped_column(default=60)
    assess_by: Mapped[datetime | None]
    decide_by: Mapped[date | None] = mapped_column(Date)
    readers: Mapped[int] = mapped_column(default=2)
    names: Mapped[str]
    other_marks: Mapped[str]
    shows: Mapped[list[str]]
    marks_of: Mapped[str] = mapped_column(default="", server_default="")
    ranks_by: Mapped[dict[str, Any]]
    reasons: Mapped[str] = mapped_column(default="optional", server_default="optional")
    tie_breakers: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    minimum_total: Mapped[int] = mapped_column(default=0)
    moderate_from: Mapped[int | None]
    scheme: Mapped[dict[str, Any] | None]
    scheme_fingerprint: Mapped[str | None]
    started_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    marks_locked_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    proposers: Mapped[list[int]]
    sent_back: Mapped[str] = mapped_column(default="")
    reminded_of: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str] = mapped_column(default="", server_default="")
    call: Mapped[Call] = link("Call", foreign_keys=[call_id])
    lots: Mapped[list["StageLot"]] = link("StageLot", order_by="StageLot.id")
    people: Mapped[list["StagePerson"]] = link("StagePerson", order_by="StagePerson.id")

    @property
    def shape(self) -> Shape:
        """What its workflows are composed by."""
        return Shape(tuple(self.steps), self.sealed, self.required, self.noun, self.nouns)

    @property
    def collects(self) -> bool:
        """Whether applicants hand in something to it; otherwise it goes on with what they handed in before."""
        return "collect" in self.steps

    @property
    def checks(self) -> bool:
        """Whether it is looked at first who is eligible."""
        return "check" in self.steps

    @property
    def assesses(self) -> bool:
        """Whether its entries are marked by a scheme of its own."""
        return "assess" in self.steps

    @property
    def moderates(self) -> bool:
        """Whether a panel settles what its marks differ in."""
        return "moderate" in self.steps

    @property
    def presents(self) -> bool:
        """Whether its teams present something at a time of their own: an interview, a demonstration."""
        return "present" in self.steps

    @property
    def awards(self) -> bool:
        """Whether its decisions are awards; otherwise whoever advances goes on to the next stage."""
        return "award" in self.steps

    @property
    def decided_noun(self) -> str:
        """What its decisions are about: what is handed in or presented to it, and the whole application where nobody
        has to hand in anything or another stage's marks are ranked."""
        handed_in = (self.collects and self.required) or self.presents
        return self.noun if handed_in and not self.marks_of else "application"

    @property
    def opened(self) -> bool:
        """Whether its bids have been opened: from here on staff may see them."""
        return self.opened_at is not None

    @property
    def blind(self) -> bool:
        """Whether its assessors read without names."""
        return self.names == "hidden"


class StageLot(Base):
    """A lot that a stage is for. `seats`: how many go on to the next; none where everybody who passes does. `budget`:
    what its awards may cost together in this window; none where that is the budget of the lot."""

    __tablename__ = "stage_lots"
    __table_args__ = (
        UniqueConstraint("stage_id", "lot_id"),
        CheckConstraint("seats IS NULL OR seats > 0", name="seats_are_positive"),
        CheckConstraint("budget IS NULL OR budget > 0", name="budget_is_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), index=True)
    seats: Mapped[int | None]
    budget: Mapped[Decimal | None]
    lot: Mapped[Lot] = link("Lot")

    @property
    def money(self) -> Decimal:
        """What its awards may cost together."""
        return self.lot.budget if self.budget is None else self.budget


class StagePerson(Base):
    """Somebody of a stage's panel: its one chair, a member, or an observer, who reads and says nothing."""

    __tablename__ = "stage_people"
    __table_args__ = (
        UniqueConstraint("stage_id", "person_id"),
        CheckConstraint(f"role IN {listed(PANEL_ROLES)}", name="role_is_known"),
        unique_where("uq_stage_people_one_chair", "stage_id", where="role = 'chair'"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str]
    added_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    person: Mapped[Person] = link("Person", foreign_keys=[person_id])


class Question(Base):
    """One question of a stage's form. `purpose` marks the title, the summary and the amount asked for; `condition` is
    what its answer must be, where it is a condition of participation, and empty where not; `shown_if` when it is asked
    at all, and empty where always; `layout` what was set of a table, by the names of its kind's settings."""

    __tablename__ = "questions"
    __table_args__ = (
        UniqueConstraint("stage_id", "key"),
        ForeignKeyConstraint(["stage_id", "call_id"], ["stages.id", "stages.call_id"]),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    stage_id: Mapped[int] = mapped_column()
    key: Mapped[str]
    position: Mapped[int]
    section: Mapped[str]
    text: Mapped[str]
    guidance: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    required: Mapped[bool] = mapped_column(default=True)
    word_limit: Mapped[int | None]
    options: Mapped[list[str]]
    minimum: Mapped[Decimal | None]
    maximum: Mapped[Decimal | None]
    criterion: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="")
    condition: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    character_limit: Mapped[int | None]
    earliest: Mapped[date | None] = mapped_column(Date)
    latest: Mapped[date | None] = mapped_column(Date)
    exclusive: Mapped[str] = mapped_column(default="", server_default="")
    statement: Mapped[str] = mapped_column(default="", server_default="")
    types: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    page_limit: Mapped[int | None]
    shown_if: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    layout: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")


class Criterion(Base):
    """One criterion of a stage's scheme: a weight in percent, and a word for each mark from 0 to `top`.

    What is marked is a row. A sub-criterion names the criterion that it is `within`, with that one's weight in the
    total (`within_weight`); its own `weight` is then its share of it, and the shares of one criterion add up to 100.
    """

    __tablename__ = "criteria"
    __table_args__ = (
        UniqueConstraint("stage_id", "key"),
        ForeignKeyConstraint(["stage_id", "call_id"], ["stages.id", "stages.call_id"]),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight_is_percent"),
        CheckConstraint("top BETWEEN 1 AND 10", name="top_is_small"),
        CheckConstraint("minimum BETWEEN 0 AND top", name="minimum_within_the_scale"),
        CheckConstraint("(within = '') = (within_weight IS NULL)", name="within_a_criterion_of_some_weight"),
        CheckConstraint("within_weight IS NULL OR within_weight BETWEEN 1 AND 100", name="whole_weight_is_percent"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    stage_id: Mapped[int] = mapped_column()
    key: Mapped[str]
    position: Mapped[int]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    weight: Mapped[int]
    top: Mapped[int] = mapped_column(default=5)
    minimum: Mapped[int] = mapped_column(default=0)
    words: Mapped[list[str]]
    within: Mapped[str] = mapped_column(default="", server_default="")
    within_weight: Mapped[int | None]

    @property
    def part_of(self) -> Within | None:
        """What it is a part of; None where it is a criterion itself."""
        return None if self.within_weight is None else Within(self.within, self.within_weight, self.weight)

    @property
    def title(self) -> str:
        """What it is called where it stands by itself: a sub-criterion with the criterion that it belongs to."""
        return f"{self.within}: {self.name}" if self.within else self.name

    @property
    def percent(self) -> int | Decimal:
        """What it weighs in the total, exactly."""
        return self.weight if self.part_of is None else self.part_of.worth


class Opening(Base):
    """The opening of a stage's bids: a row that holds the first person; a different one completes it."""

    __tablename__ = "openings"
    __table_args__ = (
        CheckConstraint("second_id IS NULL OR second_id <> first_id", name="two_different_people"),
        CheckConstraint("(second_id IS NULL) = (second_at IS NULL)", name="second_with_its_instant"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"), unique=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    first_at: Mapped[datetime]
    second_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    second_at: Mapped[datetime | None]
    first: Mapped[Person] = link("Person", foreign_keys=[first_id])
    second: Mapped[Person | None] = link("Person", foreign_keys=[second_id])
