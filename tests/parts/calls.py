"""Calls made through the services, as officers and approvers make them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import people as people_queries
from procurement.queries import stages as stages_queries
from procurement.rules.calls import SECTION_FIELDS, fields_of
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.routes import Receives, Subject
from procurement.services import abandoning, calls
from procurement.services.act import Act, perform
from tests.parts import people
from tests.parts.scenes import prepared
from workflows.catalogue import states
from workflows.definition import Route

OFFICER, APPROVER = "officer@city.example", "approver@city.example"
DETAILS: dict[str, Any] = {
    "theme": "low_carbon",
    "summary": "Cleaner air where children arrive at school.",
    "problem": "At eight in the morning the air at forty school gates is over the legal limit.",
    "users": "Fourteen thousand children, and whoever brings them.",
    "outcome": "By 2029 no school gate is over the limit on any school day.",
    "contact": "challenges@city.example",
}


def staff(ports: Ports, email: str, *roles: str) -> Principal:
    """Somebody of the city by their address, made when they are not there yet."""
    with ports.database.reading() as session:
        found = people_queries.find_by_email(session, email)
    return people.principal(ports, found.id) if found else people.person(ports, email, *roles)


def officer(ports: Ports) -> Principal:
    return staff(ports, OFFICER, "officer")


def approver(ports: Ports) -> Principal:
    return staff(ports, APPROVER, "approver")


def drafted(
    ports: Ports,
    procedure: str = "challenge_open",
    *,
    title: str = "Cleaner air at school gates",
    by: Principal | None = None,
    budget: Decimal | int = 100_000,
    lots: Sequence[tuple[str, Decimal | int]] = (),
    opens_in: timedelta = timedelta(0),
    open_for: timedelta = timedelta(days=30),
    ask_in: timedelta | None = None,
    **details: Any,
) -> Call:
    """A whole draft that nothing stops from being published. `lots`: (title, budget) of each where there are several;
    their budgets add up to the call's. It opens `opens_in` from now and stays open for `open_for`; questions are taken
    `ask_in` from now, else until it closes."""
    author, now = by or officer(ports), ports.clock.now()

    def make(session: Session) -> int:
        call = calls.create(Act(session, ports, author, now), procedure, title)
        given = {**DETAILS, **details}
        written = {name: given[name] for name in SECTION_FIELDS["details"] if name in given}
        save(session, ports, call, "details", written, author, now)
        save(session, ports, call, "money", {"budget": Decimal(budget)}, author, now)
        session.flush()
        for number, (name, amount) in enumerate(lots, 1):
            if number == 1:
                lot = calls_queries.lots_of(session, call.id)[0]
                values = {"title": name, "description": "", "budget": Decimal(amount)}
                calls.save_lot(
                    Act(session, ports, author, now), call.id, 1, values, version=calls_queries.lot_mark(lot)
                )
            else:
                values = {"title": name, "description": "", "budget": Decimal(amount)}
                calls.add_lot(Act(session, ports, author, now), call.id, values)
        opens_at = now + opens_in
        closes_at = opens_at + open_for
        assess_by = closes_at + timedelta(days=14)
        dates: dict[str, Any] = {
            "opens_at": opens_at,
            "closes_at": closes_at,
            "assess_by": assess_by,
            "decide_by": (assess_by + timedelta(days=14)).date(),
        }
        dates["ask_by"] = None if ask_in is None else now + ask_in
        if newest(session, call).presents:
            dates["choose_by"] = closes_at + timedelta(days=7)
        save_stage(session, ports, newest(session, call), "dates", dates, author, now)
        stages = stages_queries.listed(session, call.id)
        decided = max(each.decide_by for each in stages if each.decide_by is not None)
        work = {"starts_on": decided + timedelta(days=28), "ends_on": decided + timedelta(days=386)}
        save(session, ports, call, "details", work, author, now)
        save(session, ports, call, "route", law_of(call), author, now)
        return call.id

    return read(ports, ports.database.write(make))


def law_of(call: Call) -> dict[str, Any]:
    """What an officer says of the law that applies, so that it runs as its procedure does."""
    if call.kind == "fund":
        return {"receives": Receives.SUPPORTS}
    return {
        "receives": Receives.BUYS,
        "subject": Subject.RESEARCH if call.route == Route.EXEMPT_RND else Subject.GOODS_SERVICES,
        "route_why": "It is the first of several.",
        "one_lot_why": "One supplier must answer for the whole.",
        "conflicts_by": "Olive Officer",
        "conflicts_on": date(2026, 12, 1),
    }


def save(
    session: Session, ports: Ports, call: Call, section: str, values: dict[str, Any], by: Principal, now: datetime
) -> None:
    """Some fields of a section, the others as they are, with the version that is current."""
    whole = {name: getattr(call, name) for name in SECTION_FIELDS[section]} | values
    version = calls_queries.section_mark(session, call, section)
    calls.save_section(Act(session, ports, by, now), call.id, section, whole, version=version)


def save_stage(
    session: Session, ports: Ports, stage: Stage, section: str, values: dict[str, Any], by: Principal, now: datetime
) -> None:
    """As `save`, for a section of one of its stages."""
    whole = {name: getattr(stage, name) for name in fields_of(section, stage.steps)} | values
    version = calls_queries.section_mark(session, stage, section)
    calls.save_stage(Act(session, ports, by, now), stage.id, section, whole, version=version)


def newest(session: Session, call: Call) -> Stage:
    """The stage that a call has come to."""
    found = stages_queries.find(session, call.ref)
    assert found is not None
    return found


def stage_of(ports: Ports, call: Call, key: str = "") -> Stage:
    """A stage of a call as it is now: the one that it has come to, or that of a key."""
    with ports.database.reading() as session:
        found = stages_queries.find(session, call.ref, key)
    assert found is not None
    return found


def reviewed(ports: Ports, call: Call, *, by: Principal | None = None) -> Call:
    """Sent for review by the officer."""
    sender, now = by or officer(ports), ports.clock.now()
    perform(ports, sender, now, calls.send_for_review, call.id)
    return read(ports, call.id)


@prepared
def published(
    ports: Ports, procedure: str = "challenge_open", *, approved_by: Principal | None = None, **draft: Any
) -> Call:
    """A call that a second person published; see `drafted` for what it may be given. It is open at once."""
    call = reviewed(ports, drafted(ports, procedure, **draft), by=draft.get("by"))
    second, now = approved_by or approver(ports), ports.clock.now()
    perform(ports, second, now, calls.approve_and_publish, call.id, seen=call.version)
    return read(ports, call.id)


def cancelled(ports: Ports, call: Call, reason: str, *, by: Principal | None = None) -> Call:
    """A published call ends by two people, another one by an approver alone."""
    second, now = by or approver(ports), ports.clock.now()
    if call.state not in states.call.published:
        perform(ports, second, now, calls.cancel, call.id, reason)
        return read(ports, call.id)
    row = perform(ports, officer(ports), now, abandoning.propose, call.id, reason)
    fresh = replace(second, fresh_until=ports.clock.unshifted() + timedelta(minutes=10))
    perform(ports, fresh, now, abandoning.approve, row.id, seen=row.id)
    return read(ports, call.id)


def read(ports: Ports, call_id: int) -> Call:
    """The call as it is now."""
    with ports.database.reading() as session:
        return calls_queries.get_call(session, call_id)


__all__ = [
    "approver",
    "cancelled",
    "drafted",
    "officer",
    "published",
    "read",
    "reviewed",
    "save",
    "save_stage",
    "staff",
    "stage_of",
]
