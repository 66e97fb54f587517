"""From the telling to the answer: all applicants told at one instant, awards confirmed, accepted or refused."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.people import Organisation
from procurement.queries import assessment
from procurement.queries import awards as find
from procurement.queries import decisions as find_decisions
from procurement.queries.people import team_of
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import messages, progress
from procurement.services.history import record
from procurement.services.locking import lock_call
from procurement.services.refusal import Refusal
from workflows.definition import Role
from workflows.facts import Facts, Sentence

TELLERS = frozenset({"officer", "approver"})
APPLICANT = frozenset({Role.APPLICANT})


def tell(session: Session, ports: Ports, call_id: int, *, by: Principal, now: datetime) -> Call:
    """Tell every applicant of a call, at one instant. Refused until each letter and summary is ready.

    The awards of a fund stand from this instant; those of a challenge wait for the notice and its standstill.
    """
    call = lock_call(session, call_id)
    if not by.roles & TELLERS:
        raise Refusal(Sentence("Only an officer or an approver can do this."), status=403)
    if call.told_at is not None:
        raise Refusal(Sentence("The applicants were told on %(told_at)s.", told_at=call.told_at))
    if call.state != "decided":
        raise Refusal(Sentence("The decisions have not been approved yet."))
    due = find_decisions.letters_due(session, call.id)
    if due:
        raise Refusal(
            Sentence.plural(
                "%(num)s letter or summary is not ready yet. Nobody is told before all of them are.",
                "%(num)s letters and summaries are not ready yet. Nobody is told before all of them are.",
                due,
            )
        )
    call.told_at = now
    record(session, ports, "call.tell", "call", call.id, by=by, now=now, call_id=call.id)
    session.flush()
    for award in find.of_call(session, call.id):
        if award.state == "approved":
            _tell_award(session, ports, call, award, by=by, now=now)
    told = session.scalars(
        select(Application)
        .where(Application.call_id == call.id, Application.state.in_(("awarded", "reserve", "declined")))
        .order_by(Application.id)
    ).all()
    for application in told:
        _write_to_team(session, ports, call, application, "outcome_ready", now=now)
    return call


def confirm(session: Session, ports: Ports, award_id: int, now: datetime) -> bool:
    """Write down a confirmation that has fallen due, effective at its instant; False when there was nothing to do."""
    call, award = _take(session, award_id)
    facts = find.facts(session, call, award, now=now)
    if not progress.catch_up(session, ports, award, call, facts=facts, now=now):
        return False
    application = session.get_one(Application, award.application_id)
    _write_to_team(session, ports, call, application, "award_confirmed", now=now)
    return True


def accept(session: Session, ports: Ports, award_id: int, *, by: Principal, now: datetime) -> Award:
    """The lead of the organisation accepts a confirmed award. Accepting twice gives the same."""
    call, award, application = _answering(session, award_id, by)
    if award.state == "accepted":
        return award
    facts = find.facts(session, call, award, now=now, actor=by.id)
    progress.move(session, ports, application, call, "accept", by=by, roles=APPLICANT, facts=facts, now=now)
    progress.move(session, ports, award, call, "accept", by=by, roles=APPLICANT, facts=facts, now=now)
    award.answered_at = now
    _tell_officers(session, ports, call, application, "award_accepted", {"by": by.name}, now=now)
    return award


def refuse(session: Session, ports: Ports, award_id: int, reason: str, *, by: Principal, now: datetime) -> Award:
    """The lead of the organisation refuses an award, with the reason; also while standstill runs."""
    call, award, application = _answering(session, award_id, by)
    facts = find.facts(session, call, award, now=now, actor=by.id, reason=reason.strip())
    progress.move(session, ports, application, call, "refuse", by=by, roles=APPLICANT, facts=facts, now=now)
    progress.move(session, ports, award, call, "refuse", by=by, roles=APPLICANT, facts=facts, now=now)
    award.answered_at, award.reason = now, reason.strip()
    _tell_officers(session, ports, call, application, "award_refused", {"by": by.name, "reason": award.reason}, now=now)
    return award


def conclude(session: Session, ports: Ports, call_id: int, *, by: Principal, now: datetime) -> Call:
    """Close a call whose awards are all answered."""
    call = lock_call(session, call_id)
    facts = Facts(
        now=now,
        actor=by.id,
        authors=frozenset(call.authors),
        closes_at=call.closes_at,
        told_at=call.told_at,
        unsettled=find.unsettled(session, call.id),
    )
    progress.move(session, ports, call, call, "conclude", by=by, roles=by.workflow_roles(), facts=facts, now=now)
    return call


def list_due(session: Session, now: datetime) -> list[int]:
    """The awards whose confirmation the sweep writes down."""
    return list(find.due_to_confirm(session, now))


def _tell_award(session: Session, ports: Ports, call: Call, award: Award, *, by: Principal, now: datetime) -> None:
    award = session.get_one(Award, award.id, with_for_update=True)
    roles = by.workflow_roles()
    facts = find.facts(session, call, award, now=now, actor=by.id)
    application = session.get_one(Application, award.application_id, with_for_update=True)
    progress.move(session, ports, award, call, "tell", by=by, roles=roles, facts=facts, now=now)
    progress.move(session, ports, application, call, "award", by=by, roles=roles, facts=facts, now=now)
    if not find.needs_notice(call):
        award.confirm_at = now
        facts = _facts_now(session, call, award, now)
        progress.catch_up(session, ports, award, call, facts=facts, now=now)


def _facts_now(session: Session, call: Call, award: Award, now: datetime) -> Facts:
    """The facts of an award after its instants were set in this transaction."""
    session.flush()
    return find.facts(session, call, award, now=now)


def _take(session: Session, award_id: int) -> tuple[Call, Award]:
    call_id = session.scalar(select(Award.call_id).where(Award.id == award_id))
    if call_id is None:
        raise Refusal(Sentence("There is no such award."), status=404)
    call = lock_call(session, call_id)
    return call, session.get_one(Award, award_id, with_for_update=True, populate_existing=True)


def _answering(session: Session, award_id: int, by: Principal) -> tuple[Call, Award, Application]:
    """An award that was told, for the lead of its organisation; nobody else learns that it is there."""
    call, award = _take(session, award_id)
    application = session.get_one(Application, award.application_id, with_for_update=True, populate_existing=True)
    role = by.teams.get(application.organisation_id)
    if role is None or call.told_at is None:
        raise Refusal(Sentence("There is no such award."), status=404)
    if role != "lead":
        raise Refusal(Sentence("Only the lead of your organisation can answer an award."), status=403)
    return call, award, application


def _write_to_team(
    session: Session, ports: Ports, call: Call, application: Application, kind: str, *, now: datetime
) -> None:
    fields = {"reference": application.ref, "call": call.title, "link": f"/applications/{application.ref}/outcome"}
    for member in team_of(session, application.organisation_id):
        if member.person.disabled_at is None:
            messages.stage(
                session,
                ports,
                kind,
                f"{kind}:{application.id}:{member.person_id}",
                fields,
                person=member.person,
                call_id=call.id,
                application_id=application.id,
                now=now,
            )


def _tell_officers(
    session: Session,
    ports: Ports,
    call: Call,
    application: Application,
    kind: str,
    more: dict[str, str],
    *,
    now: datetime,
) -> None:
    fields = {
        "reference": application.ref,
        "call": call.title,
        "link": f"/manage/calls/{call.ref}/outcomes",
        "organisation": session.get_one(Organisation, application.organisation_id).name,
        **more,
    }
    for officer in assessment.officers_of(session, call):
        messages.stage(
            session,
            ports,
            kind,
            f"{kind}:{application.id}:{officer.id}",
            fields,
            person=officer,
            call_id=call.id,
            application_id=application.id,
            now=now,
        )
