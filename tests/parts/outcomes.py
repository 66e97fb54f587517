"""Calls that were decided, told, noticed and answered, made through the services. Each builds on the one before.

call = outcomes.proposed(ports, call)     every application proposed: funded in rank order while the budget lasts
call = outcomes.decided(ports, call)      approved by the approver; letters are asked for
call = outcomes.told(ports, call)         letters made (without a worker), every applicant told
notice = outcomes.noticed(ports, call)    the award notice drafted and published (challenges)
outcomes.confirmed(ports, clock, call)    the standstill is over and the sweep has written it down
outcomes.accepted(ports, award)           by the lead of its organisation
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.people import Membership
from procurement.queries import awards as awards_queries
from procurement.queries import decisions as decisions_queries
from procurement.rules.permissions import SYSTEM, Principal
from procurement.rules.ports import Ports
from procurement.services import awards, decisions, notices, reasons, rendering
from procurement.services.act import Act, perform
from procurement.services.decisions import Proposal
from tests.parts import assessment, calls, people
from tests.parts.scenes import prepared

REASON = "The plan for working with schools lacked people and dates."


def table(ports: Ports, call: Call) -> decisions_queries.Table:
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        return decisions_queries.table_of(session, stage.call, stage)


def in_rank_order(ports: Ports, call: Call, *, most: int = 1_000) -> dict[str, Proposal]:
    """Fund what the budget buys from the top (at most so many), keep the next in reserve, decline the others."""
    made: dict[str, Proposal] = {}
    for lot in table(ports, call).lots:
        left, going, reserved, funded = lot.budget, True, False, 0
        for entry in lot.entries:
            assert entry.row is not None
            passes = entry.row.passes
            if passes and going and entry.asks <= left and funded < most:
                made[entry.ref] = Proposal("fund", entry.asks)
                left, funded = left - entry.asks, funded + 1
                continue
            going = False
            outcome = "reserve" if passes and not reserved else "decline"
            reserved = reserved or passes
            made[entry.ref] = Proposal(outcome, None, REASON)
    return made


def propose(
    ports: Ports, call: Call, proposals: Mapping[str, Proposal], *, by: Principal | None = None
) -> decisions_queries.Table:
    who, now = by or calls.officer(ports), ports.clock.now()
    return perform(ports, who, now, decisions.propose, calls.stage_of(ports, call).id, proposals)


@prepared
def proposed(ports: Ports, call: Call | None = None, *, most: int = 1_000, **bids: object) -> Call:
    made = call or assessment.locked(ports, **bids)  # type: ignore[arg-type]
    propose(ports, made, in_rank_order(ports, made, most=most))
    explained(ports, made)
    return calls.read(ports, made.id)


def explained(ports: Ports, call: Call) -> int:
    """Where a stage requires one reason per criterion: what is suggested is taken over; how many there were."""
    stage = calls.stage_of(ports, call)
    if stage.reasons != "required":
        return 0
    seen, now = table(ports, call).seen, ports.clock.now()
    return perform(ports, calls.officer(ports), now, reasons.accept, stage.id, seen=seen)


def approve(ports: Ports, call: Call, *, by: Principal | None = None, seen: str | None = None) -> Call:
    who, now = assessment.fresh(ports, by or calls.approver(ports)), ports.clock.now()
    explained(ports, call)
    read = table(ports, call).seen if seen is None else seen
    perform(ports, who, now, decisions.approve, calls.stage_of(ports, call).id, seen=read)
    return calls.read(ports, call.id)


@prepared
def decided(ports: Ports, call: Call | None = None, *, most: int = 1_000, **bids: object) -> Call:
    return approve(ports, proposed(ports, call, most=most, **bids))


def made_ready(ports: Ports, call: Call) -> None:
    """Every document of the call is made, as a worker makes it, without laying out a PDF (its bytes are a stub)."""
    now = ports.clock.now()

    def finish(session: Session) -> None:
        for row in session.scalars(select(Document).where(Document.call_id == call.id, Document.state == "requested")):
            content = b"%PDF-1.7 " + row.key.encode()
            claim = rendering.claim(session, row.id, at=ports.clock.unshifted())
            if claim is not None:
                made = rendering.Made(digest=ports.files.put(content), size=len(content))
                rendering.finish(Act(session, ports, SYSTEM, now), claim, made)

    ports.database.write(finish)


def tell(ports: Ports, call: Call, *, by: Principal | None = None) -> Call:
    who, now = by or calls.officer(ports), ports.clock.now()
    perform(ports, who, now, awards.tell, calls.stage_of(ports, call).id)
    return calls.read(ports, call.id)


@prepared
def told(ports: Ports, call: Call | None = None, *, most: int = 1_000, **bids: object) -> Call:
    approved = call is not None and calls.stage_of(ports, call).state == "decided"
    made = call if call is not None and approved else decided(ports, call, most=most, **bids)
    made_ready(ports, made)
    return tell(ports, made)


def addressed(ports: Ports, call: Call) -> None:
    """Every firm that is awarded something has a postal address, which its notice names."""

    def enter(session: Session) -> None:
        for award in awards_queries.of_call(session, call.id):
            firm = award.application.organisation
            firm.street, firm.town, firm.postcode = "1 Curzon Street", "Birmingham", "B4 7XG"

    ports.database.write(enter)


def drafted(ports: Ports, call: Call, *, by: Principal | None = None) -> Notice:
    addressed(ports, call)
    who, now = by or calls.officer(ports), ports.clock.now()
    return perform(ports, who, now, notices.draft, call.id)


def publish(ports: Ports, notice: Notice, *, by: Principal | None = None) -> Notice:
    who, now = assessment.fresh(ports, by or calls.approver(ports)), ports.clock.now()
    return perform(ports, who, now, notices.publish, notice.id)


def noticed(ports: Ports, call: Call) -> Notice:
    return publish(ports, drafted(ports, call))


def awards_of(ports: Ports, call: Call) -> list[Award]:
    with ports.database.reading() as session:
        return awards_queries.of_call(session, call.id)


def sweep(ports: Ports) -> int:
    """Every confirmation that has fallen due, written down; how many."""
    now = ports.clock.now()
    with ports.database.reading() as session:
        due = awards.list_due(session, now)
    return sum(
        ports.database.write(lambda session, each=each: awards.confirm(Act(session, ports, SYSTEM, now), each))
        for each in due
    )


def confirmed(ports: Ports, call: Call) -> list[Award]:
    """The clock is moved behind the standstill, and the sweep has been there."""
    at = max(award.confirm_at for award in awards_of(ports, call) if award.confirm_at is not None)
    if ports.clock.now() < at:
        ports.clock.set(at + timedelta(seconds=1))  # type: ignore[attr-defined]  (the tests' clock)
    sweep(ports)
    return awards_of(ports, call)


def lead_of(ports: Ports, award: Award) -> Principal:
    with ports.database.reading() as session:
        application = session.get_one(Application, award.application_id)
        person_id = session.scalars(
            select(Membership.person_id).where(
                Membership.organisation_id == application.organisation_id, Membership.role == "lead"
            )
        ).one()
    return people.principal(ports, person_id)


def accepted(ports: Ports, award: Award, *, by: Principal | None = None) -> Award:
    who, now = by or lead_of(ports, award), ports.clock.now()
    return perform(ports, who, now, awards.accept, award.id)


def refused(ports: Ports, award: Award, reason: str = "We found other money.", *, by: Principal | None = None) -> Award:
    who, now = by or lead_of(ports, award), ports.clock.now()
    return perform(ports, who, now, awards.refuse, award.id, reason)


__all__ = [
    "Decimal",
    "Proposal",
    "accepted",
    "addressed",
    "approve",
    "awards_of",
    "confirmed",
    "decided",
    "drafted",
    "explained",
    "in_rank_order",
    "lead_of",
    "made_ready",
    "noticed",
    "propose",
    "proposed",
    "publish",
    "refused",
    "sweep",
    "table",
    "tell",
    "told",
]
