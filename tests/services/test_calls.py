"""Writing, reviewing, publishing and cancelling a call."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from procurement.models.applications import Application
from procurement.models.calls import CallVersion
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.call_checks import call_problems
from procurement.rules.calls import SECTION_FIELDS
from procurement.rules.ledger import canonical, digest
from procurement.rules.permissions import SYSTEM, Principal
from procurement.rules.ports import Ports
from procurement.services import calls, criteria, questions, stages
from procurement.services.act import Act, perform
from procurement.services.refusal import Refusal, Stale
from tests.parts import applications, people, procedures
from tests.parts import calls as made
from workflows.catalogue import PROCEDURES
from workflows.scoring.schemes import read_scheme


def refused(ports: Ports, fn: Any) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        ports.database.write(fn)
    return [str(reason) for reason in refusal.value.reasons]


def change(ports: Ports, call_id: int, values: dict[str, Any], by: Principal | None = None) -> None:
    who, now = by or made.officer(ports), ports.clock.now()

    def save(session: Any) -> None:
        call = calls_queries.get_call(session, call_id)
        section = next(name for name in SECTION_FIELDS if set(values) <= set(SECTION_FIELDS[name]))
        made.save(session, ports, call, section, values, who, now)

    ports.database.write(save)


def test_a_second_person_publishes_and_everything_is_frozen(ports: Ports) -> None:
    call = made.published(ports, "challenge_open", lots=[("North", 60_000), ("South", 40_000)])
    assert (call.state, call.published_at) == ("published", ports.clock.now())
    assert call.workflows is not None
    plains = {subject: copy["plain"] for subject, copy in call.workflows.items()}
    assert sorted(plains) == ["assignment", "award", "call", "entry", "procedure", "stage"]
    assert digest(canonical(plains)) == call.workflow_fingerprint
    stage = made.stage_of(ports, call)
    assert stage.scheme is not None
    assert digest(canonical(stage.scheme)) == stage.scheme_fingerprint
    assert [criterion.weight for criterion in read_scheme(stage.scheme).criteria] == [35, 25, 20, 20]
    assert (stage.state, stage.started_at, stage.opened_at) == ("collecting", call.published_at, None)
    assert (call.route, workflows_queries.standard_of(call)) == ("covered", PROCEDURES["challenge_open"].standard)
    with ports.database.reading() as session:
        version = session.scalars(select(CallVersion).where(CallVersion.call_id == call.id)).one()
        freeze = session.scalars(select(Event).where(Event.tag == "call.freeze")).one()
        tags = session.scalars(select(Event.tag).where(Event.call_id == call.id).order_by(Event.position)).all()
    assert digest(version.content) == version.fingerprint
    assert freeze.data == {
        "scheme.application": stage.scheme_fingerprint,
        "workflow": call.workflow_fingerprint,
        "content": version.fingerprint,
    }
    moves = [tag for tag in tags if tag not in ("call.edit", "call.freeze", "register.publish")]
    assert moves == [
        "call.begin",
        "stage.begin",
        "call.send_for_review",
        "call.approve",
        "call.publish",
        "stage.start",
    ]


def test_a_call_has_the_stages_of_its_procedure_and_begins_with_the_first(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    procedures.offered(monkeypatch)
    call = made.published(ports, "three_stages", lots=[("North", 60_000), ("South", 40_000)])
    with ports.database.reading() as session:
        stages = stages_queries.of_call(session, call.id)
        forms = [[each.purpose for each in calls_queries.form_of(session, stage.id)] for stage in stages]
    assert [(each.number, each.key, each.state) for each in stages] == [
        (1, "interest", "collecting"),
        (2, "proposal", "planned"),
        (3, "demonstration", "planned"),
    ]
    assert [each.started_at for each in stages] == [call.published_at, None, None]
    assert [[row.lot.title for row in each.lots] for each in stages] == [["North", "South"]] * 3
    assert len({each.scheme_fingerprint for each in stages} - {None}) == 3
    assert [[purpose.value for purpose in form if purpose] for form in forms] == [
        ["title", "summary"],
        ["title", "summary", "amount", "vat"],
        [],
    ]
    assert stages[2].ranks_by == {"proposal": 60, "demonstration": 40}
    # the next begins by an act of its own, and what collects nothing has nothing to open
    for later in stages[1:]:
        perform(ports, SYSTEM, ports.clock.now(), started, call.id, later.id)
    with ports.database.reading() as session:
        now = ports.clock.now()
        assert [
            (each.state, each.started_at, each.opened_at) for each in stages_queries.listed(session, call.id)[1:]
        ] == [
            ("collecting", now, None),
            ("assessing", now, now),
        ]


def started(act: Act, call_id: int, stage_id: int) -> None:
    stages.start(act, calls_queries.get_call(act.session, call_id), stages_queries.get(act.session, stage_id))


def test_who_wrote_any_of_it_cannot_approve_it(ports: Ports) -> None:
    both = made.staff(ports, "both@city.example", "officer", "approver")
    call = made.drafted(ports)
    change(ports, call.id, {"problem": "Another view of the problem."}, by=both)
    call = made.reviewed(ports, call)
    now = ports.clock.now()

    def approve(by: Principal) -> Any:
        return lambda session: calls.approve_and_publish(Act(session, ports, by, now), call.id, seen=call.version)

    assert refused(ports, approve(both)) == ["You wrote this. Somebody else must approve it."]
    assert refused(ports, approve(made.officer(ports))) == ["Only an approver can do this."]
    assert made.read(ports, call.id).state == "in_review"
    ports.database.write(approve(made.approver(ports)))
    assert made.read(ports, call.id).state == "published"


def test_nobody_approves_what_they_have_not_seen(ports: Ports) -> None:
    call = made.reviewed(ports, made.drafted(ports))
    second, now = made.approver(ports), ports.clock.now()
    perform(ports, second, now, calls.send_back, call.id, "Say who pays.")
    change(ports, call.id, {"terms": "The city pays."})
    made.reviewed(ports, call)
    assert refused(
        ports, lambda s: calls.approve_and_publish(Act(s, ports, second, now), call.id, seen=call.version)
    ) == ["The call was changed after you opened this page. Read it again before you approve it."]


def test_a_call_is_sent_back_with_a_reason_that_its_authors_read(ports: Ports) -> None:
    made.approver(ports)
    call = made.reviewed(ports, made.drafted(ports))
    second, now = made.approver(ports), ports.clock.now()
    assert refused(ports, lambda s: calls.send_back(Act(s, ports, second, now), call.id, " ")) == ["Give a reason."]
    perform(ports, second, now, calls.send_back, call.id, "Say who pays.")
    call = made.read(ports, call.id)
    assert (call.state, call.sent_back) == ("draft", "Say who pays.")
    call = made.reviewed(ports, call)
    assert (call.state, call.sent_back) == ("in_review", "")
    with ports.database.reading() as session:
        rows = session.execute(select(Message.kind, Message.address).order_by(Message.id)).all()
    assert [tuple(row) for row in rows if row.kind in ("review_asked", "sent_back")] == [
        ("review_asked", made.APPROVER),
        ("sent_back", made.OFFICER),
        ("review_asked", made.APPROVER),
    ]


def test_a_call_that_lacks_something_is_not_sent_for_review(ports: Ports) -> None:
    officer, now = made.officer(ports), ports.clock.now()
    new = perform(ports, officer, now, calls.create, "small_grant", "A new fund")
    with ports.database.reading() as session:
        draft = calls_queries.draft_of(session, calls_queries.get_call(session, new.id))
    assert [(p.section, p.field) for p in call_problems(draft, now)] == [
        ("details", "theme"),
        ("details", "summary"),
        ("details", "problem"),
        ("details", "users"),
        ("details", "outcome"),
        ("money", "budget"),
        ("money", ""),
        ("route", "receives"),
    ]
    assert refused(ports, lambda s: calls.send_for_review(Act(s, ports, officer, now), new.id)) == [
        "8 things are missing before this can be published."
    ]


def test_a_stale_save_shows_what_differs_and_changes_nothing(ports: Ports) -> None:
    call = made.drafted(ports)
    officer, now = made.officer(ports), ports.clock.now()
    colleague = made.staff(ports, "colleague@city.example", "officer")
    with ports.database.reading() as session:
        version = calls_queries.section_mark(session, calls_queries.get_call(session, call.id), "details")
    change(ports, call.id, {"problem": "What the colleague wrote."}, by=colleague)
    mine = {name: getattr(call, name) for name in SECTION_FIELDS["details"]} | {"problem": "What I wrote."}

    def save(session: Any, version: int) -> None:
        calls.save_section(Act(session, ports, officer, now), call.id, "details", mine, version=version)

    with pytest.raises(Stale) as stale:
        ports.database.write(lambda session: save(session, version))
    assert (stale.value.yours, stale.value.theirs) == (
        {"problem": "What I wrote."},
        {"problem": "What the colleague wrote."},
    )
    assert stale.value.saved_by == "Colleague"
    assert made.read(ports, call.id).problem == "What the colleague wrote."
    ports.database.write(lambda session: save(session, stale.value.version))
    assert made.read(ports, call.id).problem == "What I wrote."


def test_a_change_elsewhere_does_not_make_a_page_stale(ports: Ports) -> None:
    call = made.drafted(ports)
    officer, now = made.officer(ports), ports.clock.now()
    with ports.database.reading() as session:
        version = calls_queries.section_mark(session, calls_queries.get_call(session, call.id), "money")
    change(ports, call.id, {"problem": "Something else."})
    money = {"budget": Decimal(5_000), "vat_rate": Decimal(20), "above_budget": "warn"}
    perform(ports, officer, now, calls.save_section, call.id, "money", money, version=version)
    with ports.database.reading() as session:
        assert [lot.budget for lot in calls_queries.lots_of(session, call.id)] == [Decimal(5_000)]


def test_what_was_published_cannot_be_changed(ports: Ports) -> None:
    call = made.published(ports)
    now, officer = ports.clock.now(), made.officer(ports)
    sentence = "This call was published: it is changed by an amendment, which somebody else approves."
    values, stage = {"budget": Decimal(1)}, made.stage_of(ports, call)
    dates = dict.fromkeys(("opens_at", "closes_at", "assess_by", "decide_by"))
    attempts = [
        lambda s: calls.save_section(Act(s, ports, officer, now), call.id, "money", values, version=1),
        lambda s: calls.remove_lot(Act(s, ports, officer, now), call.id, 1),
        lambda s: questions.remove_question(Act(s, ports, officer, now), stage.id, "plan"),
        lambda s: criteria.add_criterion(Act(s, ports, officer, now), stage.id, "Beauty", 5),
        lambda s: calls.save_stage(Act(s, ports, officer, now), stage.id, "dates", dates, version=1),
    ]
    for attempt in attempts:
        assert refused(ports, attempt) == [sentence]


def test_a_cancelled_call_says_why_and_is_final(ports: Ports) -> None:
    call = made.published(ports)
    assert refused(
        ports,
        lambda s: calls.cancel(Act(s, ports, made.officer(ports), ports.clock.now()), call.id, "No money."),
    ) == ["Only an approver can do this."]
    call = made.cancelled(ports, call, "The money went elsewhere.")
    assert (call.state, call.ended_reason) == ("cancelled", "The money went elsewhere.")
    assert refused(
        ports,
        lambda s: calls.cancel(Act(s, ports, made.approver(ports), ports.clock.now()), call.id, "Again."),
    ) == ["This cannot be done now. The call is at “Cancelled”."]


def test_a_call_cannot_be_published_after_its_closing_time(ports: Ports, clock: Any) -> None:
    call = made.reviewed(ports, made.drafted(ports, "small_grant", open_for=timedelta(days=10)))
    clock.forward(days=10)
    second, now = made.approver(ports), ports.clock.now()
    assert refused(
        ports, lambda s: calls.approve_and_publish(Act(s, ports, second, now), call.id, seen=call.version)
    ) == ["1 thing is missing before this can be published."]


def test_references_are_numbered_within_a_year(ports: Ports) -> None:
    refs = [made.drafted(ports, title=title).ref for title in ("One", "Two", "Three")]
    year = ports.clock.now().year
    assert refs == [f"BCC-{year}-00{number}" for number in (1, 2, 3)]


def test_lots_are_numbered_without_a_gap_and_one_always_stays(ports: Ports) -> None:
    call = made.drafted(ports, lots=[("North", 50_000), ("East", 30_000), ("South", 20_000)])
    officer, now = made.officer(ports), ports.clock.now()
    perform(ports, officer, now, calls.remove_lot, call.id, 2)
    with ports.database.reading() as session:
        assert [(lot.number, lot.title) for lot in calls_queries.lots_of(session, call.id)] == [
            (1, "North"),
            (2, "South"),
        ]
    perform(ports, officer, now, calls.remove_lot, call.id, 1)
    with ports.database.reading() as session:
        (stage,) = stages_queries.of_call(session, call.id)
        assert [row.lot.title for row in stage.lots] == ["South"]
    assert refused(ports, lambda s: calls.remove_lot(Act(s, ports, officer, now), call.id, 1)) == [
        "A call has at least one lot. Change this one instead."
    ]
    assert refused(ports, lambda s: calls.remove_lot(Act(s, ports, officer, now), call.id, 9)) == [
        "This lot is no longer there."
    ]


def test_whoever_is_applying_is_told_of_the_cancellation_and_staff_cannot_see_to_whom(ports: Ports) -> None:
    people.firm(ports, "Elsewhere Ltd", "lead@elsewhere.example")
    call = made.published(ports)
    sent, _, lead = applied(ports, call)
    drafting, organisation = people.firm(ports, "Still Writing Ltd", "lead@writing.example")
    draft = applications.started(ports, call, drafting, organisation)
    made.cancelled(ports, call, "The money went elsewhere.")
    stage = made.stage_of(ports, call)
    with ports.database.reading() as session:
        rows = session.scalars(select(Message).where(Message.kind == "cancelled").order_by(Message.id)).all()
        counts = calls_queries.counted(session, [stage.id])
    assert [(row.address, row.application_id, row.sealed) for row in rows] == [
        (lead, sent, True),
        ("lead@writing.example", draft.id, True),
    ]
    assert all("The money went elsewhere." in row.body for row in rows)
    assert counts == {stage.id: calls_queries.Counted(drafts=1, submitted=1)}


def applied(ports: Ports, call: Any) -> tuple[int, str, str]:
    """A submitted application: its id, its reference, and the address of its lead."""
    email = "mina@clean-air.example"
    applications.submitted(ports, call, "Clean Air Makers", email)
    with ports.database.reading() as session:
        row = session.scalars(select(Application).where(Application.call_id == call.id)).one()
    return row.id, row.ref, email


@pytest.mark.parametrize(
    ("days", "changed", "expected"),
    [
        (0, [{}, {}, {}], "open"),
        (31, [{}, {}, {}], "closed"),
        (31, [{"opened_at": 31}, {}, {}], "in_assessment"),
        (60, [{"opened_at": 31, "told_at": 59}, {}, {}], "in_assessment"),
        (60, [{"opened_at": 31, "told_at": 40}, {"opened_at": 50, "told_at": 51}, {"told_at": 61}], "in_assessment"),
        (61, [{"opened_at": 31, "told_at": 40}, {"opened_at": 50, "told_at": 51}, {"told_at": 61}], "decided"),
    ],
)
def test_lists_say_of_a_call_what_its_page_says(
    ports: Ports,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    changed: list[dict[str, int]],
    expected: str,
) -> None:
    procedures.offered(monkeypatch)
    call, begun = made.published(ports, "three_stages"), ports.clock.now()

    def happen(session: Any) -> None:
        for stage, instants in zip(stages_queries.of_call(session, call.id), changed, strict=True):
            for name, day in instants.items():
                setattr(stage, name, begun + timedelta(days=day))

    ports.database.write(happen)
    clock.set(begun + timedelta(days=days))
    with ports.database.reading() as session:
        now = ports.clock.now()
        column = session.scalars(select(calls_queries.status_column(now))).one()
        own = calls_queries.status_of(call, stages_queries.listed(session, call.id), now)
    assert (column, own) == (expected, expected)
