"""Answers under an amendment: marked, confirmed, kept and left out; and a submission stands for its version."""

import json
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from procurement.models.applications import Answer, AnswerVersion, Submission
from procurement.models.calls import CallVersion
from procurement.queries import applications as applications_queries
from procurement.queries.amended_forms import notes_since
from procurement.rules.ports import Ports
from procurement.services import applications, call_amendments, vault
from procurement.services.act import perform
from procurement.services.assessment.dossiers import dossier_of_entry
from procurement.services.refusal import Refusal
from tests.parts import applications as teams
from tests.parts import calls, people, rewriting, windows
from tests.services.test_amendments import drafted, told
from tests.services.test_leaving import refused

KEY = "approach"


def keys(ports: Ports, call: object) -> list[str]:
    return [each.key for each in teams.form(ports, call) if not each.purpose and not each.kind.uploads]  # type: ignore[arg-type]


def amended(ports: Ports, call: object, key: str, **changed: object) -> None:
    amendment = rewriting.begun(ports, call)  # type: ignore[arg-type]
    rewriting.question(ports, amendment, key, **changed)
    rewriting.published(ports, amendment)


def test_a_touched_answer_is_confirmed_before_anything_is_submitted(ports: Ports) -> None:
    call = calls.published(ports)
    draft, lead = drafted(ports, call)
    key = keys(ports, call)[0]
    said = teams.read(ports, draft.ref).entry
    assert said.missing == []
    amended(ports, call, key, text="Asked otherwise: what do you do, and by when?")
    entry = teams.read(ports, draft.ref).entry
    assert (entry.missing, entry.affected) == ([key], {key: 2})
    (message,) = told(ports, "call_amended")
    assert "One of your answers is affected." in message.body
    before = refused(teams.press, ports, draft, lead, version=said.version)
    assert before == ["The call was amended since you checked. Look at what changed, and confirm answers."]
    assert refused(teams.press, ports, draft, lead) == ["1 question is not answered completely."]
    perform(ports, lead, ports.clock.now(), applications.confirm_answer, entry.id, key)
    perform(ports, lead, ports.clock.now(), applications.confirm_answer, entry.id, key)  # twice is once
    after = teams.read(ports, draft.ref).entry
    assert (after.missing, after.affected) == ([], {})
    sent = teams.press(ports, draft, lead)
    assert isinstance(sent, Submission)
    assert sent.call_version == 2


def test_the_same_text_saved_by_itself_confirms_nothing_and_another_one_does(ports: Ports) -> None:
    call = calls.published(ports)
    draft, lead = drafted(ports, call)
    key = keys(ports, call)[0]
    amended(ports, call, key, text="Asked otherwise")
    with ports.database.reading() as session:
        answer = applications_queries.find_answer(session, draft.entry.id, key)
        assert answer is not None
        text = vault.open_answer(ports, answer)
    teams.answer(ports, draft, key, text, lead)
    assert teams.read(ports, draft.ref).entry.affected == {key: 2}
    teams.answer(ports, draft, key, f"{text} And more.", lead)
    assert teams.read(ports, draft.ref).entry.affected == {}
    assert teams.read(ports, draft.ref).entry.missing == []


def test_an_answer_that_does_not_fit_any_more_is_changed(ports: Ports) -> None:
    call = calls.published(ports)
    draft, lead = drafted(ports, call)
    question = next(each for each in teams.form(ports, call) if each.word_limit)
    amended(ports, call, question.key, word_limit=3)
    found = refused(perform, ports, lead, ports.clock.now(), applications.confirm_answer, draft.entry.id, question.key)
    assert found[0] == "This answer does not fit the question any more, so change it."
    teams.answer(ports, draft, question.key, "Three words only", lead)
    assert teams.read(ports, draft.ref).entry.missing == []


def test_what_only_guides_or_stands_elsewhere_touches_no_answer(ports: Ports) -> None:
    call = calls.published(ports)
    draft, _lead = drafted(ports, call)
    amended(ports, call, keys(ports, call)[0], guidance="Name a place and a time.")
    assert teams.read(ports, draft.ref).entry.affected == {}


def test_an_answer_to_a_question_that_was_taken_out_is_kept_and_left_out(ports: Ports) -> None:
    call = calls.published(ports)
    draft, lead = drafted(ports, call)
    key = next(each.key for each in teams.form(ports, call) if not each.purpose and not each.criterion)
    amendment = rewriting.begun(ports, call)
    rewriting.removed(ports, amendment, key)
    rewriting.published(ports, amendment)
    assert key not in [each.key for each in teams.form(ports, call)]
    with ports.database.reading() as session:
        rows = {*session.scalars(select(Answer.key).where(Answer.entry_id == draft.entry.id))}
        files = {each.key for each in applications_queries.attachments_of(session, draft.entry.id)}
        assert key in rows | files
    sent = teams.press(ports, draft, lead)
    assert isinstance(sent, Submission)
    content = json.loads(vault.open_bytes(ports, sent))
    assert key not in content["answers"]
    assert key not in [each["key"] for each in content["files"]]
    again = rewriting.begun(ports, call)
    asked = rewriting.added(ports, again, "Anything else")
    assert asked.key != key  # what was kept never becomes the answer to another question


