"""How somebody is signed in. The browser holds a secret, the database its SHA-256. All times here are unshifted."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from procurement.models.people import Person, SignIn
from procurement.rules.accounts import address, digest
from procurement.rules.ports import Ports
from procurement.services.act import Act
from procurement.services.locks import changed
from procurement.services.people.tokens import secret
from procurement.services.refusal import Refusal
from workflows.facts import Sentence

SEEN_EVERY = timedelta(minutes=1)
LONGEST_AGENT = 200
WRONG = Sentence(
    "The email address or the password is not right. If you have just signed up, open the link in our message first."
)


def check_password(session: Session, ports: Ports, email: str, password: str) -> Person | None:
    """The person whose address and password these are, if they may sign in; it takes as long when nobody is found.

    Only reads: hashing takes a tenth of a second on purpose, so no transaction is open for writing meanwhile.
    """
    person = session.scalars(select(Person).where(Person.email == address(email))).one_or_none()
    fits = ports.passwords.fits(password, person.password if person else None)
    return person if person is not None and fits and may_sign_in(person) else None


def may_sign_in(person: Person) -> bool:
    return person.confirmed_at is not None and person.disabled_at is None


def begin_sign_in(act: Act, person_id: int, *, agent: str = "", hashed: str | None = None) -> str:
    """A new sign-in of a person whose password was checked; returns the secret for their browser.

    `hashed`: their password once more, where the hash that is kept of it is of an older form.
    """
    person = act.session.get_one(Person, person_id)
    if not may_sign_in(person):
        raise Refusal(WRONG)
    if hashed is not None:
        person.password = hashed
    made = secret(act.ports)
    act.session.add(
        SignIn(
            digest=digest(made),
            person_id=person.id,
            agent=agent[:LONGEST_AGENT],
            made_at=act.unshifted,
            seen_at=act.unshifted,
            fresh_at=act.unshifted,
        )
    )
    act.session.flush()
    return made


def sign_out(act: Act) -> None:
    """End the sign-in that asks."""
    if act.by.sign_in_id is not None:
        act.session.execute(
            update(SignIn)
            .where(SignIn.id == act.by.sign_in_id, SignIn.ended_at.is_(None))
            .values(ended_at=act.unshifted)
        )


def end_sign_in(act: Act, sign_in_id: int) -> None:
    """End one of one's own sign-ins, for a device that is not at hand. Refused (404) for anybody else's."""
    row = act.session.get(SignIn, sign_in_id, with_for_update=True)
    if row is None or row.person_id != act.by.id:
        raise Refusal(Sentence("There is no such sign-in."), status=404)
    row.ended_at = row.ended_at or act.unshifted


def end_all_sign_ins(act: Act) -> int:
    """End every other sign-in of one's own; returns how many there were."""
    return end_all(act.session, act.by.id, keep=act.by.sign_in_id, at=act.unshifted)


def end_all(session: Session, person_id: int | None, *, keep: int | None, at: datetime) -> int:
    """End all sign-ins of a person but one."""
    chosen = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    if keep is not None:
        chosen = chosen.where(SignIn.id != keep)
    return changed(session, chosen.values(ended_at=at))


def refresh(act: Act) -> str:
    """The password was entered again: the sign-in is fresh, under a new secret, and the old one opens nothing."""
    row = act.session.get(SignIn, act.by.sign_in_id, with_for_update=True)
    if row is None or row.person_id != act.by.id or row.ended_at is not None:
        raise Refusal(Sentence("You have been signed out. Sign in again."), status=403)
    made = secret(act.ports)
    row.digest, row.fresh_at, row.seen_at = digest(made), act.unshifted, act.unshifted
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
