"""Signing up, confirming an address, passwords and names.

Passwords come in hashed: hashing takes a tenth of a second on purpose, and no transaction waits for it. What somebody
without a session asks for has one answer, whether the address is known or not; what differs is in the message.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.messages import Message
from procurement.models.people import Person, Token
from procurement.rules.accounts import address
from procurement.rules.messages import KINDS
from procurement.rules.permissions import Principal
from procurement.services import messages
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.people import sign_ins, tokens
from procurement.services.refusal import Refusal
from workflows.facts import Sentence, in_words


def sign_up(act: Act, name: str, email: str, hashed: str) -> Message:
    """Make an account that lives once its address is confirmed; returns the message that was sent to the address.

    An address that has an account gets a message that says so, and nothing changes. One that was never confirmed is
    signed up anew: the last sign-up is the one that counts, and earlier links stop working.
    """
    email = address(email)
    person = act.session.scalars(select(Person).where(Person.email == email).with_for_update()).one_or_none()
    if person is not None and (person.confirmed_at is not None or person.disabled_at is not None):
        return _once(act, "already_registered", person, {"link": "/sign-in"})
    if person is None:
        person = Person(email=email, name=name, password=hashed, created_at=act.now)
        act.session.add(person)
        act.session.flush()
    else:
        person.name, person.password = name, hashed
    return ask_to_confirm(act, person)


def ask_to_confirm(act: Act, person: Person) -> Message:
    """Send the link by which an address is confirmed."""
    made, token = tokens.make(act, "confirm", person_id=person.id)
    fields = {"link": f"/register/confirm/{made}", "expires": in_words(token.expires_at)}
    return messages.stage(act, "confirm_email", f"confirm:{token.id}", fields, person=person)


def confirm(act: Act, link: str) -> Person:
    """Let an account live. Raises LinkGone."""
    token = tokens.use(act.session, "confirm", link, now=act.now)
    person = _person_of(act.session, token)
    if person.confirmed_at is None:
        person.confirmed_at = act.now
        record(act.made_by(Principal(id=person.id)), "person.confirm", "person", person.id)
    return person


def request_password(act: Act, email: str) -> Message | None:
    """Send the link by which a password is chosen; None, which nobody outside sees, where there is no such account."""
    person = act.session.scalars(select(Person).where(Person.email == address(email)).with_for_update()).one_or_none()
    if person is None or person.disabled_at is not None:
        _as_much_work(act)
        return None
    if person.confirmed_at is None:
        return ask_to_confirm(act, person)
    made, token = tokens.make(act, "password", person_id=person.id)
    fields = {"link": f"/password/{made}", "expires": in_words(token.expires_at)}
    return messages.stage(act, "password_reset", f"password:{token.id}", fields, person=person)


def set_password(act: Act, link: str, hashed: str) -> Person:
    """Choose a password by a link; every sign-in ends. The link proves the address as well. Raises LinkGone."""
    token = tokens.use(act.session, "password", link, now=act.now)
    person = _person_of(act.session, token)
    if person.confirmed_at is None:
        person.confirmed_at = act.now
    _new_password(act, person, hashed, keep=None)
    return person


def change_password(act: Act, hashed: str) -> Person:
    """Change one's own password, which the view has compared with the old one; other sign-ins end."""
    person = act.session.get_one(Person, act.by.id, with_for_update=True)
    _new_password(act, person, hashed, keep=act.by.sign_in_id)
    return person


def rename(act: Act, name: str) -> None:
    """Change one's own name; what was issued before keeps the old one."""
    person = act.session.get_one(Person, act.by.id, with_for_update=True)
    if person.name != name:
        person.name = name
        record(act, "person.rename", "person", person.id)


def _new_password(act: Act, person: Person, hashed: str, *, keep: int | None) -> None:
    person.password = hashed
    tokens.void(act.session, "password", person.id, now=act.now)
    sign_ins.end_all(act.session, person.id, keep=keep, at=act.unshifted)
    record(act.made_by(Principal(id=person.id)), "person.password", "person", person.id)
    key = f"password-changed:{person.id}:{int(act.now.timestamp() * 1_000_000)}"
    fields = {"link": "/password", "when": in_words(act.now)}
    messages.stage(act, "password_changed", key, fields, person=person)


def _as_much_work(act: Act) -> None:
    """What a known address costs, so that the time of the answer tells nothing (threat 46): a link that opens nothing,
    and a letter to nobody."""
    made, token = tokens.make(act, "password")
    token.used_at = act.now
    fields = dict.fromkeys(KINDS["password_reset"].fields, "") | {"link": f"{act.ports.base_url}/password/{made}"}
    act.ports.renderer.text("password_reset", fields)


def _once(act: Act, kind: str, person: Person, fields: dict[str, object]) -> Message:
    """A message of a kind at most once an hour to a person, however often it is asked for."""
    key = f"{kind}:{person.id}:{act.now:%Y%m%d%H}"
    return messages.stage(act, kind, key, fields, person=person)


def _person_of(session: Session, token: Token) -> Person:
    person = session.get_one(Person, token.person_id, with_for_update=True)
    if person.disabled_at is not None:
        raise Refusal(Sentence("This account has been closed. Write to us if you think that this is wrong."))
    return person
