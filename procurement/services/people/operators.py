"""What an operator does with accounts: adds people, gives and takes roles, closes accounts. Never their own."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.models.people import ROLES, Membership, Person, RoleHeld
from procurement.rules.accounts import address
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import messages
from procurement.services.history import record
from procurement.services.people import sign_ins, tokens
from procurement.services.refusal import Refusal
from workflows.facts import Sentence, in_words

INVITED_FOR = timedelta(days=7)
# who looks after calls reads every bid of them, so they belong to nobody who applies
READS_BIDS = frozenset({"officer", "approver", "auditor"})


def add_person(
    session: Session,
    ports: Ports,
    name: str,
    email: str,
    roles: Iterable[str] = (),
    *,
    hashed: str | None = None,
    by: Principal,
    now: datetime,
) -> Person:
    """Make an account for somebody. Without a password they get a link by which to choose one, and so confirm."""
    email = address(email)
    if session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise Refusal(Sentence("%(email)s has an account already.", email=email))
    person = Person(
        email=email, name=name, password=hashed, created_at=now, confirmed_at=now if hashed is not None else None
    )
    session.add(person)
    session.flush()
    record(session, ports, "person.add", "person", person.id, by=by, now=now)
    for role in sorted(set(roles)):
        _give(session, ports, person, role, by=by, now=now)
    if hashed is None:
        _send_first_link(session, ports, person, now=now)
    return person


def invite_again(session: Session, ports: Ports, person_id: int, *, by: Principal, now: datetime) -> None:
    """Send the first link once more to somebody who has not used it."""
    person = session.get_one(Person, person_id, with_for_update=True)
    if person.confirmed_at is not None:
        raise Refusal(Sentence("%(name)s has confirmed the address already.", name=person.name))
    _send_first_link(session, ports, person, now=now)
    record(session, ports, "person.invite_again", "person", person.id, by=by, now=now)


def grant_role(session: Session, ports: Ports, person_id: int, role: str, *, by: Principal, now: datetime) -> None:
    """Give a role in the whole service; giving it twice is giving it once."""
    _not_oneself(person_id, by)
    person = session.get_one(Person, person_id, with_for_update=True)
    if session.scalar(select(RoleHeld.id).where(RoleHeld.person_id == person_id, RoleHeld.role == role)) is None:
        _give(session, ports, person, role, by=by, now=now)


def revoke_role(
    session: Session, ports: Ports, person_id: int, role: str, *, by: Principal, at: datetime, now: datetime
) -> None:
    """Take a role away; their sign-ins end, so that what was open in a browser opens nothing more."""
    _not_oneself(person_id, by)
    row = session.scalars(select(RoleHeld).where(RoleHeld.person_id == person_id, RoleHeld.role == role)).one_or_none()
    if row is None:
        return
    if role == "operator":
        _keep_an_operator(session, person_id)
    session.delete(row)
    sign_ins.end_all(session, person_id, keep=None, at=at)
    record(session, ports, "role.revoke", "person", person_id, by=by, now=now, data={"role": role})


def disable(session: Session, ports: Ports, person_id: int, *, by: Principal, at: datetime, now: datetime) -> None:
    """Close an account: they are signed out everywhere at once and cannot sign in. What they did stays."""
    _not_oneself(person_id, by)
    person = session.get_one(Person, person_id, with_for_update=True)
    if person.disabled_at is not None:
        return
    _keep_an_operator(session, person_id)
    person.disabled_at = now
    for purpose in ("confirm", "password"):
        tokens.void(session, purpose, person_id, now=now)
    sign_ins.end_all(session, person_id, keep=None, at=at)
    record(session, ports, "person.disable", "person", person_id, by=by, now=now)


def enable(session: Session, ports: Ports, person_id: int, *, by: Principal, now: datetime) -> None:
    """Open a closed account again."""
    _not_oneself(person_id, by)
    person = session.get_one(Person, person_id, with_for_update=True)
    if person.disabled_at is not None:
        person.disabled_at = None
        record(session, ports, "person.enable", "person", person_id, by=by, now=now)


def sign_out_everywhere(
    session: Session, ports: Ports, person_id: int, *, by: Principal, at: datetime, now: datetime
) -> int:
    """End every sign-in of somebody; returns how many there were."""
    ended = sign_ins.end_all(session, person_id, keep=None, at=at)
    record(session, ports, "person.sign_out", "person", person_id, by=by, now=now, data={"ended": ended})
    return ended


def _give(session: Session, ports: Ports, person: Person, role: str, *, by: Principal, now: datetime) -> None:
    if role not in ROLES:
        raise Refusal(Sentence("There is no such role."))
    if role in READS_BIDS and session.scalar(select(Membership.id).where(Membership.person_id == person.id).limit(1)):
        raise Refusal(
            Sentence(
                "%(name)s belongs to an organisation that may apply, and so cannot look after calls.", name=person.name
            )
        )
    session.add(RoleHeld(person_id=person.id, role=role, granted_at=now, granted_by=by.id))
    session.flush()
    record(session, ports, "role.grant", "person", person.id, by=by, now=now, data={"role": role})


def _send_first_link(session: Session, ports: Ports, person: Person, *, now: datetime) -> None:
    made, token = tokens.make(session, ports, "password", person_id=person.id, lasts=INVITED_FOR, now=now)
    fields = {"link": f"/password/{made}", "expires": in_words(token.expires_at)}
    messages.stage(session, ports, "account_made", f"account:{token.id}", fields, person=person, now=now)


def _not_oneself(person_id: int, by: Principal) -> None:
    if by.id == person_id:
        raise Refusal(Sentence("You cannot change your own account or roles here. Ask another operator."))


def _keep_an_operator(session: Session, person_id: int) -> None:
    others = session.scalar(
        select(func.count())
        .select_from(RoleHeld)
        .join(Person, Person.id == RoleHeld.person_id)
        .where(RoleHeld.role == "operator", RoleHeld.person_id != person_id, Person.disabled_at.is_(None))
    )
    held = session.scalar(select(RoleHeld.id).where(RoleHeld.role == "operator", RoleHeld.person_id == person_id))
    if held is not None and not others:
        raise Refusal(Sentence("The service needs an operator: make somebody else one first."))
