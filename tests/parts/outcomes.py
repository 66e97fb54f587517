"""Calls that were decided, told, noticed and answered, made through the services. Each builds on the one before.

call = outcomes.proposed(ports, call)     every application proposed: funded in rank order while the budget lasts
call = outcomes.decided(ports, call)      approved by the approver; letters are asked for
call = outcomes.told(ports, call)         letters made (without a worker), every applicant told; grants are firm
                                          (`firm=False`: their enterprises have confirmed nothing yet)
notice = outcomes.noticed(ports, call)    the award notice drafted and published (challenges)
outcomes.confirmed(ports, clock, call)    the standstill is over and the sweep has written it down
outcomes.accepted(ports, award)           by the lead of its organisation
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from procurement.jobs.slices import make_part
from procurement.models.applications import Application, Entry, Submission
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.people import Membership
from procurement.models.requests import Request
from procurement.models.slices import Slice
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import assistance as assistance_queries
from procurement.queries import awards as awards_queries
from procurement.queries import corrections as corrections_queries
from procurement.queries import decisions as decisions_queries
from procurement.rules.permissions import SYSTEM, Principal
from procurement.rules.ports import Ports
from procurement.services import assistance, awards, decisions, notices, reasons, rendering, requests
from procurement.services.act import Act, perform
from procurement.services.applications import Late
from procurement.services.proposals import Proposal
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
    with ports.database.reading() as session:
        corrected = corrections_queries.corrected_of(session, call.id)
    found = table(ports, call)
    for entry in found.reasons_missing:  # nobody's words are about a mark that was corrected
        keys = [each.key for each in found.without_reason(entry)]
        texts = {key: REASON for key in keys if not reasons.suggestion(entry, key, corrected).text}
        if texts:
            version = reasons.version_of(entry)
            given = (reasons.write, stage.id, entry.ref, texts)
            perform(ports, calls.officer(ports), ports.clock.now(), *given, version=version)
    seen, now = table(ports, call).seen, ports.clock.now()
    return perform(ports, calls.officer(ports), now, reasons.accept, stage.id, seen=seen)


def with_optional_reasons(ports: Ports, call: Call) -> Call:
    """As a call that was published when its procedure asked for no reasons."""
    optional = update(Stage).where(Stage.call_id == call.id).values(reasons="optional")
    ports.database.write(lambda session: session.execute(optional))
    return calls.read(ports, call.id)


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
    """Every document of the call is made, as a worker makes it, without laying out a PDF (its bytes are a stub); what
    was put off is asked for first."""
    now = ports.clock.now()
    parts_made(ports)

    def finish(session: Session) -> None:
        for row in session.scalars(select(Document).where(Document.call_id == call.id, Document.state == "requested")):
            content = b"%PDF-1.7 " + row.key.encode()
            claim = rendering.claim(session, row.id, at=ports.clock.unshifted())
            if claim is not None:
                made = rendering.Made(digest=ports.files.put(content), size=len(content))
                rendering.finish(Act(session, ports, SYSTEM, now), claim, made)

    ports.database.write(finish)


def parts_made(ports: Ports) -> int:
    """What acts on many things put off is made, as a worker makes it; how many parts there were."""
    with ports.database.reading() as session:
        due = session.scalars(select(Slice.id).where(Slice.state == "waiting").order_by(Slice.id)).all()
    return sum(make_part(ports, each) for each in due)


def tell(ports: Ports, call: Call, *, by: Principal | None = None) -> Call:
    who, now = by or calls.officer(ports), ports.clock.now()
    perform(ports, who, now, awards.tell, calls.stage_of(ports, call).id)
    return calls.read(ports, call.id)


@prepared
def told(ports: Ports, call: Call | None = None, *, most: int = 1_000, firm: bool = True, **bids: object) -> Call:
    approved = call is not None and calls.stage_of(ports, call).state == "decided"
    made = call if call is not None and approved else decided(ports, call, most=most, **bids)
    made_ready(ports, made)
    made = tell(ports, made)
    if firm:
        made_firm(ports, made)
    return made


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


def approved(ports: Ports, notice: Notice, *, by: Principal | None = None) -> Notice:
    who, now = assessment.fresh(ports, by or calls.approver(ports)), ports.clock.now()
    return perform(ports, who, now, notices.approve, notice.id)


def place(ports: Ports, number: str = "012345-2027") -> notices.Place:
    """Where a notice is said to be published, now."""
    return notices.Place(number, f"https://www.find-tender.service.gov.uk/Notice/{number}", ports.clock.now())


def publish(ports: Ports, notice: Notice, *, by: Principal | None = None) -> Notice:
    """A drafted notice approved, entered as published now, and confirmed."""
    approved(ports, notice, by=by)
    where, now = place(ports), ports.clock.now()
    perform(ports, calls.officer(ports), now, notices.enter, notice.id, where)
    who = assessment.fresh(ports, by or calls.approver(ports))
    return perform(ports, who, now, notices.confirm, notice.id, seen=where.number)


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


def asked_of(ports: Ports, award: Award) -> Request | None:
    """What its team was asked to confirm of minimal financial assistance."""
    with ports.database.reading() as session:
        return assistance_queries.request_of(session, award.entry_id)


def confirmed_in_writing(
    ports: Ports, award: Award, sums: str = "", *, keeps: str = "yes", declared: bool = True
) -> Submission | Late:
    """The lead lists what was received (`giver | day | amount` on each line) and sends it."""
    request, lead = asked_of(ports, award), lead_of(ports, award)
    assert request is not None
    for place, text in ((1, sums), (2, keeps)):
        with ports.database.reading() as session:
            found = applications_queries.find_answer(session, award.entry_id, f"request-{request.number}-{place}")
            version = 0 if found is None else found.version
        key = f"request-{request.number}-{place}"
        perform(ports, lead, ports.clock.now(), requests.save_answer, request.id, key, text, version=version)
    with ports.database.reading() as session:
        version = session.get_one(Entry, award.entry_id).version
    values = {"press": f"assistance-{award.id}", "version": version, "declared": declared}
    return perform(ports, lead, ports.clock.now(), requests.send, request.id, **values)  # type: ignore[arg-type]


def agreed(ports: Ports, award: Award, *, by: Principal | None = None) -> Award:
    """An officer has looked at what was confirmed."""
    request = asked_of(ports, award)
    assert request is not None
    return perform(ports, by or calls.officer(ports), ports.clock.now(), assistance.agree, request.id)


def made_firm(ports: Ports, call: Call) -> None:
    """Every team that was asked to confirm minimal financial assistance has, and an officer has looked at it."""
    for award in awards_of(ports, call):
        if award.state == "told" and asked_of(ports, award) is not None:
            confirmed_in_writing(ports, award)
            agreed(ports, award)


def accepted(ports: Ports, award: Award, *, by: Principal | None = None) -> Award:
    if award.state == "told" and asked_of(ports, award) is not None:
        confirmed_in_writing(ports, award)
        agreed(ports, award)
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
    "agreed",
    "approve",
    "asked_of",
    "awards_of",
    "confirmed",
    "confirmed_in_writing",
    "decided",
    "drafted",
    "explained",
    "in_rank_order",
    "lead_of",
    "made_firm",
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
    "with_optional_reasons",
]
