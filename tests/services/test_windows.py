"""Windows: set out and published together, begun by the clock; a draft goes on in the next, who was declined applies
again, and no window is waited for that was ended."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update

from procurement.jobs import sweep
from procurement.models.applications import Answer, Application, Attachment, Entry
from procurement.models.calls import Call, Lot
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.stages import Criterion, Question, Stage
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.queries import opening as opening_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules.call_checks import call_problems
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.statuses import CallStatus
from procurement.services import applications as service
from procurement.services import assessment as assessment_service
from procurement.services import progress, questions, reserve, vault, verification
from procurement.services import windows as windows_service
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import applications, assessment, calls, outcomes, people, windows
from tests.parts.clock import StandingClock

REASON = "The council has stopped the fund."


def stages_of(ports: Ports, call: Call) -> list[Stage]:
    with ports.database.reading() as session:
        return stages_queries.of_call(session, call.id)


def problems(ports: Ports, call: Call) -> list[tuple[str, str, str]]:
    with ports.database.reading() as session:
        found = call_problems(
            calls_queries.draft_of(session, calls_queries.get_call(session, call.id)), ports.clock.now()
        )
    return [(each.section, each.stage, str(each.sentence)) for each in found]


def entries_of(ports: Ports, application: Application) -> list[Entry]:
    with ports.database.reading() as session:
        return applications_queries.entries_of(session, application.id)


def said(ports: Ports, entry: Entry) -> dict[str, Any]:
    with ports.database.reading() as session:
        rows = session.scalars(select(Answer).where(Answer.entry_id == entry.id)).all()
    return {row.key: vault.open_answer(ports, row) for row in rows}


def files_of(ports: Ports, entry: Entry) -> list[tuple[str, str, bytes]]:
    with ports.database.reading() as session:
        rows: Sequence[Attachment] = applications_queries.attachments_of(session, entry.id)
    return [(row.key, row.name, b"".join(vault.open_file(ports, row))) for row in rows]


def refused(ports: Ports, by: Principal, act: Any, *args: Any) -> str:
    with pytest.raises(Refusal) as found:
        perform(ports, by, ports.clock.now(), act, *args)
    return str(found.value.reasons[0])


def draft_with_a_file(ports: Ports, call: Call, firm: str = "Clean Air Makers") -> tuple[Application, Principal]:
    """Everything is answered, there is a file, and nothing was submitted."""
    lead, organisation = people.firm(ports, firm, f"lead@{firm.replace(' ', '-').lower()}.example")
    return applications.written(ports, call, lead, organisation), lead


# set out


def test_a_further_window_has_the_dates_of_a_quarter_later_and_what_is_left_of_the_budget(ports: Ports) -> None:
    call = calls.drafted(ports, "small_grant", budget=100_000)
    officer = calls.officer(ports)
    perform(ports, officer, ports.clock.now(), windows_service.add, call.id)
    windows.share(ports, call, 40_000, 30_000)
    perform(ports, officer, ports.clock.now(), windows_service.add, call.id)
    one, two, three = stages_of(ports, call)
    assert [(each.key, each.window, each.number, each.title) for each in (one, two, three)] == [
        ("application", 1, 1, "Application, window 1"),
        ("application-2", 2, 1, "Application, window 2"),
        ("application-3", 3, 1, "Application, window 3"),
    ]
    assert [row.budget for each in (one, two, three) for row in each.lots] == [40_000, 30_000, 30_000]
    for before, after in ((one, two), (two, three)):
        assert before.opens_at is not None
        assert after.opens_at is not None
        assert before.closes_at is not None
        assert timedelta(days=89) <= after.opens_at - before.opens_at <= timedelta(days=98)
        assert after.opens_at >= before.closes_at
    assert problems(ports, call) == []


def test_only_the_last_window_is_removed_and_the_only_one_has_the_budget_of_its_lot(ports: Ports) -> None:
    call = windows.drafted(ports, count=3)
    officer = calls.officer(ports)
    only_last = "Only the last window can be removed, and the first one stays."
    assert refused(ports, officer, windows_service.remove, call.id, 2) == only_last
    for number in (3, 2):
        perform(ports, officer, ports.clock.now(), windows_service.remove, call.id, number)
    assert refused(ports, officer, windows_service.remove, call.id, 1) == only_last
    (stage,) = stages_of(ports, call)
    assert (stage.title, [row.budget for row in stage.lots]) == ("Application", [None])


def test_windows_that_overlap_or_do_not_add_up_are_not_published(ports: Ports) -> None:
    call = windows.drafted(ports)
    windows.share(ports, call, 60_000, 50_000)
    adds_up = "The windows add up to £110,000 in lot 1, and its budget is £120,000. They must be the same."
    assert problems(ports, call) == [("windows", "", adds_up)]
    windows.share(ports, call, 60_000, None)
    assert problems(ports, call) == [("windows", "", "Say what window 2 may cost in lot 1.")]
    windows.share(ports, call, 60_000, 60_000)
    first = windows.window(ports, call, 1)
    assert first.closes_at is not None
    at = first.closes_at - timedelta(minutes=1)
    ports.database.write(
        lambda session: calls.save_stage(
            session,
            ports,
            session.get_one(Stage, windows.window(ports, call, 2).id),
            "dates",
            {"opens_at": at},
            calls.officer(ports),
            ports.clock.now(),
        )
    )
    ((section, stage, sentence),) = problems(ports, call)
    assert (section, stage) == ("dates", "application-2")
    assert sentence.startswith("Window 2 opens before the one before it has closed, on ")


def test_a_call_of_another_procedure_takes_applications_once(ports: Ports) -> None:
    call = calls.drafted(ports, "challenge_open")
    once = "A call of this procedure takes applications once."
    assert refused(ports, calls.officer(ports), windows_service.add, call.id) == once


def test_every_window_is_published_with_the_form_and_the_scheme_of_the_first(ports: Ports) -> None:
    call = windows.drafted(ports)
    two = windows.window(ports, call, 2)
    elsewhere = "Every window has the form and the criteria of the first one. Change them there."
    assert refused(ports, calls.officer(ports), questions.add_question, two.id, {}) == elsewhere
    call = calls.reviewed(ports, call)
    perform(ports, calls.approver(ports), ports.clock.now(), windows.publish, call.id, seen=call.version)
    one, two = stages_of(ports, call)
    assert (one.scheme_fingerprint, one.readers) == (two.scheme_fingerprint, two.readers)
    with ports.database.reading() as session:
        for table in (Question, Criterion):
            first, second = (
                session.execute(
                    select(*(c for c in table.__table__.columns if c.key not in ("id", "stage_id")))
                    .where(table.stage_id == stage.id)
                    .order_by(table.position)
                ).all()
                for stage in (one, two)
            )
            assert first
            assert first == second
        content = calls_queries.newest_version(session, call.id)
    assert content is not None
    assert b'"budget":"60000"' in content.content
    assert ((one.state, two.state), two.started_at) == (("collecting", "planned"), None)


# the clock


def test_a_window_begins_by_the_clock_once_however_late_the_sweep_is(ports: Ports, clock: StandingClock) -> None:
    call = windows.published(ports)
    two = windows.window(ports, call, 2)
    assert two.opens_at is not None
    clock.set(two.opens_at - timedelta(seconds=1))
    sweep.make_due(ports)
    assert windows.window(ports, call, 2).started_at is None
    clock.set(two.opens_at + timedelta(hours=3))
    with ports.database.reading() as session:
        due = windows_queries.due_to_begin(session, clock.now())
    sweep.make_due(ports)
    begun = windows.window(ports, call, 2)
    assert (begun.state, begun.started_at) == ("collecting", two.opens_at)
    assert [perform(ports, calls.officer(ports), clock.now(), windows_service.begin, each) for each in due] == [False]
    with ports.database.reading() as session:
        asked = select(Event.effective_at).where(Event.tag == "stage.start", Event.subject_id == two.id)
        assert session.scalars(asked).all() == [two.opens_at]


def test_a_team_can_write_from_the_opening_on_before_the_sweep_was_there(ports: Ports, clock: StandingClock) -> None:
    call = windows.published(ports)
    lead, firm = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    two = windows.window(ports, call, 2)
    assert two.opens_at is not None
    clock.set(two.opens_at - timedelta(seconds=1))
    lot = next(row.lot_id for row in two.lots)
    waits = refused(ports, lead, service.start, call.id, lot, firm.id)
    assert waits.startswith("The next window of this call opens on ")
    clock.set(two.opens_at)
    application = applications.started(ports, call, lead, firm)
    assert application.entry.stage_id == two.id
    title = next(each.key for each in applications.form(ports, call) if each.purpose == "title")
    assert applications.answer(ports, application, title, "Air", lead).version == 1


def test_where_a_call_stands_between_its_windows(ports: Ports, clock: StandingClock) -> None:
    call = windows.published(ports)
    one, two = stages_of(ports, call)
    assert one.opens_at
    assert one.closes_at
    assert two.opens_at
    assert two.closes_at

    def stands() -> list[Any]:
        with ports.database.reading() as session:
            column = session.scalar(select(calls_queries.status_column(clock.now())).where(Call.id == call.id))
            return [calls_queries.status_of(call, stages_queries.listed(session, call.id), clock.now()), column]

    for at, status in (
        (one.opens_at, CallStatus.OPEN),
        (one.closes_at, CallStatus.UPCOMING),
        (two.opens_at, CallStatus.OPEN),
        (two.closes_at, CallStatus.CLOSED),
    ):
        clock.set(at)
        assert stands() == [status, status]
    clock.set(one.closes_at)
    perform(ports, calls.officer(ports), clock.now(), windows_service.end, call.id, REASON)
    assert stands() == [CallStatus.CLOSED, CallStatus.CLOSED]


# a draft goes on


def test_a_draft_goes_on_in_the_next_window_with_every_answer_and_file(ports: Ports, clock: StandingClock) -> None:
    call = windows.published(ports)
    application, lead = draft_with_a_file(ports, call)
    before = application.entry
    windows.closed(ports, call, 1)
    old, new = entries_of(ports, application)
    assert (old.id, old.state, new.state, new.stage.window) == (before.id, "not_submitted", "draft", 2)
    assert applications.read(ports, application.ref).entry_id == new.id
    assert said(ports, new) == said(ports, old) != {}
    assert files_of(ports, new) == files_of(ports, old)
    assert len(files_of(ports, new)) == 1
    assert (new.missing, old.missing) == ([], [])

    opened = windows.opened(ports, call, 2)
    made = applications.press(ports, application, lead)
    assert not isinstance(made, service.Late)
    assert made.entry_id == new.id
    with ports.database.reading() as session:
        sent = [b"".join(vault.open_file(ports, line)) for line in made.manifest["files"]]
    assert sent == [content for _key, _name, content in files_of(ports, old)]
    assert opened.closes_at is not None
    clock.set(opened.closes_at + timedelta(minutes=opened.hold_minutes))
    assessment.opened(ports, call)
    with ports.database.reading() as session:
        assert opening_queries.damaged_ids(session, opened.id) == frozenset()
        assert [each.broken for each in verification.verify(session, ports) if each.broken] == []


def test_the_team_is_told_once_and_nobody_else_learns_of_the_draft(ports: Ports) -> None:
    call = windows.published(ports)
    application, _lead = draft_with_a_file(ports, call)
    windows.closed(ports, call, 1)
    sweep.make_due(ports)
    with ports.database.reading() as session:
        told = session.scalars(select(Message).where(Message.application_id == application.id)).all()
    (mail,) = [each for each in told if each.kind in ("carried_over", "not_submitted")]
    assert (mail.kind, mail.sealed) == ("carried_over", True)
    assert "all answers and files are a draft for the next window" in " ".join(mail.body.split())


def test_a_worker_that_runs_twice_makes_one_draft(ports: Ports) -> None:
    call = windows.published(ports)
    application, _lead = draft_with_a_file(ports, call)
    entry_id, one = application.entry.id, windows.window(ports, call, 1)
    windows.closed(ports, call, 1)
    again = [perform(ports, calls.officer(ports), ports.clock.now(), service.lapse, entry_id) for _ in range(2)]
    assert again == [False, False]
    assert one.closes_at is not None
    assert len(entries_of(ports, application)) == 2


def test_a_crash_in_between_leaves_the_draft_where_it_was(ports: Ports, clock: StandingClock) -> None:
    call = windows.published(ports)
    application, _lead = draft_with_a_file(ports, call)
    one = windows.window(ports, call, 1)
    assert one.closes_at is not None
    clock.set(one.closes_at)

    def dies(act: Any, entry_id: int) -> None:
        service.lapse(act, entry_id)
        raise RuntimeError("the machine went down")

    with pytest.raises(RuntimeError):
        perform(ports, calls.officer(ports), clock.now(), dies, application.entry.id)
    (only,) = entries_of(ports, application)
    assert only.state == "draft"
    sweep.make_due(ports)
    old, new = entries_of(ports, application)
    assert (old.state, new.state, said(ports, new)) == ("not_submitted", "draft", said(ports, old))


def test_a_late_press_finds_its_draft_in_the_next_window(ports: Ports, clock: StandingClock) -> None:
    call = windows.published(ports)
    application, lead = draft_with_a_file(ports, call)
    one = windows.window(ports, call, 1)
    assert one.closes_at is not None
    clock.set(one.closes_at)
    assert isinstance(applications.press(ports, application, lead), service.Late)
    old, new = entries_of(ports, application)
    assert (old.state, new.state, said(ports, new)) == ("not_submitted", "draft", said(ports, old))


def test_a_draft_of_the_last_window_is_not_submitted(ports: Ports) -> None:
    call = windows.published(ports)
    windows.opened(ports, call, 2)
    application, _lead = draft_with_a_file(ports, call)
    windows.closed(ports, call, 2)
    (only,) = entries_of(ports, application)
    assert (only.state, only.stage.window) == ("not_submitted", 2)


def test_what_was_submitted_does_not_go_on(ports: Ports) -> None:
    call = windows.published(ports)
    application, _lead = applications.submitted(ports, call)
    windows.closed(ports, call, 1)
    assert [each.state for each in entries_of(ports, application)] == ["submitted"]


# apply again


def told(ports: Ports, call: Call) -> Call:
    """The window that is open is closed, decided and told: Firm A is funded, Firm B is declined."""
    assessment.bids_in(ports, call, firms=2)
    assessment.in_assessment(ports, assessment.opened(ports, call))
    assessment.assigned(ports, call)
    assessment.marked(ports, call)
    outcomes.propose(ports, call := locked(ports, call), proposals(ports, call))
    return outcomes.told(ports, outcomes.approve(ports, call))


def locked(ports: Ports, call: Call) -> Call:
    stage = calls.stage_of(ports, call)
    perform(ports, calls.officer(ports), ports.clock.now(), assessment_service.lock_marks, stage.id)
    return calls.read(ports, call.id)


def proposals(ports: Ports, call: Call) -> dict[str, outcomes.Proposal]:
    made = outcomes.in_rank_order(ports, call, most=1)
    return {
        ref: each if each.outcome == "fund" else outcomes.Proposal("decline", None, outcomes.REASON)
        for ref, each in made.items()
    }


def firm(ports: Ports, call: Call, name: str) -> tuple[Application, Principal]:
    with ports.database.reading() as session:
        rows = session.scalars(
            select(Application)
            .where(Application.call_id == call.id)
            .options(*applications_queries.WITH_CALL_LOT_AND_FIRM)
        ).all()
    (found,) = [each for each in rows if each.organisation.name == name]
    award_like = type("OfFirm", (), {"application_id": found.id})()
    return applications.read(ports, found.ref), outcomes.lead_of(ports, award_like)


def test_who_was_declined_applies_again_in_the_window_that_is_open(ports: Ports, clock: StandingClock) -> None:
    call = windows.published(ports)
    told(ports, call)
    application, lead = firm(ports, call, "Firm B")
    funded, its_lead = firm(ports, call, "Firm A")
    declined = application.entry
    assert declined.state == "declined"
    waits = refused(ports, lead, service.apply_again, declined.id)
    assert waits.startswith("The next window of this call opens on ")
    windows.opened(ports, call, 2)
    not_over = "This application is not over, so you cannot apply again."
    assert refused(ports, its_lead, service.apply_again, funded.entry.id) == not_over
    made = perform(ports, lead, clock.now(), service.apply_again, declined.id)
    again = perform(ports, lead, clock.now(), service.apply_again, declined.id)
    old, new = entries_of(ports, application)
    assert {made.id, again.id} == {new.id}
    assert (old.state, old.told, new.state, new.told, new.stage.window) == ("declined", True, "draft", False, 2)
    assert said(ports, new) == said(ports, old) != {}
    sent = applications.press(ports, application, lead)
    assert not isinstance(sent, service.Late)
    assert (sent.number, sent.entry_id) == (2, new.id)
    with ports.database.reading() as session:
        assert [each.broken for each in verification.verify(session, ports) if each.broken] == []


def test_each_window_is_decided_within_its_own_budget(ports: Ports) -> None:
    call = windows.published(ports)
    told(ports, call)
    with ports.database.reading() as session:
        (lot,) = outcomes.table(ports, call).lots
        assert (lot.budget, lot.lot.budget) == (60_000, 120_000)
        assert session.scalar(select(func.count()).select_from(Entry).where(Entry.call_id == call.id)) == 2
    windows.opened(ports, call, 2)
    application, lead = firm(ports, call, "Firm B")
    perform(ports, lead, ports.clock.now(), service.apply_again, application.entry.id)
    applications.press(ports, application, lead)
    assessment.in_assessment(ports, assessment.opened(ports, call))
    assessment.assigned(ports, call)
    assessment.marked(ports, call)
    call = locked(ports, call)
    (lot,) = outcomes.table(ports, call).lots
    assert (lot.budget, [each.ref for each in lot.entries]) == (Decimal(60_000), [application.ref])


# the end


def test_a_call_is_concluded_when_no_window_is_still_to_come(ports: Ports, clock: StandingClock) -> None:
    call = windows.published(ports)
    told(ports, call)
    for award in outcomes.awards_of(ports, call):
        outcomes.accepted(ports, award)
    officer = calls.officer(ports)
    to_come = "Window 2 is still to come. End the windows to come first, or wait for it."
    assert refused(ports, officer, reserve.conclude, call.id) == to_come
    assert refused(ports, officer, windows_service.end, call.id, " ") == "Give a reason."
    perform(ports, officer, clock.now(), windows_service.end, call.id, REASON)
    assert refused(ports, officer, windows_service.end, call.id, REASON) == "No window is still to come."
    perform(ports, officer, clock.now(), reserve.conclude, call.id)
    assert calls.read(ports, call.id).state == "concluded"


def test_a_window_that_was_ended_never_begins_and_whoever_waited_in_it_is_told(ports: Ports) -> None:
    call = windows.published(ports, count=3)
    application, lead = draft_with_a_file(ports, call)
    windows.closed(ports, call, 1)
    perform(ports, calls.officer(ports), ports.clock.now(), windows_service.end, call.id, REASON)
    assert [each.ended_reason for each in stages_of(ports, call)] == ["", REASON, REASON]
    windows.opened(ports, call, 2)
    assert windows.window(ports, call, 2).started_at is None
    title = next(iter(said(ports, entries_of(ports, application)[-1])))
    ended = "This window was ended before it began, so nothing can be changed or sent."
    current = applications.read(ports, application.ref).entry
    with pytest.raises(Refusal, match=ended):
        perform(ports, lead, ports.clock.now(), service.save_answer, current.id, title, "More", version=1)
    windows.closed(ports, call, 2)
    with ports.database.reading() as session:
        kinds = session.scalars(select(Message.kind).where(Message.application_id == application.id)).all()
    assert sorted(kinds) == ["carried_over", "draft_begun", "window_ended"]


def test_a_window_that_is_open_is_not_ended(ports: Ports) -> None:
    call = windows.published(ports, count=3)
    windows.opened(ports, call, 2)
    perform(ports, calls.officer(ports), ports.clock.now(), windows_service.end, call.id, REASON)
    assert [each.ended_at is not None for each in stages_of(ports, call)] == [False, False, True]
    assert progress.workflow_of(windows.window(ports, call, 2), call).start.key == "planned"


def test_nothing_goes_on_in_a_window_of_a_lot_that_was_abandoned(ports: Ports) -> None:
    call = windows.published(ports)
    first, second = stages_of(ports, call)
    (lot,) = [row.lot for row in first.lots]
    assert windows_queries.following([first, second], first, lot.id, ports.clock.now()) is second
    ended = update(Lot).where(Lot.id == lot.id).values(abandoned_at=ports.clock.now(), ended_reason=REASON)
    ports.database.write(lambda session: session.execute(ended))
    assert windows_queries.following(stages_of(ports, call), first, lot.id, ports.clock.now()) is None
