"""Every act on many things: as many statements for many of them as for a few.

What `test_whole_call.py` beside it does not have: one maker for each kind of act, which makes so many things and gives
back the press. A kind that is missing here is held by nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement import wiring
from procurement.adapters.pdf import PdfRenderer
from procurement.config import Config
from procurement.models.calls import Call
from procurement.models.register import RegisterAward
from procurement.queries import calls as calls_queries
from procurement.rules.ports import Ports
from procurement.rules.questions import Purpose
from procurement.services import abandoning, awards, decisions, opening, paragraphs, reasons, reserve
from procurement.services import assessment as assessing
from procurement.services import moderation as moderating
from procurement.services.act import perform
from procurement.services.calls import approve_and_publish as publish
from procurement.services.proposals import Proposal
from tests.parts import assessment, calls, many, moderation, outcomes, windows
from tests.parts.clock import StandingClock
from tests.parts.scenes import Scenes, prepared
from tests.parts.statements import statements
from tests.services.test_whole_call import chain_holds

FEW, MANY = 5, 11
Press = Callable[[], object]

pytestmark = pytest.mark.both_databases


@pytest.fixture
def other(
    new_database: Callable[[], str],
    config: Config,
    clock: StandingClock,
    _renderer: PdfRenderer,
    scenes: Scenes,
    tmp_path: Path,
) -> Iterator[Ports]:
    """A second house beside `ports`, with a database and a clock of its own: what is to be counted twice begins with
    the same scene in both."""
    beside = replace(config, database_url=new_database(), storage_url=f"file://{tmp_path / 'others'}")
    ports = replace(wiring.build(beside), clock=StandingClock(clock.now()), renderer=_renderer)
    with scenes.stage(ports, beside):
        yield ports
    ports.database.close()


@prepared
def published(ports: Ports, procedure: str) -> Call:
    """A call whose awards wait for nothing that their teams would have to confirm first."""
    call, now = calls.drafted(ports, procedure, budget=100_000), ports.clock.now()

    def ask_plainly(session: Session) -> None:
        for each in calls_queries.questions_of(session, calls.newest(session, call).id):
            each.purpose = Purpose.NONE if each.purpose == Purpose.ASSISTANCE else each.purpose

    ports.database.write(ask_plainly)
    call = calls.reviewed(ports, calls.read(ports, call.id))
    perform(ports, calls.approver(ports), now, publish, call.id, seen=call.version)
    return calls.read(ports, call.id)


@prepared
def opened(ports: Ports, procedure: str) -> Call:
    call = published(ports, procedure)
    for number in range(3):
        assessment.bid(ports, call, f"Firm {number}", amount=2_000 - number)
    return assessment.opened(ports, call)


@prepared
def in_assessment(ports: Ports, procedure: str) -> Call:
    call = opened(ports, procedure)
    return assessment.in_assessment(ports, call) if "check" in calls.stage_of(ports, call).steps else call


@prepared
def marked(ports: Ports, procedure: str) -> Call:
    call = in_assessment(ports, procedure)
    assessment.assigned(ports, call, assessment.assessors(ports, calls.stage_of(ports, call).readers))
    assessment.marked(ports, call, five)
    if calls.stage_of(ports, call).moderates:
        moderation.set_up(ports, call)
    return call


def five(*_: object) -> int:
    return 5


def locked(ports: Ports, procedure: str, size: int) -> Call:
    call = marked(ports, procedure)
    many.more(ports, call, size - 3)
    stage, officer = calls.stage_of(ports, call), calls.officer(ports)
    perform(ports, officer, ports.clock.now(), assessing.lock_marks, stage.id)
    if stage.moderates:  # nobody differs in anything
        perform(ports, officer, ports.clock.now(), moderating.close_moderation, stage.id)
    return call


def all_of_them(ports: Ports, call: Call, outcome: str) -> dict[str, Proposal]:
    departure = "Nobody is ready." if outcome == "reserve" else ""
    return {
        each.ref: Proposal(outcome, each.asks if outcome == "fund" else None, outcomes.REASON, departure)
        for lot in outcomes.table(ports, call).lots
        for each in lot.entries
    }


def decided(ports: Ports, procedure: str, size: int, outcome: str) -> Call:
    """Approved, and every letter made."""
    call = locked(ports, procedure, size)
    outcomes.propose(ports, call, all_of_them(ports, call, outcome))
    outcomes.approve(ports, call)
    outcomes.made_ready(ports, call)
    return call


def proposing(ports: Ports, size: int) -> Press:
    call = locked(ports, "small_grant", size)
    proposals = all_of_them(ports, call, "fund")
    return lambda: outcomes.propose(ports, call, proposals)


def proposing_again(ports: Ports, size: int) -> Press:
    call = locked(ports, "small_grant", size)
    outcomes.propose(ports, call, all_of_them(ports, call, "reserve"))
    proposals = all_of_them(ports, call, "fund")
    return lambda: outcomes.propose(ports, call, proposals)


def proposing_in_rank_order(ports: Ports, size: int) -> Press:
    call = locked(ports, "small_grant", size)
    seen, stage_id = outcomes.table(ports, call).seen, calls.stage_of(ports, call).id
    reasons = {each: outcomes.REASON for each in ("fund", "reserve", "decline")}
    return lambda: perform(
        ports,
        calls.officer(ports),
        ports.clock.now(),
        decisions.propose_in_rank_order,
        stage_id,
        1,
        reasons,
        seen=seen,
    )


def approving(ports: Ports, size: int, procedure: str = "small_grant") -> Press:
    call = locked(ports, procedure, size)
    outcomes.propose(ports, call, all_of_them(ports, call, "fund"))
    outcomes.explained(ports, call)
    stage_id, seen = calls.stage_of(ports, call).id, outcomes.table(ports, call).seen
    who = assessment.fresh(ports, calls.approver(ports))
    return lambda: perform(ports, who, ports.clock.now(), decisions.approve, stage_id, seen=seen)


def told_and_registered(ports: Ports, call: Call, size: int) -> None:
    """The act itself, and that it did what is counted here."""
    perform(ports, calls.officer(ports), ports.clock.now(), awards.tell, calls.stage_of(ports, call).id)
    with ports.database.reading() as session:
        assert session.scalar(select(func.count()).where(RegisterAward.call_ref == call.ref)) == size


def publishing_grants(ports: Ports, size: int) -> Press:
    call = decided(ports, "small_grant", size, "fund")
    return lambda: told_and_registered(ports, call, size)


def publishing_contracts(ports: Ports, size: int) -> Press:
    call = decided(ports, "challenge_small", size, "fund")
    return lambda: told_and_registered(ports, call, size)


def noticing(ports: Ports, size: int) -> Press:
    call = decided(ports, "challenge_open", size, "fund")
    outcomes.tell(ports, call)
    notice = outcomes.drafted(ports, call)
    return lambda: outcomes.publish(ports, notice)


def abandoning_awards(ports: Ports, size: int) -> Press:
    call = decided(ports, "small_grant", size, "fund")
    outcomes.tell(ports, call)
    officer, approver = calls.officer(ports), assessment.fresh(ports, calls.approver(ports))
    row = perform(ports, officer, ports.clock.now(), abandoning.propose, call.id, "The money is gone.")
    return lambda: perform(ports, approver, ports.clock.now(), abandoning.approve, row.id, seen=row.id)


def concluding(ports: Ports, size: int) -> Press:
    call = decided(ports, "small_grant", size, "reserve")
    outcomes.tell(ports, call)
    return lambda: perform(ports, calls.officer(ports), ports.clock.now(), reserve.conclude, call.id)


def letting_go_on(ports: Ports, size: int) -> Press:
    call = decided(ports, "innovation_fund", size, "advance")
    stage_id, officer = calls.stage_of(ports, call).id, calls.officer(ports)
    return lambda: perform(ports, officer, ports.clock.now(), awards.tell, stage_id)


def sifting(ports: Ports, size: int) -> Press:
    call = opened(ports, "small_grant")
    many.more(ports, call, size - 3)
    stage_id, officer = calls.stage_of(ports, call).id, calls.officer(ports)
    with ports.database.reading() as session:
        seen = {each.entry.id for each in assessing.check_all(session, ports, calls.newest(session, call))}
    assert len(seen) == size
    return lambda: perform(
        ports, officer, ports.clock.now(), assessing.find_all_eligible, stage_id, "All meet it.", seen=seen
    )


def assigning(ports: Ports, size: int) -> Press:
    call = in_assessment(ports, "small_grant")
    many.more(ports, call, size - 3)
    readers = [assessment.assessor(ports, f"reader{number}@readers.example") for number in range(size)]
    return lambda: assessment.assigned(ports, call, readers)


def reminding(ports: Ports, size: int) -> Press:
    call = in_assessment(ports, "small_grant")
    readers = [assessment.assessor(ports, f"reader{number}@readers.example") for number in range(size)]
    assessment.assigned(ports, call, readers)
    stage_id, officer = calls.stage_of(ports, call).id, calls.officer(ports)
    return lambda: perform(ports, officer, ports.clock.now(), assessing.remind, stage_id, None)


@prepared
def drafting(ports: Ports) -> Call:
    call = windows.published(ports)
    for number in range(3):
        assessment.bid(ports, call, f"Firm {number}", submit=number < 2, amount=20_000 - number)
    return call


def carrying_over(ports: Ports, size: int) -> Press:
    call = drafting(ports)
    many.more(ports, call, size - 3)
    stage = windows.window(ports, call, 1)
    assessment.closed(ports, call)
    perform(ports, assessment.fresh(ports, calls.officer(ports)), ports.clock.now(), opening.ask, stage.id)
    who = assessment.fresh(ports, calls.approver(ports))
    return lambda: perform(ports, who, ports.clock.now(), opening.complete, stage.id)


def to_write_of(ports: Ports, size: int) -> Call:
    """All but one are proposed to be declined, and nobody has a paragraph."""
    call = outcomes.proposed(ports, assessment.locked(ports), most=1)
    many.more(ports, call, size - 3)
    return call


def written(ports: Ports, call: Call, text: str) -> Press:
    stage, seen, officer = calls.stage_of(ports, call), outcomes.table(ports, call).seen, calls.officer(ports)
    act = (paragraphs.write_for, stage.id, "decline", text)
    return lambda: perform(ports, officer, ports.clock.now(), *act, seen=seen)


def writing_a_paragraph(ports: Ports, size: int) -> Press:
    """In the place of another."""
    call = to_write_of(ports, size)
    written(ports, call, "What stood before.")()
    return written(ports, call, "We liked how you work with schools.")


def taking_a_paragraph_out(ports: Ports, size: int) -> Press:
    call = to_write_of(ports, size)
    written(ports, call, "What stood before.")()
    return written(ports, call, "")


def taking_reasons_over(ports: Ports, size: int) -> Press:
    call = assessment.locked(ports)
    many.more(ports, call, size - 3)
    stage, seen, officer = calls.stage_of(ports, call), outcomes.table(ports, call).seen, calls.officer(ports)
    return lambda: perform(ports, officer, ports.clock.now(), reasons.accept, stage.id, seen=seen)


def abandoning_a_lot(ports: Ports, size: int) -> Press:
    """While its applications are read, by as many assessors as the call wants."""
    lots = (("Streets", "60000"), ("Schools", "60000"))
    call = calls.published(ports, "challenge_open", lots=lots, budget=120_000)
    for number in range(3):
        assessment.bid(ports, call, f"Firm {number}", lot=2 if number else 1)
    assessment.in_assessment(ports, assessment.opened(ports, call))
    assessment.assigned(ports, call)
    many.more(ports, call, size - 3)
    row = perform(ports, calls.officer(ports), ports.clock.now(), abandoning.propose, call.id, "It was sold.", lot=2)
    who = assessment.fresh(ports, calls.approver(ports))
    return lambda: perform(ports, who, ports.clock.now(), abandoning.approve, row.id, seen=row.id)


ACTS: dict[str, Callable[[Ports, int], Press]] = {
    "proposing": proposing,
    "proposing again": proposing_again,
    "proposing in rank order": proposing_in_rank_order,
    "approving": approving,
    "publishing grants": publishing_grants,
    "publishing contracts": publishing_contracts,
    "publishing a notice": noticing,
    "abandoning awards": abandoning_awards,
    "abandoning a lot": abandoning_a_lot,
    "writing a paragraph": writing_a_paragraph,
    "taking a paragraph out": taking_a_paragraph_out,
    "taking reasons over": taking_reasons_over,
    "concluding": concluding,
    "letting go on": letting_go_on,
    "finding all eligible": sifting,
    "assigning": assigning,
    "reminding assessors": reminding,
    "carrying drafts over": carrying_over,
}


@pytest.mark.parametrize("act", ACTS)
def test_as_many_statements_for_many_as_for_a_few(act: str, ports: Ports, other: Ports) -> None:
    few = statements(ports, ACTS[act](ports, FEW))
    assert statements(other, ACTS[act](other, MANY)) == few
    assert chain_holds(other)
