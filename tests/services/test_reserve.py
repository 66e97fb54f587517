"""The reserve after the telling: the next in rank goes on by two people, or it ends with the next stage."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from procurement.jobs import sweep
from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.models.documents import Document
from procurement.models.going_on import Promotion, StageAmendment
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.stages import Stage
from procurement.queries import amendments as amendments_queries
from procurement.queries import reserve as reserve_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import leaving, reserve
from procurement.services.act import perform
from procurement.services.refusal import FreshSignInNeeded, Refusal
from tests.parts import assessment, calls, outcomes, people, sifting
from tests.parts.clock import StandingClock
from tests.parts.statements import statements
from tests.services.test_leaving import member, refused

NOT_HERE = (
    "Those who are in reserve were told that the award does not pass to them: that needs a new call. Calls that are "
    "decided from now on can promote."
)
REASON = "Firm A withdrew its proposal."
TAKEN = "The only seat is taken: nobody who goes on has dropped out."
TOO_LATE = "It is too late to promote: the next stage has closed, or the call is concluded."


def held(ports: Ports, call: Call, key: str = "application") -> list[Entry]:
    """The entries in the reserve of a stage, by id."""
    stage = calls.stage_of(ports, call, key)
    with ports.database.reading() as session:
        asked = select(Entry).where(Entry.stage_id == stage.id, Entry.state == "reserve").order_by(Entry.id)
        return list(session.scalars(asked))


def dropped(ports: Ports, call: Call) -> None:
    """Whoever went on takes its entry in the next stage back."""
    after = calls.stage_of(ports, call, "proposal")
    with ports.database.reading() as session:
        entry = session.scalars(select(Entry).where(Entry.stage_id == after.id).order_by(Entry.id)).all()[0]
    if ports.clock.now() < (after.opens_at or ports.clock.now()):
        ports.clock.set(after.opens_at)  # type: ignore[attr-defined]  (the tests' clock)
    perform(ports, member(ports, entry), ports.clock.now(), leaving.withdraw, entry.id)


def propose(ports: Ports, entry: Entry, by: Principal | None = None, **more: Any) -> Promotion:
    who, now = by or calls.officer(ports), ports.clock.now()
    return perform(ports, who, now, reserve.propose, entry.id, REASON, **more)


def approve(ports: Ports, promotion: Promotion, by: Principal | None = None) -> Entry:
    who, now = assessment.fresh(ports, by or calls.approver(ports)), ports.clock.now()
    return perform(ports, who, now, reserve.approve, promotion.id)


def state_of(ports: Ports, entry: Entry) -> str:
    with ports.database.reading() as session:
        return session.get_one(Entry, entry.id).state


def test_the_next_goes_on_when_a_seat_is_free(ports: Ports) -> None:
    call = sifting.told_with_reserve(ports)
    (entry,) = held(ports, call)
    assert refused(propose, ports, entry) == [TAKEN]
    dropped(ports, call)
    promotion = propose(ports, entry)
    assert state_of(ports, entry) == "reserve"
    assert refused(propose, ports, entry) == ["It is proposed already, and waits for an approver."]
    approve(ports, promotion)
    first, after = calls.stage_of(ports, call, "application"), calls.stage_of(ports, call, "proposal")
    with ports.database.reading() as session:
        own = session.scalars(select(Entry).where(Entry.application_id == entry.application_id)).all()
        assert [(each.stage_id, each.state) for each in own] == [(first.id, "advanced"), (after.id, "draft")]
        said = session.scalars(select(Decision).where(Decision.entry_id == entry.id).order_by(Decision.id)).all()
        assert [(each.outcome, each.superseded_at is None) for each in said] == [("reserve", False), ("advance", True)]
        assert (said[1].proposed_by, said[1].approved_by) == (calls.officer(ports).id, calls.approver(ports).id)
        letters = session.scalars(select(Document).where(Document.entry_id == entry.id).order_by(Document.id)).all()
        assert [each.kind for each in letters if each.kind != "receipt"] == ["reserve_letter", "advance_letter"]
        messages = session.scalars(select(Message).where(Message.kind == "outcome_changed")).all()
        assert [each.entry_id for each in messages] == [entry.id]
        event = session.scalars(select(Event).where(Event.tag == "entry.promote")).one()
        assert session.scalars(select(StageAmendment)).all() == []  # there is enough time
    assert event.data == {"before": "reserve", "after": "advanced", "decision": said[1].id, "promotion": promotion.id}
    assert refused(approve, ports, promotion) == ["There is no proposal to decide on."]


def test_two_people_freshly_signed_in_promote(ports: Ports) -> None:
    call = sifting.told_with_reserve(ports)
    (entry,) = held(ports, call)
    dropped(ports, call)
    both = calls.staff(ports, "both@city.example", "officer")
    approver, now = calls.approver(ports), ports.clock.now()
    assert refused(propose, ports, entry, by=approver) == ["Only an officer can do this."]
    promotion = propose(ports, entry, by=both)
    assert refused(approve, ports, promotion, by=calls.officer(ports)) == ["Only an approver can do this."]
    with pytest.raises(FreshSignInNeeded):
        perform(ports, people.principal(ports, approver.id or 0), now, reserve.approve, promotion.id)
    promoted = people.principal(ports, both.id or 0)
    same = Principal(id=promoted.id, roles=frozenset({"approver"}), name="Both")
    assert refused(approve, ports, promotion, by=same) == ["You wrote this. Somebody else must approve it."]
    assert state_of(ports, entry) == "reserve"


def test_only_the_next_in_rank_is_taken(ports: Ports) -> None:
    call = sifting.told_with_reserve(ports, reserves=2)
    dropped(ports, call)
    first, second = held(ports, call)
    with ports.database.reading() as session:
        stage = stages_queries.get(session, first.stage_id)
        (found,) = reserve_queries.reserves_of(session, stage.call, stage, ports.clock.now())
        assert [each.entry.id for each in found.entries] == [first.id, second.id]
        ref = found.entries[0].ref
    assert refused(propose, ports, second) == [f"{ref} is ranked higher, and is taken first."]
    perform(ports, member(ports, first), ports.clock.now(), leaving.withdraw, first.id)
    assert propose(ports, second).entry_id == second.id


def test_what_is_sent_back_can_be_proposed_again(ports: Ports) -> None:
    call = sifting.told_with_reserve(ports)
    (entry,) = held(ports, call)
    dropped(ports, call)
    promotion = propose(ports, entry)
    perform(ports, calls.approver(ports), ports.clock.now(), reserve.send_back, promotion.id, "Ask Firm A first.")
    assert refused(approve, ports, promotion) == ["There is no proposal to decide on."]
    approve(ports, propose(ports, entry))
    assert state_of(ports, entry) == "advanced"


def test_withdrawing_from_the_reserve_ends_what_was_proposed(ports: Ports) -> None:
    call = sifting.told_with_reserve(ports)
    (entry,) = held(ports, call)
    dropped(ports, call)
    promotion = propose(ports, entry)
    perform(ports, member(ports, entry), ports.clock.now(), leaving.withdraw, entry.id)
    assert refused(approve, ports, promotion) == ["There is no proposal to decide on."]


def test_where_too_little_time_is_left_the_next_stage_closes_later_for_everybody(
    ports: Ports, clock: StandingClock
) -> None:
    call = sifting.told_with_reserve(ports, seats=2, reserves=1, firms=4)
    (entry,) = held(ports, call)
    dropped(ports, call)
    after = calls.stage_of(ports, call, "proposal")
    assert after.closes_at is not None
    clock.set(after.closes_at - timedelta(days=3))
    assert len(refused(propose, ports, entry)) == 1
    least = clock.now() + timedelta(days=10)
    assert "must close on" in refused(propose, ports, entry, closes_at=least - timedelta(minutes=1))[0]
    closes_at = least + timedelta(days=1)
    approve(ports, propose(ports, entry, closes_at=closes_at))
    moved = calls.stage_of(ports, call, "proposal")
    assert (moved.closes_at, moved.assess_by) == (closes_at, (after.assess_by or closes_at) + timedelta(days=8))
    with ports.database.reading() as session:
        (shown,) = amendments_queries.of_call(session, call.id)
        assert {each.field: (each.before, each.after) for each in shown.changes} == {
            "closes_at": (after.closes_at, closes_at),
            "assess_by": (after.assess_by, moved.assess_by),
            "decide_by": (after.decide_by, moved.decide_by),
        }
        told = session.scalars(select(Message).where(Message.kind == "dates_moved")).all()
        entries = session.scalars(select(Entry).where(Entry.stage_id == after.id, Entry.state == "draft")).all()
        event = session.scalars(select(Event).where(Event.tag == "stage.amend")).one()
        row = session.scalars(select(StageAmendment)).one()
    # those that were in it; who is promoted has the date in its letter
    assert len(entries) == 2
    assert {each.entry_id for each in told} == {
        each.id for each in entries if each.application_id != entry.application_id
    }
    assert (row.proposed_by, row.approved_by) == (calls.officer(ports).id, calls.approver(ports).id)
    assert (event.subject, event.subject_id) == ("stage", after.id)


def test_the_reserve_ends_when_the_next_stage_closes(ports: Ports, clock: StandingClock) -> None:
    call = sifting.told_with_reserve(ports)
    (entry,) = held(ports, call)
    dropped(ports, call)
    promotion = propose(ports, entry)
    after = calls.stage_of(ports, call, "proposal")
    assert after.closes_at is not None
    with ports.database.reading() as session:
        assert reserve_queries.due_to_release(session, clock.now()) == []
    clock.set(after.closes_at)
    assert refused(approve, ports, promotion) == [TOO_LATE]
    clock.set(after.closes_at + timedelta(hours=2))
    sweep.make_due(ports)
    with ports.database.reading() as session:
        event = session.scalars(select(Event).where(Event.tag == "entry.release")).one()
        told = session.scalars(select(Message).where(Message.kind == "outcome_changed")).all()
        assert reserve_queries.due_to_release(session, clock.now()) == []
    assert (event.subject_id, event.effective_at, event.actor_id) == (entry.id, after.closes_at, None)
    assert {each.entry_id for each in told} == {entry.id}
    assert state_of(ports, entry) == "declined"
    assert refused(approve, ports, promotion) == ["There is no proposal to decide on."]


def test_an_award_that_is_refused_goes_to_the_next(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))
    (entry,) = held(ports, call)
    (award,) = outcomes.awards_of(ports, call)
    outcomes.refused(ports, award)
    assert refused(propose, ports, entry) == ["Enter the amount in pounds, like 25000."]
    asks = entry.amount or Decimal(0)
    assert "can be awarded at most" in refused(propose, ports, entry, amount=asks + 1)[0]
    approve(ports, propose(ports, entry, amount=asks))
    first, second = outcomes.awards_of(ports, call)
    assert (second.state, second.entry_id, second.amount) == ("told", entry.id, asks)  # it confirms before it is firm
    outcomes.made_firm(ports, call)
    first, second = outcomes.awards_of(ports, call)
    assert (second.state, second.told_at) == ("confirmed", ports.clock.now())
    assert first.ref != second.ref
    assert outcomes.accepted(ports, second).state == "accepted"


def test_a_covered_call_that_told_its_reserve_otherwise_promotes_nobody(ports: Ports) -> None:
    """As the release before told it: the award does not pass to whoever is in reserve."""
    call = outcomes.told(ports, most=1)
    (entry,) = held(ports, call)

    def as_before(session: Session) -> None:
        letter = session.scalars(select(Document).where(Document.kind == "reserve_letter")).one()
        letter.content = {**letter.content, "until": ""}

    ports.database.write(as_before)
    outcomes.refused(ports, outcomes.awards_of(ports, call)[0])
    assert refused(propose, ports, entry, amount=entry.amount) == [NOT_HERE]
    assert state_of(ports, entry) == "reserve"


def test_a_stage_of_a_covered_call_that_awards_nothing_promotes(ports: Ports) -> None:
    call = sifting.told_with_reserve(ports)
    with ports.database.reading() as session:
        stage = stages_queries.get(session, calls.stage_of(ports, call, "application").id)
        assert stage.call.route == "covered"
        assert reserve_queries.promotes(session, stage.call, stage)
        letter = session.scalars(select(Document).where(Document.kind == "reserve_letter")).one().content
    assert letter["until"] == "the next stage, Proposal, closes"
    assert "only if somebody who is ranked higher drops out" in letter["meaning"]


def test_a_reserve_letter_of_a_fund_says_when_one_is_taken(ports: Ports) -> None:
    outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "reserve_letter")).one().content
    assert letter["until"] == "the awards of this call are all answered"
    assert "only if one that is ranked higher is not taken up" in letter["meaning"]


def equals_in_reserve(ports: Ports) -> Call:
    """A fund that awarded Firm A, which then refused; Firms B and C, of 39,000 and 38,000, share the next place."""
    call = assessment.locked(ports, firms=3, procedure="small_grant", mark=lambda entry, *_: 5 if is_best(entry) else 4)
    proposals = {
        each.ref: outcomes.Proposal("fund", each.asks)
        if is_best(each.entry)
        else outcomes.Proposal("reserve", None, outcomes.REASON)
        for each in outcomes.table(ports, call).entries
    }
    outcomes.propose(ports, call, proposals)
    outcomes.told(ports, outcomes.approve(ports, call))
    outcomes.refused(ports, outcomes.awards_of(ports, call)[0])
    return call


def is_best(entry: Entry) -> bool:
    return entry.amount == Decimal(40_000)


def test_among_equals_any_is_taken_for_what_it_asks_itself(ports: Ports) -> None:
    call = equals_in_reserve(ports)
    with ports.database.reading() as session:
        stage = stages_queries.get(session, calls.stage_of(ports, call).id)
        (found,) = reserve_queries.reserves_of(session, stage.call, stage, ports.clock.now())
        assert sorted(found.most(each) or 0 for each in found.next) == [Decimal(38_000), Decimal(39_000)]
        less, more = sorted(found.next, key=lambda each: each.asks)
    most = "£38,000 can be awarded at most: what it asks for and what is left."
    assert refused(propose, ports, less.entry, amount=Decimal(39_000)) == [most]
    assert propose(ports, more.entry, amount=Decimal(39_000)).amount == Decimal(39_000)
    approve(ports, propose(ports, less.entry, amount=Decimal(38_000)))
    assert (state_of(ports, less.entry), state_of(ports, more.entry)) == ("advanced", "reserve")


@pytest.mark.parametrize("which", [0, 1])
def test_who_asks_for_no_money_does_not_stand_in_the_way_of_an_equal(ports: Ports, which: int) -> None:
    call = equals_in_reserve(ports)
    poor, other = (held(ports, call)[at] for at in (which, 1 - which))

    def forget(session: Session) -> None:
        session.get_one(Entry, poor.id).amount = None

    ports.database.write(forget)
    assert refused(propose, ports, poor, amount=Decimal(1)) == ["It asks for no money, so there is nothing to award."]
    assert propose(ports, other, amount=other.amount).entry_id == other.id


def test_concluding_a_call_ends_its_reserve(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))
    (entry,) = held(ports, call)
    outcomes.accepted(ports, outcomes.awards_of(ports, call)[0])
    perform(ports, calls.officer(ports), ports.clock.now(), reserve.conclude, call.id)
    assert (calls.read(ports, call.id).state, state_of(ports, entry)) == ("concluded", "declined")
    assert refused(propose, ports, entry, amount=entry.amount) == ["It is not in a reserve that was told."]


def test_a_stage_without_a_reserve_has_none_to_show(ports: Ports) -> None:

    call = sifting.told_with_reserve(ports, reserves=0)
    stage: Stage = calls.stage_of(ports, call, "application")
    with ports.database.reading() as session:
        found = stages_queries.get(session, stage.id)
        assert reserve_queries.reserves_of(session, found.call, found, ports.clock.now()) == []
    with pytest.raises(Refusal):
        perform(ports, calls.approver(ports), ports.clock.now(), reserve.send_back, 999, "No.")


def test_what_is_due_to_be_released_costs_the_same_with_more_calls(ports: Ports, clock: StandingClock) -> None:
    def asked() -> None:
        with ports.database.reading() as session:
            reserve_queries.due_to_release(session, clock.now())

    sifting.told_with_reserve(ports)
    one = statements(ports, asked)
    for title, firm in (("Two", "Firm X"), ("Three", "Firm Y")):
        call = calls.published(ports, title=title)
        assessment.bid(ports, call, firm)
        waiting = update(Entry).where(Entry.call_id == call.id).values(state="reserve", told_at=clock.now())
        ports.database.write(lambda session, waiting=waiting: session.execute(waiting) and None)
    assert statements(ports, asked) == one
