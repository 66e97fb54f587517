"""From the telling to the answer: all applicants told at one instant, awards confirmed, accepted or refused."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.people import Organisation
from procurement.queries import assessment as assessment_queries
from procurement.queries import awards as awards_queries
from procurement.queries import documents as documents_queries
from procurement.queries import people as people_queries
from procurement.rules.permissions import Permission
from procurement.services import messages, progress
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal, require_role, require_team
from workflows.catalogue import states
from workflows.definition import Role
from workflows.facts import Facts, Sentence

APPLICANT = frozenset({Role.APPLICANT})


def tell(act: Act, call_id: int) -> Call:
    """Tell every applicant of a call, at one instant. Refused until each letter and summary is ready.

    The awards of a fund stand from this instant; those of a challenge wait for the notice and its standstill.
    """
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.OUTCOME_TELL)
    if call.told_at is not None:
        raise Refusal(Sentence("The applicants were told on %(told_at)s.", told_at=call.told_at))
    if call.state not in states.call.settling:
        raise Refusal(Sentence("The decisions have not been approved yet."))
    due = documents_queries.letters_due(act.session, call.id)
    if due:
        raise Refusal(
            Sentence.plural(
                "%(num)s letter or summary is not ready yet. Nobody is told before all of them are.",
                "%(num)s letters and summaries are not ready yet. Nobody is told before all of them are.",
                due,
            )
        )
    call.told_at = act.now
    record(act, "call.tell", "call", call.id, call_id=call.id)
    act.session.flush()
    for award in awards_queries.of_call(act.session, call.id):
        if award.state in states.award.approved:
            _tell_award(act, call, award)
    told = act.session.scalars(
        select(Application)
        .where(Application.call_id == call.id, Application.state.in_(states.application.answered))
        .order_by(Application.id)
    ).all()
    for application in told:
        _write_to_team(act, call, application, "outcome_ready")
    return call


def confirm(act: Act, award_id: int) -> bool:
    """Write down a confirmation that has fallen due, effective at its instant; False when there was nothing to do."""
    call, award = _take(act.session, award_id)
    facts = awards_queries.facts(act.session, call, award, now=act.now)
    if not progress.catch_up(act, award, call, facts=facts):
        return False
    application = act.session.get_one(Application, award.application_id)
    _write_to_team(act, call, application, "award_confirmed")
    return True


def accept(act: Act, award_id: int) -> Award:
    """The lead of the organisation accepts a confirmed award. Accepting twice gives the same."""
    call, award, application = _answering(act, award_id)
    if award.state in states.award.accepted:
        return award
    facts = awards_queries.facts(act.session, call, award, now=act.now, actor=act.by.id)
    progress.move(act, application, call, "accept", roles=APPLICANT, facts=facts)
    progress.move(act, award, call, "accept", roles=APPLICANT, facts=facts)
    award.answered_at = act.now
    _tell_officers(act, call, application, "award_accepted", {"by": act.by.name})
    return award


def refuse(act: Act, award_id: int, reason: str) -> Award:
    """The lead of the organisation refuses an award, with the reason; also while standstill runs."""
    call, award, application = _answering(act, award_id)
    facts = awards_queries.facts(act.session, call, award, now=act.now, actor=act.by.id, reason=reason.strip())
    progress.move(act, application, call, "refuse", roles=APPLICANT, facts=facts)
    progress.move(act, award, call, "refuse", roles=APPLICANT, facts=facts)
    award.answered_at, award.reason = act.now, reason.strip()
    _tell_officers(act, call, application, "award_refused", {"by": act.by.name, "reason": award.reason})
    return award


def conclude(act: Act, call_id: int) -> Call:
    """Close a call whose awards are all answered."""
    call = lock_call(act.session, call_id)
    facts = Facts(
        now=act.now,
        actor=act.by.id,
        authors=frozenset(call.authors),
        closes_at=call.closes_at,
        told_at=call.told_at,
        unsettled=awards_queries.unsettled(act.session, call.id),
    )
    progress.move(act, call, call, "conclude", roles=act.by.workflow_roles(), facts=facts)
    return call


def list_due(session: Session, now: datetime) -> list[int]:
    """The awards whose confirmation the sweep writes down."""
    return list(awards_queries.due_to_confirm(session, now))


def _tell_award(act: Act, call: Call, award: Award) -> None:
    award = act.session.get_one(Award, award.id, with_for_update=True)
    roles = act.by.workflow_roles()
    facts = awards_queries.facts(act.session, call, award, now=act.now, actor=act.by.id)
    application = act.session.get_one(Application, award.application_id, with_for_update=True)
    progress.move(act, award, call, "tell", roles=roles, facts=facts)
    progress.move(act, application, call, "award", roles=roles, facts=facts)
    if not awards_queries.has_standstill(call):
        award.confirm_at = act.now
        facts = _facts_now(act.session, call, award, act.now)
        progress.catch_up(act, award, call, facts=facts)


def _facts_now(session: Session, call: Call, award: Award, now: datetime) -> Facts:
    """The facts of an award after its instants were set in this transaction."""
    session.flush()
    return awards_queries.facts(session, call, award, now=now)


def _take(session: Session, award_id: int) -> tuple[Call, Award]:
    call_id = session.scalar(select(Award.call_id).where(Award.id == award_id))
    if call_id is None:
        raise Refusal(Sentence("There is no such award."), status=404)
    call = lock_call(session, call_id)
    return call, session.get_one(Award, award_id, with_for_update=True, populate_existing=True)


def _answering(act: Act, award_id: int) -> tuple[Call, Award, Application]:
    """An award that was told, for the lead of its organisation; nobody else learns that it is there."""
    call, award = _take(act.session, award_id)
    application = act.session.get_one(Application, award.application_id, with_for_update=True, populate_existing=True)
    require_team(act.by, Permission.AWARD_ANSWER, application, act.now)
    return call, award, application


def _write_to_team(act: Act, call: Call, application: Application, kind: str) -> None:
    fields = {"reference": application.ref, "call": call.title, "link": f"/applications/{application.ref}/outcome"}
    messages.tell(
        act,
        kind,
        people_queries.reachable(act.session, application.organisation_id),
        fields,
        occasion=f"{kind}:{application.id}:",
        call_id=call.id,
        application_id=application.id,
    )


def _tell_officers(act: Act, call: Call, application: Application, kind: str, more: dict[str, str]) -> None:
    fields = {
        "reference": application.ref,
        "call": call.title,
        "link": f"/manage/calls/{call.ref}/outcomes",
        "organisation": act.session.get_one(Organisation, application.organisation_id).name,
        **more,
    }
    messages.tell(
        act,
        kind,
        assessment_queries.officers_of(act.session, call),
        fields,
        occasion=f"{kind}:{application.id}:",
        call_id=call.id,
        application_id=application.id,
    )
