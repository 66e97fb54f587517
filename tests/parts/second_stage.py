"""Firms in the second stage of a challenge, for what runs on the machine's own clock: the first stage lies in the weeks
before.

call, drafts = second_stage.invited(ports, 6)   each firm's lead and application: a complete proposal, not sent
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.queries import applications as applications_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import calls as services
from procurement.services.act import perform
from tests.parts import applications, assessment, calls
from tests.parts import moderation as parts
from tests.parts.clock import StandingClock

KEY = "proposal"
BEFORE, OPEN_FOR = timedelta(days=61), timedelta(days=20)  # the first stage takes 58 days as `calls.drafted` writes it
GOOD = 4  # marks, so that everybody goes on


def invited(ports: Ports, firms: int) -> tuple[Call, list[tuple[Principal, Application]]]:
    """Every firm went on from the first stage, and has written what the second asks for."""
    then = StandingClock(ports.clock.now() - BEFORE)
    past = replace(ports, clock=then)
    call = _published(past)
    sent = [assessment.bid(past, call, f"Firm {number}") for number in range(firms)]
    assessment.locked(past, calls.read(past, call.id), mark=lambda *_: GOOD)
    then.set(ports.clock.now() - timedelta(hours=1))
    parts.go_on(past, calls.read(past, call.id))
    return calls.read(ports, call.id), [(lead, _written(ports, call, lead, entry_id)) for lead, entry_id in sent]


def _published(past: Ports) -> Call:
    """With one assessor for each, and with a second stage that opens when the first is over."""
    call, now = calls.drafted(past, "challenge"), past.clock.now()
    opens_at = now + BEFORE - timedelta(hours=2)
    closes_at = opens_at + OPEN_FOR
    assess_by = closes_at + timedelta(days=14)
    decide_by = (assess_by + timedelta(days=14)).date()
    dates = {"opens_at": opens_at, "closes_at": closes_at, "assess_by": assess_by, "decide_by": decide_by}

    def change(session: Session) -> None:
        by = {stage.key: stage for stage in stages_queries.of_call(session, call.id)}
        calls.save_stage(session, past, by[KEY], "dates", dates, calls.officer(past), now)
        calls.save_stage(session, past, by["interest"], "criteria", {"readers": 1}, calls.officer(past), now)

    past.database.write(change)
    call = calls.reviewed(past, calls.read(past, call.id))
    perform(past, calls.approver(past), now, services.approve_and_publish, call.id, seen=call.version)
    return calls.read(past, call.id)


def _written(ports: Ports, call: Call, lead: Principal, entry_id: int) -> Application:
    with ports.database.reading() as session:
        ref = applications_queries.get_entry(session, entry_id).application.ref
    application = applications.read(ports, ref)
    for question in applications.form(ports, call):
        if question.kind.uploads:
            applications.attach(ports, application, question.key, lead)
        else:
            applications.answer(ports, application, question.key, applications.plausible(question), lead)
    return applications.read(ports, ref)