def test_a_submission_stands_for_its_version_and_its_team_may_submit_again(ports: Ports) -> None:
    call = calls.published(ports)
    sent, lead = teams.submitted(ports, call)
    key = keys(ports, call)[0]
    first = sent.entry.standing_id
    amendment = rewriting.begun(ports, call)
    rewriting.question(ports, amendment, key, text="Asked otherwise")
    new = rewriting.added(ports, amendment, "How do you dispose of the sensors?")
    rewriting.published(ports, amendment)
    entry = teams.read(ports, sent.ref).entry
    assert (entry.state, entry.standing_id) == ("submitted", first)
    assert (entry.affected, sorted(entry.missing)) == ({key: 2}, sorted([key, new.key]))
    (message,) = told(ports, "call_amended")
    said = " ".join(message.body.split())
    assert "What you submitted stands, for the version of the call that it was made for." in said
    with ports.database.reading() as session:
        loaded = applications_queries.get_entry(session, entry.id)
        assert loaded.standing is not None
        notes = notes_since(session, loaded, loaded.standing.call_version)
        read = dossier_of_entry(session, ports, loaded).answers
    assert {each.key: each.note for each in read if each.note is not None} == notes  # beside what assessors read
    assert {each: str(said) for each, said in notes.items()} == {
        key: "The question was changed by amendment 1, after this was sent.",
        new.key: "Asked by amendment 1, after this was sent.",
    }
    now = ports.clock.now()
    perform(ports, lead, now, applications.reopen, entry.id)
    perform(ports, lead, now, applications.confirm_answer, entry.id, key)
    perform(ports, lead, now, applications.keep, entry.id)  # what was sent was not confirmed for the new question
    assert teams.read(ports, sent.ref).entry.affected == {key: 2}
    perform(ports, lead, now, applications.reopen, entry.id)
    perform(ports, lead, now, applications.confirm_answer, entry.id, key)
    teams.answer(ports, sent, new.key, "They are mended.", lead)
    second = teams.press(ports, sent, lead)
    assert isinstance(second, Submission)
    assert (second.number, second.call_version) == (2, 2)
    with ports.database.reading() as session:
        loaded = applications_queries.get_entry(session, entry.id)
        assert notes_since(session, loaded, second.call_version) == {}
        kept = session.get_one(Submission, first)
        assert (kept.call_version, "call_version" in json.loads(vault.open_bytes(ports, kept))) == (1, False)
    assert json.loads(vault.open_bytes(ports, second))["call_version"] == 2


def test_questions_change_until_the_stage_closes_and_no_longer(ports: Ports) -> None:
    call = calls.published(ports)
    draft, _lead = drafted(ports, call)
    stage = calls.stage_of(ports, call)
    key = keys(ports, call)[0]
    amendment = rewriting.begun(ports, call)
    rewriting.question(ports, amendment, key, text="Asked otherwise")
    rewriting.sent(ports, amendment, date_reason="It was asked for before.")
    assert stage.closes_at is not None
    ports.clock.set(stage.closes_at + timedelta(minutes=1))  # type: ignore[attr-defined]
    closed = ["This stage has closed: what it asks for cannot be changed any more."]
    assert refused(rewriting.approved, ports, amendment) == closed
    assert teams.read(ports, draft.ref).entry.affected == {}


