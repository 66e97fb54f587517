"""An application in several stages: each has its own form, opening and numbers, and no stage says anything of another.

The stages after the first are made here as rows, as a call with several has them.
"""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry, Submission
from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.models.stages import Stage
from procurement.queries import admin as admin_queries
from procurement.queries import applications as applications_queries
from procurement.queries import assessment as assessment_queries
from procurement.queries import documents as documents_queries
from procurement.queries import opening as opening_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import applications, opening, vault
from procurement.services.act import Act, perform
from procurement.services.refusal import Refusal
from tests.parts import assessment, calls
from tests.parts.clock import StandingClock
from tests.parts.stages import following, go_on, read_entries

PROPOSAL = ["collect", "check", "assess", "award"]
DEMONSTRATION = ["assess", "award"]


def entries(ports: Ports, stage: Stage) -> list[Entry]:
    with ports.database.reading() as session:
        ids = list(session.scalars(select(Entry.id).where(Entry.stage_id == stage.id).order_by(Entry.id)))
    return read_entries(ports, ids)


def lead_of(ports: Ports, entry: Entry) -> Any:
    return calls.staff(ports, f"lead@{entry.application.organisation.name.lower().replace(' ', '')}.example")


def send(ports: Ports, entry: Entry, how: str, price: str) -> Submission:
    """The proposal written and submitted."""
    lead, now = lead_of(ports, entry), ports.clock.now()
    for key, typed in (("how", how), ("price", price)):
        perform(ports, lead, now, applications.save_answer, entry.id, key, typed, version=0)
    (current,) = read_entries(ports, [entry.id])
    made = perform(
        ports,
        lead,
        now,
        applications.submit,
        entry.id,
        press=f"{how}:{entry.id}",
        version=current.version,
        declared=True,
    )
    assert isinstance(made, Submission)
    return made


