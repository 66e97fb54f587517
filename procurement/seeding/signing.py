"""How the demonstration signs: each accepted award, and of a procurement the contract details notice about it."""

from datetime import timedelta

from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.awards import Award
from procurement.queries import contracts as contracts_queries
from procurement.queries.awards import SHOWN
from procurement.rules.dates import uk_day
from procurement.rules.signing import Terms, length_of, needs_details
from procurement.seeding.bids import APPROVER, OFFICER
from procurement.seeding.parts import Part, stage_of
from procurement.seeding.timeline import Timeline
from procurement.services import notices, signing
from workflows.catalogue import states


def sign(timeline: Timeline, part: Part) -> None:
    """Everything of a stage that is accepted was signed the day before; an officer records it, and somebody else
    confirms it."""
    with timeline.ports.database.reading() as session:
        stage = stage_of(session, part)
        call = stage.call
        length = length_of(call.starts_on, call.ends_on)
        asked = select(Award).join(Entry, Entry.id == Award.entry_id).where(Entry.stage_id == stage.id)
        awards = session.scalars(asked.where(Award.state.in_(states.award.accepted)).options(*SHOWN)).all()
    day = uk_day(timeline.clock.at)
    for award in awards:
        first = max(day, call.starts_on) if call.starts_on is not None else day
        last = None if length is None else first + timedelta(days=length - 1)
        terms = Terms(day, first, last, award.amount)
        contract = timeline.do(timeline.person(OFFICER), signing.record_signing, award.id, terms)
        timeline.do(timeline.person(APPROVER, fresh=True), signing.confirm, contract.id)
        if needs_details(call.route, contracts_queries.with_vat(contract, award)):
            _publish(timeline, contract.id)


def _publish(timeline: Timeline, contract_id: int) -> None:
    officer, approver = timeline.person(OFFICER), timeline.person(APPROVER, fresh=True)
    notice = timeline.do(officer, notices.draft_details, contract_id)
    timeline.do(approver, notices.approve, notice.id)
    number = f"{100_000 + notice.id:06d}-{timeline.clock.at.year}"
    place = notices.Place(number, f"https://www.find-tender.service.gov.uk/Notice/{number}", timeline.clock.at)
    timeline.do(officer, notices.enter, notice.id, place)
    timeline.do(approver, notices.confirm, notice.id, seen=number)
