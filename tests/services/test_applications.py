"""Applying, without a browser: nothing typed is lost, one press is one submission, and the closing instant is exact."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from procurement.models.applications import (
    Answer,
    AnswerVersion,
    Application,
    Attachment,
    Entry,
    NearMiss,
    Submission,
)
from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.people import Organisation
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.rules.applications import MOST_FILES
from procurement.rules.ledger import digest
from procurement.rules.permissions import SYSTEM, Principal
from procurement.rules.ports import Ports, VaultRefused
from procurement.services import applications, vault
from procurement.services.act import Act, perform
from procurement.services.refusal import Refusal, Stale
from tests.parts import applications as made
from tests.parts import assessment, calls, people
from tests.parts.clock import StandingClock


class Scene:
    """A published call, a firm with a lead, an editor and a viewer, and its draft."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self.call = calls.published(ports)
        self.lead, self.firm = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
        self.stage = calls.stage_of(ports, self.call)
        self.application = made.started(ports, self.call, self.lead, self.firm)
        self.draft = self.application.entry
        self.form = made.form(ports, self.call)
        self.text = next(each for each in self.form if each.kind.key == "long_text")

    def save(
        self, typed: str, version: int, by: Principal | None = None, *, autosaved: str | None = None
    ) -> applications.Saved:
        who, now, key = by or self.lead, self.ports.clock.now(), self.text.key
        given = {"version": version, "autosaved": autosaved}
        return perform(self.ports, who, now, applications.save_answer, self.draft.id, key, typed, **given)

    def act(self, name: str, by: Principal | None = None) -> Entry:
        who, now = by or self.lead, self.ports.clock.now()
        return perform(self.ports, who, now, getattr(applications, name), self.draft.id)

    def complete(self) -> None:
        made.written(self.ports, self.call, self.lead, self.firm)

    def said(self) -> Any:
        with self.ports.database.reading() as session:
            row = applications_queries.find_answer(session, self.draft.id, self.text.key)
            return None if row is None else vault.open_answer(self.ports, row)

    def now(self) -> Entry:
        return made.read(self.ports, self.application.ref).entry

    def count(self, model: type[Any]) -> int:
        with self.ports.database.reading() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0

    def all(self, query: Any) -> list[Any]:
        with self.ports.database.reading() as session:
            return list(session.scalars(query))


@pytest.fixture
def scene(ports: Ports) -> Scene:
    return Scene(ports)


def closing_of(stage: Stage) -> datetime:
    assert stage.closes_at is not None
    return stage.closes_at


def closing(scene: Scene) -> datetime:
    return closing_of(scene.stage)


def refusal_of(fn: Any) -> tuple[int, list[str]]:
    with pytest.raises(Refusal) as caught:
        fn()
    return caught.value.status, [str(reason) for reason in caught.value.reasons]


# starting


def test_starting_again_comes_back_to_the_same_draft(scene: Scene) -> None:
    again = made.started(scene.ports, scene.call, scene.lead, scene.firm)
    assert (again.id, again.ref, again.entry.state) == (scene.application.id, scene.application.ref, "draft")
    assert (scene.count(Application), scene.count(Entry)) == (1, 1)
    assert again.entry.missing == [each.key for each in scene.form if each.required]


def test_only_those_who_may_write_for_an_organisation_start_and_nobody_learns_which_there_are(scene: Scene) -> None:
    officer = calls.officer(scene.ports)
    rival, _ = people.firm(scene.ports, "Rival", "rita@rival.example")
    viewer = people.member(scene.ports, scene.firm.id, "vera@firm.example", "viewer")
    none = Organisation(id=scene.firm.id + 1000)
    staff = "People who work on calls or assess them cannot apply."
    writers = "Only the lead and the editors of an organisation can apply for it."
    for who, firm, words in (
        (officer, scene.firm, staff),
        (rival, scene.firm, writers),
        (viewer, scene.firm, writers),
        (scene.lead, none, writers),
    ):
        refused = refusal_of(lambda who=who, firm=firm: made.started(scene.ports, scene.call, who, firm))
        assert refused == (403, [words])


