"""How somebody is signed in. The browser holds a secret, the database its SHA-256. All times here are unshifted."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from procurement.models.people import Person, SignIn
from procurement.rules.accounts import address, digest
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services.people.tokens import secret
from procurement.services.refusal import Refusal
from workflows.facts import Sentence

SEEN_EVERY = timedelta(minutes=1)
LONGEST_AGENT = 200
WRONG = Sentence(
    "The e-mail address or the password is not right. If you have just signed up, open the link in our message first."
)


def check_password(session: Session, ports: Ports, email: str, password: str) -> Person | None:
    """The person whose e-mail and password these are, if they may sign in; it takes as long when nobody is found.

    Only reads: hashing takes a tenth of a second on purpose, so no transaction is open for writing meanwhile.
    """
    person = session.scalars(select(Person).where(Person.email == address(email))).one_or_none()
    fits = ports.passwords.fits(password, person.password if person else None)
    return person if person is not None and fits and may_sign_in(person) else None


def may_sign_in(person: Person) -> bool:
    return person.confirmed_at is not None and person.disabled_at is None


def begin_sign_in(session: Session, ports: Ports, person_id: int, *, agent: str = "", at: datetime) -> str:
    """A new sign-in of a person whose password was checked; returns the secret for their browser."""
    person = session.get_one(Person, person_id)
    if not may_sign_in(person):
        raise Refusal(WRONG)
    made = secret(ports)
    session.add(
        SignIn(
            digest=digest(made), person_id=person.id, agent=agent[:LONGEST_AGENT], made_at=at, seen_at=at, fresh_at=at
        )
    )
    session.flush()
    return made


def sign_out(session: Session, *, by: Principal, at: datetime) -> None:
    """End the sign-in that asks."""
    if by.sign_in_id is not None:
        session.execute(update(SignIn).where(SignIn.id == by.sign_in_id, SignIn.ended_at.is_(None)).values(ended_at=at))


def end_sign_in(session: Session, sign_in_id: int, *, by: Principal, at: datetime) -> None:
    """End one of one's own sign-ins, for a device that is not at hand. Refused (404) for anybody else's."""
    row = session.get(SignIn, sign_in_id, with_for_update=True)
    if row is None or row.person_id != by.id:
        raise Refusal(Sentence("There is no such sign-in."), status=404)
    row.ended_at = row.ended_at or at


def end_all_sign_ins(session: Session, *, by: Principal, at: datetime) -> int:
    """End every other sign-in of one's own; returns how many there were."""
    return end_all(session, by.id, keep=by.sign_in_id, at=at)


def end_all(session: Session, person_id: int | None, *, keep: int | None, at: datetime) -> int:
    """End all sign-ins of a person but one."""
    chosen = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    if keep is not None:
        chosen = chosen.where(SignIn.id != keep)
    return session.execute(chosen.values(ended_at=at)).rowcount  # type: ignore[attr-defined, no-any-return]


def refresh(session: Session, ports: Ports, *, by: Principal, at: datetime) -> str:
    """The password was entered again: the sign-in is fresh, under a new secret, and the old one opens nothing."""
    row = session.get(SignIn, by.sign_in_id, with_for_update=True)
    if row is None or row.person_id != by.id or row.ended_at is not None:
        raise Refusal(Sentence("You have been signed out. Sign in again."), status=403)
    made = secret(ports)
    row.digest, row.fresh_at, row.seen_at = digest(made), at, at
    return made


def seen(session: Session, sign_in_id: int, *, at: datetime) -> None:
    """Somebody did something: their sign-in lives on. Written at most once a minute."""
    session.execute(
        update(SignIn)
        .where(
            SignIn.id == sign_in_id,
            SignIn.ended_at.is_(None),
            or_(SignIn.seen_at <= at - SEEN_EVERY, SignIn.seen_at > at),
        )
        .values(seen_at=at)
    )
