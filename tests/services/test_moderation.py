"""Moderation on both databases: what is agreed on, by whom, what it does to the ranking, and what is committed to."""

from decimal import Decimal

import pytest
from sqlalchemy import select, text

from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.moderation import AgreedMark
from procurement.queries import decisions as decisions_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import stages as stages_queries
from procurement.rules.ledger import commitment
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import assessment, moderation
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from procurement.services.verification import verify
from tests.parts import assessment as parts
from tests.parts import calls, outcomes
from tests.parts import moderation as panel
from tests.parts.statements import statements

REASON, LEFT = panel.REASON, panel.LEFT


@pytest.fixture(autouse=True)
def _offered(monkeypatch):
    panel.offered(monkeypatch)


def do(ports: Ports, service, *given, by: Principal, **named):
    return perform(ports, by, ports.clock.now(), service, *given, **named)


def refused(ports, service, *given, by, **named) -> tuple[int, list[str]]:
    with pytest.raises(Refusal) as refusal:
        do(ports, service, *given, by=by, **named)
    return refusal.value.status, [str(each) for each in refusal.value.reasons]


def table(ports, call):
    with ports.database.reading() as session:
        stage = stages_queries.get(session, calls.stage_of(ports, call).id)
        return decisions_queries.table_of(session, stage.call, stage)


def queue(ports, call):
    with ports.database.reading() as session:
        stage = stages_queries.get(session, calls.stage_of(ports, call).id)
        return moderation_queries.queue_of(session, stage.call, stage)


def events(ports, tag):
    with ports.database.reading() as session:
        return list(session.scalars(select(Event).where(Event.tag == tag).order_by(Event.position)))


# the chair


def test_the_marks_are_not_locked_before_the_panel_has_a_chair(ports):
    call = panel.marked(ports)
    stage, officer = calls.stage_of(ports, call), calls.officer(ports)
    do(ports, moderation.remove_person, stage.id, panel.chair(ports).id, by=officer)
    assert refused(ports, assessment.lock_marks, stage.id, by=officer) == (
        409,
        ["The panel has no chair yet. Name one before it moderates."],
    )
    do(ports, moderation.add_person, stage.id, officer.id, "chair", by=officer)
    do(ports, assessment.lock_marks, stage.id, by=officer)
    assert calls.stage_of(ports, call).state == "moderating"


def test_locking_leads_to_the_moderation_and_puts_what_lies_apart_into_the_queue(ports):
    call = panel.moderating(ports)
    found = queue(ports, call)
    criteria = [each.key for each in found.table.scheme.criteria]
    assert {each.entry.organisation.name for each in found.queued} == {"Firm A"}
    assert sorted(each.criterion.key for each in found.queued) == sorted(criteria)
    assert [(each.found.lowest, each.found.highest) for each in found.queued if each.found] == [(2, 5)] * len(criteria)
    assert found.settled == []


def test_without_a_distance_every_mark_of_every_bid_is_settled(ports):
    call = panel.moderating(ports, least=None)
    found = queue(ports, call)
    assert len(found.queued) == 3 * len(found.table.scheme.criteria)
    assert found.queued[0].entry.organisation.name == "Firm A"  # what lies apart comes first


# agreeing


def test_an_agreed_mark_counts_in_the_place_of_the_mean_and_single_marks_stay(ports):
    call = panel.moderating(ports)
    key, entry_id = panel.open_keys(ports, call)[0], panel.entries(ports, call)["Firm A"]
    before = next(each for each in table(ports, call).entries if each.entry.id == entry_id)
    criterion = next(each for each in table(ports, call).scheme.criteria if each.key == key)
    made = do(ports, moderation.agree, entry_id, key, 5, REASON, [panel.chair(ports).id], by=calls.officer(ports))
    assert (made.mark, made.reason, made.present, made.commitment) == (5, REASON, [panel.chair(ports).id], None)

    after = next(each for each in table(ports, call).entries if each.entry.id == entry_id)
    assert (before.row.means[key], after.row.means[key]) == (Decimal("3.50"), Decimal("5.00"))
    assert after.row.total - before.row.total == Decimal("1.5") * criterion.weight / criterion.top
    assert sorted(card.by_criterion[key] for card in after.cards) == [2, 5]
    assert after.explained(key) == [REASON]
    assert len(after.explained(next(each for each in panel.open_keys(ports, call) if each != key))) == 2

    with ports.database.reading() as session:
        stage = stages_queries.get(session, calls.stage_of(ports, call).id)
        (found,) = decisions_queries.for_recomputing(session, stage.call)["stages"]
        comments = decisions_queries.comments_on(session, entry_id)
    agreed = {each["ref"]: each["agreed"] for each in found["bids"]}
    assert agreed[after.ref] == {key: 5}
    assert [each for ref, each in agreed.items() if ref != after.ref] == [{}, {}]
    assert (comments[key], {len(each) for name, each in comments.items() if name != key}) == ([REASON], {2})