STEP = st.one_of(
    st.tuples(st.just("text"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("limit"), st.integers(0, 9), st.integers(1, 40)),
    st.tuples(st.just("remove"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("add"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("answer"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("confirm"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("submit"), st.just(0), st.just(0)),
    st.tuples(st.just("keep"), st.just(0), st.just(0)),
)


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # each example is a call of its own: a shorter one is not worth the minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(STEP, min_size=5, max_size=7))
def test_no_answer_is_lost_whatever_is_amended_written_and_submitted(ports: Ports, steps: list[object]) -> None:
    """Everything that was ever typed is an answer of the draft or an earlier version of one, and everything that was
    submitted can be read as it was sent."""
    walk(ports, steps)


COUNT = iter(range(10_000))


def walk(ports: Ports, steps: list[object]) -> None:
    number = next(COUNT)
    call = calls.published(ports)
    lead, firm = people.firm(ports, f"Firm {number}", f"lead{number}@firm.example")
    draft = teams.written(ports, call, lead, firm)
    typed: set[tuple[str, str]] = set()
    sent: dict[int, str] = {}
    for step in steps:
        ports.clock.set(ports.clock.now() + timedelta(minutes=11))  # type: ignore[attr-defined]  # another sitting
        _one(ports, call, draft, lead, step, typed, sent)
        entry = teams.read(ports, draft.ref).entry
        form = [each.key for each in teams.form(ports, call)]
        assert set(entry.affected) <= set(entry.missing) <= set(form)
        with ports.database.reading() as session:
            said = {
                (row.key, vault.open_answer(ports, row))
                for table in (Answer, AnswerVersion)
                for row in session.scalars(select(table).where(table.entry_id == entry.id))
            }
            assert typed <= said
            for row in session.scalars(select(Submission).where(Submission.entry_id == entry.id)):
                assert row.digest == sent[row.number]
            versions = session.scalars(select(CallVersion.number).where(CallVersion.call_id == call.id)).all()
            assert versions == list(range(1, len(versions) + 1))


def _one(  # noqa: PLR0912
    ports: Ports,
    call: object,
    draft: object,
    lead: object,
    step: object,
    typed: set[tuple[str, str]],
    sent: dict[int, str],
) -> None:
    what, which, value = step  # type: ignore[misc]
    entry = teams.read(ports, draft.ref).entry  # type: ignore[attr-defined]
    now = ports.clock.now()
    own = [each for each in teams.form(ports, call) if not each.purpose and not each.kind.uploads]  # type: ignore[arg-type]
    words = [each for each in own if each.word_limit] or own
    try:
        if what in ("text", "limit", "remove", "add"):
            amendment = rewriting.begun(ports, call)  # type: ignore[arg-type]
            chosen = words[which % len(words)]
            if what == "text":
                rewriting.question(ports, amendment, chosen.key, text=f"Asked as number {value}")
            elif what == "limit":
                rewriting.question(ports, amendment, chosen.key, word_limit=value)
            elif what == "remove":
                rewriting.removed(ports, amendment, chosen.key)
            else:
                rewriting.added(ports, amendment, f"Question {which}")
            rewriting.published(ports, amendment)
        elif what == "answer":
            if entry.state == "submitted":
                perform(ports, lead, now, applications.reopen, entry.id)  # type: ignore[arg-type]
            chosen, text = words[which % len(words)], f"Answer number {value} of {which}"
            teams.answer(ports, draft, chosen.key, text, lead)  # type: ignore[arg-type]
            typed.add((chosen.key, text))
        elif what == "confirm":
            for key in entry.affected:
                perform(ports, lead, now, applications.confirm_answer, entry.id, key)  # type: ignore[arg-type]
        elif what == "submit":
            made = teams.press(ports, draft, lead)  # type: ignore[arg-type]
            assert isinstance(made, Submission)
            sent[made.number] = made.digest
        else:
            perform(ports, lead, now, applications.keep, entry.id)  # type: ignore[arg-type]
    except Refusal:
        if what in ("text", "limit", "remove", "add"):  # what cannot be published is taken back
            amendment = rewriting.begun(ports, call)  # type: ignore[arg-type]
            perform(ports, calls.officer(ports), now, call_amendments.take_back, amendment.id, "Not possible.")


def test_in_a_call_of_windows_those_that_take_applications_ask_otherwise_and_the_one_before_does_not(
    ports: Ports,
) -> None:
    call = windows.published(ports)
    windows.opened(ports, call, 2)
    lead, firm = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    draft = teams.started(ports, call, lead, firm)
    first, second = (windows.window(ports, call, number) for number in (1, 2))
    key = next(each.key for each in rewriting.form(ports, second).values() if each.word_limit and not each.purpose)
    was = rewriting.form(ports, first)[key].text
    teams.answer(ports, draft, key, "We measure the air.", lead)
    amendment = rewriting.begun(ports, call)
    rewriting.question(ports, amendment, key, text="Asked otherwise")
    new = rewriting.added(ports, amendment, "How do you dispose of the sensors?")
    rewriting.published(ports, amendment)
    assert rewriting.form(ports, second)[key].text == "Asked otherwise"
    assert rewriting.form(ports, first)[key].text == was  # it has closed: what was sent to it was asked so
    assert new.key in rewriting.form(ports, second)
    assert new.key not in rewriting.form(ports, first)
    entry = teams.read(ports, draft.ref).entry
    assert entry.affected == {key: 2}
    assert new.key in entry.missing
    again = rewriting.begun(ports, call)  # what is written on is what the newest window asks
    assert rewriting.form(ports, rewriting.copied(ports, again))[key].text == "Asked otherwise"
