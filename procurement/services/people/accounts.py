"""Signing up, confirming an address, passwords and names.

Passwords come in hashed: hashing takes a tenth of a second on purpose, and no transaction waits for it. What somebody
without a session asks for has one answer, whether the address is known or not; what differs is in the message.

Anybody may type anybody's address. So a sign-up makes a link and nothing else; the account is made, or an account that
an operator made comes to life, by whoever holds the link, and with a password of theirs.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from procurement.models.messages import Message
from procurement.models.people import Organisation, Person, Token
from procurement.rules.accounts import address, digest
from procurement.rules.messages import MESSAGE_KINDS
from procurement.rules.permissions import Principal
from procurement.services import messages
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.people import sign_ins, teams, tokens
from procurement.services.refusal import Refusal
from workflows.facts import Sentence, in_words


@dataclass(frozen=True)
class Typed:
    """What was typed at a sign-up: a name, a password as its hash, and where, by the SHA-256 of a browser's secret."""

    name: str | None = None
    password: str | None = None
    browser: str | None = None
    onwards: str = ""


@dataclass(frozen=True)
class Origin:
    """Where a sign-up was typed: a secret of the browser, and the page of ours that its person had wanted."""

    browser: str = ""
    onwards: str = ""


def sign_up(act: Act, name: str, email: str, hashed: str, origin: Origin = Origin()) -> Message:
    """Send a link to an address, which keeps what was typed; returns the message. Nothing else changes by it.

    Signing up again in the same browser replaces what was typed there; nobody else's link stops working by it. An
    address that has an account gets a message that says so.
    """
    email = address(email)
    person = act.session.scalars(select(Person).where(Person.email == email)).one_or_none()
    if person is not None and (person.confirmed_at is not None or person.disabled_at is not None):
        return _once(act, "already_registered", person, {"link": "/sign-in"})
    here = digest(origin.browser) if origin.browser else None
    if here is not None:
        tokens.void_sign_ups(act.session, email, browser=here, now=act.now)
    return _ask_to_confirm(act, email, person, Typed(name, hashed, here, origin.onwards))


def _ask_to_confirm(act: Act, email: str, person: Person | None, typed: Typed) -> Message:
    """Send the link by which an address is confirmed. A name that nobody has proved to be theirs is not in it."""
    made, token = tokens.make(act, "confirm", email=email)
    token.name, token.password, token.browser = typed.name, typed.password, typed.browser
    token.onwards = typed.onwards
    fields = {"link": f"/register/confirm/{made}", "expires": in_words(token.expires_at)}
    key = f"confirm:{token.id}"
    return messages.stage(act, "confirm_email", key, fields, person=person, address=email)


def typed_in(token: Token, browser: str) -> bool:
    """Whether the password that a link keeps was typed in this browser."""
    return bool(browser) and token.password is not None and token.browser == digest(browser)


def confirm(act: Act, link: str, *, browser: str = "", name: str = "", hashed: str | None = None) -> Person:
    """Let an account live, with the password of whoever holds the link. Raises LinkGone.

    What was typed at the sign-up comes into force only where it was typed: in the browser that it came from. In any
    other the holder of the link chooses (`name`, `hashed`). An account that an operator made keeps its name and roles.
    """
    token = tokens.use(act.session, "confirm", link, now=act.now)
    if hashed is None and typed_in(token, browser):
        name, hashed = token.name or "", token.password
    person = _signed_up(act.session, token)
    if hashed is None or (person is None and not name):
        raise Refusal(Sentence("Enter your name and choose a password for your account."), status=422)
    if person is None:
        person = Person(email=token.email, name=name, created_at=act.now)
        act.session.add(person)
    elif person.confirmed_at is not None:
        raise tokens.LinkGone
    person.password, person.confirmed_at = hashed, act.now
    token.name = token.password = token.browser = None
    act.session.flush()
    _void_first_links(act.session, person, now=act.now)
    record(act.made_by(Principal(id=person.id)), "person.confirm", "person", person.id)
    return person


