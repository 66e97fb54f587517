"""A call made of another one, templates, the library: what is taken, what never is, and that nothing reaches back."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.library import LibraryItem
from procurement.models.stages import Criterion, Question, Stage, StagePerson
from procurement.queries import calls as calls_queries
from procurement.queries import library as library_queries
from procurement.queries import stages as stages_queries
from procurement.rules import copying as rules
from procurement.rules.call_checks import Problem, call_problems
from procurement.rules.calls import Draft
from procurement.rules.dates import uk_day
from procurement.rules.ports import Ports
from procurement.services import copying, library, questions
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import applications
from tests.parts import calls as made
from tests.parts.clock import StandingClock
from workflows.catalogue import PROCEDURES, states


def draft(ports: Ports, call_id: int) -> Draft:
    with ports.database.reading() as session:
        return calls_queries.draft_of(session, calls_queries.get_call(session, call_id))


def copied(ports: Ports, call: Call, title: str = "Anew", **more: Any) -> Call:
    made_of = perform(ports, made.officer(ports), ports.clock.now(), copying.copy_call, call.id, title, **more)
    return made.read(ports, made_of.id)


def timeless(whole: Draft) -> Draft:
    """A call without what a copy has for itself: its name, and when."""
    bare = {name: None for name in (*rules.INSTANTS, "decide_by")}
    return replace(
        whole,
        ref="",
        title="",
        conflicts_by="",
        conflicts_on=None,
        starts_on=None,
        ends_on=None,
        stages=tuple(replace(stage, **bare) for stage in whole.stages),
    )


@pytest.mark.parametrize("procedure", sorted(PROCEDURES))
def test_a_copy_says_what_its_call_says_and_can_be_published(ports: Ports, procedure: str) -> None:
    amount = {"budget": 60_000, "lots": [("North", 40_000), ("South", 20_000)]}
    source = made.drafted(ports, procedure, **amount)
    copy = copied(ports, source)
    assert timeless(draft(ports, copy.id)) == timeless(draft(ports, source.id))
    assert (copy.copied_from, copy.title, copy.state) == (source.ref, "Anew", source.state)
    assert copy.ref != source.ref
    before = problems(ports, source.id)
    assert problems(ports, copy.id) == before


def problems(ports: Ports, call_id: int) -> list[Problem]:
    """Why a call cannot be published, but for what must be looked at anew in each."""
    found = call_problems(draft(ports, call_id), ports.clock.now())
    return [each for each in found if each.field not in ("conflicts_by", "conflicts_on")]


def test_nothing_of_people_comes_with_it_and_nothing_goes_back(ports: Ports, clock: StandingClock) -> None:
    source = made.published(ports)
    applications.submitted(ports, source)
    with ports.database.reading() as session:
        frozen = [calls_queries.newest_version(session, source.id)]
        before = session.scalar(select(func.count()).select_from(Event).where(Event.call_id == source.id))
    clock.forward(days=400)
    copy = copied(ports, source)
    with ports.database.reading() as session:
        assert session.scalar(select(func.count()).where(Application.call_id == copy.id)) == 0
        stage_ids = [each.id for each in stages_queries.listed(session, copy.id)]
        assert session.scalar(select(func.count()).where(StagePerson.stage_id.in_(stage_ids))) == 0
        (stage,) = stages_queries.of_call(session, copy.id)
        assert (stage.scheme, stage.started_at, stage.opened_at, stage.proposers) == (None, None, None, [])
        assert [row.lot.call_id for row in stage.lots] == [copy.id]
        assert (copy.published_at, copy.workflows, copy.open_data_id, copy.sent_back) == (None, None, None, "")
        assert copy.authors == [made.officer(ports).id]
        newest = calls_queries.newest_version(session, source.id)
        assert [newest.content if newest else b""] == [each.content if each else b"" for each in frozen]
        assert session.scalar(select(func.count()).select_from(Event).where(Event.call_id == source.id)) == before
    assert problems(ports, copy.id) == []


def test_its_dates_begin_anew_by_whole_weeks_or_are_left_empty(ports: Ports, clock: StandingClock) -> None:
    source = made.published(ports)
    was = draft(ports, source.id).stages[0]
    clock.forward(days=100)
    now, empty = copied(ports, source), copied(ports, source, dates=False)
    stage = draft(ports, now.id).stages[0]
    assert was.opens_at is not None
    assert was.closes_at is not None
    assert stage.opens_at is not None
    assert stage.closes_at is not None
    moved = uk_day(stage.opens_at) - uk_day(was.opens_at)
    assert moved.days % 7 == 0
    assert uk_day(stage.closes_at) - uk_day(was.closes_at) == moved
    assert stage.opens_at > ports.clock.now()
    assert now.starts_on is not None
    left = draft(ports, empty.id)
    assert (left.starts_on, left.ends_on, left.stages[0].opens_at, left.stages[0].decide_by) == (None,) * 4


def test_a_call_of_another_shape_is_not_copied_whole_but_its_questions_are(ports: Ports) -> None:
    source, target = made.drafted(ports), made.drafted(ports, title="Another")
    here, there = (made.stage_of(ports, each) for each in (source, target))
    ports.database.write(
        lambda session: session.execute(update(Stage).where(Stage.id == here.id).values(steps=["collect", "award"]))
    )
    with pytest.raises(Refusal, match="earlier form of its procedure"):
        copied(ports, source)
    count = perform(
        ports, made.officer(ports), ports.clock.now(), library.copy_questions, there.id, here.id, ["solution", "title"]
    )
    assert count == 1  # the title is asked once
    with ports.database.reading() as session:
        keys = [row.key for row in calls_queries.questions_of(session, there.id)]
    assert "solution_2" in keys


# templates


def test_a_template_is_kept_once_by_one_name_and_its_removal_changes_no_call(ports: Ports) -> None:
    officer, now, call, other = made.officer(ports), ports.clock.now(), made.drafted(ports), made.published(ports)
    row = perform(ports, officer, now, library.keep_template, call.id, "Small challenge", "Below £50,000.")
    for call_id, name in ((call.id, "Another name"), (other.id, "small CHALLENGE")):
        with pytest.raises(Refusal, match="already"):
            perform(ports, officer, now, library.keep_template, call_id, name)
    copy = copied(ports, call)
    with ports.database.reading() as session:
        assert [each.name for each in library_queries.templates(session)] == ["Small challenge"]
        assert library_queries.times_copied(session, [call.ref, other.ref]) == {call.ref: 1}
    perform(ports, officer, now, library.remove_template, row.id)
    with pytest.raises(Refusal, match="no longer there"):
        perform(ports, officer, now, library.remove_template, row.id)
    with ports.database.reading() as session:
        assert library_queries.templates(session) == []
        assert calls_queries.get_call(session, copy.id).state in states.call.editable
    perform(ports, officer, now, library.keep_template, call.id, "Small challenge")


def test_only_officers_keep_and_remove(ports: Ports) -> None:
    call, approver, now = made.drafted(ports), made.approver(ports), ports.clock.now()
    with pytest.raises(Refusal):
        perform(ports, approver, now, library.keep_template, call.id, "Mine")
    item = perform(
        ports, made.officer(ports), now, library.keep_question, made.stage_of(ports, call).id, "solution", "plan"
    )
    with pytest.raises(Refusal):
        perform(ports, approver, now, library.remove_item, item.id)


# the library


def test_a_question_is_kept_found_put_in_and_changed_without_changing_a_call(ports: Ports) -> None:
    officer, now = made.officer(ports), ports.clock.now()
    source, target = made.drafted(ports), made.drafted(ports, "innovation_fund", title="A fund")
    here, there = (made.stage_of(ports, each) for each in (source, target))
    item = perform(ports, officer, now, library.keep_question, here.id, "delivery", "Planning, people; planning")
    assert item.tags == "planning people"
    with pytest.raises(Refusal, match="already, as it stands here"):
        perform(ports, officer, now, library.keep_question, here.id, "delivery")
    with ports.database.reading() as session:
        assert [each.id for each in library_queries.items(session, "question", "deliver people")] == [item.id]
        assert library_queries.items(session, "question", "zebra") == []
        assert library_queries.items(session, "question", tag="plan") == []
        assert library_queries.items(session, "criterion") == []
    assert perform(ports, officer, now, library.put_questions, there.id, [item.id]) == 1
    title = "How will you bring it about?"
    perform(ports, officer, now, library.change_item, item.id, title=title, note="", tags="plan", seen=1)
    with pytest.raises(Refusal, match="Somebody changed this"):
        perform(ports, officer, now, library.change_item, item.id, title="Mine", note="", tags="", seen=1)
    with ports.database.reading() as session:
        rows = {row.key: row for row in calls_queries.questions_of(session, there.id)}
        (put,) = [row for row in rows.values() if row.text == "How will you deliver it, and who will do the work?"]
        assert (put.criterion, put.word_limit, put.section) == ("", 500, "Delivery")
        assert [call.ref for call in library_queries.uses(session, [item.id])[item.id]] == [target.ref, source.ref]
        kept = session.get_one(LibraryItem, item.id)
        assert (kept.content["text"], kept.tags) == (title, "plan")
    perform(ports, officer, now, library.remove_item, item.id)
    with pytest.raises(Refusal, match="Choose at least one"):
        perform(ports, officer, now, library.put_questions, there.id, [item.id])
    with pytest.raises(Refusal, match="no longer in the library"):
        perform(ports, officer, now, library.remove_item, item.id)


def test_a_criterion_keeps_its_scale(ports: Ports) -> None:
    officer, now = made.officer(ports), ports.clock.now()
    source, target = made.drafted(ports), made.drafted(ports, title="Another")
    here, there = (made.stage_of(ports, each) for each in (source, target))
    item = perform(ports, officer, now, library.keep_criterion, here.id, "benefit", "people")
    assert perform(ports, officer, now, library.put_criteria, there.id, [item.id]) == 1
    assert perform(ports, officer, now, library.copy_criteria, there.id, here.id, ["value"]) == 1
    with ports.database.reading() as session:
        rows = calls_queries.criteria_of(session, there.id)
        first = next(row for row in rows if row.key == "benefit")
        put = next(row for row in rows if row.key == "benefit_to_people")
        same = ("name", "description", "weight", "top", "minimum", "words")
        assert [getattr(put, name) for name in same] == [getattr(first, name) for name in same]
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))


def test_a_call_that_was_handed_on_takes_nothing(ports: Ports) -> None:
    officer, now = made.officer(ports), ports.clock.now()
    source = made.published(ports)
    here = made.stage_of(ports, source)
    item = perform(ports, officer, now, library.keep_question, here.id, "solution")
    with pytest.raises(Refusal, match="published"):
        perform(ports, officer, now, library.put_questions, here.id, [item.id])
    with pytest.raises(Refusal, match="published"):
        perform(ports, officer, now, questions.copy_question, here.id, "solution")


def test_every_column_of_what_is_copied_has_its_place() -> None:
    """A new column of a stage is copied, or it says when, where it stands or who sits in it."""
    own = {
        *("id", "call_id", "state", "decide_by", "scheme", "scheme_fingerprint", "proposers", "sent_back"),
        *("started_at", "opened_at", "marks_locked_at", "agreed_at", "told_at", "reminded_of", "ended_at"),
        *("ended_reason", *rules.INSTANTS),
    }
    assert {column.key for column in Stage.__table__.columns} == own | set(rules.OF_A_STAGE)
    assert {"call_id", "stage_id"} <= {
        column.key for table in (Question, Criterion) for column in table.__table__.columns
    }
