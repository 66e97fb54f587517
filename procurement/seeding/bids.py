"""How a plan comes about: written, published, answered. Every act is a service, made at its own instant."""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from procurement.models.calls import Call, Lot
from procurement.models.people import Organisation
from procurement.queries import applications as applications_queries
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules.calls import SECTION_FIELDS
from procurement.rules.classification import BIRMINGHAM, SOFTWARE, SOLIHULL
from procurement.rules.dates import uk_day
from procurement.rules.permissions import SYSTEM
from procurement.rules.questions import Purpose, Question
from procurement.rules.routes import Receives, Subject
from procurement.seeding import checks, tables
from procurement.seeding.firms import FIRM_NAMES, LEADS
from procurement.seeding.parts import Part, call_of, find_entry, stage_of
from procurement.seeding.plans import ANSWERS, TEXTS, Bid, Plan
from procurement.seeding.timeline import Timeline
from procurement.services import abandoning, applications, calls, criteria, windows
from procurement.services.act import Act
from workflows.definition import Route

OFFICER, APPROVER = "officer@demo.example", "approver@demo.example"
PLAN_LINES = (
    "step,starts,ends,who",
    "Count before we begin,week 1,week 4,two of us",
    "First three places,week 5,week 12,all",
    "The rest,week 13,week 36,all",
    "Hand over,week 37,week 48,one of us",
)


def write_call(timeline: Timeline, plan: Plan, parts: Sequence[Part]) -> None:
    """The officer drafts the whole call, with the dates of every stage."""
    by = timeline.person(OFFICER)

    def make(act: Act) -> None:
        call = calls.create(act, plan.procedure, plan.title)
        said = {
            "theme": plan.theme,
            "summary": plan.summary,
            "problem": plan.problem,
            "users": plan.users,
            "outcome": plan.outcome,
            "place": BIRMINGHAM,
            **({"also_cpv": SOFTWARE, "also_places": SOLIHULL} if call.kind == "challenge" else {}),
        }
        last = max(part.marked_from + timedelta(days=part.says.assessed) for part in parts)
        sections: tuple[tuple[str, dict[str, Any]], ...] = (
            (
                "details",
                said
                | {
                    "starts_on": uk_day(last + timedelta(days=45)),
                    "ends_on": uk_day(last + timedelta(days=420)),
                },
            ),
            ("money", {"budget": Decimal(plan.budget)}),
            ("route", _law(call, uk_day(act.now))),
        )
        for section, values in sections:
            whole = {name: getattr(call, name) for name in SECTION_FIELDS[section]} | values
            version = calls_queries.section_mark(act.session, call, section)
            calls.save_section(act, call.id, section, whole, version=version)
            act.session.flush()
        _add_windows(act, call, plan, parts)
        for part in parts:
            stage = stage_of(act.session, part)
            version = calls_queries.section_mark(act.session, stage, "dates")
            calls.save_stage(act, stage.id, "dates", part.dates, version=version)
        act.session.flush()
        for part in parts:
            checks.set_conditions(act, part)
            tables.ask_for_costs(act, part)
        for number, (title, budget) in enumerate(plan.lots.items(), 1):
            if number == 1:
                lot = calls_queries.lots_of(act.session, call.id)[0]
                values = {"title": title, "description": "", "budget": Decimal(budget)}
                calls.save_lot(act, call.id, 1, values, version=calls_queries.lot_mark(lot))
            else:
                calls.add_lot(act, call.id, {"title": title, "description": "", "budget": Decimal(budget)})
        act.session.flush()
        for part in parts:
            _set_seats(act, part)

    timeline.do(by, make)


def _law(call: Call, today: date) -> dict[str, Any]:
    """What the law that applies follows from; a small challenge in the open keeps the fuller rules by choice."""
    if call.kind == "fund":
        return {"receives": Receives.SUPPORTS}
    chosen = "Whoever answers shall have a standstill, whatever it is worth."
    return {
        "receives": Receives.BUYS,
        "subject": Subject.RESEARCH if call.route == Route.EXEMPT_RND else Subject.GOODS_SERVICES,
        "route_why": chosen if call.route == Route.COVERED else "",
        "one_lot_why": "The parts only work together, and one supplier answers for the whole.",
        "conflicts_by": "The head of procurement",
        "conflicts_on": today,
    }


def _set_seats(act: Act, part: Part) -> None:
    """How many go on from each lot of a stage, where the plan says so."""
    if not part.says.seats:
        return
    stage = stage_of(act.session, part)
    seats = dict.fromkeys((row.lot.number for row in stage.lots), part.says.seats)
    values = {"minimum_total": stage.minimum_total, "readers": stage.readers, **calls_queries.ties_of(stage)}
    version = calls_queries.section_mark(act.session, stage, "criteria")
    criteria.save_scheme(act, stage.id, values, {}, seats, version=version)


def _add_windows(act: Act, call: Call, plan: Plan, parts: Sequence[Part]) -> None:
    """The further windows of a call; what there is to give is shared evenly among all."""
    count = max(part.window for part in parts)
    if count == 1:
        return
    act.session.flush()
    for _ in range(count - 1):
        windows.add(act, call.id)
        act.session.flush()
    found = stages_queries.of_call(act.session, call.id)
    budgets: dict[str, Decimal | None] = dict.fromkeys(windows_queries.budgets_of(found), Decimal(plan.budget) / count)
    windows.save_budgets(act, call.id, budgets, version=windows_queries.budgets_mark(found))


