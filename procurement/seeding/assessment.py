"""How bids are opened, read and marked in the demonstration: one assessor is harsh, one is lenient."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.assessment import Assignment
from procurement.models.calls import Criterion
from procurement.models.people import Organisation
from procurement.queries import opening as opening_queries
from procurement.seeding import decisions
from procurement.seeding.bids import APPROVER, OFFICER, application_of, call_of
from procurement.seeding.people import FIRM_NAMES
from procurement.seeding.plans import COMMENTS, Bid, Plan, Reach
from procurement.seeding.timeline import Timeline
from procurement.services import assessment, opening
from procurement.services.act import Act
from workflows.catalogue import states

ASSESSORS = ("assessor@demo.example", "assessor2@demo.example", "assessor3@demo.example")
SEVERITY = {"assessor@demo.example": 0, "assessor2@demo.example": -1, "assessor3@demo.example": 1}
READERS = 2
ELIGIBLE = "Within the scope of the call, and nothing of the conditions stands against it."
REACHES = (Reach.OPENED, Reach.IN_ASSESSMENT, *decisions.REACHES)


def arrange(timeline: Timeline, plan: Plan, closes_at: datetime) -> None:
    """Put what follows the closing of a call on the timeline, as far as its plan reaches."""
    reached = REACHES.index(plan.reach)
    timeline.at(closes_at + timedelta(hours=2), partial(open_bids, timeline, plan))
    if reached == 0:
        return
    sift = closes_at + timedelta(days=1)
    timeline.at(sift, partial(check_eligibility, timeline, plan))
    timeline.at(sift + timedelta(hours=5), partial(begin_assessment, timeline, plan))
    half = plan.reach is Reach.IN_ASSESSMENT
    for number, email in enumerate(ASSESSORS):
        began = closes_at + timedelta(days=3 + 2 * number, hours=9)
        timeline.at(began, partial(respond, timeline, plan, email))
        timeline.at(began + timedelta(hours=1), partial(mark_cards, timeline, plan, email, at_most=1 if half else None))
    if half:
        return
    timeline.at(closes_at + timedelta(days=10), partial(lock, timeline, plan))
    decisions.arrange(timeline, plan, closes_at + timedelta(days=11))


def open_bids(timeline: Timeline, plan: Plan) -> None:
    """Two people open, each freshly signed in."""
    first, second = timeline.person(OFFICER, fresh=True), timeline.person(APPROVER, fresh=True)

    def make(act: Act) -> None:
        call = call_of(act.session, plan)
        opening.ask(act, call.id)
        act.session.flush()
        opening.complete(act.made_by(second), call.id)

    timeline.do(first, make)


def check_eligibility(timeline: Timeline, plan: Plan) -> None:
    """The officer decides who is in; who is not is approved by the second person."""
    officer, approver = timeline.person(OFFICER), timeline.person(APPROVER)

    def make(act: Act) -> None:
        for bid in plan.bids:
            application = application_of(act.session, plan, bid)
            if application.state in states.application.unopened:
                continue
            if not bid.ineligible:
                assessment.find_eligible(act, application.id, ELIGIBLE)
                continue
            assessment.propose_ineligible(act, application.id, bid.ineligible)
            act.session.flush()
            proposal = opening_queries.find_proposal(act.session, application.id)
            if proposal is not None:
                assessment.approve_ineligible(act.made_by(approver), application.id, seen=proposal.id)

    timeline.do(officer, make)


def begin_assessment(timeline: Timeline, plan: Plan) -> None:
    """The assessment begins, and each bid gets its readers in turn."""
    by = timeline.person(OFFICER)
    readers = [timeline.person(email).id for email in ASSESSORS]

    def make(act: Act) -> None:
        call = call_of(act.session, plan)
        assessment.begin_assessment(act, call.id)
        act.session.flush()
        eligible = act.session.scalars(
            select(Application.id)
            .where(Application.call_id == call.id, Application.state.in_(states.application.assessing))
            .order_by(Application.id)
        ).all()
        pairs = [
            (application_id, readers[(place + turn) % len(readers)])
            for place, application_id in enumerate(eligible)
            for turn in range(READERS)
        ]
        assessment.assign(act, call.id, [(a, p) for a, p in pairs if p is not None])

    timeline.do(by, make)


def cards_of(session: Session, plan: Plan, email: str, timeline: Timeline) -> list[tuple[Assignment, Bid]]:
    """What one assessor was asked to read in a call, with the plan of each bid."""
    person = timeline.person(email)
    bids = {FIRM_NAMES[bid.firm]: bid for bid in plan.bids}
    rows = session.execute(
        select(Assignment, Organisation.name)
        .join(Application, Application.id == Assignment.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Assignment.call_id == call_of(session, plan).id, Assignment.person_id == person.id)
        .order_by(Assignment.number)
    ).all()
    return [(assignment, bids[name]) for assignment, name in rows]


def respond(timeline: Timeline, plan: Plan, email: str) -> None:
    """The assessor accepts what they were asked to read."""
    by = timeline.person(email)

    def make(act: Act) -> None:
        for assignment, _ in cards_of(act.session, plan, email, timeline):
            assessment.accept(act, assignment.id)

    timeline.do(by, make)


def mark_cards(timeline: Timeline, plan: Plan, email: str, *, at_most: int | None) -> None:
    """The assessor marks around the bid's own level, a little harsher or milder than others, and submits."""
    by = timeline.person(email)

    def make(act: Act) -> None:
        call = call_of(act.session, plan)
        criteria = act.session.scalars(
            select(Criterion).where(Criterion.call_id == call.id).order_by(Criterion.position)
        ).all()
        for assignment, bid in cards_of(act.session, plan, email, timeline)[:at_most]:
            for number, criterion in enumerate(criteria):
                lean = SEVERITY[email] if (number + assignment.number) % 2 else 0
                mark = min(criterion.top, max(1, bid.level + lean))
                assessment.save_mark(
                    act,
                    assignment.id,
                    criterion.key,
                    mark=mark,
                    comment=COMMENTS[mark],
                    note="",
                    version=0,
                )
                act.session.flush()
            assessment.submit_card(act, assignment.id)

    timeline.do(by, make)


def lock(timeline: Timeline, plan: Plan) -> None:
    by = timeline.person(OFFICER)
    timeline.do(by, lambda act: assessment.lock_marks(act, call_of(act.session, plan).id))