def test_a_call_that_has_not_opened_or_has_closed_takes_no_new_application(scene: Scene, clock: StandingClock) -> None:
    later = calls.published(scene.ports, title="Later", opens_in=timedelta(days=3))
    status, reasons = refusal_of(lambda: made.started(scene.ports, later, scene.lead, scene.firm))
    assert status == 409
    assert reasons == ["This call opens on Thursday 4 March 2027 at 9am (UK time)."]
    clock.set(closing_of(calls.stage_of(scene.ports, later)))
    assert refusal_of(lambda: made.started(scene.ports, later, scene.lead, scene.firm))[0] == 410
    # one that was started before is found again, to be read
    assert made.started(scene.ports, scene.call, scene.lead, scene.firm).id == scene.application.id


# answers


def test_an_answer_that_is_far_too_long_is_kept_and_only_incomplete(scene: Scene) -> None:
    typed = "word " * 3000
    saved = scene.save(typed, 0)
    assert (saved.version, saved.words, saved.complete, len(saved.problems)) == (1, 3000, False, 1)
    assert scene.said() == typed.strip()
    assert scene.text.key in scene.now().missing
    assert scene.save("Short.", 1).complete
    assert scene.text.key not in scene.now().missing


def test_a_stale_save_gets_both_texts_and_changes_nothing(scene: Scene) -> None:
    editor = people.member(scene.ports, scene.firm.id, "sam@clean-air.example", "editor")
    scene.save("What Mina wrote", 0)
    with pytest.raises(Stale) as stale:
        scene.save("What Sam wrote", 0, by=editor)
    assert (stale.value.yours, stale.value.theirs) == ({"answer": "What Sam wrote"}, {"answer": "What Mina wrote"})
    assert (stale.value.version, stale.value.saved_by) == (1, scene.lead.name)
    assert scene.said() == "What Mina wrote"
    scene.save("What Sam wrote", 1, by=editor)
    kept = scene.all(select(AnswerVersion))
    assert [vault.open_answer(scene.ports, each) for each in kept] == ["What Mina wrote"]


def test_the_same_text_again_is_no_new_version_however_old_the_page_is(scene: Scene) -> None:
    scene.save("One text", 0)
    scene.save("Two texts", 1)
    version = scene.now().version
    assert scene.save("Two texts", 0).version == 2
    assert scene.now().version == version


def test_an_autosave_on_its_way_is_no_conflict_with_the_same_pages_save(scene: Scene, clock: StandingClock) -> None:
    scene.save("Half a sen", 0)
    clock.forward(seconds=31)  # the text tells it, not the time
    assert scene.save("Half a sentence", 0, autosaved="Half a sen").version == 2
    assert scene.save("Half a sentence and more", 0, autosaved="Half a sentence").version == 3
    kept = scene.all(select(AnswerVersion).order_by(AnswerVersion.version))
    assert [vault.open_answer(scene.ports, each) for each in kept] == ["Half a sen", "Half a sentence"]


def test_two_tabs_of_one_person_do_not_overwrite_each_other_within_a_moment(scene: Scene) -> None:
    scene.save("From the first tab", 0)
    for autosaved in (None, "", "From the second tab", "Something else"):
        with pytest.raises(Stale) as stale:
            scene.save("From the second tab", 0, autosaved=autosaved)
        assert (stale.value.yours, stale.value.theirs) == (
            {"answer": "From the second tab"},
            {"answer": "From the first tab"},
        )
        assert (stale.value.version, stale.value.saved_by) == (1, "")
    assert scene.said() == "From the first tab"


def test_what_a_colleague_typed_alike_is_no_autosave_of_ones_own(scene: Scene) -> None:
    editor = people.member(scene.ports, scene.firm.id, "sam@clean-air.example", "editor")
    scene.save("The same words", 0)
    with pytest.raises(Stale):
        scene.save("Other words", 0, by=editor, autosaved="The same words")