def begin_window(timeline: Timeline, part: Part) -> None:
    """What the sweep does when a window opens."""
    with timeline.ports.database.reading() as session:
        stage_id = stage_of(session, part).id
    timeline.do(SYSTEM, windows.begin, stage_id)


def send_for_review(timeline: Timeline, plan: Plan) -> None:
    by = timeline.person(OFFICER)
    timeline.do(by, lambda act: calls.send_for_review(act, call_of(act.session, plan).id))


def publish(timeline: Timeline, plan: Plan) -> None:
    by = timeline.person(APPROVER)

    def make(act: Act) -> None:
        call = call_of(act.session, plan)
        calls.approve_and_publish(act, call.id, seen=call.version)

    timeline.do(by, make)


def cancel(timeline: Timeline, plan: Plan) -> None:
    officer, approver = timeline.person(OFFICER), timeline.person(APPROVER, fresh=True)
    reason = "The railway has begun to build its own bicycle park, so that the city would pay for the same thing twice."
    row = timeline.do(officer, lambda act: abandoning.propose(act, call_of(act.session, plan).id, reason).id)
    timeline.do(approver, lambda act: abandoning.approve(act, row, seen=row))


# applying


def write_bid(timeline: Timeline, part: Part, bid: Bid, *, share: float = 1.0) -> None:
    """The firm answers the questions of a stage, if it came so far; `share` below 1 leaves the last ones open."""
    by = timeline.person(LEADS[bid.firm])

    def start(act: Act) -> int | None:
        """Its application begins, or goes on where it is."""
        call = call_of(act.session, part.plan)
        lot = act.session.scalars(select(Lot).where(Lot.call_id == call.id, Lot.number == bid.lot)).one()
        firm = act.session.scalars(select(Organisation).where(Organisation.name == FIRM_NAMES[bid.firm])).one()
        read = [each.id for each in call_documents_queries.must_read(act.session, call.id, act.now)]
        made = applications.start(act, call.id, lot.id, firm.id, read=read)
        act.session.flush()
        entry = find_entry(act.session, part, bid)
        if entry is None and part.window > 1 and windows_queries.is_over(made.entry):
            entry = applications.apply_again(act, made.entry.id)
        return None if entry is None else entry.id

    def write(act: Act) -> None:
        """All answers in one go: a demonstration has no need of a transaction for each."""
        entry_id = start(act)
        if entry_id is None:
            return
        act.session.flush()
        form = applications_queries.questions_of(act.session, stage_of(act.session, part).id)
        there = {key: row.version for key, row in applications_queries.answers_of(act.session, entry_id).items()}
        for question in form[: max(2, round(len(form) * share))]:
            if question.kind.uploads:
                applications.add_file(act, entry_id, question.key, applications.store_file(act.ports, *plan_file()))
                continue
            typed = answer_to(question, part, bid)
            applications.save_answer(act, entry_id, question.key, typed, version=there.get(question.key, 0))

    timeline.do(by, write)


def answer_to(question: Question, part: Part, bid: Bid) -> str:
    """What this firm types for a question of a stage."""
    if question.purpose is Purpose.TITLE:
        return bid.title
    if question.purpose is Purpose.SUMMARY:
        return bid.summary
    if question.purpose is Purpose.AMOUNT:
        amount = part.says.amounts.get(bid.firm, bid.amount)
        return tables.costs_typed(question, amount) if part.says.costs else str(amount)
    if question.condition is not None:
        return bid.answers.get(question.text) or ANSWERS[question.text]
    match question.key:
        case "assistance" | "charges_vat":
            return "yes"
        case "conflicts":
            return "no"
        case "stage":
            return question.options[(bid.level - 1) % len(question.options)]
        case "people_reached":
            return str(120 * bid.level)
    return f"{part.says.opening or bid.summary}\n\n{TEXTS.get(question.key, TEXTS['delivery'])}"


def plan_file() -> tuple[str, io.BytesIO]:
    """What every firm attaches."""
    return "plan.csv", io.BytesIO("\n".join((*PLAN_LINES, "")).encode())


def submit_bid(timeline: Timeline, part: Part, bid: Bid) -> None:
    """The lead presses the button; a press after the closing time leaves its trace and nothing else."""
    by = timeline.person(LEADS[bid.firm])

    def press(act: Act) -> None:
        entry = find_entry(act.session, part, bid)
        if entry is not None:
            key = f"seed-{entry.application.ref}-{part.shape.key}"
            applications.submit(act, entry.id, press=key, version=entry.version, declared=True)

    timeline.do(by, press)


def reopen_bid(timeline: Timeline, part: Part, bid: Bid) -> None:
    by = timeline.person(LEADS[bid.firm])

    def reopen(act: Act) -> None:
        if (entry := find_entry(act.session, part, bid)) is not None:
            applications.reopen(act, entry.id)

    timeline.do(by, reopen)


def withdraw_bid(timeline: Timeline, part: Part, bid: Bid) -> None:
    by = timeline.person(LEADS[bid.firm])

    def withdraw(act: Act) -> None:
        if (entry := find_entry(act.session, part, bid)) is not None:
            applications.withdraw(act, entry.id)

    timeline.do(by, withdraw)
