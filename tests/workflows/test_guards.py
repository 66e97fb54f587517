"""The truth table of every guard: what it says, when it is silent, and that it never guesses a fact."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from workflows.facts import FactMissing, Facts
from workflows.guards import GIVEN_WITH_THE_ACT, GUARDS

NOON = datetime(2027, 3, 12, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
NOON_WORDS = "Friday 12 March 2027 at 12 noon (UK time)"
CLOSED = f"This call closed on {NOON_WORDS}."
STILL_OPEN = f"This call has not closed yet. It closes on {NOON_WORDS}."
PASSED = f"The closing time, {NOON_WORDS}, has passed. Choose a later one."
NOT_OPEN = f"This call opens on {NOON_WORDS}."
HELD = "This call can be opened from Friday 12 March 2027 at 1pm (UK time) (60 minutes after it closed)."
NOT_LIVE = "The call is not running: it was cancelled or concluded, or is not published yet."
NOT_TOLD = "The applicants have not been told the outcome yet."
LOOKED_UP = " must be looked up first: see the exclusion grounds and the debarment list."
NOT_READY = " not ready yet. Nobody is told before all of them are."

# guard, what is so (now is NOON unless it says otherwise), what the person reads
TABLE = [
    ("call_not_open_yet", {"now": NOON - TICK, "opens_at": NOON}, NOT_OPEN),
    ("call_not_open_yet", {"opens_at": NOON}, None),
    ("call_closed", {"now": NOON - TICK, "closes_at": NOON}, None),
    ("call_closed", {"closes_at": NOON}, CLOSED),
    ("call_closed", {"now": NOON + HOUR, "closes_at": NOON}, CLOSED),
    ("call_closed", {"closes_at": NOON, "later_stage": "Proposal"}, f"“Proposal” closed on {NOON_WORDS}."),
    ("call_still_open", {"now": NOON - TICK, "closes_at": NOON}, STILL_OPEN),
    ("call_still_open", {"closes_at": NOON}, None),
    ("closing_passed", {"now": NOON - TICK, "closes_at": NOON}, None),
    ("closing_passed", {"closes_at": NOON}, PASSED),
    ("held", {"closes_at": NOON, "hold_until": NOON + HOUR}, HELD),
    ("held", {"now": NOON + HOUR - TICK, "closes_at": NOON, "hold_until": NOON + HOUR}, HELD),
    ("held", {"now": NOON + HOUR, "closes_at": NOON, "hold_until": NOON + HOUR}, None),
    (
        "held",
        {"closes_at": NOON, "hold_until": NOON + timedelta(minutes=1)},
        "This call can be opened from Friday 12 March 2027 at 12:01pm (UK time) (1 minute after it closed).",
    ),
    ("same_person", {"actor": 7, "authors": frozenset({7, 8})}, "You wrote this. Somebody else must approve it."),
    ("same_person", {"actor": 9, "authors": frozenset({7, 8})}, None),
    ("same_person", {"actor": 9, "authors": frozenset()}, None),
    ("second_person_missing", {}, "Two people must open this call. Ask a second person to sign in and confirm."),
    ("second_person_missing", {"second_person": True}, None),
    ("reason_missing", {}, "Give a reason."),
    ("reason_missing", {"reason": " \n"}, "Give a reason."),
    ("reason_missing", {"reason": "The budget was cut."}, None),
    ("call_incomplete", {"problems": 0}, None),
    ("call_incomplete", {"problems": 1}, "1 thing is missing before this can be published."),
    ("call_incomplete", {"problems": 3}, "3 things are missing before this can be published."),
    ("eligibility_undecided", {"undecided": 0}, None),
    ("eligibility_undecided", {"undecided": 1}, "1 application still needs a decision on whether it is eligible."),
    ("eligibility_undecided", {"undecided": 2}, "2 applications still need a decision on whether they are eligible."),
    ("checks_missing", {"checks_missing": 0}, None),
    ("checks_missing", {"checks_missing": 1}, "1 thing" + LOOKED_UP),
    ("checks_missing", {"checks_missing": 2}, "2 things" + LOOKED_UP),
    ("conditions_unmet", {"conditions_unmet": 0}, None),
    (
        "conditions_unmet",
        {"conditions_unmet": 1},
        "1 condition that excludes is not met, or nobody has looked at it.",
    ),
    (
        "conditions_unmet",
        {"conditions_unmet": 2},
        "2 conditions that exclude are not met, or nobody has looked at them.",
    ),
    ("supplier_excluded", {"supplier_excluded": False}, None),
    (
        "supplier_excluded",
        {"supplier_excluded": True},
        "A mandatory ground for exclusion applies, so the applicant may not go on.",
    ),
    ("requests_open", {"requests_open": 0}, None),
    (
        "requests_open",
        {"requests_open": 1},
        "1 request to an applicant is still open. Wait for the answer, or take the request back.",
    ),
    (
        "requests_open",
        {"requests_open": 2},
        "2 requests to applicants are still open. Wait for the answers, or take the requests back.",
    ),
    ("reviews_open", {"reviews_open": 0}, None),
    (
        "reviews_open",
        {"reviews_open": 1},
        "1 review of eligibility was asked for and is not answered. Nobody can be let in after the lock.",
    ),
    (
        "reviews_open",
        {"reviews_open": 2},
        "2 reviews of eligibility were asked for and are not answered. Nobody can be let in after the lock.",
    ),
    (
        "reviewer_took_part",
        {"actor": 7, "authors": frozenset({7, 8})},
        "You proposed or approved this decision. Somebody else must answer the review.",
    ),
    ("reviewer_took_part", {"actor": 9, "authors": frozenset({7, 8})}, None),
    ("review_too_late", {"past_reviewing": False}, None),
    (
        "review_too_late",
        {"past_reviewing": True},
        "It cannot be checked again: the marks of this stage are locked, or there is nothing to mark in it.",
    ),
    ("readers_missing", {"readers_missing": 0}, None),
    ("readers_missing", {"readers_missing": 1}, "1 application has too few assessors. Assign another one."),
    ("readers_missing", {"readers_missing": 2}, "2 applications have too few assessors. Assign more."),
    ("scorecards_due", {"scorecards_due": 0}, None),
    ("scorecards_due", {"scorecards_due": 1}, "1 scorecard is not in yet."),
    ("scorecards_due", {"scorecards_due": 1200}, "1,200 scorecards are not in yet."),
    ("decisions_missing", {"decisions_missing": 0}, None),
    ("decisions_missing", {"decisions_missing": 1}, "1 application has no decision yet."),
    ("decisions_missing", {"decisions_missing": 2}, "2 applications have no decision yet."),
    ("over_budget", {"over_budget": Decimal(0)}, None),
    ("over_budget", {"over_budget": Decimal(-5)}, None),
    (
        "over_budget",
        {"over_budget": Decimal("12000.00")},
        "The awards go £12,000 over the budget. Award fewer.",
    ),
    ("over_budget", {"over_budget": Decimal("0.5")}, "The awards go £0.50 over the budget. Award fewer."),
    ("rule_broken", {"rule_broken": ()}, None),
    (
        "rule_broken",
        {"rule_broken": ("TT-7", "TT-9")},
        "The published rule (rank order, thresholds, seats) gives other decisions than these: TT-7, TT-9. A "
        "procurement cannot leave it.",
    ),
    ("reasons_missing", {"reasons_missing": ()}, None),
    (
        "reasons_missing",
        {"reasons_missing": ("TT-7",)},
        "The one reason for each criterion, which the applicant reads, is not written for: TT-7.",
    ),
    (
        "reasons_missing",
        {"reasons_missing": tuple(f"TT-{number}" for number in range(1, 13))},
        "The one reason for each criterion, which the applicant reads, is not written for: TT-1, TT-2, TT-3, TT-4, "
        "TT-5, TT-6, TT-7, TT-8, TT-9, TT-10 (+ 2).",
    ),
    ("departures_unexplained", {"departures": 0}, None),
    ("departures_unexplained", {"departures": 1}, "1 decision departs from the rank order without a reason. Give one."),
    (
        "departures_unexplained",
        {"departures": 2},
        "2 decisions depart from the rank order without a reason. Give one for each.",
    ),
    ("call_not_live", {"call_live": True}, None),
    ("call_not_live", {"call_live": False}, NOT_LIVE),
    ("stage_incomplete", {"problems": 0}, None),
    ("stage_incomplete", {"problems": 1}, "1 thing is missing before this stage can begin."),
    ("stage_incomplete", {"problems": 3}, "3 things are missing before this stage can begin."),
    ("next_stage_incomplete", {"next_problems": 0}, None),
    (
        "next_stage_incomplete",
        {"next_problems": 1},
        "1 thing is missing before the next stage can begin. Nobody is told before it is there.",
    ),
    (
        "next_stage_incomplete",
        {"next_problems": 2},
        "2 things are missing before the next stage can begin. Nobody is told before they are there.",
    ),
    ("letters_missing", {"letters_due": 0}, None),
    ("letters_missing", {"letters_due": 1}, "1 letter or summary is" + NOT_READY),
    ("letters_missing", {"letters_due": 2}, "2 letters and summaries are" + NOT_READY),
    ("award_decided", {"award_decided": False}, None),
    ("award_decided", {"award_decided": True}, "The awards are decided, so the call cannot be cancelled any more."),
    ("attendance_missing", {"attendance_missing": 0}, None),
    ("attendance_missing", {"attendance_missing": 1}, "It is not noted yet whether 1 presentation took place."),
    ("attendance_missing", {"attendance_missing": 2}, "It is not noted yet whether 2 presentations took place."),
    ("chair_missing", {"chair_missing": False}, None),
    ("chair_missing", {"chair_missing": True}, "The panel has no chair yet. Name one before it moderates."),
    ("differences_open", {"differences_open": 0}, None),
    ("differences_open", {"differences_open": 1}, "1 difference between assessors is not settled yet."),
    ("differences_open", {"differences_open": 2}, "2 differences between assessors are not settled yet."),
    ("chair_missing", {"chair_missing": False}, None),
    ("chair_missing", {"chair_missing": True}, "The panel has no chair yet. Name one before it moderates."),
    ("questions_unanswered", {"unanswered": 0}, None),
    ("questions_unanswered", {"unanswered": 1}, "1 question is not answered completely."),
    ("questions_unanswered", {"unanswered": 2}, "2 questions are not answered completely."),
    ("declaration_missing", {}, "Confirm the declaration before you submit."),
    ("declaration_missing", {"declared": True}, None),
    ("marks_missing", {"marks_missing": 0}, None),
    ("marks_missing", {"marks_missing": 1}, "1 criterion has no mark yet."),
    ("marks_missing", {"marks_missing": 2}, "2 criteria have no mark yet."),
    ("comments_missing", {"comments_missing": 0}, None),
    ("comments_missing", {"comments_missing": 1}, "1 criterion has no comment for the applicant yet."),
    ("comments_missing", {"comments_missing": 2}, "2 criteria have no comment for the applicant yet."),
    ("assessment_over", {"assessment_over": False}, None),
    ("assessment_over", {"assessment_over": True}, "The marks for this call are locked. Marking has ended."),
    ("not_told", {}, NOT_TOLD),
    ("not_told", {"told_at": NOON + TICK}, NOT_TOLD),
    ("not_told", {"told_at": NOON}, None),
    ("not_told", {"letters_due": 1}, "1 letter or summary is" + NOT_READY),
    ("not_told", {"letters_due": 2, "told_at": NOON}, "2 letters and summaries are" + NOT_READY),
    ("notice_missing", {}, "The award notice has not been published yet."),
    ("notice_missing", {"notice_published": True}, None),
    ("standstill_running", {}, None),
    ("standstill_running", {"standstill_ends_at": NOON}, None),
    (
        "standstill_running",
        {"now": NOON - TICK, "standstill_ends_at": NOON},
        f"The standstill period runs until {NOON_WORDS}.",
    ),
    ("award_unconfirmed", {}, "This award is not confirmed yet. We will tell you when you can accept it."),
    ("award_unconfirmed", {"now": NOON - TICK, "confirm_at": NOON}, f"You can accept this award from {NOON_WORDS}."),
    ("award_unconfirmed", {"confirm_at": NOON}, None),
    ("too_late_to_promote", {"reserve_ended": False}, None),
    (
        "too_late_to_promote",
        {"reserve_ended": True},
        "It is too late to promote: the next stage has closed, or the call is concluded.",
    ),
    ("awards_unsettled", {"unsettled": 0}, None),
    ("awards_unsettled", {"unsettled": 1}, "1 award is still waiting to be accepted or refused."),
    ("awards_unsettled", {"unsettled": 2}, "2 awards are still waiting to be accepted or refused."),
]
# what a guard that was given nothing asks for; the others refuse, or have nothing to refuse
ASKS = {
    "assessment_over": "assessment_over",
    "attendance_missing": "attendance_missing",
    "award_decided": "award_decided",
    "awards_unsettled": "unsettled",
    "call_closed": "closes_at",
    "call_incomplete": "problems",
    "call_not_live": "call_live",
    "call_not_open_yet": "opens_at",
    "call_still_open": "closes_at",
    "chair_missing": "chair_missing",
    "checks_missing": "checks_missing",
    "closing_passed": "closes_at",
    "comments_missing": "comments_missing",
    "conditions_unmet": "conditions_unmet",
    "decisions_missing": "decisions_missing",
    "departures_unexplained": "departures",
    "differences_open": "differences_open",
    "eligibility_undecided": "undecided",
    "held": "hold_until",
    "letters_missing": "letters_due",
    "marks_missing": "marks_missing",
    "next_stage_incomplete": "next_problems",
    "over_budget": "over_budget",
    "questions_unanswered": "unanswered",
    "readers_missing": "readers_missing",
    "requests_open": "requests_open",
    "review_too_late": "past_reviewing",
    "reviewer_took_part": "actor",
    "reviews_open": "reviews_open",
    "reasons_missing": "reasons_missing",
    "rule_broken": "rule_broken",
    "same_person": "actor",
    "scorecards_due": "scorecards_due",
    "stage_incomplete": "problems",
    "supplier_excluded": "supplier_excluded",
    "too_late_to_promote": "reserve_ended",
}


@pytest.mark.parametrize(("name", "given", "words"), TABLE)
def test_what_a_guard_says(name, given, words):
    reason = GUARDS[name](Facts(**{"now": NOON, **given}))
    assert (None if reason is None else str(reason)) == words


def test_the_table_is_whole():
    assert {name for name, _, words in TABLE if words is None} == set(GUARDS)
    assert {name for name, _, words in TABLE if words is not None} == set(GUARDS)


@pytest.mark.parametrize(("name", "fact"), ASKS.items())
def test_a_fact_that_was_not_gathered_is_an_error_and_no_permission(name, fact):
    with pytest.raises(FactMissing, match=f"the fact '{fact}' was not gathered"):
        GUARDS[name](Facts(now=NOON))


@pytest.mark.parametrize("name", sorted(set(GUARDS) - set(ASKS) - {"standstill_running"}))
def test_the_other_guards_refuse_when_they_know_nothing(name):
    assert GUARDS[name](Facts(now=NOON)) is not None


def test_same_person_needs_to_know_the_authors():
    with pytest.raises(FactMissing, match="the fact 'authors' was not gathered"):
        GUARDS["same_person"](Facts(now=NOON, actor=7))


def test_what_is_given_with_the_act_is_known():
    assert set(GUARDS) & GIVEN_WITH_THE_ACT == GIVEN_WITH_THE_ACT
