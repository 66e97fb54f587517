"""Who belongs to an organisation: invited by e-mail, accepted by whoever has the address, changed by a lead."""

from datetime import datetime
from typing import NoReturn

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.models.people import TEAM_ROLES, Membership, Organisation, Person, RoleHeld, Token
from procurement.rules.accounts import address
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import messages
from procurement.services.history import record
from procurement.services.people import tokens
from procurement.services.refusal import Refusal
from workflows.facts import Sentence, in_words

MOST_WAITING = 20
CALL_STAFF = ("officer", "approver", "auditor", "assessor")


def invite(
    session: Session, ports: Ports, organisation_id: int, email: str, role: str, *, by: Principal, now: datetime
) -> Token:
    """Ask somebody to join; the link goes to their address and works for seven days. An earlier one stops working."""
    organisation = _locked(session, organisation_id)
    _known(role)
    email = address(email)
    if _member_with(session, organisation_id, email) is not None:
        raise Refusal(Sentence("%(email)s belongs to %(name)s already.", email=email, name=organisation.name))
    waiting = session.scalars(_waiting(organisation_id, now)).all()
    for token in waiting:
        if token.email == email:
            token.used_at = now
    if sum(token.used_at is None for token in waiting) >= MOST_WAITING:
        raise Refusal(Sentence("Too many invitations wait for an answer. Take some back first."))
    made, token = tokens.make(session, ports, "join", organisation_id=organisation_id, email=email, role=role, now=now)
    messages.stage(
        session,
        ports,
        "invited_to_team",
        f"join:{token.id}",
        {
            "link": f"/invitations/{made}",
            "organisation": organisation.name,
            "by": by.name,
            "expires": in_words(token.expires_at),
        },
        address=email,
        now=now,
    )
    data = {"token": token.id, "role": role}
    record(session, ports, "team.invite", "organisation", organisation_id, by=by, now=now, data=data)
    return token


def take_back(
    session: Session, ports: Ports, organisation_id: int, token_id: int, *, by: Principal, now: datetime
) -> None:
    """Let an invitation work no more."""
    row = session.get(Token, token_id, with_for_update=True)
    if row is None or row.purpose != "join" or row.organisation_id != organisation_id:
        raise Refusal(Sentence("There is no such invitation."), status=404)
    if row.used_at is None:
        row.used_at = now
        data = {"token": token_id}
        record(session, ports, "team.take_back", "organisation", organisation_id, by=by, now=now, data=data)


def accept(session: Session, ports: Ports, link: str, *, by: Principal, now: datetime) -> Organisation:
    """Join, as the person whose address was invited. Raises LinkGone; refused for another person and for call staff."""
    token = tokens.use(session, "join", link, now=now)
    if token.email != by.email:
        raise Refusal(Sentence("This invitation was sent to another address than yours."), status=403)
    organisation = _locked(session, token.organisation_id)
    if session.scalar(select(RoleHeld.id).where(RoleHeld.person_id == by.id, RoleHeld.role.in_(CALL_STAFF)).limit(1)):
        raise Refusal(
            Sentence("You look after calls or assess for them, so you cannot belong to an organisation that applies.")
        )
    if _member_with(session, organisation.id, by.email) is None:
        session.add(Membership(person_id=by.id, organisation_id=organisation.id, role=token.role, joined_at=now))
        session.flush()
        data = {"person": by.id, "role": token.role}
        record(session, ports, "team.join", "organisation", organisation.id, by=by, now=now, data=data)
    return organisation


def change_member(
    session: Session, ports: Ports, organisation_id: int, person_id: int, role: str, *, by: Principal, now: datetime
) -> None:
    """Give a member another role. The last lead stays one."""
    _locked(session, organisation_id)
    _known(role)
    row = _membership(session, organisation_id, person_id)
    if row.role == role:
        return
    _keep_a_lead(session, row)
    before, row.role = row.role, role
    data = {"person": person_id, "from": before, "to": role}
    record(session, ports, "team.change", "organisation", organisation_id, by=by, now=now, data=data)


def remove_member(
    session: Session, ports: Ports, organisation_id: int, person_id: int, *, by: Principal, now: datetime
) -> None:
    """Take somebody out of an organisation. The last lead stays; what the person did stays in the history."""
    _locked(session, organisation_id)
    row = _membership(session, organisation_id, person_id)
    _keep_a_lead(session, row)
    session.delete(row)
    data = {"person": person_id, "role": row.role}
    record(session, ports, "team.remove", "organisation", organisation_id, by=by, now=now, data=data)


def _locked(session: Session, organisation_id: int | None) -> Organisation:
    return session.get_one(Organisation, organisation_id, with_for_update=True)


def _membership(session: Session, organisation_id: int, person_id: int) -> Membership:
    row = session.scalars(
        select(Membership).where(Membership.organisation_id == organisation_id, Membership.person_id == person_id)
    ).one_or_none()
    return row if row is not None else _nobody()


def _nobody() -> NoReturn:
    raise Refusal(Sentence("This person does not belong to the organisation."), status=404)


def _keep_a_lead(session: Session, row: Membership) -> None:
    if row.role != "lead":
        return
    leads = session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id == row.organisation_id,
            Membership.role == "lead",
            Membership.id != row.id,
            Person.disabled_at.is_(None),
        )
    )
    if not leads:
        raise Refusal(Sentence("An organisation needs a lead: only a lead can submit. Make somebody else lead first."))


def _member_with(session: Session, organisation_id: int, email: str) -> Membership | None:
    return session.scalars(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id, Person.email == email)
    ).one_or_none()


def _waiting(organisation_id: int, now: datetime):  # type: ignore[no-untyped-def]
    return select(Token).where(
        Token.purpose == "join",
        Token.organisation_id == organisation_id,
        Token.used_at.is_(None),
        Token.expires_at > now,
    )


def _known(role: str) -> None:
    if role not in TEAM_ROLES:
        raise Refusal(Sentence("There is no such role."))
