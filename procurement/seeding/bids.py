"""How a plan comes about: written, published, answered. Every act is a service, made at its own instant."""

import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.calls import Call, Lot
from procurement.models.people import Organisation
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.rules.calls import FIELDS
from procurement.rules.dates import uk_day
from procurement.rules.questions import Purpose, Question
from procurement.seeding.people import FIRMS, NAMES
from procurement.seeding.plans import TEXTS, Bid, Plan
from procurement.seeding.timeline import Timeline
from procurement.services import applications, calls
from procurement.services.act import Act, perform

OFFICER, APPROVER = "officer@demo.example", "approver@demo.example"
STEPS = (
    "step,starts,ends,who",
    "Count before we begin,week 1,week 4,two of us",
    "First three places,week 5,week 12,all",
    "The rest,week 13,week 36,all",
    "Hand over,week 37,week 48,one of us",
)
LEADS = {firm.key: firm.lead for firm in FIRMS}


def call_of(session: Session, plan: Plan) -> Call:
    return session.scalars(select(Call).where(Call.title == plan.title)).one()


def write_call(timeline: Timeline, plan: Plan, opens_at: datetime, closes_at: datetime) -> None:
    """The officer drafts the whole call."""
    ports, now, by = timeline.ports, timeline.clock.at, timeline.person(OFFICER)

    def make(session: Session) -> None:
        call = calls.create(Act(session, ports, by, now), plan.procedure, plan.title)
        said = {
            "theme": plan.theme,
            "summary": plan.summary,
            "problem": plan.problem,
            "users": plan.users,
            "outcome": plan.outcome,
        }
        assess_by = closes_at + timedelta(days=21)
        sections: tuple[tuple[str, dict[str, Any]], ...] = (
            (
                "details",
                said
                | {
                    "starts_on": uk_day(assess_by + timedelta(days=45)),
                    "ends_on": uk_day(assess_by + timedelta(days=420)),
                },
            ),
            ("money", {"budget": Decimal(plan.budget)}),
            (
                "dates",
                {
                    "opens_at": opens_at,
                    "closes_at": closes_at,
                    "assess_by": assess_by,
                    "decision_on": uk_day(assess_by + timedelta(days=14)),
                },
            ),
        )
        for section, values in sections:
            whole = {name: getattr(call, name) for name in FIELDS[section]} | values
            version = calls_queries.section_mark(session, call, section)
            calls.save_section(Act(session, ports, by, now), call.id, section, whole, version=version)
            session.flush()
        for number, (title, budget) in enumerate(plan.lots.items(), 1):
            if number == 1:
                lot = calls_queries.lots_of(session, call.id)[0]
                values = {"title": title, "description": "", "budget": Decimal(budget)}
                calls.save_lot(Act(session, ports, by, now), call.id, 1, values, version=calls_queries.lot_mark(lot))
            else:
                calls.add_lot(
                    Act(session, ports, by, now), call.id, title=title, description="", budget=Decimal(budget)
                )

    ports.database.write(make)


def send_for_review(timeline: Timeline, plan: Plan) -> None:
    ports, now, by = timeline.ports, timeline.clock.at, timeline.person(OFFICER)
    ports.database.write(lambda session: calls.send_for_review(Act(session, ports, by, now), call_of(session, plan).id))


def publish(timeline: Timeline, plan: Plan) -> None:
    ports, now, by = timeline.ports, timeline.clock.at, timeline.person(APPROVER)

    def act(session: Session) -> None:
        call = call_of(session, plan)
        calls.approve_and_publish(Act(session, ports, by, now), call.id, seen=call.version)

    ports.database.write(act)


def cancel(timeline: Timeline, plan: Plan) -> None:
    ports, now, by = timeline.ports, timeline.clock.at, timeline.person(APPROVER)
    reason = "The railway has begun to build its own bicycle park, so that the city would pay for the same thing twice."
    ports.database.write(lambda session: calls.cancel(Act(session, ports, by, now), call_of(session, plan).id, reason))


# applying


def application_of(session: Session, plan: Plan, bid: Bid) -> Application:
    call = call_of(session, plan)
    return session.scalars(
        select(Application)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.call_id == call.id, Organisation.name == NAMES[bid.firm])
    ).one()


def write_bid(timeline: Timeline, plan: Plan, bid: Bid, *, share: float = 1.0) -> None:
    """The firm starts and answers its questions; `share` below 1 leaves the last ones open."""
    ports, now, by = timeline.ports, timeline.clock.at, timeline.person(LEADS[bid.firm])

    def start(session: Session) -> int:
        call = call_of(session, plan)
        lot = session.scalars(select(Lot).where(Lot.call_id == call.id, Lot.number == bid.lot)).one()
        firm = session.scalars(select(Organisation).where(Organisation.name == NAMES[bid.firm])).one()
        return applications.start(Act(session, ports, by, now), call.id, lot.id, firm.id).id

    application_id = ports.database.write(start)
    with ports.database.reading() as session:
        form = applications_queries.questions_of(session, call_of(session, plan).id)
    for question in form[: max(2, round(len(form) * share))]:
        if question.kind.uploads:
            _attach(timeline, application_id, question, bid)
            continue
        typed = answer_to(question, bid)

        def save(session: Session, key: str = question.key, typed: str = typed) -> None:
            applications.save_answer(Act(session, ports, by, now), application_id, key, typed, version=0)

        ports.database.write(save)


def answer_to(question: Question, bid: Bid) -> str:
    """What this firm types for a question."""
    if question.purpose is Purpose.TITLE:
        return bid.title
    if question.purpose is Purpose.SUMMARY:
        return bid.summary
    if question.purpose is Purpose.AMOUNT:
        return str(bid.amount)
    match question.key:
        case "assistance":
            return "yes"
        case "conflicts":
            return "no"
        case "stage":
            return question.options[(bid.level - 1) % len(question.options)]
        case "people_reached":
            return str(120 * bid.level)
    return f"{bid.summary}\n\n{TEXTS.get(question.key, TEXTS['delivery'])}"


def _attach(timeline: Timeline, application_id: int, question: Question, bid: Bid) -> None:
    ports, now, by = timeline.ports, timeline.clock.at, timeline.person(LEADS[bid.firm])
    text = "\n".join((*STEPS, "")).encode()
    kept = applications.store_file(ports, "plan.csv", io.BytesIO(text))
    perform(ports, by, now, applications.add_file, application_id, question.key, kept)


def submit_bid(timeline: Timeline, plan: Plan, bid: Bid) -> None:
    """The lead presses the button; a press after the closing time leaves its trace and nothing else."""
    ports, now, by = timeline.ports, timeline.clock.at, timeline.person(LEADS[bid.firm])

    def press(session: Session) -> None:
        application = application_of(session, plan, bid)
        applications.submit(
            Act(session, ports, by, now),
            application.id,
            press=f"seed-{application.ref}",
            version=application.version,
            declared=True,
        )

    ports.database.write(press)


def reopen_bid(timeline: Timeline, plan: Plan, bid: Bid) -> None:
    ports, now, by = timeline.ports, timeline.clock.at, timeline.person(LEADS[bid.firm])
    ports.database.write(
        lambda session: applications.reopen(Act(session, ports, by, now), application_of(session, plan, bid).id)
    )


def withdraw_bid(timeline: Timeline, plan: Plan, bid: Bid) -> None:
    ports, now, by = timeline.ports, timeline.clock.at, timeline.person(LEADS[bid.firm])
    ports.database.write(
        lambda session: applications.withdraw(Act(session, ports, by, now), application_of(session, plan, bid).id)
    )
