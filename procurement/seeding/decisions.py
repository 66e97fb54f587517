"""How the demonstration decides: proposals, approval, telling, notices, answers."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import select

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.people import Organisation
from procurement.models.requests import Request
from procurement.queries import awards as awards_queries
from procurement.queries import decisions as decisions_queries
from procurement.rules.dates import is_working_day, uk_day
from procurement.rules.permissions import SYSTEM
from procurement.rules.requests import RequestKind, prefix
from procurement.rules.statuses import Outcome
from procurement.seeding.bids import APPROVER, OFFICER
from procurement.seeding.firms import FIRM_NAMES, LEADS
from procurement.seeding.parts import Part, call_of, stage_of
from procurement.seeding.plans import Reach
from procurement.seeding.signing import sign
from procurement.seeding.timeline import Timeline
from procurement.services import assistance, awards, decisions, notices, reasons, requests, reserve
from procurement.services.act import Act, serializable
from procurement.services.proposals import Proposal
from workflows.catalogue import PROCEDURES
from workflows.definition import Route

TOLD_AFTER = timedelta(days=1)  # of the proposals, on a working day
REACHES = (Reach.DECIDING, Reach.DECIDED, Reach.TOLD, Reach.NOTICED, Reach.SETTLED)
WHY = {
    Outcome.FUND: "Among the best of this call on every criterion, and within the budget.",
    Outcome.ADVANCE: "",
    Outcome.RESERVE: "Good enough, but the budget did not reach.",
    Outcome.DECLINE: "Others answered the criteria better; the marks and comments say where.",
}
BELOW = "It did not reach the least marks that were published for this stage; the comments say what was missing."
NEXT = "If an award is refused, this one is next."
KEPT = "Good enough to go on. If one of those who do withdraws, this one takes its place."
RATES = "£310 a day for each technician, 11 per cent above cost"
PRICED = (
    f"The price is well explained: {RATES}, and the hours are those that comparable work took elsewhere. What is not "
    "explained is who pays when a lamp has to be replaced in the third year."
)
APPROVED_AFTER = timedelta(hours=20)
CONFIRMED_AFTER = timedelta(hours=2)
RECEIVED = "West Midlands Combined Authority | {day} | 12,000"
RECEIVED_BEFORE = timedelta(days=200)
REFUSES = "canal"  # the one firm that does not accept what it was awarded
REASON = "Our workshop has to move this spring, and we cannot promise the dates any more."


def arrange(timeline: Timeline, part: Part, begins: datetime) -> None:
    """Put the decisions on the timeline, as far as the plan reaches."""
    reached = REACHES.index(part.says.reach)
    if reached == 0:
        return
    while not all(is_working_day(uk_day(begins + each)) for each in (timedelta(), APPROVED_AFTER, TOLD_AFTER)):
        begins += timedelta(days=1)
    timeline.at(begins, partial(propose, timeline, part))
    timeline.at(begins + APPROVED_AFTER, partial(approve, timeline, part))
    if part.says.reach is Reach.DECIDED:
        return
    timeline.at(begins + TOLD_AFTER, partial(tell, timeline, part))
    if not part.shape.awards:
        return
    if PROCEDURES[part.plan.procedure].route is Route.COVERED and reached >= REACHES.index(Reach.NOTICED):
        timeline.at(begins + timedelta(days=1, hours=3), partial(draft_notice, timeline, part))
        timeline.at(begins + timedelta(days=2), partial(publish_notice, timeline, part))
    if part.says.reach is Reach.SETTLED:
        timeline.at(begins + timedelta(days=18), partial(confirm_due, timeline))
        timeline.at(begins + timedelta(days=19), partial(answer, timeline, part))
        timeline.at(begins + timedelta(days=19, hours=5), partial(sign, timeline, part))
        if part.plan.settled and part.says == part.plan.ends:
            timeline.at(begins + timedelta(days=20), partial(conclude, timeline, part))


def propose(timeline: Timeline, part: Part) -> None:
    """Fund in rank order while the budget of the lot lasts; the next waits in reserve, the others are declined. Where
    the stage does not award, so many go on as there are seats."""
    timeline.do(timeline.person(OFFICER), _propose, part)


@serializable
def _propose(act: Act, part: Part) -> None:
    stage = stage_of(act.session, part)
    table = decisions_queries.table_of(act.session, stage.call, stage)
    reserved = " ".join([WHY[Outcome.RESERVE], *[NEXT]])
    chosen = _funded(table, reserved) if part.shape.awards else _gone_on(table, part)
    decisions.propose(act, stage.id, chosen)
    _explain(act, part, chosen)
    _give_reasons(act, part)


def _funded(table: decisions_queries.Table, reserved: str) -> dict[str, Proposal]:
    chosen: dict[str, Proposal] = {}
    for lot in table.lots:
        left, open_ = lot.budget, True
        for entry in lot.entries:
            passes = entry.row is not None and entry.row.passes
            if passes and open_ and entry.asks <= left:
                left -= entry.asks
                proposal = Proposal(Outcome.FUND, Decimal(entry.asks), WHY[Outcome.FUND])
            elif passes and open_:
                open_ = False
                proposal = Proposal(Outcome.RESERVE, None, reserved)
            else:
                proposal = Proposal(Outcome.DECLINE, None, WHY[Outcome.DECLINE] if passes else BELOW)
            chosen[entry.ref] = proposal
    return chosen


def _gone_on(table: decisions_queries.Table, part: Part) -> dict[str, Proposal]:
    """What the published rule gives: the seats, so many in reserve after them, and the rest declined."""
    return {
        entry.ref: Proposal(outcome, None, _why(entry, Outcome(outcome)))
        for entry, outcome in table.in_rank_order(part.says.reserves)
    }


def _why(entry: decisions_queries.Ranked, outcome: Outcome) -> str:
    if outcome == Outcome.DECLINE and entry.row is not None and not entry.row.passes:
        return BELOW
    return KEPT if outcome == Outcome.RESERVE else WHY[outcome]


def _explain(act: Act, part: Part, chosen: dict[str, Proposal]) -> None:
    """Say why rank order was left, wherever it was."""
    act.session.flush()
    act.session.expire_all()
    stage = stage_of(act.session, part)
    open_ones = [entry.ref for entry in decisions_queries.table_of(act.session, stage.call, stage).unexplained]
    if open_ones:
        why = "Equal in rank with another one; the panel preferred the one that reaches more people."
        fuller = {ref: replace(chosen[ref], departure=why) for ref in open_ones}
        decisions.propose(act, stage.id, fuller)


def _give_reasons(act: Act, part: Part) -> None:
    """Where the stage asks for one reason per criterion: the panel's, or the first assessor's comment."""
    act.session.flush()
    act.session.expire_all()
    stage = stage_of(act.session, part)
    if stage.reasons != decisions_queries.REQUIRED:
        return
    table = decisions_queries.table_of(act.session, stage.call, stage)
    reasons.accept(act, stage.id, seen=table.seen)
    if not part.says.withheld_of:
        return
    act.session.flush()
    table = decisions_queries.table_of(act.session, stage.call, stage)
    entry = next(each for each in table.entries if each.organisation.name == FIRM_NAMES[part.says.withheld_of])
    last = table.scheme.criteria[-1].key
    reasons.write(act, stage.id, entry.ref, {last: PRICED}, version=reasons.version_of(entry))
    reasons.take_out(act, stage.id, entry.ref, RATES, "commercial")


def approve(timeline: Timeline, part: Part) -> None:
    stage_id = timeline.do(timeline.person(APPROVER, fresh=True), _approve, part)
    timeline.hands.begin_letters(stage_id)


@serializable
def _approve(act: Act, part: Part) -> int:
    stage = stage_of(act.session, part)
    decisions.approve(act, stage.id, seen=decisions_queries.table_of(act.session, stage.call, stage).seen)
    return stage.id


def tell(timeline: Timeline, part: Part) -> None:
    """Once every letter is ready, everybody is told at one instant."""
    with timeline.ports.database.reading() as session:
        stage_id = stage_of(session, part).id
    timeline.hands.wait_for_letters(stage_id)
    by = timeline.person(OFFICER)
    timeline.do(by, awards.tell, stage_id)
    timeline.at(timeline.clock.at + CONFIRMED_AFTER, partial(confirm_assistance, timeline, part))


def confirm_assistance(timeline: Timeline, part: Part) -> None:
    """The lead of each award that is minimal financial assistance confirms, and the officer looks at it."""
    keys = {name: key for key, name in FIRM_NAMES.items()}
    with timeline.ports.database.reading() as session:
        rows = session.execute(
            select(Request.id, Request.number, Request.entry_id, Organisation.name)
            .join(Application, Application.id == Request.application_id)
            .join(Organisation, Organisation.id == Application.organisation_id)
            .join(Entry, Entry.id == Request.entry_id)
            .where(Entry.stage_id == stage_of(session, part).id, Request.kind == RequestKind.ASSISTANCE)
            .order_by(Request.id)
        ).all()
    for request_id, number, entry_id, name in rows:
        lead = timeline.person(LEADS[keys[name]])
        received = RECEIVED.format(day=uk_day(timeline.clock.at - RECEIVED_BEFORE).isoformat())
        for place, text in enumerate((received, "yes"), 1):
            timeline.do(lead, requests.save_answer, request_id, f"{prefix(number)}{place}", text, version=0)
        with timeline.ports.database.reading() as session:
            version = session.get_one(Entry, entry_id).version
        timeline.do(lead, requests.send, request_id, press=f"seed-{request_id}", version=version, declared=True)
        timeline.do(timeline.person(OFFICER), assistance.agree, request_id)


def draft_notice(timeline: Timeline, part: Part) -> None:
    by = timeline.person(OFFICER)
    timeline.do(by, lambda act: notices.draft(act, call_of(act.session, part.plan).id))


def publish_notice(timeline: Timeline, part: Part) -> None:
    """Approved, published on the central platform, which an officer enters, and confirmed."""
    with timeline.ports.database.reading() as session:
        notice = awards_queries.notices_of(session, call_of(session, part.plan)).open
    if notice is None:
        return
    notice_id, number = notice.id, f"{100_000 + notice.id:06d}-{timeline.clock.at.year}"
    approver = timeline.person(APPROVER, fresh=True)
    timeline.do(approver, notices.approve, notice_id)
    place = notices.Place(number, f"https://www.find-tender.service.gov.uk/Notice/{number}", timeline.clock.at)
    timeline.do(timeline.person(OFFICER), notices.enter, notice_id, place)
    timeline.do(approver, notices.confirm, notice_id, seen=number)


def confirm_due(timeline: Timeline) -> None:
    """What the sweep does when standstill has ended."""
    with timeline.ports.database.reading() as session:
        due = awards.list_due(session, timeline.clock.at)
    for award_id in due:
        timeline.do(SYSTEM, awards.confirm, award_id)


def answer(timeline: Timeline, part: Part) -> None:
    """Each lead accepts, but one."""
    keys = {name: key for key, name in FIRM_NAMES.items()}
    with timeline.ports.database.reading() as session:
        rows = session.execute(
            select(Award.id, Organisation.name)
            .join(Application, Application.id == Award.application_id)
            .join(Organisation, Organisation.id == Application.organisation_id)
            .join(Entry, Entry.id == Award.entry_id)
            .where(Entry.stage_id == stage_of(session, part).id)
            .order_by(Award.id)
        ).all()
    for award_id, name in rows:
        by = timeline.person(LEADS[keys[name]])
        if keys[name] == REFUSES:
            timeline.do(by, awards.refuse, award_id, REASON)
        else:
            timeline.do(by, awards.accept, award_id)


def conclude(timeline: Timeline, part: Part) -> None:
    by = timeline.person(OFFICER)
    timeline.do(by, lambda act: reserve.conclude(act, call_of(act.session, part.plan).id))
