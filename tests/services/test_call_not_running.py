"""What nobody changes any more once a call is cancelled, on both databases, act by act."""

from collections.abc import Callable

import pytest

from procurement.models.assessment import Assignment
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.models.going_on import Promotion
from procurement.models.history import Event
from procurement.models.stages import Opening
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import assessment, opening, reserve
from procurement.services.act import perform
from tests.parts import assessment as parts
from tests.parts import calls, sifting
from tests.services.test_going_on import refused
from tests.services.test_leaving import entry_of
from tests.services.test_reserve import dropped, held
from tests.services.test_reserve import propose as promote

NOT_RUNNING = "The call is not running: it was cancelled or concluded, or is not published yet."
REASON = "It was written about another application."
Asked = tuple[Call, Principal, tuple[object, ...]]  # the call, who acts, and what about


def ineligible(ports: Ports) -> Asked:
    call = parts.opened(ports, parts.bids_in(ports, firms=1))
    entry, officer = entry_of(ports, call), calls.officer(ports)
    perform(ports, officer, ports.clock.now(), assessment.propose_ineligible, entry.id, REASON)
    return call, officer, (entry.id,)


def sent_back(ports: Ports) -> Asked:
    call, _, (entry_id,) = ineligible(ports)
    return call, calls.approver(ports), (entry_id, REASON)


def promoted(ports: Ports) -> Asked:
    call = sifting.told_with_reserve(ports)
    (entry,) = held(ports, call)
    dropped(ports, call)
    return call, calls.approver(ports), (promote(ports, entry).id, REASON)


def pressed(ports: Ports) -> Asked:
    call = parts.bids_in(ports, firms=1)
    parts.closed(ports, call)
    officer, stage = parts.fresh(ports, calls.officer(ports)), calls.stage_of(ports, call)
    perform(ports, officer, ports.clock.now(), opening.ask, stage.id)
    return call, officer, (stage.id,)


def given(ports: Ports) -> Asked:
    call = parts.in_assessment(ports, parts.opened(ports, parts.bids_in(ports, firms=1)))
    return call, calls.officer(ports), (parts.assigned(ports, call)[0], REASON)


def handed_in(ports: Ports) -> Asked:
    call, officer, about = given(ports)
    parts.marked(ports, call)
    return call, officer, about


@pytest.mark.parametrize(
    ("service", "made"),
    [
        (assessment.withdraw_proposal, ineligible),
        (assessment.send_back_ineligible, sent_back),
        (reserve.send_back, promoted),
        (opening.take_back, pressed),
        (assessment.remove, given),
        (assessment.return_card, handed_in),
    ],
)
def test_an_act_on_a_cancelled_call_is_refused_and_leaves_no_trace(
    ports: Ports, service: Callable[..., object], made: Callable[[Ports], Asked]
) -> None:
    call, by, about = made(ports)
    calls.cancelled(ports, call, "The money went elsewhere.")

    def rows() -> list[list[tuple[object, ...]]]:
        tables = (Assignment, Decision, Promotion, Opening, Event)
        with ports.database.reading() as session:
            return [[tuple(row) for row in session.execute(each.__table__.select())] for each in tables]

    before = rows()
    assert refused(perform, ports, by, ports.clock.now(), service, *about) == [NOT_RUNNING]
    assert rows() == before
