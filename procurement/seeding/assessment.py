"""How bids are opened, read and marked in the demonstration: one assessor is harsh, one is lenient."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment
from procurement.models.people import Organisation
from procurement.models.stages import Criterion
from procurement.queries import opening as opening_queries
from procurement.rules.permissions import SYSTEM
from procurement.seeding import checks, decisions, moderation
from procurement.seeding.bids import APPROVER, OFFICER
from procurement.seeding.firms import FIRM_NAMES
from procurement.seeding.parts import Part, entries_of, stage_of
from procurement.seeding.plans import COMMENTS, Bid, Reach
from procurement.seeding.timeline import Timeline
from procurement.services import assessment, opening
from procurement.services.act import Act
from workflows.catalogue import states

ASSESSORS = ("assessor@demo.example", "assessor2@demo.example", "assessor3@demo.example")
SEVERITY = {"assessor@demo.example": 0, "assessor2@demo.example": -1, "assessor3@demo.example": 1}
READERS = 2
ELIGIBLE = "Within the scope of the call, and nothing of the conditions stands against it."
REACHES = (Reach.OPENED, Reach.IN_ASSESSMENT, Reach.MODERATING, *decisions.REACHES)


def arrange(timeline: Timeline, part: Part) -> None:
    """Put what follows the closing of a stage on the timeline, as far as its plan reaches."""
    reached, shape, base = REACHES.index(part.says.reach), part.shape, part.marked_from
    if shape.collects:
        pressed = open_bids if shape.sealed else open_by_itself
        timeline.at(part.closes_at + timedelta(hours=2), partial(pressed, timeline, part))
    if reached == 0:
        if part.says.conditions:
            by = timeline.person(OFFICER)
            looked = partial(checks.begin_to_look_up, part=part)
            timeline.at(part.closes_at + timedelta(hours=6), lambda: timeline.do(by, looked))
        return
    sift = base + timedelta(days=1)
    if part.checks:
        timeline.at(sift, partial(check_eligibility, timeline, part))
    if shape.assesses:
        _arrange_marking(timeline, part, sift)
    if part.says.reach is Reach.IN_ASSESSMENT:
        return
    if part.moderates:
        moderation.arrange(timeline, part)
    if part.says.reach is not Reach.MODERATING:
        decisions.arrange(timeline, part, base + timedelta(days=12 if part.moderates else 11))


def _arrange_marking(timeline: Timeline, part: Part, sift: datetime) -> None:
    timeline.at(sift + timedelta(hours=5), partial(begin_assessment, timeline, part))
    half = part.says.reach is Reach.IN_ASSESSMENT
    for number, email in enumerate(ASSESSORS):
        began = part.marked_from + timedelta(days=3 + 2 * number, hours=9)
        timeline.at(began, partial(respond, timeline, part, email))
        timeline.at(began + timedelta(hours=1), partial(mark_cards, timeline, part, email, at_most=1 if half else None))
    if not half:
        timeline.at(part.marked_from + timedelta(days=10), partial(lock, timeline, part))


def open_bids(timeline: Timeline, part: Part) -> None:
    """Two people open, each freshly signed in."""
    first, second = timeline.person(OFFICER, fresh=True), timeline.person(APPROVER, fresh=True)

    def make(act: Act) -> None:
        stage = stage_of(act.session, part)
        opening.ask(act, stage.id)
        act.session.flush()
        opening.complete(act.made_by(second), stage.id)

    timeline.do(first, make)


def open_by_itself(timeline: Timeline, part: Part) -> None:
    """What was not sealed is opened by the sweep."""
    with timeline.ports.database.reading() as session:
        stage_id = stage_of(session, part).id
    timeline.do(SYSTEM, opening.open_due, stage_id)


def check_eligibility(timeline: Timeline, part: Part) -> None:
    """The officer decides who is in; who is not is approved by the second person."""
    officer, approver = timeline.person(OFFICER), timeline.person(APPROVER)

    def make(act: Act) -> None:
        for bid, entry in entries_of(act.session, part):
            if not entry.was_opened:
                continue
            checks.look_up(act, entry)
            if not bid.ineligible:
                assessment.find_eligible(act, entry.id, ELIGIBLE)
                continue
            assessment.propose_ineligible(act, entry.id, bid.ineligible)
            act.session.flush()
            proposal = opening_queries.find_proposal(act.session, entry.id)
            if proposal is not None:
                assessment.approve_ineligible(act.made_by(approver), entry.id, seen=proposal.id)

    timeline.do(officer, make)


def begin_assessment(timeline: Timeline, part: Part) -> None:
    """The assessment begins, if it did not with the opening, and each bid gets its readers in turn."""
    by = timeline.person(OFFICER)
    readers = [timeline.person(email).id for email in ASSESSORS]

    def make(act: Act) -> None:
        stage = stage_of(act.session, part)
        if part.checks:
            assessment.begin_assessment(act, stage.id)
            act.session.flush()
        eligible = act.session.scalars(
            select(Entry.id)
            .where(Entry.stage_id == stage.id, Entry.state.in_(states.entry.assessing))
            .order_by(Entry.id)
        ).all()
        pairs = [
            (entry_id, readers[(place + turn) % len(readers)])
            for place, entry_id in enumerate(eligible)
            for turn in range(READERS)
        ]
        assessment.assign(act, stage.id, [(e, p) for e, p in pairs if p is not None])

    timeline.do(by, make)


def cards_of(session: Session, part: Part, email: str, timeline: Timeline) -> list[tuple[Assignment, Bid]]:
    """What one assessor was asked to read in a call, with the plan of each bid."""
    person = timeline.person(email)
    bids = {FIRM_NAMES[bid.firm]: bid for bid in part.bids}
    rows = session.execute(
        select(Assignment, Organisation.name)
        .join(Entry, Entry.id == Assignment.entry_id)
        .join(Application, Application.id == Assignment.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Entry.stage_id == stage_of(session, part).id, Assignment.person_id == person.id)
        .order_by(Entry.number)
        .options(joinedload(Assignment.entry))
    ).all()
    return [(assignment, bids[name]) for assignment, name in rows]


def respond(timeline: Timeline, part: Part, email: str) -> None:
    """The assessor accepts what they were asked to read."""
    by = timeline.person(email)

    def make(act: Act) -> None:
        for assignment, _ in cards_of(act.session, part, email, timeline):
            assessment.accept(act, assignment.id)

    timeline.do(by, make)


def mark_cards(timeline: Timeline, part: Part, email: str, *, at_most: int | None) -> None:
    """The assessor marks around the bid's own level, a little harsher or milder than others, and submits."""
    by = timeline.person(email)

    def make(act: Act) -> None:
        stage = stage_of(act.session, part)
        criteria = act.session.scalars(
            select(Criterion).where(Criterion.stage_id == stage.id).order_by(Criterion.position)
        ).all()
        for assignment, bid in cards_of(act.session, part, email, timeline)[:at_most]:
            for number, criterion in enumerate(criteria):
                lean = SEVERITY[email] if (number + (assignment.entry.number or 0)) % 2 else 0
                mark = min(criterion.top, max(1, part.level(bid) + lean))
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


def lock(timeline: Timeline, part: Part) -> None:
    by = timeline.person(OFFICER)
    timeline.do(by, lambda act: assessment.lock_marks(act, stage_of(act.session, part).id))
