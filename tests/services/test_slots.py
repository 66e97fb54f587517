"""Times of interviews and demonstrations: offered, chosen, given, freed."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from procurement.jobs.sweep import make_due
from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.queries import slots as slots_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.slots import Offer, series, times_in_words
from procurement.services import slots
from procurement.services.act import perform
from procurement.services.refusal import Refusal, Stale
from procurement.services.slots.offering import place_mark
from tests.parts import assessment, calls
from tests.parts import slots as parts
from tests.parts.clock import StandingClock
from tests.parts.slots import events, holders, messages, refused


@pytest.fixture(autouse=True)
def procedures(monkeypatch: pytest.MonkeyPatch) -> None:
    parts.offered(monkeypatch)


# offering


def test_an_officer_offers_a_series_in_one_event_and_every_team_without_a_time_is_told_once(ports: Ports) -> None:
    call = parts.presenting(ports)
    first = parts.laid_out(ports, call, count=3)
    second = parts.laid_out(ports, call, count=1, first=parts.morning(ports, 2))
    assert [data["slots"] for _, _, data in events(ports, "stage.offer_slots")] == [first, second]
    assert [subject for _, subject, _ in events(ports, "stage.offer_slots")] == ["stage", "stage"]
    assert messages(ports, "slot_offered") == [f"lead@firm{letter}.example" for letter in "abc"]


def test_whoever_had_nothing_to_choose_from_is_told_of_more(ports: Ports) -> None:
    call = parts.presenting(ports)
    (only,) = parts.laid_out(ports, call, count=1)
    parts.chosen(ports, call, "Firm A", only)
    parts.laid_out(ports, call, count=2, first=parts.morning(ports, 2))
    told = messages(ports, "slot_offered")
    assert told[3:] == ["lead@firmb.example", "lead@firmc.example"]


def test_who_is_no_officer_offers_nothing(ports: Ports) -> None:
    call = parts.presenting(ports)
    offer, stage = (
        Offer(series(parts.morning(ports), minutes=45, pause=0, count=1), "Room 3"),
        calls.stage_of(ports, call),
    )
    now = ports.clock.now()
    for who in (
        calls.approver(ports),
        parts.lead_of(ports, "Firm A"),
        assessment.assessor(ports, "one@readers.example"),
    ):
        status, _ = refused(lambda who=who: perform(ports, who, now, slots.offer, stage.id, offer))
        assert status == 403


def test_the_same_time_at_the_same_place_is_offered_once_and_beside_it_as_often_as_there_are_rooms(
    ports: Ports,
) -> None:
    call = parts.presenting(ports)
    parts.laid_out(ports, call, count=1)
    time = times_in_words(parts.morning(ports), parts.morning(ports) + timedelta(minutes=45))
    assert refused(lambda: parts.laid_out(ports, call, count=1)) == (409, [f"{time} is offered at this place already."])
    parts.laid_out(ports, call, count=1, place="Room 4")
    assert len(holders(ports)) == 2


def test_a_stage_in_which_nobody_presents_has_no_times(ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    assert refused(lambda: parts.laid_out(ports, call))[0] == 404


def test_times_can_be_laid_out_before_the_opening_and_nobody_is_told_or_can_choose_before_the_assessment(
    ports: Ports, clock: StandingClock
) -> None:
    call = assessment.bids_in(ports, procedure="presented")
    far = parts.morning(ports, 60)
    slot_id = parts.laid_out(ports, call, count=1, first=far)[0]
    assert messages(ports, "slot_offered") == []
    assert refused(lambda: parts.chosen(ports, call, "Firm A", slot_id))[0] == 404
    opened = assessment.opened(ports, call)
    assert refused(lambda: parts.chosen(ports, opened, "Firm A", slot_id)) == (
        409,
        ["Times can be chosen when the assessment has begun."],
    )
    assessment.in_assessment(ports, opened)
    make_due(ports)
    make_due(ports)
    assert messages(ports, "slot_offered") == [f"lead@firm{letter}.example" for letter in "abc"]
    assert parts.chosen(ports, opened, "Firm A", slot_id).id == slot_id


def test_a_free_time_is_taken_away_and_stays_as_a_row(ports: Ports) -> None:
    call, officer, now = parts.presenting(ports), calls.officer(ports), ports.clock.now()
    taken, free, _ = parts.laid_out(ports, call)
    parts.chosen(ports, call, "Firm A", taken)
    for _ in range(2):
        perform(ports, officer, now, slots.withdraw, free)
    assert refused(lambda: perform(ports, officer, now, slots.withdraw, taken)) == (
        409,
        ["Somebody has this time. Give them another one first, or free it."],
    )
    assert len(events(ports, "stage.withdraw_slot")) == 1
    assert parts.read(ports, free).withdrawn_at == now
    assert refused(lambda: parts.chosen(ports, call, "Firm B", free)) == (
        409,
        ["Somebody else has just taken this time. Choose another one."],
    )


# choosing


def test_a_team_chooses_changes_and_is_told_each_time_with_a_letter(ports: Ports, clock: StandingClock) -> None:
    call = parts.presenting(ports)
    first, second, _ = parts.laid_out(ports, call)
    entry_id = parts.entries(ports, call)["Firm A"]
    parts.chosen(ports, call, "Firm A", first)
    parts.chosen(ports, call, "Firm A", first)  # pressed twice
    clock.forward(minutes=1)
    parts.chosen(ports, call, "Firm A", second)
    clock.forward(minutes=1)
    parts.chosen(ports, call, "Firm A", first)
    assert {slot: entry for slot, entry in holders(ports).items() if entry} == {first: entry_id}
    assert [(data["slot"], data["before"]) for _, _, data in events(ports, "entry.choose_slot")] == [
        (first, None),
        (second, first),
        (first, second),
    ]
    assert (len(messages(ports, "slot_chosen")), len(messages(ports, "slot_changed"))) == (1, 2)
    with ports.database.reading() as session:
        letters = session.scalars(select(Document).where(Document.kind == "slot_letter").order_by(Document.id)).all()
        newest = slots_queries.letter_of(session, entry_id)
        revision = slots_queries.revision_of(session, entry_id)
    assert [each.entry_id for each in letters] == [entry_id] * 3
    assert newest is not None
    assert newest.id == letters[-1].id
    assert newest.content["place"] == parts.PLACE
    assert revision == slots_queries.Revision(3, clock.now())


def test_the_link_to_join_is_in_no_message(ports: Ports) -> None:
    call = parts.presenting(ports)
    (slot_id,) = parts.laid_out(ports, call, count=1, joining=parts.JOINING)
    parts.chosen(ports, call, "Firm A", slot_id)
    with ports.database.reading() as session:
        bodies = list(session.scalars(select(Message.body).where(Message.kind.like("slot_%"))))
    assert [body for body in bodies if "meet.example.org" in body] == []


def test_only_who_writes_for_the_organisation_chooses(ports: Ports) -> None:
    call = parts.presenting(ports)
    slot_id = parts.laid_out(ports, call)[0]
    entry_id, now = parts.entries(ports, call)["Firm A"], ports.clock.now()

    def by(who: Principal) -> int:
        return refused(lambda: perform(ports, who, now, slots.choose, entry_id, slot_id))[0]

    stranger = parts.lead_of(ports, "Firm B")
    assert by(stranger) == 404
    assert by(calls.officer(ports)) == 404
    viewer = Principal(id=stranger.id, teams=dict.fromkeys(parts.lead_of(ports, "Firm A").teams, "viewer"))
    assert by(viewer) == 403


def test_the_time_for_choosing_ends_at_the_published_instant(ports: Ports, clock: StandingClock) -> None:
    call = parts.presenting(ports)
    own, other, _ = parts.laid_out(ports, call, first=parts.morning(ports, 10))
    parts.chosen(ports, call, "Firm A", own)
    choose_by = calls.stage_of(ports, call).choose_by
    assert choose_by is not None
    clock.set(choose_by - timedelta(seconds=1))
    parts.chosen(ports, call, "Firm A", other)
    clock.set(choose_by)
    for firm in ("Firm A", "Firm B"):
        status, sentences = refused(lambda firm=firm: parts.chosen(ports, call, firm, own))
        assert status == 410
        assert sentences[0].startswith("A time could be chosen or changed until ")


def test_a_time_that_has_begun_is_neither_chosen_nor_given_up(ports: Ports, clock: StandingClock) -> None:
    call = parts.presenting(ports)
    first, second, third = parts.laid_out(ports, call)
    parts.chosen(ports, call, "Firm A", first)
    clock.set(parts.morning(ports))
    clock.forward(hours=1)
    assert refused(lambda: parts.chosen(ports, call, "Firm B", second))[0] == 410
    assert refused(lambda: parts.chosen(ports, call, "Firm A", third))[0] == 410
    assert parts.chosen(ports, call, "Firm B", third).id == third


def test_a_time_for_one_lot_is_not_for_another(ports: Ports) -> None:
    call = calls.published(ports, "presented", lots=(("North", 60_000), ("South", 40_000)))
    assessment.bid(ports, call, "Firm A", lot=1)
    assessment.bid(ports, call, "Firm B", lot=2)
    call = assessment.in_assessment(ports, assessment.opened(ports, call))
    lots = {row.lot.number: row.lot_id for row in calls.stage_of(ports, call).lots}
    (slot_id,) = parts.laid_out(ports, call, count=1, lot_id=lots[2])
    assert messages(ports, "slot_offered") == ["lead@firmb.example"]
    assert refused(lambda: parts.chosen(ports, call, "Firm A", slot_id)) == (409, ["This time is for another lot."])
    assert parts.chosen(ports, call, "Firm B", slot_id).id == slot_id


def test_of_two_teams_that_press_at_once_one_gets_the_time(ports: Ports) -> None:
    call = parts.presenting(ports)
    slot_id = parts.laid_out(ports, call, count=1)[0]
    entries, leads, now = parts.entries(ports, call), {}, ports.clock.now()
    for firm in entries:
        leads[firm] = parts.lead_of(ports, firm)
    together, said = threading.Barrier(len(entries)), {}

    def press(firm: str) -> None:
        together.wait()
        try:
            said[firm] = str(perform(ports, leads[firm], now, slots.choose, entries[firm], slot_id).id)
        except Refusal as refusal:
            said[firm] = str(refusal)

    presses = [threading.Thread(target=press, args=(firm,)) for firm in entries]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    taken = "Somebody else has just taken this time. Choose another one."
    assert sorted(said.values()) == sorted([str(slot_id), taken, taken])
    winner = next(firm for firm, words in said.items() if words == str(slot_id))
    assert holders(ports) == {slot_id: entries[winner]}
    assert len(messages(ports, "slot_chosen")) == len(events(ports, "entry.choose_slot")) == 1


def test_two_teams_that_take_each_others_time_at_once_do_not_get_stuck(ports: Ports) -> None:
    call = parts.presenting(ports)
    first, second, third = parts.laid_out(ports, call)
    parts.chosen(ports, call, "Firm A", first)
    parts.chosen(ports, call, "Firm B", second)
    entries, now = parts.entries(ports, call), ports.clock.now()
    leads = {firm: parts.lead_of(ports, firm) for firm in ("Firm A", "Firm B")}
    together, said = threading.Barrier(2), {}

    def press(firm: str, wanted: tuple[int, ...]) -> None:
        together.wait()
        for slot_id in wanted:
            try:
                said[firm] = perform(ports, leads[firm], now, slots.choose, entries[firm], slot_id).id
            except Refusal as refusal:
                said.setdefault(firm, str(refusal))

    presses = [
        threading.Thread(target=press, args=("Firm A", (second, third, first))),
        threading.Thread(target=press, args=("Firm B", (first, third, second))),
    ]
    for each in presses:
        each.start()
    for each in presses:
        each.join(timeout=60)
    assert not any(each.is_alive() for each in presses)
    held = [entry for entry in holders(ports).values() if entry is not None]
    assert sorted(held) == sorted((entries["Firm A"], entries["Firm B"]))


# officers give, free and move


def test_an_officer_gives_a_time_to_whoever_did_not_choose_and_moves_whoever_must_move(
    ports: Ports, clock: StandingClock
) -> None:
    call, officer = parts.presenting(ports), calls.officer(ports)
    first, second, _ = parts.laid_out(ports, call, first=parts.morning(ports, 10))
    choose_by = calls.stage_of(ports, call).choose_by
    assert choose_by is not None
    clock.set(choose_by)
    entry_id = parts.entries(ports, call)["Firm B"]
    for slot_id in (first, first, second):
        perform(ports, officer, clock.now(), slots.assign, slot_id, entry_id)
    assert [(tag, data["slot"], data["before"]) for tag, _, data in events(ports, "entry.assign_slot")] == [
        ("entry.assign_slot", first, None),
        ("entry.assign_slot", second, first),
    ]
    assert (messages(ports, "slot_chosen"), messages(ports, "slot_changed")) == (["lead@firmb.example"],) * 2
    assert parts.read(ports, second).chosen_by == officer.id
    other = parts.entries(ports, call)["Firm A"]
    assert refused(lambda: perform(ports, officer, clock.now(), slots.assign, second, other))[0] == 409
    assert refused(lambda: perform(ports, calls.approver(ports), clock.now(), slots.assign, first, other))[0] == 403


def test_an_entry_of_another_call_gets_no_time_of_this_one(ports: Ports) -> None:
    call = parts.presenting(ports)
    slot_id = parts.laid_out(ports, call)[0]
    another = calls.published(ports, "presented", title="Another challenge")
    _, entry_id = assessment.bid(ports, another, "Firm Z")
    officer, now = calls.officer(ports), ports.clock.now()
    assert refused(lambda: perform(ports, officer, now, slots.assign, slot_id, entry_id))[0] == 404


def test_a_freed_time_can_be_chosen_again_and_its_team_reads_that_it_has_none(ports: Ports) -> None:
    call, officer, now = parts.presenting(ports), calls.officer(ports), ports.clock.now()
    slot_id = parts.laid_out(ports, call, count=1)[0]
    parts.chosen(ports, call, "Firm A", slot_id)
    for _ in range(2):
        perform(ports, officer, now, slots.release, slot_id)
    assert holders(ports) == {slot_id: None}
    assert len(events(ports, "entry.release_slot")) == 1
    with ports.database.reading() as session:
        body = session.scalars(select(Message.body).where(Message.kind == "slot_changed")).one()
    assert "does not hold any more" in " ".join(body.split())
    assert parts.chosen(ports, call, "Firm B", slot_id).id == slot_id


def test_another_place_is_told_to_whoever_has_the_time_and_to_nobody_for_a_free_one(ports: Ports) -> None:
    call, officer, now = parts.presenting(ports), calls.officer(ports), ports.clock.now()
    taken, free, _ = parts.laid_out(ports, call)
    parts.chosen(ports, call, "Firm A", taken)
    version = place_mark(parts.read(ports, taken))
    for slot_id in (taken, taken, free):
        perform(ports, officer, now, slots.change_place, slot_id, "Room 9", parts.JOINING, version=version)
    assert messages(ports, "slot_changed") == ["lead@firma.example"]
    assert [tag for tag, _, _ in events(ports, "entry.change_slot", "stage.change_slot")] == [
        "entry.change_slot",
        "stage.change_slot",
    ]
    with pytest.raises(Stale):
        perform(ports, officer, now, slots.change_place, taken, "Room 10", "", version=version)


def test_a_team_is_reminded_two_days_before_once_and_not_of_what_it_has_just_chosen(
    ports: Ports, clock: StandingClock
) -> None:
    call = parts.presenting(ports)
    early, late, _ = parts.laid_out(ports, call, first=parts.morning(ports, 5))
    parts.chosen(ports, call, "Firm A", early)
    make_due(ports)
    assert messages(ports, "slot_reminder") == []
    clock.set(parts.read(ports, early).starts_at - timedelta(days=2))
    clock.forward(hours=2)
    parts.chosen(ports, call, "Firm B", late)
    for _ in range(2):
        make_due(ports)
    assert messages(ports, "slot_reminder") == ["lead@firma.example"]
