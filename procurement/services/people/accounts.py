"""Signing up, confirming an address, passwords and names.

Passwords come in hashed: hashing takes a tenth of a second on purpose, and no transaction waits for it. What somebody
without a session asks for has one answer, whether the address is known or not; what differs is in the message.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.messages import Message
from procurement.models.people import Person, Token
from procurement.rules.accounts import address
from procurement.rules.messages import KINDS
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import messages
from procurement.services.history import record
from procurement.services.people import sign_ins, tokens
from procurement.services.refusal import Refusal
from workflows.facts import Sentence, in_words


def sign_up(session: Session, ports: Ports, name: str, email: str, hashed: str, *, now: datetime) -> Message:
    """Make an account that lives once its address is confirmed; returns the message that was sent to the address.

    An address that has an account gets a message that says so, and nothing changes. One that was never confirmed is
    signed up anew: the last sign-up is the one that counts, and earlier links stop working.
    """
    email = address(email)
    person = session.scalars(select(Person).where(Person.email == email).with_for_update()).one_or_none()
    if person is not None and (person.confirmed_at is not None or person.disabled_at is not None):
        return _once(session, ports, "already_registered", person, {"link": "/sign-in"}, now=now)
    if person is None:
        person = Person(email=email, name=name, password=hashed, created_at=now)
        session.add(person)
        session.flush()
    else:
        person.name, person.password = name, hashed
    return ask_to_confirm(session, ports, person, now=now)


def ask_to_confirm(session: Session, ports: Ports, person: Person, *, now: datetime) -> Message:
    """Send the link by which an address is confirmed."""
    made, token = tokens.make(session, ports, "confirm", person_id=person.id, now=now)
    fields = {"link": f"/register/confirm/{made}", "expires": in_words(token.expires_at)}
    return messages.stage(session, ports, "confirm_email", f"confirm:{token.id}", fields, person=person, now=now)


def confirm(session: Session, ports: Ports, link: str, *, now: datetime) -> Person:
    """Let an account live. Raises LinkGone."""
    token = tokens.use(session, "confirm", link, now=now)
    person = _person_of(session, token)
    if person.confirmed_at is None:
        person.confirmed_at = now
        record(session, ports, "person.confirm", "person", person.id, by=Principal(id=person.id), now=now)
    return person


def request_password(session: Session, ports: Ports, email: str, *, now: datetime) -> Message | None:
    """Send the link by which a password is chosen; None, which nobody outside sees, where there is no such account."""
    person = session.scalars(select(Person).where(Person.email == address(email)).with_for_update()).one_or_none()
    if person is None or person.disabled_at is not None:
        _as_much_work(session, ports, now=now)
        return None
    if person.confirmed_at is None:
        return ask_to_confirm(session, ports, person, now=now)
    made, token = tokens.make(session, ports, "password", person_id=person.id, now=now)
    fields = {"link": f"/password/{made}", "expires": in_words(token.expires_at)}
    return messages.stage(session, ports, "password_reset", f"password:{token.id}", fields, person=person, now=now)


def set_password(session: Session, ports: Ports, link: str, hashed: str, *, at: datetime, now: datetime) -> Person:
    """Choose a password by a link; every sign-in ends. The link proves the address as well. Raises LinkGone."""
    token = tokens.use(session, "password", link, now=now)
    person = _person_of(session, token)
    if person.confirmed_at is None:
        person.confirmed_at = now
    _new_password(session, ports, person, hashed, keep=None, at=at, now=now)
    return person


def change_password(
    session: Session, ports: Ports, hashed: str, *, by: Principal, at: datetime, now: datetime
) -> Person:
    """Change one's own password, which the view has compared with the old one; other sign-ins end."""
    person = session.get_one(Person, by.id, with_for_update=True)
    _new_password(session, ports, person, hashed, keep=by.sign_in_id, at=at, now=now)
    return person


def rename(session: Session, ports: Ports, name: str, *, by: Principal, now: datetime) -> None:
    """Change one's own name; what was issued before keeps the old one."""
    person = session.get_one(Person, by.id, with_for_update=True)
    if person.name != name:
        person.name = name
        record(session, ports, "person.rename", "person", person.id, by=by, now=now)


def _new_password(
    session: Session, ports: Ports, person: Person, hashed: str, *, keep: int | None, at: datetime, now: datetime
) -> None:
    person.password = hashed
    tokens.void(session, "password", person.id, now=now)
    sign_ins.end_all(session, person.id, keep=keep, at=at)
    record(session, ports, "person.password", "person", person.id, by=Principal(id=person.id), now=now)
    key = f"password-changed:{person.id}:{int(now.timestamp() * 1_000_000)}"
    fields = {"link": "/password", "when": in_words(now)}
    messages.stage(session, ports, "password_changed", key, fields, person=person, now=now)


def _as_much_work(session: Session, ports: Ports, *, now: datetime) -> None:
    """What a known address costs, so that the time of the answer tells nothing (threat 46): a link that opens nothing,
    and a letter to nobody."""
    made, token = tokens.make(session, ports, "password", now=now)
    token.used_at = now
    fields = dict.fromkeys(KINDS["password_reset"].fields, "") | {"link": f"{ports.base_url}/password/{made}"}
    ports.renderer.text("password_reset", fields)


def _once(
    session: Session, ports: Ports, kind: str, person: Person, fields: dict[str, object], *, now: datetime
) -> Message:
    """A message of a kind at most once an hour to a person, however often it is asked for."""
    key = f"{kind}:{person.id}:{now:%Y%m%d%H}"
    return messages.stage(session, ports, kind, key, fields, person=person, now=now)


def _person_of(session: Session, token: Token) -> Person:
    person = session.get_one(Person, token.person_id, with_for_update=True)
    if person.disabled_at is not None:
        raise Refusal(Sentence("This account has been closed. Write to us if you think that this is wrong."))
    return person
