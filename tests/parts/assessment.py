"""Calls that were opened, assessed and marked, made through the services. Each function builds on the one before.

call = assessment.bids_in(ports, firms=3)        published, with a submitted bid of each firm; still open
call = assessment.opened(ports, call)            two people opened it, after the closing and the holding time
call = assessment.in_assessment(ports, call)     every bid found eligible
assessment.assigned(ports, call)                 each bid given to as many assessors as the call wants
assessment.marked(ports, call)                   every scorecard accepted, marked and submitted
call = assessment.locked(ports)                  all of it at once: its stage is at "deciding"
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.calls import Call
from procurement.models.people import Person
from procurement.queries import applications as applications_queries
from procurement.queries import assessment as assessment_queries
from procurement.queries import calls as calls_queries
from procurement.queries import opening as opening_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.questions import Purpose
from procurement.services import applications, assessment, opening
from procurement.services.act import Act, perform
from tests.parts import calls, people
from tests.parts.applications import fitting
from tests.parts.checks import looked_up
from tests.parts.scenes import prepared

REASON = "It is in the region and within the amount."
ANSWER = "We do this with three people and one van, and we begin in April."
COMMENT = "The answer says who does what by when, and the figures add up to the amount asked for."


def fresh(ports: Ports, who: Principal) -> Principal:
    """The same person, signed in a moment ago."""
    return replace(who, fresh_until=ports.clock.unshifted() + timedelta(minutes=10))


def bid(
    ports: Ports,
    call: Call,
    firm: str,
    *,
    title: str = "",
    summary: str = "",
    amount: Decimal | int = 40_000,
    lot: int = 1,
    answer: str = "",
    submit: bool = True,
) -> tuple[Principal, int]:
    """A submitted bid of a new firm with its lead `lead@<firm>.example`: (the lead, the entry's id)."""
    domain = "".join(letter for letter in firm.lower() if letter.isascii() and letter.isalnum())
    lead, organisation = people.firm(ports, firm, f"lead@{domain}.example")
    now = ports.clock.now()

    def make(session: Session) -> int:
        chosen = next(each for each in calls_queries.lots_of(session, call.id) if each.number == lot)
        made = applications.start(Act(session, ports, lead, now), call.id, chosen.id, organisation.id)
        session.flush()
        assert made.entry_id is not None
        for question in applications_queries.questions_of(session, calls.newest(session, call).id):
            if question.kind.uploads:
                continue
            text = {
                Purpose.TITLE: title or f"Idea of {firm}",
                Purpose.SUMMARY: summary or f"What {firm} would do about it.",
                Purpose.AMOUNT: str(amount),
            }.get(question.purpose) or fitting(question, answer or ANSWER, "12")
            applications.save_answer(Act(session, ports, lead, now), made.entry_id, question.key, text, version=0)
        return made.entry_id

    entry_id = ports.database.write(make)
    if submit:
        press = f"{call.ref}-{firm}-{lot}"

        def send(session: Session) -> None:
            version = session.get_one(Entry, entry_id).version
            applications.submit(Act(session, ports, lead, now), entry_id, press=press, version=version, declared=True)

        ports.database.write(send)
    return lead, entry_id


@prepared
def bids_in(
    ports: Ports, call: Call | None = None, *, procedure: str = "challenge_open", firms: int = 3, **draft: object
) -> Call:
    """A published call that is open, with a bid of each of some firms: Firm A asks for 40,000, each next one less.

    After Firm Z comes Firm AA, and the amounts begin anew at 40,000 after thirty firms.
    """
    made = call or calls.published(ports, procedure, **draft)
    for place in range(firms):
        again, letter = divmod(place, 26)
        name = f"Firm {chr(ord('A') + again - 1) if again else ''}{chr(ord('A') + letter)}"
        bid(ports, made, name, amount=40_000 - 1_000 * (place % 30))
    return calls.read(ports, made.id)


def closed(ports: Ports, call: Call) -> None:
    """Move the clock to the instant from which the call may be opened."""
    until = stages_queries.closes_with_hold(calls.stage_of(ports, call))
    assert until is not None
    if ports.clock.now() < until:
        ports.clock.set(until)  # type: ignore[attr-defined]  (the tests' clock)


@prepared
def opened(ports: Ports, call: Call, *, by: tuple[Principal, Principal] | None = None) -> Call:
    """Opened by an officer and an approver, or by these two."""
    closed(ports, call)
    first, second = by or (calls.officer(ports), calls.approver(ports))
    now, stage = ports.clock.now(), calls.stage_of(ports, call)
    perform(ports, fresh(ports, first), now, opening.ask, stage.id)
    perform(ports, fresh(ports, second), now, opening.complete, stage.id)
    return calls.read(ports, call.id)


@prepared
def in_assessment(ports: Ports, call: Call | None = None, *, ineligible: Sequence[int] = ()) -> Call:
    """Every bid found eligible, those named (by id) ineligible, and the assessment begun."""
    made = call or opened(ports, bids_in(ports))
    officer, approver, now = calls.officer(ports), calls.approver(ports), ports.clock.now()

    def decide(session: Session) -> None:
        stage = calls.newest(session, made)
        for each in opening_queries.list_bids(session, stage.id):
            if each.entry.state != "opened":
                continue
            if each.entry.id in ineligible:
                found = assessment.propose_ineligible(
                    Act(session, ports, officer, now), each.entry.id, "It is outside the region."
                )
                assessment.approve_ineligible(Act(session, ports, approver, now), each.entry.id, seen=found.id)
            else:
                looked_up(Act(session, ports, officer, now), each.entry.id)
                assessment.find_eligible(Act(session, ports, officer, now), each.entry.id, REASON)
        assessment.begin_assessment(Act(session, ports, officer, now), stage.id)

    ports.database.write(decide)
    return calls.read(ports, made.id)


def assessor(ports: Ports, email: str, *, declared: bool = True) -> Principal:
    """Somebody with the role of an assessor who has stated that they have no interests."""
    who = calls.staff(ports, email, "assessor")
    with ports.database.reading() as session:
        done = assessment_queries.declared_at(session, who.id or 0) is not None
    if declared and not done:
        now = ports.clock.now()
        perform(ports, who, now, assessment.declare_interests, {}, none=True)
    return who


@prepared
def assessors(ports: Ports, count: int) -> list[Principal]:
    return [assessor(ports, f"assessor{place}@readers.example") for place in range(1, count + 1)]


@prepared
def assigned(ports: Ports, call: Call, readers: Sequence[Principal] | None = None) -> list[int]:
    """Every application in assessment given to these assessors, or to as many as the call wants; the ids."""
    chosen = list(readers) if readers is not None else assessors(ports, calls.stage_of(ports, call).readers)
    officer, now = calls.officer(ports), ports.clock.now()

    def give(session: Session) -> list[int]:
        stage = calls.newest(session, call)
        pairs = [
            (row.entry.id, who.id)
            for row in assessment_queries.table_of(session, stage.id)
            if row.entry.state == "in_assessment"
            for who in chosen
        ]
        return [each.id for each in assessment.assign(Act(session, ports, officer, now), stage.id, pairs)]

    return ports.database.write(give)


Marker = Callable[[Entry, Person, str], int]  # (entry, assessor, criterion) -> mark


def usual(entry: Entry, person: Person, criterion: str) -> int:
    """Marks that tell the applications apart: the more is asked for, the better."""
    thousands = int((entry.amount or Decimal(0)) / 1000)
    return max(1, min(5, thousands - 35))


@prepared
def marked(ports: Ports, call: Call, mark: Marker = usual, *, submit: bool = True) -> None:
    """Every assignment of the call accepted, marked, explained, and submitted."""
    now = ports.clock.now()
    with ports.database.reading() as session:
        due = [
            each.id
            for each in session.scalars(
                select(Assignment)
                .join(Entry, Entry.id == Assignment.entry_id)
                .where(
                    Entry.stage_id == calls.newest(session, call).id,
                    Assignment.state.in_(("invited", "accepted", "marking")),
                )
                .order_by(Assignment.id)
            )
        ]
    for assignment_id in due:
        with ports.database.reading() as session:
            person_id = session.get_one(Assignment, assignment_id).person_id
        by = people.principal(ports, person_id)

        def fill(session: Session, assignment_id: int = assignment_id, by: Principal = by) -> None:
            assignment = session.get_one(Assignment, assignment_id)
            if assignment.state == "invited":
                assessment.accept(Act(session, ports, by, now), assignment_id)
            entry = session.get_one(Entry, assignment.entry_id)
            person = session.get_one(Person, assignment.person_id)
            for row in assessment_queries.criteria_of(session, entry.stage_id):
                found = assessment_queries.find_mark(session, assignment_id, row.key)
                assessment.save_mark(
                    Act(session, ports, by, now),
                    assignment_id,
                    row.key,
                    mark=mark(entry, person, row.key),
                    comment=f"{row.name}: {COMMENT}",
                    note="",
                    version=found.version if found else 0,
                )
            if submit:
                assessment.submit_card(Act(session, ports, by, now), assignment_id)

        ports.database.write(fill)


@prepared
def locked(
    ports: Ports,
    call: Call | None = None,
    *,
    mark: Marker = usual,
    readers: Sequence[Principal] | None = None,
    ineligible: Sequence[int] = (),
    **bids: object,
) -> Call:
    """A call whose marks are locked (its stage is `deciding`); `bids` are the arguments of `bids_in`."""
    made = in_assessment(ports, opened(ports, call or bids_in(ports, **bids)), ineligible=ineligible)
    assigned(ports, made, readers)
    marked(ports, made, mark)
    officer, now = calls.officer(ports), ports.clock.now()
    perform(ports, officer, now, assessment.lock_marks, calls.stage_of(ports, made).id)
    return calls.read(ports, made.id)
