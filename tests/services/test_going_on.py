"""A stage that does not award: who goes on, by seats and two people, is told at one instant and enters the next."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.models.stages import Question, Stage
from procurement.queries import decisions as decisions_queries
from procurement.rules.ports import Ports
from procurement.services import decisions
from procurement.services.act import perform
from procurement.services.proposals import Proposal
from procurement.services.refusal import Refusal
from tests.parts import calls, outcomes, sifting

REASON = "The plan for working with schools lacked people and dates."


def refused(act: Any, *arguments: Any, **named: Any) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        act(*arguments, **named)
    return [str(reason) for reason in refusal.value.reasons]


def in_order(ports: Ports, call: Call, reserves: int = 0) -> int:
    stage = calls.stage_of(ports, call)
    given = {"reserve": REASON, "decline": REASON}
    seen = outcomes.table(ports, call).seen
    officer, now = calls.officer(ports), ports.clock.now()
    return perform(ports, officer, now, decisions.propose_in_rank_order, stage.id, reserves, given, seen=seen)


def decided(ports: Ports, call: Call) -> dict[str, str]:
    return {
        each.organisation.name: each.decision.outcome for each in outcomes.table(ports, call).entries if each.decision
    }


def test_whoever_has_a_seat_goes_on_and_enters_the_next_stage(ports: Ports) -> None:
    call = sifting.sift(ports, seats=2)
    assert in_order(ports, call) == 3
    assert decided(ports, call) == {"Firm A": "advance", "Firm B": "advance", "Firm C": "decline"}
    table = outcomes.table(ports, call)
    assert [(lot.line, lot.over, lot.committed) for lot in table.lots] == [(None, 0, 0)]
    assert table.leaving == frozenset()
    outcomes.approve(ports, call)
    with ports.database.reading() as session:
        assert session.scalars(select(Award)).all() == []
        assert sorted(session.scalars(select(Entry.state))) == ["advanced", "advanced", "declined"]
        letters = session.scalars(
            select(Document).where(Document.kind.in_(("advance_letter", "declined_letter", "award_letter")))
        ).all()
        assert sorted(each.kind for each in letters) == ["advance_letter", "advance_letter", "declined_letter"]
        said = next(each.content for each in letters if each.kind == "advance_letter")
        declined = next(each.content for each in letters if each.kind == "declined_letter")
    assert declined["heading"] == "Your expression of interest does not go on to the next stage"
    assert "has decided at the stage “Interest” that your expression of interest does not go on." in declined["decided"]
    assert said["meaning"] == "Your expression of interest was successful, and you go on to the next stage: Proposal."
    assert "Next, you submit your proposal. It opens on " in said["comes"]
    assert "standstill" not in said
    assert refused(outcomes.tell, ports, call) == [
        "3 letters and summaries are not ready yet. Nobody is told before all of them are."
    ]
    outcomes.made_ready(ports, call)
    outcomes.tell(ports, call)
    first, after = calls.stage_of(ports, call, "application"), calls.stage_of(ports, call)
    assert (first.state, first.told_at) == ("told", ports.clock.now())
    assert (after.key, after.state, after.started_at) == ("proposal", "collecting", ports.clock.now())
    with ports.database.reading() as session:
        entries = session.scalars(select(Entry).where(Entry.stage_id == after.id)).all()
        newest = dict(session.execute(select(Application.id, Application.entry_id)).all())
        told = set(session.scalars(select(Entry.told_at).where(Entry.stage_id == first.id)))
        mails = session.scalars(select(Message).where(Message.kind == "outcome_ready")).all()
    # one and the same to whoever goes on and whoever does not
    assert {each.subject.partition(": ")[2] for each in mails} == {"Interest: the outcome is there"}
    bodies = [" ".join(each.body.split()) for each in mails]
    assert ["If you go on, the page says what is next and until when." in body for body in bodies] == [True] * 3
    assert [each.state for each in entries] == ["draft", "draft"]
    assert {each.id for each in entries} <= set(newest.values())
    assert told == {ports.clock.now()}
    # the next stage is one like any other
    assert refused(outcomes.tell, ports, call) == ["The decisions have not been approved yet."]


def test_everybody_who_passes_goes_on_where_there_are_no_seats(ports: Ports) -> None:
    call = sifting.sift(ports, seats=None)
    in_order(ports, call, reserves=2)
    assert set(decided(ports, call).values()) == {"advance"}


def test_a_seat_given_or_taken_out_of_order_needs_a_reason_in_a_fund(ports: Ports) -> None:
    call = sifting.sift(ports, seats=2, procedure="small_grant")
    first, second, third = (each.ref for each in outcomes.table(ports, call).entries)
    assert refused(outcomes.propose, ports, call, {first: Proposal("fund", None)}) == [
        f"{first}: Choose to let it go on, to keep it in reserve or to decline it."
    ]
    three = {ref: Proposal("advance") for ref in (first, second, third)}
    assert outcomes.propose(ports, call, three).leaving == {third}
    assert refused(outcomes.approve, ports, call) == [
        "1 decision departs from the rank order without a reason. Give one."
    ]
    two = {
        first: Proposal("advance"),
        second: Proposal("reserve", None, REASON),
        third: Proposal("decline", None, REASON),
    }
    assert outcomes.propose(ports, call, two).leaving == {second}
    with ports.database.reading() as session:
        assert {each.amount for each in session.scalars(select(Decision))} == {None}


def test_nobody_is_told_before_the_next_stage_can_begin(ports: Ports) -> None:
    call = sifting.sift(ports, seats=2)
    in_order(ports, call)
    outcomes.approve(ports, call)
    outcomes.made_ready(ports, call)

    def empty(session: Session) -> None:
        after = session.scalars(select(Stage).where(Stage.key == "proposal")).one()
        for row in session.scalars(select(Question).where(Question.stage_id == after.id)):
            session.delete(row)

    ports.database.write(empty)
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        lacks = decisions_queries.next_problems(session, stage.call, stage, ports.clock.now())
    assert lacks > 0
    assert "before the next stage can begin" in refused(outcomes.tell, ports, call)[0]
    assert calls.stage_of(ports, call).told_at is None


def test_where_each_phase_is_awarded_one_goes_on_with_the_acceptance(ports: Ports) -> None:
    call = outcomes.told(ports, sifting.sift(ports, seats=None, firms=2, procedure="small_grant", awards=True))
    assert calls.stage_of(ports, call).key == "application"
    first, second = outcomes.awards_of(ports, call)
    outcomes.accepted(ports, first)
    after = calls.stage_of(ports, call)
    assert (after.key, after.state) == ("proposal", "collecting")
    outcomes.refused(ports, second)
    with ports.database.reading() as session:
        entries = session.scalars(select(Entry).where(Entry.stage_id == after.id)).all()
    assert [(each.application_id, each.state) for each in entries] == [(first.application_id, "draft")]
    assert outcomes.accepted(ports, first).state == "accepted"  # the same again, and no second entry
