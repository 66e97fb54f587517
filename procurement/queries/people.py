"""Reading people, their organisations and how they are signed in."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.models.people import Membership, Organisation, Person, RoleHeld, SignIn, Token
from procurement.rules.permissions import ANYBODY, FRESH_FOR, Principal

FORESEEN = "teams_foreseen"


def principal_of(
    session: Session, digest: str, at: datetime, *, idle_applicant: int, idle_staff: int, longest: int
) -> Principal:
    """Who holds the sign-in with this digest; nobody when it ended, idled too long (minutes) or is too old.

    `at` is unshifted time.
    """
    found = session.execute(
        select(SignIn, Person)
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.digest == digest, SignIn.ended_at.is_(None), Person.disabled_at.is_(None))
        .options(selectinload(Person.roles), selectinload(Person.memberships))
    ).one_or_none()
    if found is None:
        return ANYBODY
    sign_in, person = found
    roles = frozenset(held.role for held in person.roles)
    idle = timedelta(minutes=idle_staff if roles else idle_applicant)
    if at - sign_in.seen_at >= idle or at - sign_in.made_at >= timedelta(minutes=longest):
        return ANYBODY
    return Principal(
        id=person.id,
        name=person.name,
        email=person.email,
        roles=roles,
        teams={membership.organisation_id: membership.role for membership in person.memberships},
        sign_in_id=sign_in.id,
        fresh_until=sign_in.fresh_at + FRESH_FOR,
        seen_at=sign_in.seen_at,
    )


def loader(idle_applicant: int, idle_staff: int, longest: int) -> Callable[[Session, str, datetime], Principal]:
    """`principal_of` with the installation's limits, for the web."""

    def load(session: Session, digest: str, at: datetime) -> Principal:
        return principal_of(session, digest, at, idle_applicant=idle_applicant, idle_staff=idle_staff, longest=longest)

    return load


def find_by_email(session: Session, email: str) -> Person | None:
    return session.scalars(select(Person).where(Person.email == email.strip().lower())).one_or_none()


def as_principal(session: Session, person_id: int) -> Principal:
    """A person as a principal without a browser: for the seed, the command line and tests."""
    person = session.scalars(
        select(Person)
        .where(Person.id == person_id)
        .options(selectinload(Person.roles), selectinload(Person.memberships))
    ).one()
    return Principal(
        id=person.id,
        name=person.name,
        email=person.email,
        roles=frozenset(held.role for held in person.roles),
        teams={membership.organisation_id: membership.role for membership in person.memberships},
    )


def team_of(session: Session, organisation_id: int) -> list[Membership]:
    """Everybody in an organisation, with their person."""
    return list(
        session.scalars(
            select(Membership)
            .where(Membership.organisation_id == organisation_id)
            .options(joinedload(Membership.person))
            .order_by(Membership.id)
        )
    )


def reachable(session: Session, organisation_id: int) -> list[Person]:
    """Whom a message to the team of an organisation goes to: all but those whose account is closed."""
    foreseen: dict[int, list[Person]] = session.info.get(FORESEEN, {})
    if organisation_id in foreseen:
        return foreseen[organisation_id]
    return [each.person for each in team_of(session, organisation_id) if each.person.disabled_at is None]


def reachable_of(session: Session, organisation_ids: Collection[int]) -> dict[int, list[Person]]:
    """As `reachable`, of several organisations: one statement. Those whom nobody reads for have an empty list."""
    rows = session.scalars(
        select(Membership)
        .where(Membership.organisation_id.in_(organisation_ids))
        .options(joinedload(Membership.person))
        .order_by(Membership.id)
    )
    found: dict[int, list[Person]] = {each: [] for each in organisation_ids}
    for each in rows:
        if each.person.disabled_at is None:
            found[each.organisation_id].append(each.person)
    return found


def leads_of(session: Session, organisation_ids: Collection[int]) -> dict[int, str]:
    """The name of whoever leads each of these organisations, by its id: the first, where several do. One statement;
    an organisation without a lead is not in it."""
    rows = session.execute(
        select(Membership.organisation_id, Person.name)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id.in_(organisation_ids),
            Membership.role == "lead",
            Person.disabled_at.is_(None),
        )
        .order_by(Membership.id.desc())
    )
    return {organisation_id: name for organisation_id, name in rows}


