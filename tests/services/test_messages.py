"""One message to each person of several, under a key that stays: it is what keeps anybody from being told twice."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.messages import Message
from procurement.models.people import Membership, Person
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import about, messages
from procurement.services.act import Act
from tests.parts import assessment, calls, outcomes, people


def keys(ports: Ports) -> list[tuple[str, bool]]:
    """The key of every message that several people got, and whether it is sealed."""
    with ports.database.reading() as session:
        chosen = select(Message.key, Message.sealed).where(Message.kind != "invited_to_assess").order_by(Message.id)
        return [(key, sealed) for key, sealed in session.execute(chosen)]


def test_several_people_are_told_once_each_whoever_presses_twice(ports: Ports) -> None:
    call = calls.published(ports)
    first, second = (people.person(ports, f"{name}@city.example", "approver").id for name in ("ann", "bob"))
    before = keys(ports)
    fields = {"reference": call.ref, "call": call.title, "by": "Ola", "link": "/manage"}

    def tell(session: Session) -> None:
        told = [session.get_one(Person, each) for each in (second, first)]
        now = ports.clock.now()
        act = Act(session, ports, SYSTEM, now)
        messages.tell(act, "review_asked", told, fields, occasion="asked-", about=about.call(call))

    ports.database.write(tell)
    ports.database.write(tell)
    assert keys(ports)[len(before) :] == [(f"asked-{second}", False), (f"asked-{first}", False)]


def test_the_keys_of_what_is_told_from_the_opening_to_the_answer(ports: Ports) -> None:
    second = people.person(ports, "second@city.example", "approver")
    made = assessment.bids_in(ports)
    leads = dict(_bids(ports))
    for place, firm in enumerate(_firms(ports)):
        closed = people.member(ports, firm, f"gone{place}@firm.example", "viewer")
        ports.database.write(lambda session, who=closed: _close(session, ports, who.id))
    one, two, three = leads
    before = len(keys(ports))
    call = outcomes.told(ports, assessment.locked(ports, made, ineligible=[three]))
    officer, approver = calls.officer(ports).id, calls.approver(ports).id
    asked, *found = keys(ports)[before:]
    occasion = asked[0].rpartition(":")[0]
    assert (occasion.rpartition(":")[0], asked) == (f"opening_asked:1:{call.id}", (f"{occasion}:{approver}", False))
    assert found == [
        (f"{occasion}:{second.id}", False),
        (f"not_eligible:{three}:{leads[three]}", False),
        (f"outcome_ready:{one}:{leads[one]}", False),
        (f"outcome_ready:{two}:{leads[two]}", False),
    ]
    outcomes.addressed(ports, call)
    outcomes.noticed(ports, call)
    before = len(keys(ports))
    awards = outcomes.confirmed(ports, call)
    outcomes.accepted(ports, awards[0])
    outcomes.refused(ports, awards[1])
    assert keys(ports)[before:] == [
        (f"award_confirmed:{one}:{leads[one]}", False),
        (f"award_confirmed:{two}:{leads[two]}", False),
        (f"award_accepted:{one}:{officer}", False),
        (f"acceptance_received:{one}:{awards[0].id}:{leads[one]}", False),
        (f"award_refused:{two}:{officer}", False),
    ]


def test_a_cancelled_call_tells_each_team_under_seal(ports: Ports) -> None:
    call = assessment.bids_in(ports, firms=2)
    before = len(keys(ports))
    calls.cancelled(ports, call, "The money is gone.")
    assert keys(ports)[before:] == [(f"cancelled-{bid}-{lead}", True) for bid, lead in _bids(ports)]


def _bids(ports: Ports) -> list[tuple[int, int]]:
    """Each application with the lead of its team, whose id is the smallest."""
    chosen = (
        select(Application.id, func.min(Membership.person_id))
        .join(Membership, Membership.organisation_id == Application.organisation_id)
        .group_by(Application.id)
        .order_by(Application.id)
    )
    with ports.database.reading() as session:
        return [(bid, lead) for bid, lead in session.execute(chosen)]


def _firms(ports: Ports) -> list[int]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Application.organisation_id).order_by(Application.id)))


def _close(session: Session, ports: Ports, person_id: int | None) -> None:
    session.execute(update(Person).where(Person.id == person_id).values(disabled_at=ports.clock.unshifted()))