class Scene:
    """A call whose first stage was opened with three bids, and whose second they have entered."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self.call = assessment.opened(ports, assessment.bids_in(ports))
        self.first = calls.stage_of(ports, self.call)
        self.second = following(ports, self.call, "proposal", PROPOSAL)
        self.entered = go_on(ports, self.second)

    def open(self, clock: StandingClock) -> None:
        stage = calls.stage_of(self.ports, self.call, "proposal")
        until = stages_queries.closes_with_hold(stage)
        assert until is not None
        clock.set(until)
        for who, act in ((calls.officer(self.ports), opening.ask), (calls.approver(self.ports), opening.complete)):
            perform(self.ports, assessment.fresh(self.ports, who), clock.now(), act, stage.id)


@pytest.fixture
def scene(ports: Ports) -> Scene:
    return Scene(ports)


def test_the_opening_gives_each_entry_its_instant_its_number_and_what_it_says(ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports))
    stage = calls.stage_of(ports, call)
    found = entries(ports, stage)
    assert {each.opened_at for each in found} == {stage.opened_at}
    assert sorted(each.number or 0 for each in found) == [1, 2, 3]
    assert [each.title for each in found] == ["Idea of Firm A", "Idea of Firm B", "Idea of Firm C"]
    assert [each.amount for each in found] == [Decimal(40_000), Decimal(39_000), Decimal(38_000)]


def test_who_enters_a_stage_has_its_form_and_its_newest_entry_there(scene: Scene) -> None:
    with scene.ports.database.reading() as session:
        for ref, entry in scene.entered.items():
            newest = applications_queries.find_entry(session, ref)
            first = applications_queries.find_entry(session, ref, scene.first.key)
            assert newest is not None
            assert first is not None
            assert (newest.id, newest.state, newest.missing) == (entry.id, "draft", ["how", "price"])
            assert (newest.opened_at, newest.number, newest.title) == (None, None, "")
            assert (first.state, first.was_opened) == ("opened", True)
            assert [each.id for each in applications_queries.entries_of(session, entry.application_id)] == [
                first.id,
                entry.id,
            ]


def test_submissions_count_on_and_nothing_of_the_stage_before_can_be_changed(scene: Scene) -> None:
    entry = next(iter(scene.entered.values()))
    made = send(scene.ports, entry, "With care.", "35000")
    assert (made.number, made.entry_id) == (2, entry.id)
    first = entries(scene.ports, scene.first)[0]
    lead, now = lead_of(scene.ports, first), scene.ports.clock.now()
    with pytest.raises(Refusal) as refused:
        perform(scene.ports, lead, now, applications.withdraw, first.id)
    assert refused.value.status == 410
    with scene.ports.database.reading() as session:
        sent = applications_queries.submissions_of(session, entry.application_id)
        assert [(each.number, each.entry_id) for each in sent] == [(2, entry.id), (1, first.id)]
        answers = applications_queries.answers_of(session, entry.id)
        assert vault.answers_of(scene.ports, list(answers.values())) == {"how": "With care.", "price": "35000.00"}


def test_a_later_opening_takes_the_title_from_before_and_the_price_from_its_own(
    scene: Scene, clock: StandingClock
) -> None:
    sent = list(scene.entered.values())[:2]
    for price, entry in zip(("35000", "34000"), sent, strict=True):
        send(scene.ports, entry, "With care.", price)
    before = {each.id: (each.number, each.opened_at, each.amount) for each in entries(scene.ports, scene.first)}
    scene.open(clock)
    found = entries(scene.ports, scene.second)
    assert [(each.state, each.title, each.amount) for each in found] == [
        ("opened", "Idea of Firm A", Decimal(35_000)),
        ("opened", "Idea of Firm B", Decimal(34_000)),
        ("not_submitted", "", None),
    ]
    assert sorted(each.number or 0 for each in found) == [0, 1, 2]
    after = {each.id: (each.number, each.opened_at, each.amount) for each in entries(scene.ports, scene.first)}
    assert after == before
    with scene.ports.database.reading() as session:
        assert [each.entry.id for each in opening_queries.list_bids(session, scene.second.id)] == [
            each.id for each in sent
        ]


def test_until_a_stage_is_opened_staff_see_counts_and_who_was_invited(scene: Scene, clock: StandingClock) -> None:
    entry = next(iter(scene.entered.values()))
    send(scene.ports, entry, "With care.", "35000")
    with scene.ports.database.reading() as session:
        second = stages_queries.get(session, scene.second.id)
        counts = opening_queries.counts(session, second.id)
        assert (counts.drafts, counts.submitted) == (2, 1)
        assert [each.organisation.name for each in opening_queries.invited(session, second)] == [
            "Firm A",
            "Firm B",
            "Firm C",
        ]
        assert opening_queries.invited(session, stages_queries.get(session, scene.first.id)) == []
        assert opening_queries.list_bids(session, second.id) == []
        assert opening_queries.counts(session, scene.first.id).submitted == 3

        receipts = session.scalars(select(Document).where(Document.kind == "receipt").order_by(Document.id)).all()
        held = [documents_queries.find_by_code(session, each.code) for each in receipts]
        assert [each is not None and each.unsealed for each in held] == [True, True, True, False]
        listed = documents_queries.documents_of(session, stages_queries.get(session, scene.first.id))
        assert receipts[-1].id not in [each.id for each in listed]
        said = receipts[-1].content
        # its submission is number 2, and replaces nothing: the first belongs to the stage before
        assert (said["number"], said["replaces"]) == ("submission 2", "")
        assert (said["heading"], said["stage"]) == ("Receipt for a proposal", "Proposal")
        assert [each.content["heading"] for each in receipts[:-1]] == ["Receipt for an application"] * 3

        told = session.scalars(select(Message).where(Message.kind == "submitted").order_by(Message.id)).all()
        assert [each.sealed for each in told] == [False, False, False, True]
        assert told[-1].subject.endswith(": proposal received")
        assert "We have received the proposal of" in " ".join(told[-1].body.split())
        assert admin_queries.find_message(session, told[-1].id) is None
        assert admin_queries.find_message(session, told[0].id) is not None
    scene.open(clock)
    with scene.ports.database.reading() as session:
        assert admin_queries.find_message(session, told[-1].id) is not None
        assert opening_queries.find_opening(session, scene.first.id) != opening_queries.find_opening(
            session, scene.second.id
        )


def test_a_stage_that_collects_nothing_is_open_from_its_first_entry_on(scene: Scene, clock: StandingClock) -> None:
    for entry in scene.entered.values():
        send(scene.ports, entry, "With care.", "35000")
    scene.open(clock)
    third = following(scene.ports, scene.call, "demonstration", DEMONSTRATION)
    found = list(go_on(scene.ports, third).values())
    assert {each.opened_at for each in found} == {clock.now()}
    assert calls.stage_of(scene.ports, scene.call, "demonstration").opened_at == clock.now()
    assert [(each.state, each.title, each.amount, each.missing) for each in found] == [
        ("in_assessment", f"Idea of Firm {letter}", Decimal(35_000), []) for letter in "ABC"
    ]
    assert sorted(each.number or 0 for each in found) == [1, 2, 3]
    with scene.ports.database.reading() as session:
        assert [each.submission for each in opening_queries.list_bids(session, third.id)] == [None, None, None]
        assert applications_queries.due_to_lapse(session, clock.now()) == []
    lead = lead_of(scene.ports, found[0])
    with pytest.raises(Refusal):
        perform(scene.ports, lead, clock.now(), applications.save_answer, found[0].id, "how", "x", version=0)


def test_who_need_not_send_anything_goes_on_all_the_same(ports: Ports, clock: StandingClock) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=2))
    stage = following(ports, call, "reply", ["collect", "assess"], required=False, sealed=False, hold_minutes=60)
    send(ports, next(iter(go_on(ports, stage).values())), "A reply.", "1")
    with ports.database.reading() as session:
        told = session.scalars(select(Message).where(Message.kind == "submitted").order_by(Message.id)).all()[-1]
    assert "there is no holding time, and no two people open it." in " ".join(told.body.split())
    assert "Two people open every" not in " ".join(told.body.split())
    assert stage.closes_at is not None
    clock.set(stage.closes_at)
    with ports.database.reading() as session:
        assert applications_queries.due_to_lapse(session, clock.now()) == []
        assert opening_queries.due_to_open(session, clock.now()) == [stage.id]
    for expected in (True, False):
        assert perform(ports, SYSTEM, clock.now(), opening.open_due, stage.id) is expected
    assert [(each.state, each.title, each.amount) for each in entries(ports, stage)] == [
        ("in_assessment", "Idea of Firm A", Decimal(1)),
        ("in_assessment", "Idea of Firm B", Decimal(39_000)),  # sent nothing: what the entry before said holds
    ]


def test_whoever_enters_later_changes_nobodys_neutral_number(scene: Scene, clock: StandingClock) -> None:
    """Assessors know the others by theirs already."""
    for entry in scene.entered.values():
        send(scene.ports, entry, "With care.", "35000")
    scene.open(clock)
    third = following(scene.ports, scene.call, "demonstration", DEMONSTRATION)
    *early, late = scene.entered
    first = {ref: each.number for ref, each in go_on(scene.ports, third, early).items()}
    (last,) = go_on(scene.ports, third, [late]).values()
    assert sorted(first.values()) == [1, 2]
    assert {each.application.ref: each.number for each in entries(scene.ports, third)} == first | {late: last.number}
    assert last.number == 3


@pytest.mark.parametrize("steps", [DEMONSTRATION, PROPOSAL])
def test_what_is_read_for_a_stage_is_read_once_however_many_enter_it(ports: Ports, steps: list[str]) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports))

    def reads(session: Session, stage_id: int, most: int) -> int:
        stage = stages_queries.get(session, stage_id)
        found = session.scalars(select(Application).where(Application.call_id == call.id).limit(most)).all()
        sent: list[str] = []
        connection = session.connection()

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            sent.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        applications.enter_all(Act(session, ports, SYSTEM, ports.clock.now()), stage.call, found, stage)
        event.remove(connection, "before_cursor_execute", note)
        return sum(each.startswith("SELECT") for each in sent)

    counted = []
    for key, most in (("one", 1), ("three", 3)):
        stage = following(ports, call, key, steps)
        counted.append(ports.database.write(lambda session, of=stage.id, most=most: reads(session, of, most)))
    assert counted[0] == counted[1]


def test_who_enters_at_one_instant_has_a_number_that_does_not_say_in_which_order_they_came(scene: Scene) -> None:
    third = following(scene.ports, scene.call, "demonstration", DEMONSTRATION)
    go_on(scene.ports, third)
    with scene.ports.database.reading() as session:
        drawn = assessment_queries.numbers_of(session, third.id)
    assert {each.id: each.number for each in entries(scene.ports, third)} == drawn