def foresee_teams(session: Session, organisation_ids: Collection[int]) -> None:
    """Read the teams of many organisations once, so that `reachable` needs no statement for each, until
    `forget_teams`."""
    session.info[FORESEEN] = reachable_of(session, organisation_ids)


def forget_teams(session: Session) -> None:
    session.info.pop(FORESEEN, None)


def organisations_of(session: Session, person_id: int) -> list[Organisation]:
    return list(
        session.scalars(
            select(Organisation)
            .join(Membership, Membership.organisation_id == Organisation.id)
            .where(Membership.person_id == person_id)
            .order_by(Organisation.name)
        )
    )


def holders_of(session: Session, role: str) -> list[Person]:
    """Everybody who holds a role and may sign in, by name."""
    return list(session.scalars(holding(role).order_by(Person.name, Person.id)))


def holding(*roles: str) -> Select[Person]:
    """Everybody who holds one of these roles and may sign in: once, however many they hold."""
    held = select(RoleHeld.person_id).where(RoleHeld.role.in_(roles))
    return select(Person).where(Person.id.in_(held), Person.disabled_at.is_(None))


def find_holder(session: Session, digest: str) -> int | None:
    """Whose sign-in this is or was: it may have ended or grown too old."""
    return session.scalar(select(SignIn.person_id).where(SignIn.digest == digest))


def list_demonstration(session: Session) -> list[Person]:
    """The accounts of a demonstration, with their roles, in the order in which they were made."""
    return list(
        session.scalars(
            select(Person)
            .where(Person.email.endswith("@demo.example", autoescape=True), Person.disabled_at.is_(None))
            .options(selectinload(Person.roles), selectinload(Person.memberships).joinedload(Membership.organisation))
            .order_by(Person.id)
        )
    )


def memberships_of(session: Session, person_id: int | None) -> list[Membership]:
    """A person's places in organisations, with these."""
    return list(
        session.scalars(
            select(Membership)
            .where(Membership.person_id == person_id)
            .options(joinedload(Membership.organisation))
            .order_by(Membership.id)
        )
    )


def sign_ins_of(session: Session, person_id: int | None) -> list[SignIn]:
    """A person's sign-ins that have not been ended, the latest seen first. Some may have idled out meanwhile."""
    return list(
        session.scalars(
            select(SignIn)
            .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
            .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
        )
    )


def find_organisation(session: Session, ref: str) -> Organisation | None:
    return session.scalars(select(Organisation).where(Organisation.ref == ref)).one_or_none()


def invitations_of(session: Session, organisation_id: int, now: datetime) -> list[Token]:
    """Invitations to an organisation that still wait for an answer, the newest first."""
    return list(
        session.scalars(
            select(Token)
            .where(
                Token.purpose == "join",
                Token.organisation_id == organisation_id,
                Token.used_at.is_(None),
                Token.expires_at > now,
            )
            .order_by(Token.id.desc())
        )
    )


def find_invitation(session: Session, digest: str, now: datetime) -> tuple[Token, Organisation] | None:
    """The invitation behind a link, with its organisation; None when it is used, too old or none."""
    found = session.execute(
        select(Token, Organisation)
        .join(Organisation, Organisation.id == Token.organisation_id)
        .where(Token.digest == digest, Token.purpose == "join", Token.used_at.is_(None), Token.expires_at > now)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def work_mail_of(session: Session, person_id: int | None) -> str:
    """How a person wants to be told of what waits for them."""
    return session.scalar(select(Person.work_mail).where(Person.id == person_id)) or ""


def holds_a_role(session: Session, person_id: int) -> bool:
    """Whether a person holds any role in the service."""
    return session.scalar(select(RoleHeld.id).where(RoleHeld.person_id == person_id).limit(1)) is not None


def find_sign_up(session: Session, digest: str, now: datetime) -> tuple[Token, Person | None] | None:
    """The sign-up behind a link, and the account that it would bring to life where there is one already; None when the
    link is used, too old or none, or the account lives."""
    mine = or_(Person.id == Token.person_id, Person.email == Token.email)
    found = session.execute(
        select(Token, Person)
        .join(Person, mine, isouter=True)
        .where(Token.digest == digest, Token.purpose == "confirm", Token.used_at.is_(None), Token.expires_at > now)
    ).one_or_none()
    if found is None or (found[1] is not None and found[1].confirmed_at is not None):
        return None
    return found[0], found[1]
