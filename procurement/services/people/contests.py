"""Registered numbers that somebody else typed first: contested by whose they are, decided by an operator.

Who contests learns nothing of who holds the number; the lead of who holds it is told when it is taken away.
"""

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from procurement.models.people import Contest, ContestOutcome, Membership, Organisation, Person, RoleHeld
from procurement.rules.permissions import Permission
from procurement.rules.questions import normalise
from procurement.rules.registers import CHARITY, COMPANY, number_of
from procurement.services import messages
from procurement.services.about import About
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.refusal import Refusal, require_role
from workflows.facts import Sentence


def contest(act: Act, register: str, number: str, reason: str) -> Contest:
    """Say that a number is one's own organisation's; operators are told. Refused where nobody else holds it."""
    kept = number_of(register, number)
    holder = None if kept is None else _holder(act.session, register, kept)
    if kept is None or holder is None:
        raise Refusal(Sentence("No organisation is registered with this number, so you can register yours with it."))
    if not normalise(reason).strip():
        raise Refusal(Sentence("Say why the number is your organisation’s."))
    waiting = select(Contest).where(
        Contest.register == register,
        Contest.number == kept,
        Contest.person_id == act.by.id,
        Contest.decided_at.is_(None),
    )
    if act.session.scalars(waiting).first() is not None:
        raise Refusal(Sentence("You have told us about this number already. We write to you."))
    row = Contest(
        organisation_id=holder.id,
        register=register,
        number=kept,
        person_id=act.by.id,
        reason=normalise(reason).strip(),
        made_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    record(act, "organisation.contest", "organisation", holder.id, data={"contest": row.id})
    operators = act.session.scalars(
        select(Person)
        .join(RoleHeld, and_(RoleHeld.person_id == Person.id, RoleHeld.role == "operator"))
        .where(Person.disabled_at.is_(None))
        .order_by(Person.id)
    ).all()
    fields = {"link": "/admin/contests", "number": kept}
    messages.tell(act, "number_contested", operators, fields, occasion=f"contested:{row.id}:", about=About())
    return row


def decide_contest(act: Act, contest_id: int, outcome: ContestOutcome, answer: str) -> Contest:
    """Take the number from who holds it, so that it can be registered anew, or leave it; everybody concerned is told.

    Refused for whoever contested it, and for whoever belongs to the organisation that holds it.
    """
    require_role(act.by, Permission.OPERATE)
    row = act.session.get(Contest, contest_id, with_for_update=True)
    if row is None:
        raise Refusal(Sentence("There is no such case."), status=404)
    if row.decided_at is not None:
        raise Refusal(Sentence("This was answered on %(at)s.", at=row.decided_at))
    holder = act.session.get_one(Organisation, row.organisation_id, with_for_update=True)
    leads = act.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == holder.id, Membership.role == "lead")
        .order_by(Person.id)
    ).all()
    team = select(Membership.person_id).where(Membership.organisation_id == holder.id)
    if act.by.id == row.person_id or act.by.id in act.session.scalars(team).all():
        raise Refusal(Sentence("You have to do with one of the two, so another operator answers this."), status=403)
    answer = normalise(answer).strip()
    if not answer:
        raise Refusal(Sentence("Say why: it is sent to whoever asked."))
    row.outcome, row.answer, row.decided_at, row.decided_by = outcome, answer, act.now, act.by.id
    if outcome == ContestOutcome.RELEASED:
        _release(holder, row)
        fields = {"link": f"/account/organisations/{holder.ref}", "number": row.number, "reason": answer}
        messages.tell(act, "number_released", leads, fields, occasion=f"released:{row.id}:", about=About())
    record(act, "organisation.answer_contest", "organisation", holder.id, data={"contest": row.id, "outcome": outcome})
    who = act.session.get_one(Person, row.person_id)
    link = "/account/organisations/new" if outcome == ContestOutcome.RELEASED else "/account"
    fields = {"link": link, "number": row.number, "reason": answer}
    messages.stage(act, f"contest_{outcome}", f"contest:{row.id}", fields, person=who)
    return row


def _holder(session: Session, register: str, number: str) -> Organisation | None:
    columns = {COMPANY: Organisation.company_number == number, CHARITY: Organisation.charity_number == number}
    other = and_(Organisation.register == register, Organisation.register_number == number)
    return session.scalars(select(Organisation).where(columns.get(register, other))).one_or_none()


def _release(holder: Organisation, row: Contest) -> None:
    """The organisation goes on without the number, if it still has it."""
    if row.register == COMPANY and holder.company_number == row.number:
        holder.company_number = None
    elif row.register == CHARITY and holder.charity_number == row.number:
        holder.charity_number = None
    elif holder.register == row.register and holder.register_number == row.number:
        holder.register = holder.register_number = ""
    holder.version += 1