def test_a_sitting_of_one_person_is_one_version_of_history(scene: Scene, clock: StandingClock) -> None:
    for number in range(61):  # twenty minutes of autosaves
        scene.save(f"Text {number}", number)
        clock.forward(seconds=20)
    kept = scene.all(select(AnswerVersion).order_by(AnswerVersion.version))
    assert [vault.open_answer(scene.ports, each) for each in kept] == ["Text 0", "Text 30"]


def test_a_viewer_may_not_write_and_a_stranger_finds_nothing(scene: Scene) -> None:
    viewer = people.member(scene.ports, scene.firm.id, "vic@clean-air.example", "viewer")
    rival, _ = people.firm(scene.ports, "Rival", "rita@rival.example")
    assert refusal_of(lambda: scene.save("x", 0, by=viewer))[0] == 403
    assert refusal_of(lambda: scene.save("x", 0, by=rival))[0] == 404
    assert scene.count(Answer) == 0


def test_answers_are_bound_to_their_place(scene: Scene) -> None:
    scene.save("Mine", 0)
    row = scene.all(select(Answer))[0]
    row.entry_id += 1
    with pytest.raises(VaultRefused):
        vault.open_answer(scene.ports, row)


# files


def file_key(scene: Scene) -> str:
    return next(each.key for each in scene.form if each.kind.uploads)


def test_a_file_comes_back_as_it_was_sent_and_the_same_again_is_the_same(scene: Scene) -> None:
    content = made.PDF + b"x" * (3 * 1024 * 1024 + 17) + b"\n%%EOF\n"
    first = made.attach(scene.ports, scene.application, file_key(scene), scene.lead, content=content)
    again = made.attach(scene.ports, scene.application, file_key(scene), scene.lead, content=content)
    assert (again.id, first.size, first.digest) == (first.id, len(content), digest(content))
    assert b"".join(vault.open_file(scene.ports, first)) == content
    assert file_key(scene) not in scene.now().missing


def test_a_file_cut_short_in_the_store_is_noticed(scene: Scene) -> None:
    content = made.PDF + b"x" * (2 * 1024 * 1024) + b"\n%%EOF\n"
    first = made.attach(scene.ports, scene.application, file_key(scene), scene.lead, content=content)
    closed = scene.ports.files.get(first.stored)
    part = 4 + int.from_bytes(closed[:4])
    stored = scene.ports.files.put(closed[:part])
    with pytest.raises(VaultRefused):
        list(vault.open_file(scene.ports, {"ref": first.ref, "stored": stored}))


def test_each_refused_file_is_named_and_nothing_is_stored(scene: Scene) -> None:
    for name, content, status in (
        ("empty.pdf", b"", 422),
        ("notes.exe", b"MZ", 415),
        ("plan.pdf", b"PK\x03\x04 this is no PDF", 415),
    ):
        got, reasons = refusal_of(
            lambda name=name, content=content: applications.store_file(scene.ports, name, io.BytesIO(content))
        )
        assert got == status
        assert f"“{name}”" in reasons[0]
    assert scene.count(Attachment) == 0


def test_limits_for_the_number_of_files(scene: Scene) -> None:
    for number in range(MOST_FILES):
        made.attach(scene.ports, scene.application, file_key(scene), scene.lead, f"{number}.txt", b"text %d" % number)
    status, reasons = refusal_of(
        lambda: made.attach(scene.ports, scene.application, file_key(scene), scene.lead, "more.txt", b"one more")
    )
    assert (status, reasons) == (
        413,
        ["“more.txt” was not added: an application takes 30 files and has 30. Remove one first."],
    )


# submitting


