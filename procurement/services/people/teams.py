"""Who belongs to an organisation: invited by message, accepted by whoever has the address, changed by a lead."""

from datetime import datetime
from typing import NoReturn

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from procurement.models.people import TEAM_ROLES, Membership, Organisation, Person, RoleHeld, Token
from procurement.rules.accounts import address
from procurement.rules.permissions import NEVER_APPLY
from procurement.services import messages
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.people import tokens
from procurement.services.refusal import Refusal
from workflows.facts import Sentence, in_words

MOST_WAITING = 20


def invite(act: Act, organisation_id: int, email: str, role: str) -> Token:
    """Ask somebody to join; the link goes to their address and works for seven days. An earlier one stops working."""
    organisation = _locked(act.session, organisation_id)
    _known(role)
    email = address(email)
    if _member_with(act.session, organisation_id, email) is not None:
        raise Refusal(Sentence("%(email)s belongs to %(name)s already.", email=email, name=organisation.name))
    waiting = act.session.scalars(_waiting(organisation_id, act.now)).all()
    for token in waiting:
        if token.email == email:
            token.used_at = act.now
    if sum(token.used_at is None for token in waiting) >= MOST_WAITING:
        raise Refusal(Sentence("Too many invitations wait for an answer. Take some back first."))
    made, token = tokens.make(act, "join", organisation_id=organisation_id, email=email, role=role)
    messages.stage(
        act,
        "invited_to_team",
        f"join:{token.id}",
        {
            "link": f"/invitations/{made}",
            "organisation": organisation.name,
            "by": act.by.name,
            "expires": in_words(token.expires_at),
        },
        address=email,
    )
    data = {"token": token.id, "role": role}
    record(act, "team.invite", "organisation", organisation_id, data=data)
    return token


def take_back(act: Act, organisation_id: int, token_id: int) -> None:
    """Let an invitation work no more."""
    row = act.session.get(Token, token_id, with_for_update=True)
    if row is None or row.purpose != "join" or row.organisation_id != organisation_id:
        raise Refusal(Sentence("There is no such invitation."), status=404)
    if row.used_at is None:
        row.used_at = act.now
        data = {"token": token_id}
        record(act, "team.take_back", "organisation", organisation_id, data=data)


def accept(act: Act, link: str) -> Organisation:
    """Join, as whoever holds the link: it came by mail, so it proves the address that was invited, also where the
    person's account has another one. Raises LinkGone; refused for call staff."""
    token = tokens.use(act.session, "join", link, now=act.now)
    organisation = _locked(act.session, token.organisation_id)
    if act.session.scalar(
        select(RoleHeld.id).where(RoleHeld.person_id == act.by.id, RoleHeld.role.in_(NEVER_APPLY)).limit(1)
    ):
        raise Refusal(
            Sentence("You look after calls or assess for them, so you cannot belong to an organisation that applies.")
        )
    if _member_with(act.session, organisation.id, act.by.email) is None:
        act.session.add(
            Membership(person_id=act.by.id, organisation_id=organisation.id, role=token.role, joined_at=act.now)
        )
        act.session.flush()
        data = {"person": act.by.id, "role": token.role}
        record(act, "team.join", "organisation", organisation.id, data=data)
    return organisation


def change_member(act: Act, organisation_id: int, person_id: int, role: str) -> None:
    """Give a member another role. The last lead stays one."""
    _locked(act.session, organisation_id)
    _known(role)
    row = _membership(act.session, organisation_id, person_id)
    if row.role == role:
        return
    _keep_a_lead(act.session, row)
    before, row.role = row.role, role
    data = {"person": person_id, "from": before, "to": role}
    record(act, "team.change", "organisation", organisation_id, data=data)


def remove_member(act: Act, organisation_id: int, person_id: int) -> None:
    """Take somebody out of an organisation. The last lead stays; what the person did stays in the history."""
    _locked(act.session, organisation_id)
    row = _membership(act.session, organisation_id, person_id)
    _keep_a_lead(act.session, row)
    act.session.delete(row)
    data = {"person": person_id, "role": row.role}
    record(act, "team.remove", "organisation", organisation_id, data=data)


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


def _waiting(organisation_id: int, now: datetime) -> Select[Token]:
    return select(Token).where(
        Token.purpose == "join",
        Token.organisation_id == organisation_id,
        Token.used_at.is_(None),
        Token.expires_at > now,
    )


def _known(role: str) -> None:
    if role not in TEAM_ROLES:
        raise Refusal(Sentence("There is no such role."))