def test_the_history_says_from_what_to_what_and_agreeing_again_supersedes(ports):
    call = panel.moderating(ports)
    officer, chair, key = calls.officer(ports), panel.chair(ports), panel.open_keys(ports, call)[0]
    entry_id, there = panel.entries(ports, call)["Firm A"], [panel.member(ports).id, panel.chair(ports).id]
    first = do(ports, moderation.agree, entry_id, key, 4, REASON, there, by=officer)
    again = do(ports, moderation.agree, entry_id, key, 4, REASON, list(reversed(there)), by=officer)
    assert again.id == first.id  # pressing twice is one agreement
    second = do(ports, moderation.agree, entry_id, key, 3, REASON, there, by=chair, seen=first.id)
    assert refused(ports, moderation.agree, entry_id, key, 5, REASON, there, by=officer, seen=first.id) == (
        409,
        ["Somebody settled this while you were reading. Look at it again."],
    )
    left = do(ports, moderation.leave_as_is, entry_id, key, LEFT, there, by=officer)
    with ports.database.reading() as session:
        rows = session.scalars(select(AgreedMark).order_by(AgreedMark.id)).all()
        assert [(row.id, row.mark, row.superseded_at is None) for row in rows] == [
            (first.id, 4, False),
            (second.id, 3, False),
            (left.id, None, True),
        ]
    there.sort()
    assert [each.data for each in events(ports, "entry.agree_mark")] == [
        {"criterion": key, "before": "3.50", "after": 4, "agreed": first.id, "present": there},
        {"criterion": key, "before": 4, "after": 3, "agreed": second.id, "present": there},
    ]
    (event,) = events(ports, "entry.leave_marks")
    assert event.data == {"criterion": key, "before": 3, "after": "3.50", "agreed": left.id, "present": there}
    assert event.actor_id == officer.id


def test_what_is_not_a_mark_not_explained_or_nobody_s_is_refused(ports):
    call = panel.moderating(ports)
    officer, key, there = calls.officer(ports), panel.open_keys(ports, call)[0], [panel.chair(ports).id]
    entry_id = panel.entries(ports, call)["Firm A"]
    approver = calls.approver(ports)
    assert refused(ports, moderation.agree, entry_id, key, 6, REASON, there, by=officer) == (
        409,
        ["Choose one of the marks from 0 to 5."],
    )
    assert refused(ports, moderation.agree, entry_id, "no_such", 4, REASON, there, by=officer)[0] == 404
    assert refused(ports, moderation.agree, 10_000, key, 4, REASON, there, by=officer)[0] == 404
    assert refused(ports, moderation.agree, entry_id, key, 4, "Too short.", there, by=officer) == (
        409,
        ["Explain the mark to the applicant in at least ten words."],
    )
    assert refused(ports, moderation.leave_as_is, entry_id, key, " ", there, by=officer) == (409, ["Give a reason."])
    assert refused(ports, moderation.agree, entry_id, key, 4, REASON, [], by=officer) == (409, ["Say who was there."])
    assert refused(ports, moderation.agree, entry_id, key, 4, REASON, [approver.id], by=officer)[1] == [
        "Choose who was there among the panel, the assessors of this application and officers."
    ]
    for who in (approver, panel.member(ports), parts.assessors(ports, 2)[0]):
        assert refused(ports, moderation.agree, entry_id, key, 4, REASON, there, by=who) == (
            403,
            ["You cannot do this."],
        )
    assert queue(ports, call).settled == []


