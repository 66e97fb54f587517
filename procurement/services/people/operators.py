"""What an operator does with accounts: adds people, gives and takes roles, closes accounts. Never their own."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.models.people import STAFF_ROLES, Membership, Person, RoleHeld
from procurement.rules.accounts import address
from procurement.rules.permissions import CALL_STAFF, Principal
from procurement.services import messages
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.people import sign_ins, tokens
from procurement.services.refusal import Refusal
from workflows.facts import Sentence, in_words

INVITED_FOR = timedelta(days=7)


def add_person(act: Act, name: str, email: str, roles: Iterable[str] = (), *, hashed: str | None = None) -> Person:
    """Make an account for somebody. Without a password they get a link by which to choose one, and so confirm."""
    email = address(email)
    if act.session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise Refusal(Sentence("%(email)s has an account already.", email=email))
    person = Person(
        email=email,
        name=name,
        password=hashed,
        created_at=act.now,
        confirmed_at=act.now if hashed is not None else None,
    )
    act.session.add(person)
    act.session.flush()
    record(act, "person.add", "person", person.id)
    for role in sorted(set(roles)):
        _give(act, person, role)
    if hashed is None:
        _send_first_link(act, person)
    return person


def invite_again(act: Act, person_id: int) -> None:
    """Send the first link once more to somebody who has not used it."""
    person = act.session.get_one(Person, person_id, with_for_update=True)
    if person.confirmed_at is not None:
        raise Refusal(Sentence("%(name)s has confirmed the address already.", name=person.name))
    _send_first_link(act, person)
    record(act, "person.invite_again", "person", person.id)


def grant_role(act: Act, person_id: int, role: str) -> None:
    """Give a role in the whole service; giving it twice is giving it once."""
    _not_oneself(person_id, act.by)
    person = act.session.get_one(Person, person_id, with_for_update=True)
    if act.session.scalar(select(RoleHeld.id).where(RoleHeld.person_id == person_id, RoleHeld.role == role)) is None:
        _give(act, person, role)


def revoke_role(act: Act, person_id: int, role: str) -> None:
    """Take a role away; their sign-ins end, so that what was open in a browser opens nothing more."""
    _not_oneself(person_id, act.by)
    row = act.session.scalars(
        select(RoleHeld).where(RoleHeld.person_id == person_id, RoleHeld.role == role)
    ).one_or_none()
    if row is None:
        return
    if role == "operator":
        _keep_an_operator(act.session, person_id)
    act.session.delete(row)
    sign_ins.end_all(act.session, person_id, keep=None, at=act.unshifted)
    record(act, "role.revoke", "person", person_id, data={"role": role})


def disable(act: Act, person_id: int) -> None:
    """Close an account: they are signed out everywhere at once and cannot sign in. What they did stays."""
    _not_oneself(person_id, act.by)
    person = act.session.get_one(Person, person_id, with_for_update=True)
    if person.disabled_at is not None:
        return
    _keep_an_operator(act.session, person_id)
    person.disabled_at = act.now
    tokens.void(act.session, "password", person_id, now=act.now)
    tokens.void_sign_ups(act.session, person.email, now=act.now)
    sign_ins.end_all(act.session, person_id, keep=None, at=act.unshifted)
    record(act, "person.disable", "person", person_id)


def enable(act: Act, person_id: int) -> None:
    """Open a closed account again."""
    _not_oneself(person_id, act.by)
    person = act.session.get_one(Person, person_id, with_for_update=True)
    if person.disabled_at is not None:
        person.disabled_at = None
        record(act, "person.enable", "person", person_id)


def sign_out_everywhere(act: Act, person_id: int) -> int:
    """End every sign-in of somebody; returns how many there were."""
    ended = sign_ins.end_all(act.session, person_id, keep=None, at=act.unshifted)
    record(act, "person.sign_out", "person", person_id, data={"ended": ended})
    return ended


def _give(act: Act, person: Person, role: str) -> None:
    if role not in STAFF_ROLES:
        raise Refusal(Sentence("There is no such role."))
    if role in CALL_STAFF and act.session.scalar(
        select(Membership.id).where(Membership.person_id == person.id).limit(1)
    ):
        raise Refusal(
            Sentence(
                "%(name)s belongs to an organisation that may apply, and so cannot look after calls.", name=person.name
            )
        )
    act.session.add(RoleHeld(person_id=person.id, role=role, granted_at=act.now, granted_by=act.by.id))
    act.session.flush()
    record(act, "role.grant", "person", person.id, data={"role": role})


def _send_first_link(act: Act, person: Person) -> None:
    made, token = tokens.make(act, "password", person_id=person.id, lasts=INVITED_FOR)
    fields = {"link": f"/password/{made}", "expires": in_words(token.expires_at)}
    messages.stage(act, "account_made", f"account:{token.id}", fields, person=person)


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