def test_a_submission_is_a_snapshot_whose_digest_anybody_can_compute(scene: Scene) -> None:
    scene.complete()
    submission = made.press(scene.ports, scene.application, scene.lead)
    assert isinstance(submission, Submission)
    stored = scene.all(select(Submission))[0]
    content = vault.open_bytes(scene.ports, stored)
    assert digest(content) == stored.digest
    assert json.loads(content)["answers"][scene.text.key] == made.plausible(scene.text)
    assert (scene.now().state, scene.now().standing_id) == ("submitted", stored.id)
    event = scene.all(select(Event).where(Event.tag == "entry.submit"))[0]
    assert stored.event_position == event.position
    assert event.data["digest"] == stored.digest
    document = scene.all(select(Document).where(Document.kind == "receipt"))[0]
    assert (document.kind, document.code, document.state) == ("receipt", stored.code, "requested")
    assert document.content["chain_position"] == str(event.position)
    assert document.content["chain_digest"] == event.digest
    receipts = scene.all(select(Message).where(Message.kind == "submitted"))
    assert [(each.address, each.sealed) for each in receipts] == [("mina@clean-air.example", True)]


def test_five_presses_at_once_are_one_submission_and_five_equal_answers(scene: Scene) -> None:
    scene.complete()
    version = scene.now().version
    for round_ in range(6):
        key = f"{round_:032x}"
        with ThreadPoolExecutor(5) as pool:
            answers = list(
                pool.map(
                    lambda _, key=key, version=version: made.press(
                        scene.ports, scene.application, scene.lead, key, version=version
                    ),
                    range(5),
                )
            )
        assert len({(each.id, each.code, each.digest, each.number) for each in answers}) == 1  # type: ignore[union-attr]
        assert scene.count(Submission) == round_ + 1
        assert scene.act("reopen").state == "reopened"
        version = scene.now().version
    assert [each.number for each in scene.all(select(Submission).order_by(Submission.id))] == [1, 2, 3, 4, 5, 6]
    assert len(scene.all(select(Document).where(Document.kind == "receipt"))) == 6


def test_a_replay_gets_its_answer_even_late_but_not_for_another_text(scene: Scene, clock: StandingClock) -> None:
    scene.complete()
    version = scene.now().version
    first = made.press(scene.ports, scene.application, scene.lead, "a" * 32, version=version)
    assert isinstance(first, Submission)
    clock.set(closing(scene) + timedelta(hours=5))
    replay = made.press(scene.ports, scene.application, scene.lead, "a" * 32, version=version)
    assert isinstance(replay, Submission)
    assert (replay.id, replay.digest) == (first.id, first.digest)
    other = refusal_of(lambda: made.press(scene.ports, scene.application, scene.lead, "a" * 32, version=version + 1))
    assert other[0] == 409
    assert scene.count(NearMiss) == 0


@pytest.mark.parametrize(("off", "late"), [(-1, False), (0, True), (1, True)])
def test_to_the_millisecond(scene: Scene, clock: StandingClock, off: int, late: bool) -> None:
    scene.complete()
    at = closing(scene) + timedelta(milliseconds=off)
    clock.set(at)
    answer = made.press(scene.ports, scene.application, scene.lead)
    misses = [(each.received_at, each.closes_at) for each in scene.all(select(NearMiss))]
    if late:
        assert answer == applications.Late(at, closing(scene))
        assert (scene.count(Submission), misses) == (0, [(at, closing(scene))])
        assert scene.now().state == "not_submitted"
    else:
        assert isinstance(answer, Submission)
        assert (answer.received_at, misses, scene.now().state) == (at, [], "submitted")


def test_after_the_opening_no_press_is_taken_and_none_is_noted_as_late(scene: Scene, clock: StandingClock) -> None:
    scene.complete()
    submission = made.press(scene.ports, scene.application, scene.lead, "b" * 32)
    assert isinstance(submission, Submission)
    made.submitted(scene.ports, scene.call, "Second", "ben@second.example")
    assessment.closed(scene.ports, scene.call)
    assessment.opened(scene.ports, scene.call)
    for act in (lambda: made.press(scene.ports, scene.application, scene.lead), lambda: scene.save("x", 1)):
        assert refusal_of(act) == (410, ["The applications have been opened, so nothing can be changed any more."])
    replay = made.press(scene.ports, scene.application, scene.lead, "b" * 32, version=submission.draft_version)
    assert isinstance(replay, Submission)
    assert (replay.id, scene.count(NearMiss)) == (submission.id, 0)