def test_nothing_is_agreed_on_before_the_lock_or_after_the_closing(ports):
    call = panel.marked(ports)
    officer, entry_id, there = calls.officer(ports), panel.entries(ports, call)["Firm A"], [panel.chair(ports).id]
    stage = calls.stage_of(ports, call)
    key = next(each.key for each in table(ports, call).scheme.criteria)
    only_then = (409, ["Marks are agreed on from the lock of the marks until the moderation is closed."])
    assert refused(ports, moderation.agree, entry_id, key, 4, REASON, there, by=officer) == only_then
    do(ports, assessment.lock_marks, stage.id, by=officer)
    panel.settled(ports, call, {key: 4})
    do(ports, moderation.close_moderation, stage.id, by=officer)
    assert refused(ports, moderation.agree, entry_id, key, 5, REASON, there, by=officer) == only_then
    assert refused(ports, moderation.leave_rest, entry_id, LEFT, there, by=officer) == only_then


# closing


def test_it_is_closed_when_everything_is_settled_and_each_agreement_is_committed_to(ports):
    call = panel.moderating(ports)
    stage, officer = calls.stage_of(ports, call), calls.officer(ports)
    keys = panel.open_keys(ports, call)
    assert refused(ports, moderation.close_moderation, stage.id, by=officer) == (
        409,
        [f"{len(keys)} differences between assessors are not settled yet."],
    )
    panel.settled(ports, call, {keys[0]: 5, keys[1]: 4}, by=panel.chair(ports))
    assert refused(ports, moderation.close_moderation, stage.id, by=panel.chair(ports)) == (
        409,
        ["Only an officer can do this."],
    )
    do(ports, moderation.close_moderation, stage.id, by=officer)
    stage = calls.stage_of(ports, call)
    assert (stage.state, stage.agreed_at) == ("deciding", ports.clock.now())
    (closed,) = events(ports, "stage.close_moderation")
    assert {name: closed.data[name] for name in ("agreed", "left")} == {"agreed": 2, "left": len(keys) - 2}
    (committed,) = events(ports, "entry.commit_marks")
    with ports.database.reading() as session:
        rows = session.scalars(select(AgreedMark).order_by(AgreedMark.criterion)).all()
        assert committed.data == {
            "agreed": [row.id for row in rows],
            "commitments": [row.commitment for row in rows],
        }
        for row in rows:
            assert row.salt is not None
            assert commitment(row.salt, moderation.canonical_of(row)) == row.commitment
            row.mark = 1
            assert commitment(row.salt, moderation.canonical_of(row)) != row.commitment
            session.expunge(row)


def test_an_approver_opens_it_again_with_a_reason_and_only_what_is_new_is_committed_to(ports):
    call = panel.moderating(ports)
    stage, officer, approver = calls.stage_of(ports, call), calls.officer(ports), calls.approver(ports)
    keys, entry_id = panel.open_keys(ports, call), panel.entries(ports, call)["Firm A"]
    panel.settled(ports, call, {keys[0]: 5})
    do(ports, moderation.close_moderation, stage.id, by=officer)
    assert refused(ports, moderation.reopen_moderation, stage.id, "Wrong.", by=officer)[1] == [
        "Only an approver can do this."
    ]
    assert refused(ports, moderation.reopen_moderation, stage.id, " ", by=approver) == (409, ["Give a reason."])
    do(ports, moderation.reopen_moderation, stage.id, "The price was read wrongly.", by=approver)
    stage = calls.stage_of(ports, call)
    assert (stage.state, stage.agreed_at) == ("moderating", None)
    assert panel.open_keys(ports, call) == []
    do(ports, moderation.agree, entry_id, keys[0], 2, REASON, [panel.chair(ports).id], by=officer)
    do(ports, moderation.close_moderation, stage.id, by=officer)
    first, second = events(ports, "entry.commit_marks")
    assert (len(first.data["agreed"]), len(second.data["agreed"])) == (len(keys), 1)


def test_the_ranking_with_agreed_marks_is_exact_and_can_be_reckoned_again(ports):
    call = panel.moderating(ports)
    keys = panel.open_keys(ports, call)
    scheme = table(ports, call).scheme
    given = {key: mark for key, mark in zip(keys, (5, 0, 4), strict=False)}
    panel.settled(ports, call, given)
    row = next(each.row for each in table(ports, call).entries if each.organisation.name == "Firm A")
    expected = sum(
        (Decimal(given[c.key]) if c.key in given else Decimal("3.5")) * c.weight / c.top for c in scheme.criteria
    )
    assert row.total == round(expected, 2)
    moved = queue(ports, call).moved()
    assert [(each.entry.organisation.name, each.place_before) for each in moved] == [("Firm A", 1)]
    assert moved[0].total_before == round(sum(Decimal("3.5") * c.weight / c.top for c in scheme.criteria), 2)


