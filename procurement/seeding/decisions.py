"""How the demonstration decides: proposals, approval, telling, notices, answers."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import select

from procurement.models.applications import Application
from procurement.models.awards import Award
from procurement.models.people import Organisation
from procurement.queries import awards as awards_queries
from procurement.queries import decisions as decisions_queries
from procurement.rules.permissions import SYSTEM
from procurement.rules.statuses import Outcome
from procurement.seeding.bids import APPROVER, LEADS, OFFICER, call_of
from procurement.seeding.people import FIRM_NAMES
from procurement.seeding.plans import Plan, Reach
from procurement.seeding.timeline import Timeline
from procurement.services import awards, decisions, notices
from procurement.services.act import Act, serializable
from procurement.services.decisions import Proposal

REACHES = (Reach.DECIDING, Reach.DECIDED, Reach.TOLD, Reach.NOTICED, Reach.SETTLED)
WHY = {
    Outcome.FUND: "Among the best of this call on every criterion, and within the budget.",
    Outcome.RESERVE: "Good enough to be funded, but the budget did not reach. "
    "If an award is refused, this one is next.",
    Outcome.DECLINE: "Others answered the criteria better; the marks and comments say where.",
}
REFUSES = "canal"  # the one firm that does not accept what it was awarded
REASON = "Our workshop has to move this spring, and we cannot promise the dates any more."


def arrange(timeline: Timeline, plan: Plan, begins: datetime) -> None:
    """Put the decisions on the timeline, as far as the plan reaches."""
    reached = REACHES.index(plan.reach)
    if reached == 0:
        return
    timeline.at(begins, partial(propose, timeline, plan))
    timeline.at(begins + timedelta(hours=20), partial(approve, timeline, plan))
    if plan.reach is Reach.DECIDED:
        return
    timeline.at(begins + timedelta(days=1), partial(tell, timeline, plan))
    if plan.procedure == "challenge" and reached >= REACHES.index(Reach.NOTICED):
        timeline.at(begins + timedelta(days=1, hours=3), partial(draft_notice, timeline, plan))
        timeline.at(begins + timedelta(days=2), partial(publish_notice, timeline, plan))
    if plan.reach is Reach.SETTLED:
        timeline.at(begins + timedelta(days=18), partial(confirm_due, timeline))
        timeline.at(begins + timedelta(days=19), partial(answer, timeline, plan))
        timeline.at(begins + timedelta(days=20), partial(conclude, timeline, plan))


def propose(timeline: Timeline, plan: Plan) -> None:
    """Fund in rank order while the lot's budget lasts; the next one waits in reserve, the others are declined."""
    timeline.do(timeline.person(OFFICER), _propose, plan)


@serializable
def _propose(act: Act, plan: Plan) -> None:
    call = call_of(act.session, plan)
    table = decisions_queries.table_of(act.session, call)
    chosen: dict[str, Proposal] = {}
    for lot in table.lots:
        left, open_ = lot.lot.budget, True
        for entry in lot.entries:
            passes = entry.row is not None and entry.row.passes
            if passes and open_ and entry.asks <= left:
                left -= entry.asks
                proposal = Proposal(Outcome.FUND, Decimal(entry.asks), WHY[Outcome.FUND])
            elif passes and open_:
                open_ = False
                proposal = Proposal(Outcome.RESERVE, None, WHY[Outcome.RESERVE])
            else:
                proposal = Proposal(Outcome.DECLINE, None, WHY[Outcome.DECLINE])
            chosen[entry.application.ref] = proposal
    decisions.propose(act, call.id, chosen)
    _explain(act, plan, chosen)


def _explain(act: Act, plan: Plan, chosen: dict[str, Proposal]) -> None:
    """Say why rank order was left, wherever it was."""
    act.session.flush()
    act.session.expire_all()
    call = call_of(act.session, plan)
    open_ones = [entry.application.ref for entry in decisions_queries.table_of(act.session, call).unexplained]
    if open_ones:
        why = "Equal in rank with another one; the panel preferred the one that reaches more people."
        fuller = {ref: replace(chosen[ref], departure=why) for ref in open_ones}
        decisions.propose(act, call.id, fuller)


def approve(timeline: Timeline, plan: Plan) -> None:
    timeline.do(timeline.person(APPROVER, fresh=True), _approve, plan)


@serializable
def _approve(act: Act, plan: Plan) -> None:
    call = call_of(act.session, plan)
    decisions.approve(act, call.id, seen=decisions_queries.table_of(act.session, call).seen)


def tell(timeline: Timeline, plan: Plan) -> None:
    """Once every letter is ready, everybody is told at one instant."""
    timeline.settle()
    by = timeline.person(OFFICER)
    timeline.do(by, lambda act: awards.tell(act, call_of(act.session, plan).id))


def draft_notice(timeline: Timeline, plan: Plan) -> None:
    by = timeline.person(OFFICER)
    timeline.do(by, lambda act: notices.draft(act, call_of(act.session, plan).id))


def publish_notice(timeline: Timeline, plan: Plan) -> None:
    by = timeline.person(APPROVER, fresh=True)

    def make(act: Act) -> None:
        notice = awards_queries.find_notice(act.session, call_of(act.session, plan).id)
        if notice is not None:
            notices.publish(act, notice.id)

    timeline.do(by, make)


def confirm_due(timeline: Timeline) -> None:
    """What the sweep does when standstill has ended."""
    with timeline.ports.database.reading() as session:
        due = awards.list_due(session, timeline.clock.at)
    for award_id in due:
        timeline.do(SYSTEM, awards.confirm, award_id)


def answer(timeline: Timeline, plan: Plan) -> None:
    """Each lead accepts, but one."""
    keys = {name: key for key, name in FIRM_NAMES.items()}
    with timeline.ports.database.reading() as session:
        rows = session.execute(
            select(Award.id, Organisation.name)
            .join(Application, Application.id == Award.application_id)
            .join(Organisation, Organisation.id == Application.organisation_id)
            .where(Award.call_id == call_of(session, plan).id)
            .order_by(Award.id)
        ).all()
    for award_id, name in rows:
        by = timeline.person(LEADS[keys[name]])
        if keys[name] == REFUSES:
            timeline.do(by, awards.refuse, award_id, REASON)
        else:
            timeline.do(by, awards.accept, award_id)


def conclude(timeline: Timeline, plan: Plan) -> None:
    by = timeline.person(OFFICER)
    timeline.do(by, lambda act: awards.conclude(act, call_of(act.session, plan).id))
