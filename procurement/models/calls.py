"""Calls: what is asked for, in which lots, and what was published."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, Searched, link, listed
from procurement.rules.calls import OverBudget
from procurement.rules.routes import Receives, Subject
from procurement.rules.vat import Basis
from workflows.definition import Route


class Call(Searched, Base):
    """One opportunity: a challenge (procurement) or a fund round (grants).

    What it asks for, until when and how it is marked is said by its stages (`models.stages`). `route` is what it is in
    law (`workflows.definition.Route`). `workflows` is the call's own copy, taken at publication: by subject, plain
    values (`workflows.catalogue.copies`; `workflows.earlier` knows older ones); None until then, and never changed
    afterwards. `amount_basis`: what every amount of it is (`rules.vat`); `above_budget`: what happens to whoever asks
    for more than there is. `authors` are the ids of everybody who wrote any of it. `open_data_id` is the OCID of a
    challenge, or what the 360Giving ids of a fund's grants begin with: written at the first publication, and never
    derived again. `cpv` and `place`: what is bought and where (`rules.classification`); `also_cpv`,
    `also_places`: what and where else, codes with a space between them. `receives`, `subject`, `whole_value` (pounds
    with VAT, of the purchase that it is a part of): what `route` follows from (`rules.routes`); `route_why`: why it is
    another than the law gives; `one_lot_why`: why it is not split; `conflicts_by`, `conflicts_on`: who assessed
    conflicts of interest, and when. `copied_from`: the reference of the call that it was copied from, empty
    where it was made of a procedure. `amends_id`: it is no call of its own but the edited copy of a published one
    (`models.amendments`), and stands in no list.
    """

    __tablename__ = "calls"
    searched = ("title", "summary", "problem", "ref")
    __table_args__ = (
        CheckConstraint("kind IN ('challenge', 'fund')", name="kind_is_known"),
        CheckConstraint(f"route IN {listed(Route)}", name="route_is_known"),
        CheckConstraint(f"receives IN {listed(['', *Receives])}", name="receives_is_known"),
        CheckConstraint(f"subject IN {listed(['', *Subject])}", name="subject_is_known"),
        CheckConstraint("whole_value IS NULL OR whole_value > 0", name="whole_value_is_positive"),
        CheckConstraint("(published_at IS NULL) = (workflows IS NULL)", name="frozen_when_published"),
        CheckConstraint("budget IS NULL OR budget > 0", name="budget_is_positive"),
        CheckConstraint(f"amount_basis IN {listed(Basis)}", name="amount_basis_is_known"),
        CheckConstraint(f"above_budget IN {listed(OverBudget)}", name="above_budget_is_known"),
        CheckConstraint("vat_rate IS NULL OR (vat_rate >= 0 AND vat_rate <= 10000)", name="vat_rate_is_percent"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    procedure: Mapped[str]
    route: Mapped[str]
    receives: Mapped[str] = mapped_column(default="", server_default="")
    subject: Mapped[str] = mapped_column(default="", server_default="")
    whole_value: Mapped[Decimal | None]
    route_why: Mapped[str] = mapped_column(default="", server_default="")
    one_lot_why: Mapped[str] = mapped_column(default="", server_default="")
    conflicts_by: Mapped[str] = mapped_column(default="", server_default="")
    conflicts_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    theme: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    users: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="")
    eligibility: Mapped[str] = mapped_column(default="")
    terms: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    cpv: Mapped[str] = mapped_column(default="", server_default="")
    place: Mapped[str] = mapped_column(default="", server_default="")
    also_cpv: Mapped[str] = mapped_column(default="", server_default="")
    also_places: Mapped[str] = mapped_column(default="", server_default="")
    budget: Mapped[Decimal | None]
    amount_basis: Mapped[str] = mapped_column(default=Basis.NOT_STATED, server_default=Basis.NOT_STATED)
    vat_rate: Mapped[Decimal | None]  # per cent, for every lot without one of its own
    above_budget: Mapped[str] = mapped_column(default=OverBudget.WARN, server_default=OverBudget.WARN)
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime]
    authors: Mapped[list[int]]
    published_at: Mapped[datetime | None]
    workflows: Mapped[dict[str, Any] | None]
    workflow_fingerprint: Mapped[str | None]
    sent_back: Mapped[str] = mapped_column(default="")
    ended_reason: Mapped[str] = mapped_column(default="")
    copied_from: Mapped[str] = mapped_column(default="", server_default="")
    open_data_id: Mapped[str | None]
    amends_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    lots: Mapped[list["Lot"]] = link("Lot", order_by="Lot.number")


class Lot(Base):
    """A part of a call that can be applied for and awarded alone; its budget is what its awards may cost together.

    `vat_rate`: its own, in per cent, where it is not the call's. `options`: what extensions and options of its
    contracts may come to beyond the budget. `cpv`, `places`: its own classes and places, codes with a space between
    them; empty: those of its call. `abandoned_at`, `ended_reason`: it ended without a contract or a grant while the
    call goes on, and why (`services.abandoning`)."""

    __tablename__ = "lots"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        UniqueConstraint("id", "call_id"),  # so that others can point at "a lot of that call"
        CheckConstraint("budget > 0", name="budget_is_positive"),
        CheckConstraint("vat_rate IS NULL OR (vat_rate >= 0 AND vat_rate <= 10000)", name="vat_rate_is_percent"),
        CheckConstraint("options IS NULL OR options > 0", name="options_are_positive"),
        CheckConstraint("(abandoned_at IS NULL) = (ended_reason = '')", name="abandoned_with_its_reason"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    number: Mapped[int]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    budget: Mapped[Decimal]
    vat_rate: Mapped[Decimal | None]
    options: Mapped[Decimal | None]
    cpv: Mapped[str] = mapped_column(default="", server_default="")
    places: Mapped[str] = mapped_column(default="", server_default="")
    abandoned_at: Mapped[datetime | None]
    ended_reason: Mapped[str] = mapped_column(default="", server_default="")


class CallVersion(Base):
    """What a call said when it was published, whole and frozen; an application remembers which version it answers."""

    __tablename__ = "call_versions"
    __table_args__ = (UniqueConstraint("call_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    number: Mapped[int]
    content: Mapped[bytes]
    fingerprint: Mapped[str]
    published_at: Mapped[datetime]