# conflicts


def test_whoever_has_a_conflict_about_the_organisation_settles_nothing_of_it(ports):
    call = panel.moderating(ports)
    stage, officer, chair = calls.stage_of(ports, call), calls.officer(ports), panel.chair(ports)
    entry_id, key = panel.entries(ports, call)["Firm A"], panel.open_keys(ports, call)[0]
    firm = next(each.organisation.id for each in table(ports, call).entries if each.entry.id == entry_id)
    do(ports, assessment.declare_interests, {firm: ("hard", "My sister works there.")}, none=False, by=chair)
    assert refused(ports, moderation.agree, entry_id, key, 4, REASON, [officer.id], by=chair)[0] == 404
    assert refused(ports, moderation.agree, entry_id, key, 4, REASON, [chair.id], by=officer)[1] == [
        "Choose who was there among the panel, the assessors of this application and officers."
    ]
    do(ports, moderation.agree, entry_id, key, 4, REASON, [officer.id, panel.member(ports).id], by=officer)
    with ports.database.reading() as session:
        found = moderation_queries.interests_of_people(session, call.id, [chair.id, officer.id])
        assert found == {chair.id: frozenset({firm}), officer.id: frozenset()}
        row = stages_queries.get(session, stage.id)
        whole = moderation_queries.queue_of(session, row.call, row)
        assert {each.entry.organisation.id for each in whole.seen_without({firm}).differences} == {
            each.organisation.id for each in whole.table.entries
        } - {firm}


# who belongs to it, and from which distance on


def test_who_may_belong_to_a_panel(ports):
    call = panel.marked(ports)
    stage, officer = calls.stage_of(ports, call), calls.officer(ports)
    approver, lead = calls.approver(ports), calls.staff(ports, "lead@firma.example")
    auditor = calls.staff(ports, "auditor@city.example", "auditor")
    for who, role, why in (
        (approver, "member", "Approves decisions, so can only observe a panel."),
        (lead, "observer", "Belongs to an organisation that applied to this call."),
        (auditor, "member", "Does not hold the role of an assessor."),
    ):
        name = who.name
        assert refused(ports, moderation.add_person, stage.id, who.id, role, by=officer) == (
            409,
            [f"{name} cannot do this on the panel. {why}"],
        )
    for who in (approver, auditor):
        do(ports, moderation.add_person, stage.id, who.id, "observer", by=officer)
    assert refused(ports, moderation.add_person, stage.id, auditor.id, "king", by=officer)[0] == 409
    assert refused(ports, moderation.add_person, stage.id, auditor.id, "observer", by=approver)[0] == 403
    do(ports, moderation.add_person, stage.id, panel.member(ports).id, "chair", by=officer)  # the chair before stays
    with ports.database.reading() as session:
        found = [(each.person.email, each.role) for each in moderation_queries.people_of(session, stage.id)]
    assert found == [
        (panel.MEMBER, "chair"),
        (panel.CHAIR, "member"),
        ("approver@city.example", "observer"),
        ("auditor@city.example", "observer"),
    ]
    do(ports, assessment.lock_marks, stage.id, by=officer)
    needs = (409, ["The panel is moderating and needs a chair. Name another one first."])
    assert refused(ports, moderation.remove_person, stage.id, panel.member(ports).id, by=officer) == needs
    assert refused(ports, moderation.add_person, stage.id, panel.member(ports).id, "member", by=officer) == needs


def test_from_which_distance_on_is_not_chosen_with_the_marks_before_one_s_eyes(ports):
    call = panel.marked(ports)
    stage, officer = calls.stage_of(ports, call), calls.officer(ports)
    assert refused(ports, moderation.moderate_from, stage.id, 0, by=officer)[0] == 409
    do(ports, moderation.moderate_from, stage.id, 4, by=officer)
    (first, second) = events(ports, "stage.moderate_from")
    assert (first.data, second.data) == ({"before": None, "after": 2}, {"before": 2, "after": 4})
    do(ports, assessment.lock_marks, stage.id, by=officer)
    assert queue(ports, call).queued == []
    assert refused(ports, moderation.moderate_from, stage.id, 1, by=officer)[1] == [
        "The marks are locked, so what must be moderated does not change any more."
    ]
    do(ports, moderation.close_moderation, stage.id, by=officer)  # nothing is to be settled