def join_anew(act: Act, link: str, name: str, hashed: str) -> tuple[Person, Organisation]:
    """Make an account by an invitation to a team, whose link proves the address, and join. Raises LinkGone; refused
    where the address has an account."""
    token = tokens.find(act.session, "join", link, now=act.now)
    if act.session.scalar(select(Person.id).where(Person.email == token.email)) is not None:
        raise Refusal(Sentence("This address has an account. Sign in with it first."))
    person = Person(email=token.email, name=name, password=hashed, created_at=act.now, confirmed_at=act.now)
    act.session.add(person)
    act.session.flush()
    tokens.void_sign_ups(act.session, person.email, now=act.now)
    own = act.made_by(Principal(id=person.id, email=person.email))
    record(own, "person.confirm", "person", person.id)
    return person, teams.accept(own, link)


def _signed_up(session: Session, token: Token) -> Person | None:
    """The account that a link would bring to life, where there is one already."""
    # a link of before version 0013 names the account instead of the address
    mine = Person.id == token.person_id if token.person_id is not None else Person.email == token.email
    person = session.scalars(select(Person).where(mine).with_for_update()).one_or_none()
    return None if person is None else _open(person)


def _void_first_links(session: Session, person: Person, *, now: datetime) -> None:
    """An account lives: no other link sets its first password, and nothing typed for it is kept."""
    for purpose in ("confirm", "password"):
        tokens.void(session, purpose, person.id, now=now)
    tokens.void_sign_ups(session, person.email, now=now)


def request_password(act: Act, email: str) -> Message | None:
    """Send the link by which a password is chosen; None, which nobody outside sees, where there is no such account."""
    email = address(email)
    person = act.session.scalars(select(Person).where(Person.email == email).with_for_update()).one_or_none()
    signed_up = person is None and act.session.scalar(_waiting(email, act.now)) is not None
    if (person is None and not signed_up) or (person is not None and person.disabled_at is not None):
        _as_much_work(act)
        return None
    if person is None or person.confirmed_at is None:
        return _ask_to_confirm(act, email, person, Typed())
    made, token = tokens.make(act, "password", person_id=person.id)
    fields = {"link": f"/password/{made}", "expires": in_words(token.expires_at)}
    return messages.stage(act, "password_reset", f"password:{token.id}", fields, person=person)


def set_password(act: Act, link: str, hashed: str) -> Person:
    """Choose a password by a link; every sign-in ends. The link proves the address as well. Raises LinkGone."""
    token = tokens.use(act.session, "password", link, now=act.now)
    person = _person_of(act.session, token)
    if person.confirmed_at is None:
        person.confirmed_at = act.now
        tokens.void_sign_ups(act.session, person.email, now=act.now)
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


def _waiting(email: str, now: datetime) -> Select[int]:
    """Links by which an address may still be confirmed."""
    return (
        select(Token.id)
        .where(Token.purpose == "confirm", Token.email == email, Token.used_at.is_(None), Token.expires_at > now)
        .limit(1)
    )


def _as_much_work(act: Act) -> None:
    """What a known address costs, so that the time of the answer tells nothing (docs/threats.md 46): a link that opens
    nothing, and a letter to nobody."""
    made, token = tokens.make(act, "password")
    token.used_at = act.now
    fields = dict.fromkeys(MESSAGE_KINDS["password_reset"].fields, "") | {
        "link": f"{act.ports.base_url}/password/{made}"
    }
    act.ports.renderer.text("password_reset", fields)


def _once(act: Act, kind: str, person: Person, fields: dict[str, object]) -> Message:
    """A message of a kind at most once an hour to a person, however often it is asked for."""
    key = f"{kind}:{person.id}:{act.now:%Y%m%d%H}"
    return messages.stage(act, kind, key, fields, person=person)


def _person_of(session: Session, token: Token) -> Person:
    return _open(session.get_one(Person, token.person_id, with_for_update=True))


def _open(person: Person) -> Person:
    if person.disabled_at is not None:
        raise Refusal(Sentence("This account has been closed. Write to us if you think that this is wrong."))
    return person
