"""How a plan comes about: written, published, answered. Every act is a service, made at its own instant."""

import io
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from procurement.models.calls import Lot
from procurement.models.people import Organisation
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.rules.calls import SECTION_FIELDS
from procurement.rules.dates import uk_day
from procurement.rules.questions import Purpose, Question
from procurement.seeding.parts import Part, call_of, find_entry, stage_of
from procurement.seeding.people import FIRM_NAMES, FIRMS
from procurement.seeding.plans import TEXTS, Bid, Plan
from procurement.seeding.timeline import Timeline
from procurement.services import applications, calls, criteria
from procurement.services.act import Act

OFFICER, APPROVER = "officer@demo.example", "approver@demo.example"
PLAN_LINES = (
    "step,starts,ends,who",
    "Count before we begin,week 1,week 4,two of us",
    "First three places,week 5,week 12,all",
    "The rest,week 13,week 36,all",
    "Hand over,week 37,week 48,one of us",
)
LEADS = {firm.key: firm.lead for firm in FIRMS}


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
        )
        for section, values in sections:
            whole = {name: getattr(call, name) for name in SECTION_FIELDS[section]} | values
            version = calls_queries.section_mark(act.session, call, section)
            calls.save_section(act, call.id, section, whole, version=version)
            act.session.flush()
        for part in parts:
            stage = stage_of(act.session, part)
            version = calls_queries.section_mark(act.session, stage, "dates")
            calls.save_stage(act, stage.id, "dates", part.dates, version=version)
            if part.says.seats:
                values = {"minimum_total": stage.minimum_total, "readers": stage.readers}
                version = calls_queries.section_mark(act.session, stage, "criteria")
                criteria.save_scheme(act, stage.id, values, {}, {1: part.says.seats}, version=version)
        act.session.flush()
        for number, (title, budget) in enumerate(plan.lots.items(), 1):
            if number == 1:
                lot = calls_queries.lots_of(act.session, call.id)[0]
                values = {"title": title, "description": "", "budget": Decimal(budget)}
                calls.save_lot(act, call.id, 1, values, version=calls_queries.lot_mark(lot))
            else:
                calls.add_lot(act, call.id, title=title, description="", budget=Decimal(budget))

    timeline.do(by, make)


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
    by = timeline.person(APPROVER)
    reason = "The railway has begun to build its own bicycle park, so that the city would pay for the same thing twice."
    timeline.do(by, lambda act: calls.cancel(act, call_of(act.session, plan).id, reason))


# applying


def write_bid(timeline: Timeline, part: Part, bid: Bid, *, share: float = 1.0) -> None:
    """The firm answers the questions of a stage, if it came so far; `share` below 1 leaves the last ones open."""
    by = timeline.person(LEADS[bid.firm])

    def start(act: Act) -> int | None:
        """Its application begins, or goes on where it is."""
        call = call_of(act.session, part.plan)
        lot = act.session.scalars(select(Lot).where(Lot.call_id == call.id, Lot.number == bid.lot)).one()
        firm = act.session.scalars(select(Organisation).where(Organisation.name == FIRM_NAMES[bid.firm])).one()
        applications.start(act, call.id, lot.id, firm.id)
        act.session.flush()
        entry = find_entry(act.session, part, bid)
        return None if entry is None else entry.id

    entry_id = timeline.do(by, start)
    if entry_id is None:
        return
    with timeline.ports.database.reading() as session:
        form = applications_queries.questions_of(session, stage_of(session, part).id)
    for question in form[: max(2, round(len(form) * share))]:
        if question.kind.uploads:
            _attach(timeline, entry_id, question, bid)
            continue
        typed = answer_to(question, part, bid)
        timeline.do(by, applications.save_answer, entry_id, question.key, typed, version=0)


def answer_to(question: Question, part: Part, bid: Bid) -> str:
    """What this firm types for a question of a stage."""
    if question.purpose is Purpose.TITLE:
        return bid.title
    if question.purpose is Purpose.SUMMARY:
        return bid.summary
    if question.purpose is Purpose.AMOUNT:
        return str(part.says.amounts.get(bid.firm, bid.amount))
    match question.key:
        case "assistance":
            return "yes"
        case "conflicts":
            return "no"
        case "stage":
            return question.options[(bid.level - 1) % len(question.options)]
        case "people_reached":
            return str(120 * bid.level)
    return f"{part.says.opening or bid.summary}\n\n{TEXTS.get(question.key, TEXTS['delivery'])}"


def _attach(timeline: Timeline, entry_id: int, question: Question, bid: Bid) -> None:
    by = timeline.person(LEADS[bid.firm])
    text = "\n".join((*PLAN_LINES, "")).encode()
    kept = applications.store_file(timeline.ports, "plan.csv", io.BytesIO(text))
    timeline.do(by, applications.add_file, entry_id, question.key, kept)


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
