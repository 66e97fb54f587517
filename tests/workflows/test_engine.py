"""One function decides, and what is offered is what it allows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.workflows.offered import open_moves
from workflows import catalogue
from workflows.catalogue import LIFECYCLES
from workflows.definition import Role, Shape
from workflows.engine import Allowed, Refused, decide, due_at, due_moves, offers, phase
from workflows.facts import Facts, Sentence

NOON = datetime(2027, 3, 12, 12, tzinfo=UTC)
TICK, DAY = timedelta(microseconds=1), timedelta(days=1)
APPLICANT, OFFICER, APPROVER, ASSESSOR, SYSTEM = (
    frozenset({role}) for role in (Role.APPLICANT, Role.OFFICER, Role.APPROVER, Role.ASSESSOR, Role.SYSTEM)
)
CLOSED = Facts(
    now=NOON,
    opens_at=NOON - 2 * DAY,
    closes_at=NOON,
    hold_until=NOON,
    unanswered=0,
    declared=True,
    call_live=True,
    award_decided=False,
)
OPEN = replace(CLOSED, now=NOON - DAY)


def words(answer):
    return [str(reason) for reason in answer.reasons]


def test_a_move_that_nothing_stands_against_is_allowed():
    answer = decide(LIFECYCLES["entry"], "draft", "submit", APPLICANT, OPEN)
    assert isinstance(answer, Allowed)
    assert (answer.move.source, answer.move.target, answer.move.then) == ("draft", "submitted", ("send_receipt",))


def test_the_last_instant_is_too_late():
    assert isinstance(
        decide(
            LIFECYCLES["entry"],
            "draft",
            "submit",
            APPLICANT,
            replace(OPEN, now=NOON - TICK),
        ),
        Allowed,
    )
    late = decide(LIFECYCLES["entry"], "draft", "submit", APPLICANT, CLOSED)
    assert words(late) == ["This call closed on Friday 12 March 2027 at 12 noon (UK time)."]


def test_every_reason_is_given_at_once():
    facts = replace(OPEN, now=NOON - 3 * DAY, unanswered=2, declared=False, call_live=False)
    assert words(decide(LIFECYCLES["entry"], "draft", "submit", APPLICANT, facts)) == [
        "The call is not running: it was cancelled or concluded, or is not published yet.",
        "This call opens on Wednesday 10 March 2027 at 12 noon (UK time).",
        "2 questions are not answered completely.",
        "Confirm the declaration before you submit.",
    ]


@pytest.mark.parametrize(
    ("key", "state", "action", "roles", "reason"),
    [
        ("entry", "declined", "submit", APPLICANT, "This cannot be done now. The application is at “Declined”."),
        ("call", "draft", "publish", OFFICER, "This cannot be done now. The call is at “Draft”."),
        ("stage", "planned", "open", OFFICER, "This cannot be done now. The stage is at “Not begun”."),
        ("assignment", "locked", "submit", ASSESSOR, "This cannot be done now. The assignment is at “Locked”."),
        ("award", "proposed", "confirm", SYSTEM, "This cannot be done now. The award is at “Proposed”."),
        ("call", "draft", "no_such_thing", OFFICER, "This cannot be done now. The call is at “Draft”."),
        ("entry", "draft", "submit", OFFICER, "Only the applicant can do this."),
        ("assignment", "invited", "accept", OFFICER, "Only the assessor can do this."),
        ("call", "draft", "send_for_review", APPROVER, "Only an officer can do this."),
        ("call", "in_review", "approve", OFFICER, "Only an approver can do this."),
        ("call", "approved", "publish", ASSESSOR, "Only an officer or an approver can do this."),
        ("award", "approved", "tell", APPLICANT, "Only an officer or an approver can do this."),
        ("award", "told", "confirm", OFFICER, "The service does this by itself."),
        ("entry", "draft", "submit", frozenset(), "Only the applicant can do this."),
    ],
)
def test_a_move_from_elsewhere_or_by_somebody_else_is_refused_in_words(key, state, action, roles, reason):
    answer = decide(LIFECYCLES[key], state, action, roles, OPEN)
    assert isinstance(answer, Refused)
    assert words(answer) == [reason]


def test_an_unknown_state_is_an_error():
    call = LIFECYCLES["call"]
    for ask in (
        lambda: decide(call, "gone", "open", OFFICER, OPEN),
        lambda: due_moves(call, "gone", OPEN),
        lambda: offers(call, "gone", OFFICER, OPEN),
    ):
        with pytest.raises(KeyError, match="no state 'gone'"):
            ask()


def test_what_is_offered_and_free_is_what_can_be_done():
    assert [m.action for m in open_moves(LIFECYCLES["entry"], "draft", APPLICANT, OPEN)] == ["submit", "withdraw"]
    assert [m.action for m in open_moves(LIFECYCLES["entry"], "draft", APPLICANT, CLOSED)] == []
    assert [m.action for m in open_moves(LIFECYCLES["entry"], "submitted", APPLICANT, OPEN)] == [
        "reopen",
        "withdraw",
    ]
    assert [m.action for m in open_moves(LIFECYCLES["entry"], "submitted", OFFICER, OPEN)] == []


def test_a_reason_or_a_declaration_is_asked_with_the_act_and_not_for_the_button():
    nothing_typed = Facts(now=NOON, problems=0, actor=1, authors=frozenset({2}), award_decided=False)
    assert [m.action for m in open_moves(LIFECYCLES["call"], "in_review", APPROVER, nothing_typed)] == [
        "send_back",
        "approve",
        "cancel",
    ]
    assert words(decide(LIFECYCLES["call"], "in_review", "send_back", APPROVER, nothing_typed)) == ["Give a reason."]
    undeclared = replace(OPEN, declared=False)
    assert [m.action for m in open_moves(LIFECYCLES["entry"], "draft", APPLICANT, undeclared)] == [
        "submit",
        "withdraw",
    ]
    assert words(decide(LIFECYCLES["entry"], "draft", "submit", APPLICANT, undeclared)) == [
        "Confirm the declaration before you submit."
    ]


def test_offers_show_what_is_in_the_way():
    facts = Facts(now=NOON, problems=3, actor=1, authors=frozenset({1}), award_decided=False)
    assert [(o.move.action, words(o)) for o in offers(LIFECYCLES["call"], "in_review", APPROVER, facts)] == [
        ("send_back", []),
        (
            "approve",
            ["You wrote this. Somebody else must approve it.", "3 things are missing before this can be published."],
        ),
        ("cancel", []),
    ]


def test_several_roles_add_up():
    facts = Facts(now=NOON, problems=0, closes_at=NOON + DAY, award_decided=False)
    both = OFFICER | APPROVER
    assert [m.action for m in open_moves(LIFECYCLES["call"], "approved", both, facts)] == [
        "send_back",
        "publish",
        "cancel",
    ]
    assert [m.action for m in open_moves(LIFECYCLES["call"], "approved", OFFICER, facts)] == ["publish"]


def test_a_draft_lapses_when_the_call_closes():
    lapse = LIFECYCLES["entry"].moves_from("draft")[2]
    assert due_moves(LIFECYCLES["entry"], "draft", OPEN) == ()
    assert due_moves(LIFECYCLES["entry"], "draft", CLOSED) == ((lapse, NOON),)
    assert due_moves(LIFECYCLES["entry"], "submitted", CLOSED) == ()
    assert due_at(lapse, OPEN) == NOON


@pytest.mark.parametrize(
    ("confirm_at", "standstill_ends_at", "notice_published", "due"),
    [
        (None, None, False, []),  # a challenge before its notice
        (NOON, NOON, True, [("confirm", NOON)]),  # a challenge at the end of its standstill
        (NOON + TICK, NOON + TICK, True, []),  # and just before it
        (NOON - DAY, None, True, [("confirm", NOON - DAY)]),  # a grant, told yesterday, effective then
        (NOON, NOON, False, []),
        (NOON - DAY, NOON + DAY, True, []),
    ],
)
def test_an_award_is_confirmed_at_its_instant(confirm_at, standstill_ends_at, notice_published, due):
    facts = Facts(
        now=NOON, confirm_at=confirm_at, standstill_ends_at=standstill_ends_at, notice_published=notice_published
    )
    assert [(move.action, at) for move, at in due_moves(LIFECYCLES["award"], "told", facts)] == due
    assert isinstance(decide(LIFECYCLES["award"], "told", "confirm", SYSTEM, facts), Allowed) is bool(due)


def test_a_due_move_is_refused_before_its_instant_and_while_that_is_unknown():
    ready = {"now": NOON, "notice_published": True}
    early = decide(LIFECYCLES["award"], "told", "confirm", SYSTEM, Facts(**ready, confirm_at=NOON + DAY))
    assert words(early) == ["This happens by itself on Saturday 13 March 2027 at 12 noon (UK time)."]
    assert words(decide(LIFECYCLES["award"], "told", "confirm", SYSTEM, Facts(**ready))) == [
        "The date for this is not known yet."
    ]


def test_a_move_without_a_due_instant_never_falls_due():
    assert due_at(LIFECYCLES["award"].moves_from("approved")[0], CLOSED) is None


def test_what_is_not_sealed_opens_when_it_closes():
    stage = catalogue.workflow("stage", Shape(("collect", "assess"), sealed=False))
    system = frozenset({Role.SYSTEM})
    assert isinstance(decide(stage, "collecting", "open", system, OPEN), Refused)
    assert isinstance(decide(stage, "collecting", "open", system, CLOSED), Allowed)
    assert isinstance(decide(stage, "collecting", "open", system, replace(CLOSED, call_live=False)), Refused)
    assert isinstance(decide(LIFECYCLES["stage"], "collecting", "open", system, CLOSED), Refused)
    # never in passing, by whatever else is done to the stage: its entries would stay closed behind it
    assert due_moves(stage, "collecting", CLOSED) == ()


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "now", "answer"),
    [
        (None, None, NOON, "upcoming"),
        (NOON, None, NOON, "upcoming"),
        (None, NOON, NOON, "upcoming"),
        (NOON, NOON + DAY, NOON - TICK, "upcoming"),
        (NOON, NOON + DAY, NOON, "open"),
        (NOON, NOON + DAY, NOON + DAY - TICK, "open"),
        (NOON, NOON + DAY, NOON + DAY, "closed"),
    ],
)
def test_the_clock_decides_the_phase(opens_at, closes_at, now, answer):
    assert phase(opens_at, closes_at, now) == answer


def test_reasons_are_sentences():
    answer = decide(LIFECYCLES["call"], "in_review", "send_back", APPROVER, Facts(now=NOON))
    assert answer == Refused((Sentence("Give a reason."),))
