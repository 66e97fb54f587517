"""By what an application ended: one state stands for several endings, and each has its own word in lists, counts and
exports."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.disqualifications import Disqualification
from procurement.queries import endings as endings_queries
from procurement.queries import opening as opening_queries
from procurement.queries import tables as tables_queries
from procurement.rules.disqualification import ENDINGS, GROUNDS
from procurement.rules.ports import Ports
from procurement.rules.staff_columns import STATES
from procurement.services import awards
from procurement.services.act import perform
from procurement.web.filters import STATUSES
from tests.parts import assessment, calls, outcomes
from tests.parts.statements import statements
from tests.services.test_disqualifying import out
from tests.services.test_leaving import entry_of


def words(ports: Ports, call: Call) -> dict[str, tuple[str, str]]:
    """Of each bid of a call's newest stage, by its firm: whose word it is said in, and which."""
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        bids = opening_queries.list_bids(session, stage.id)
        listed = {each.organisation.name: (each.of, each.status) for each in bids}
        assert sorted(opening_queries.counts_by_state(session, stage.id).values()) == sorted(
            list(listed.values()).count(word) for word in set(listed.values())
        )
        assert {each.organisation.name: endings_queries.word_of(session, each.entry.id) for each in bids} == listed
        rows = [tables_queries.bid_row(stage.call, each) for each in bids]
        assert {row["organisation"]: row["state"] for row in rows} == {firm: key for firm, (_of, key) in listed.items()}
        for _of, key in set(listed.values()):
            found = opening_queries.list_bids(session, stage.id, opening_queries.Search(states=(key,)))
            assert {each.organisation.name for each in found} == {
                firm for firm, said in listed.items() if said[1] == key
            }
        return listed


@pytest.mark.parametrize("ground", sorted(GROUNDS))
def test_every_ground_has_the_word_of_its_ending(ports: Ports, ground: str) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=2))
    entry = entry_of(ports, call)
    out(ports, entry)
    ports.database.write(lambda session: session.execute(update(Disqualification).values(ground=ground)) and None)
    said = words(ports, call)
    assert said["Firm A"] == ("ending", ENDINGS[ground].value)
    assert said["Firm B"] == ("entry", "opened")
    assert str(STATUSES["ending"][ENDINGS[ground]][0]) == STATES[ENDINGS[ground]]


def test_an_award_that_nobody_was_given_says_nothing_and_one_that_lapsed_says_why(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, most=1))
    outcomes.noticed(ports, call)
    (award,) = outcomes.confirmed(ports, call)
    assert award.accept_by is not None
    ports.clock.set(award.accept_by)  # type: ignore[attr-defined]  (the tests' clock)
    perform(ports, calls.officer(ports), ports.clock.now(), awards.expire, award.id)
    said = words(ports, call)
    assert said["Firm A"] == ("ending", "unanswered")

    def abandoned_before(session: Session) -> None:
        session.execute(update(Call).where(Call.id == call.id).values(state="cancelled"))
        session.execute(update(endings_queries.Award).values(accept_by=None))

    ports.database.write(abandoned_before)
    assert words(ports, call)["Firm A"] == ("ending", "with_the_call")
    ports.database.write(
        lambda session: session.execute(update(endings_queries.Award).values(state="dropped", told_at=None)) and None
    )
    assert words(ports, call)["Firm A"] == ("entry", "advanced")


def test_a_reserve_that_ended_is_not_a_decline(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, most=1))
    said = words(ports, call)
    held = next(firm for firm, word in said.items() if word == ("entry", "reserve"))
    ports.database.write(
        lambda session: session.execute(update(Entry).where(Entry.state == "reserve").values(state="declined")) and None
    )
    after = words(ports, call)
    assert after[held] == ("ending", "reserve_ended")
    assert {word for firm, word in after.items() if firm != held} == {
        word for firm, word in said.items() if firm != held
    }


def test_the_endings_of_many_are_one_statement(ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=3))

    def asked() -> None:
        with ports.database.reading() as session:
            endings_queries.of_entries(session, [1, 2, 3])

    assert statements(ports, asked) == 1
    assert words(ports, call)
