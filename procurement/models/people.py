"""People, what they may do, the organisations they belong to, and how they are signed in."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, Searched, link, listed, unique_where
from procurement.rules.registers import HOME

STAFF_ROLES = ("officer", "approver", "assessor", "auditor", "operator")
TEAM_ROLES = ("lead", "editor", "finance", "viewer")
ORGANISATION_SIZES = ("micro", "small", "medium", "large")
SOLE_TRADER = "sole trader"
ORGANISATION_KINDS = (
    "company",
    "charity",
    "community interest company",
    "university",
    SOLE_TRADER,
    "public body",
    "other",
)


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The text of a CHECK that a column holds one of some words."""
    return f"{column} IN {listed(values)}"


class Person(Searched, Base):
    """Somebody with an account. The email address is kept in lower case. `work_mail`: how they are told of tasks
    (`rules.work.Mail`); `digested_on`: the day of the newest digest."""

    __tablename__ = "people"
    searched = ("name", "email")
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_in_lower_case"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password: Mapped[str | None]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    work_mail: Mapped[str] = mapped_column(default="each", server_default="each")
    digested_on: Mapped[date | None] = mapped_column(Date)
    roles: Mapped[list["RoleHeld"]] = link("RoleHeld", foreign_keys="RoleHeld.person_id", order_by="RoleHeld.role")
    memberships: Mapped[list["Membership"]] = link("Membership", order_by="Membership.id")


class RoleHeld(Base):
    """A role that a person holds in the whole service; what they may do to one call depends on their relation to it."""

    __tablename__ = "roles_held"
    __table_args__ = (
        UniqueConstraint("person_id", "role"),
        CheckConstraint(one_of("role", STAFF_ROLES), name="role_is_known"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str]
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Organisation(Searched, Base):
    """A firm, charity or other body that applies. `ref` is its public name in addresses.

    `country` is that of its address (ISO 3166-1). `register`: the list that `register_number` is of, where one knows it
    that is neither Companies House nor a charity register (`rules.registers.OTHERS`).
    """

    __tablename__ = "organisations"
    searched = ("name",)
    __table_args__ = (
        CheckConstraint(one_of("size", ORGANISATION_SIZES), name="size_is_known"),
        CheckConstraint(one_of("kind", ORGANISATION_KINDS), name="kind_is_known"),
        # one organisation per registered number, so that a second colleague joins instead of making it again
        unique_where("uq_organisations_company_number", "company_number", where="company_number IS NOT NULL"),
        unique_where("uq_organisations_charity_number", "charity_number", where="charity_number IS NOT NULL"),
        unique_where("uq_organisations_register_number", "register", "register_number", where="register <> ''"),
        CheckConstraint("(register = '') = (register_number = '')", name="register_with_its_number"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[str]
    vcse: Mapped[bool] = mapped_column(default=False)
    company_number: Mapped[str | None]
    charity_number: Mapped[str | None]
    country: Mapped[str] = mapped_column(default=HOME)
    register: Mapped[str] = mapped_column(default="")
    register_number: Mapped[str] = mapped_column(default="")
    street: Mapped[str] = mapped_column(default="")
    town: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def sme(self) -> bool:
        """Fewer than 250 staff and within the turnover or balance sheet limits (Procurement Act 2023 s.123)."""
        return self.size != "large"


class ContestOutcome(StrEnum):
    """What came of a contested number."""

    RELEASED = "released"
    KEPT = "kept"


class Contest(Base):
    """Somebody says that a registered number, which an organisation holds, is theirs; an operator answers."""

    __tablename__ = "contests"
    __table_args__ = (
        CheckConstraint(f"outcome IN {listed(ContestOutcome)}", name="outcome_is_known"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="answered_by_somebody"),
        unique_where("uq_contests_waiting", "person_id", "register", "number", where="decided_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    register: Mapped[str]
    number: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str]
    made_at: Mapped[datetime]
    outcome: Mapped[str | None]
    answer: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation: Mapped[Organisation] = link("Organisation")
    person: Mapped[Person] = link("Person", foreign_keys=[person_id])


class Membership(Base):
    """A person's place in an organisation; only a lead submits."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id"),
        CheckConstraint(one_of("role", TEAM_ROLES), name="role_is_known"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str]
    joined_at: Mapped[datetime]
    person: Mapped[Person] = link("Person")
    organisation: Mapped[Organisation] = link("Organisation")


class Interest(Base):
    """A standing declaration: a hard interest keeps an assessor away from an organisation, a soft one is shown."""

    __tablename__ = "interests"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id"),
        CheckConstraint(one_of("weight", ("hard", "soft")), name="weight_is_known"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    weight: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    declared_at: Mapped[datetime]
    organisation: Mapped[Organisation] = link("Organisation")


class SignIn(Base):
    """One signed-in browser. Its secret is known to the browser only; here is the SHA-256. Times are unshifted."""

    __tablename__ = "sign_ins"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    agent: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    fresh_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Token(Base):
    """A link sent by mail that works once: to confirm an address, to set a password, to join an organisation.

    One that confirms an address keeps what was typed at the sign-up (`name`, `password` as a hash) and the SHA-256 of a
    secret of the `browser` in which it was: whoever types somebody else's address changes nothing of theirs by it.
    `onwards` is the page of ours from which somebody came to sign up: it is kept with the link, since that may be
    opened in another browser.
    """

    __tablename__ = "tokens"
    __table_args__ = (CheckConstraint(one_of("purpose", ("confirm", "password", "join")), name="purpose_is_known"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    email: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="")
    name: Mapped[str | None]
    password: Mapped[str | None]
    browser: Mapped[str | None]
    onwards: Mapped[str] = mapped_column(default="", server_default="")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UnsentForm(Base):
    """What somebody had typed when their session or form had expired; given back after they sign in. Kept for a day."""

    __tablename__ = "stashes"  # as it was first called; a stored name is never changed
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    path: Mapped[str]
    body: Mapped[bytes]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