def test_what_is_missing_and_who_is_not_the_lead_stop_a_press(scene: Scene) -> None:
    status, reasons = refusal_of(lambda: made.press(scene.ports, scene.application, scene.lead))
    required = sum(each.required for each in scene.form)
    assert (status, reasons) == (409, [f"{required} questions are not answered completely."])
    assert (scene.count(Submission), scene.now().state) == (0, "draft")
    scene.complete()
    editor = people.member(scene.ports, scene.firm.id, "sam@clean-air.example", "editor")
    assert refusal_of(lambda: made.press(scene.ports, scene.application, editor))[0] == 403


def test_what_changed_since_the_check_is_named(scene: Scene) -> None:
    scene.complete()
    version = scene.now().version
    made.answer(scene.ports, scene.application, scene.text.key, "Changed meanwhile", scene.lead)
    with pytest.raises(applications.ChangedSince) as changed:
        made.press(scene.ports, scene.application, scene.lead, version=version)
    assert changed.value.keys == (scene.text.key,)
    assert scene.count(Submission) == 0


# afterwards


def test_the_last_submission_stands_while_the_draft_is_changed_and_keep_brings_it_back(scene: Scene) -> None:
    scene.complete()
    first = made.press(scene.ports, scene.application, scene.lead)
    assert isinstance(first, Submission)
    assert refusal_of(lambda: scene.save("After submitting", 1))[0] == 409
    scene.act("reopen")
    made.answer(scene.ports, scene.application, scene.text.key, "Changed", scene.lead)
    made.attach(scene.ports, scene.application, file_key(scene), scene.lead, "second.txt", b"second")
    assert (scene.now().state, scene.now().standing_id) == ("reopened", first.id)
    scene.act("keep")
    assert (scene.now().state, scene.said()) == ("submitted", made.plausible(scene.text))
    with scene.ports.database.reading() as session:
        assert [each.name for each in applications_queries.attachments_of(session, scene.draft.id)] == ["plan.pdf"]
    texts = [vault.open_answer(scene.ports, each) for each in scene.all(select(AnswerVersion))]
    assert "Changed" in texts


def test_withdrawn_and_started_again(scene: Scene, clock: StandingClock) -> None:
    scene.complete()
    made.press(scene.ports, scene.application, scene.lead)
    scene.act("withdraw")
    assert (scene.now().state, scene.now().standing_id) == ("withdrawn", None)
    scene.act("restart")
    second = made.press(scene.ports, scene.application, scene.lead)
    assert isinstance(second, Submission)
    assert (second.number, scene.now().state) == (2, "submitted")
    clock.set(closing(scene))
    for name in ("reopen", "withdraw"):
        assert refusal_of(lambda name=name: scene.act(name))[0] == 410


def test_a_draft_lapses_once_at_the_closing_instant(scene: Scene, clock: StandingClock) -> None:
    clock.set(closing(scene) - timedelta(milliseconds=1))
    with scene.ports.database.reading() as session:
        assert applications_queries.due_to_lapse(session, clock.now()) == []
    clock.set(closing(scene) + timedelta(hours=3))
    with scene.ports.database.reading() as session:
        assert applications_queries.due_to_lapse(session, clock.now()) == [scene.draft.id]
    for expected in (1, 0):
        now = clock.now()
        assert (
            scene.ports.database.write(lambda s, now=now: applications.lapse_due(Act(s, scene.ports, SYSTEM, now)))
            == expected
        )
    event = scene.all(select(Event).where(Event.tag == "entry.lapse"))[0]
    assert (event.effective_at, event.recorded_at) == (closing(scene), clock.now())
    assert [each.kind for each in scene.all(select(Message))].count("not_submitted") == 1