@pytest.mark.parametrize("firms", [1, 3])
def test_reading_the_queue_takes_as_many_statements_for_one_bid_as_for_several(ports, firms):
    call = panel.moderating(ports, firms=firms)
    panel.settled(ports, call, {panel.open_keys(ports, call)[0]: 4})
    with ports.database.reading() as session:
        stage = stages_queries.get(session, calls.stage_of(ports, call).id)
        assert statements(ports, moderation_queries.queue_of, session, stage.call, stage) == 8


# a panel that is a stage of its own


def panel_stage(ports: Ports) -> Call:
    """A fund whose first stage is told, so that its panel has begun, with a chair and a member."""
    call = panel.marked(ports, procedure="panel_of_its_own")
    do(ports, assessment.lock_marks, calls.stage_of(ports, call, "application").id, by=calls.officer(ports))
    panel.go_on(ports, call)
    return calls.read(ports, call.id)


def test_a_panel_of_its_own_has_a_chair_before_anybody_is_told_that_it_begins(ports):
    call = panel.marked(ports, procedure="panel_of_its_own")
    officer, stage = calls.officer(ports), calls.stage_of(ports, call, "panel")
    do(ports, assessment.lock_marks, calls.stage_of(ports, call, "application").id, by=officer)
    do(ports, moderation.remove_person, stage.id, panel.chair(ports).id, by=officer)
    assert refused(ports, moderation.moderate_from, stage.id, 3, by=officer)[1] == [
        "The marks are locked, so what must be moderated does not change any more."
    ]
    with pytest.raises(Refusal) as refusal:
        panel.go_on(ports, call)
    assert [str(each) for each in refusal.value.reasons] == [
        "1 thing is missing before the next stage can begin. Nobody is told before it is there."
    ]
    do(ports, moderation.add_person, stage.id, panel.chair(ports).id, "chair", by=officer)
    outcomes.tell(ports, call)
    assert calls.stage_of(ports, call).state == "moderating"


def test_a_panel_of_its_own_moderates_the_marks_of_the_stage_before(ports):
    call = panel_stage(ports)
    first, second = calls.stage_of(ports, call, "application"), calls.stage_of(ports, call, "panel")
    assert (second.state, second.marks_of, second.scheme) == ("moderating", "application", None)
    found = queue(ports, call)
    assert {each.entry.organisation.name for each in found.queued} == {"Firm A"}
    key = panel.open_keys(ports, call)[0]
    panel.settled(ports, call, {key: 5})
    do(ports, moderation.close_moderation, second.id, by=calls.officer(ports))
    with ports.database.reading() as session:
        totals = {}
        for stage in (first, second):
            row = stages_queries.get(session, stage.id)
            now = decisions_queries.table_of(session, row.call, row)
            assert now.marked.id == first.id
            entry = next(each for each in now.entries if each.organisation.name == "Firm A")
            # in the order that is drawn for each application
            marks = sorted((card.by_criterion[key] for card in entry.cards), reverse=True)
            totals[stage.key] = (entry.row.means[key], marks)
            if stage is second:
                assert decisions_queries.comments_on(session, entry.entry.id)[key] == [REASON]
                published = decisions_queries.for_recomputing(session, row.call)["stages"]
                assert [(each["key"], each["marks_of"], each["scheme_fingerprint"]) for each in published] == [
                    ("application", "", first.scheme_fingerprint),
                    ("panel", "application", first.scheme_fingerprint),
                ]
    assert totals == {
        "application": (Decimal("3.50"), [5, 2]),  # what was told before stays what it was
        "panel": (Decimal("5.00"), [5, 2]),
    }


@pytest.mark.parametrize(
    "alteration",
    [
        "UPDATE agreed_marks SET mark = 1 WHERE mark = 5",
        "DELETE FROM agreed_marks",
        "UPDATE agreed_marks SET salt = NULL, commitment = NULL",
    ],
)
def test_whoever_changes_an_agreed_mark_afterwards_is_found_out(ports, alteration):
    call = panel.moderating(ports)
    panel.settled(ports, call, {panel.open_keys(ports, call)[0]: 5})
    do(ports, moderation.close_moderation, calls.stage_of(ports, call).id, by=calls.officer(ports))

    def broken():
        with ports.database.reading() as session:
            return [sentence for finding in verify(session, ports) for sentence in finding.broken]

    assert broken() == []
    ports.database.write(lambda session: session.execute(text(alteration)))
    assert broken() != []
