"""Panels on both databases: who is told, what is on the agenda, who leaves the room, and the minutes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.moderation import Panel
from procurement.queries import decisions as decisions_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import assessment, moderation
from procurement.services.act import perform
from procurement.services.refusal import Refusal, Stale
from tests.parts import calls
from tests.parts import moderation as panel
from tests.parts.statements import statements


@pytest.fixture(autouse=True)
def _offered(monkeypatch):
    panel.offered(monkeypatch)


def do(ports: Ports, service, *given, by: Principal, **named):
    return perform(ports, by, ports.clock.now(), service, *given, **named)


def refused(ports, service, *given, by, **named) -> tuple[int, list[str]]:
    with pytest.raises(Refusal) as refusal:
        do(ports, service, *given, by=by, **named)
    return refusal.value.status, [str(each) for each in refusal.value.reasons]


def agenda(ports, made: Panel, who: Principal | None = None):
    with ports.database.reading() as session:
        found = moderation_queries.get_panel(session, made.id)
        without = moderation_queries.interests_against(session, found.stage.call_id, who.id) if who else ()
        return moderation_queries.agenda_of(session, found, without=without)


def firms(ports, made: Panel, who: Principal | None = None) -> list[tuple[int, str]]:
    return [(each.item.position, each.entry.application.organisation.name) for each in agenda(ports, made, who)]


def test_it_is_called_together_with_what_is_open_and_everybody_is_told(ports):
    call = panel.moderating(ports, least=None)
    made = panel.panelled(ports, call)
    (first, *others) = firms(ports, made)
    assert (first, sorted(name for _, name in others)) == ((1, "Firm A"), ["Firm B", "Firm C"])
    with ports.database.reading() as session:
        told = session.scalars(select(Message).where(Message.kind == "panel_called").order_by(Message.id)).all()
        assert [each.address for each in told] == [panel.CHAIR, panel.MEMBER]
        assert f"/assess/panels/{made.ref}" in told[0].body
        tags = session.scalars(select(Event.tag).where(Event.subject == "panel").order_by(Event.position)).all()
    assert tags == ["panel.call", "panel.fill"]
    officer, later = calls.officer(ports), ports.clock.now() + timedelta(days=5)
    do(ports, moderation.change_panel, made.id, later, "Room 5", version=made.version, by=officer)
    assert refused(ports, moderation.change_panel, made.id, later, "Room 6", version=made.version, by=officer)[0] == 409
    with ports.database.reading() as session:
        kinds = session.scalars(select(Message).where(Message.kind == "panel_called")).all()
        assert [("Room 5" in each.body, "Room 4" in each.body) for each in kinds] == [(False, True)] * 2 + [
            (True, False)
        ] * 2


def test_a_panel_needs_a_chair_a_place_and_a_time_that_is_to_come(ports):
    call = panel.marked(ports)
    stage, officer, now = calls.stage_of(ports, call), calls.officer(ports), ports.clock.now()
    soon = now + timedelta(days=2)
    assert refused(ports, moderation.call_panel, stage.id, now, "Room", by=officer)[1] == [
        "Choose a time that is still to come."
    ]
    assert refused(ports, moderation.call_panel, stage.id, soon, " ", by=officer)[1] == [
        "Say where the panel meets, or how to join it."
    ]
    assert refused(ports, moderation.call_panel, stage.id, soon, "Room", by=panel.chair(ports))[0] == 403
    do(ports, moderation.remove_person, stage.id, panel.chair(ports).id, by=officer)
    assert refused(ports, moderation.call_panel, stage.id, soon, "Room", by=officer)[1] == [
        "The panel has no chair yet. Name one before it moderates."
    ]
    plain = calls.published(ports, title="Without a panel")
    assert refused(ports, moderation.call_panel, calls.stage_of(ports, plain).id, soon, "Room", by=officer)[0] == 404


def test_before_the_lock_the_agenda_is_empty_and_is_filled_once_with_each_bid(ports):
    call = panel.marked(ports)
    made, officer = panel.panelled(ports, call), calls.officer(ports)
    assert firms(ports, made) == []
    assert refused(ports, moderation.fill_agenda, made.id, by=officer)[1] == [
        "The agenda is made from the lock of the marks on, of what they differ in."
    ]
    do(ports, assessment.lock_marks, calls.stage_of(ports, call).id, by=officer)
    assert do(ports, moderation.fill_agenda, made.id, by=panel.chair(ports)) == 1
    assert do(ports, moderation.fill_agenda, made.id, by=officer) == 0
    assert do(ports, moderation.fill_agenda, panel.panelled(ports, call).id, by=officer) == 0  # it is on the other
    assert firms(ports, made) == [(1, "Firm A")]


def test_whoever_has_an_interest_sees_neither_item_nor_minutes_in_any_panel_of_the_call(ports):
    call = panel.moderating(ports, least=None)
    made, member, officer = panel.panelled(ports, call), panel.member(ports), calls.officer(ports)
    first, second, third = (each.item for each in agenda(ports, made))
    assert refused(ports, moderation.declare_interest, first.id, " ", by=member) == (
        409,
        ["Say what your interest is."],
    )
    do(ports, moderation.declare_interest, first.id, "I used to work for them.", by=member)
    assert [(number, name == "Firm A") for number, name in firms(ports, made, member)] == [(2, False), (3, False)]
    assert len(firms(ports, made, panel.chair(ports))) == 3
    assert refused(ports, moderation.declare_interest, first.id, "Again.", by=member)[0] == 404
    # the officers note who leaves the room, and a standing declaration counts as well
    do(ports, moderation.leave_the_room, second.id, [member.id], by=panel.chair(ports))
    assert refused(ports, moderation.leave_the_room, third.id, [calls.approver(ports).id], by=officer)[0] == 409
    assert refused(ports, moderation.leave_the_room, third.id, [], by=member)[0] == 403
    organisation = agenda(ports, made)[2].entry.application.organisation.id
    do(ports, assessment.declare_interests, {organisation: ("hard", "")}, none=False, by=member)
    assert firms(ports, made, member) == []
    with ports.database.reading() as session:
        chosen = moderation_queries.present_choices(
            session,
            stages_queries.get(session, calls.stage_of(ports, call).id),
            agenda(ports, made)[0].entry,
            agenda(ports, made)[0].entry.application.organisation.id,
        )
        assert member.id not in {each.id for each in chosen}
        left = session.scalars(select(Event).where(Event.tag == "panel.leave_the_room").order_by(Event.position)).all()
        assert [(each.data["before"], each.data["after"]) for each in left] == [([], [member.id])] * 2


def test_who_is_not_of_the_panel_sees_and_does_nothing(ports):
    call = panel.moderating(ports)
    made = panel.panelled(ports, call)
    (item,) = (each.item for each in agenda(ports, made))
    stranger = calls.staff(ports, "stranger@readers.example", "assessor")
    assert refused(ports, moderation.declare_interest, item.id, "I know them.", by=stranger)[0] == 404
    assert refused(ports, moderation.discuss, item.id, by=stranger)[0] == 404
    assert refused(ports, moderation.discuss, item.id, by=panel.member(ports))[0] == 403
    assert refused(ports, moderation.write_minutes, made.id, "We met.", version=1, by=stranger)[0] == 403
    assert refused(ports, moderation.close_panel, 10_000, by=calls.officer(ports))[0] == 404
    with ports.database.reading() as session:
        now = ports.clock.now()
        assert [each.id for each in moderation_queries.panels_of(session, panel.member(ports), now)] == [made.id]
        assert moderation_queries.panels_of(session, stranger, now) == []
        assert [each.id for each in moderation_queries.stages_chaired(session, panel.chair(ports).id)] == [
            made.stage_id
        ]
        assert moderation_queries.stages_chaired(session, panel.member(ports).id) == []


def test_the_minutes_are_made_when_it_is_over_and_change_no_more(ports):
    call = panel.moderating(ports)
    made, officer, chair = panel.panelled(ports, call), calls.officer(ports), panel.chair(ports)
    (item,) = (each.item for each in agenda(ports, made))
    assert refused(ports, moderation.close_panel, made.id, by=officer)[1][0].startswith("The panel has not met yet.")
    ports.clock.set(made.held_at)
    assert refused(ports, moderation.close_panel, made.id, by=officer)[1] == ["Write the minutes first."]
    keys = panel.open_keys(ports, call)
    panel.settled(ports, call, {keys[0]: 5}, by=chair)
    do(ports, moderation.discuss, item.id, by=chair)
    do(ports, moderation.leave_the_room, item.id, [panel.member(ports).id], by=officer)
    version = agenda(ports, made)[0].item.version
    do(ports, moderation.write_item_minutes, item.id, "The dates were read out.", version=version, by=chair)
    with pytest.raises(Stale) as stale:
        do(ports, moderation.write_item_minutes, item.id, "Something else.", version=version, by=officer)
    assert stale.value.theirs == {"minutes": "The dates were read out."}
    do(ports, moderation.write_minutes, made.id, "All were on time.", version=made.version, by=officer)
    do(ports, moderation.close_panel, made.id, by=chair)
    with ports.database.reading() as session:
        (document,) = session.scalars(select(Document).where(Document.kind == "panel_minutes")).all()
        stage = stages_queries.get(session, made.stage_id)
        names = {each.key: each.name for each in decisions_queries.table_of(session, call, stage).scheme.criteria}
    assert (document.key, document.public, document.stage_id) == (f"panel_minutes:{made.id}", False, made.stage_id)
    (said,) = document.content["items"]
    assert (said["organisation"], said["left"], said["minutes"]) == (
        "Firm A",
        [panel.member(ports).name],
        "The dates were read out.",
    )
    assert [(each["criterion"], each["mark"]) for each in said["agreed"]] == [
        (names[keys[0]], "5 of 5"),
        *((names[key], "Left as it is") for key in keys[1:]),
    ]
    assert document.content["minutes"] == "All were on time."
    for service, given in (
        (moderation.fill_agenda, (made.id,)),
        (moderation.discuss, (item.id,)),
        (moderation.close_panel, (made.id,)),
    ):
        assert refused(ports, service, *given, by=officer)[1] == [
            "The panel is over, and its minutes are made. They do not change any more."
        ]


@pytest.mark.parametrize("firms", [1, 3])
def test_reading_an_agenda_takes_as_many_statements_for_one_bid_as_for_several(ports, firms):
    made = panel.panelled(ports, panel.moderating(ports, least=None, firms=firms))
    with ports.database.reading() as session:
        found = moderation_queries.get_panel(session, made.id)
        assert statements(ports, lambda: moderation_queries.agenda_of(session, found, without=())) == 2


def test_a_page_from_before_an_interest_was_declared_takes_nothing_of_it_back(ports):
    """Not even where the minutes are the same on both."""
    call = panel.moderating(ports, least=None)
    made, member, chair = panel.panelled(ports, call), panel.member(ports), panel.chair(ports)
    first = agenda(ports, made)[0].item
    seen = {"minutes": first.minutes, "discussed": True, "left": list(first.conflicts), "version": first.version}
    do(ports, moderation.declare_interest, first.id, "I used to work for them.", by=member)
    with pytest.raises(Stale):
        do(ports, moderation.note_item, first.id, by=chair, **seen)
    assert "Firm A" not in [name for _, name in firms(ports, made, member)]
    fresh = agenda(ports, made)[0].item
    do(ports, moderation.note_item, first.id, by=chair, **{**seen, "left": [member.id], "version": fresh.version})
    assert "Firm A" not in [name for _, name in firms(ports, made, member)]
