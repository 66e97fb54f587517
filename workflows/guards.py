"""Reasons not to move. Each gives a sentence for the person, or None; its name is the word used in a workflow.

A guard is named after what is wrong. It reads Facts and nothing else; a fact that it needs and that was not gathered
raises FactMissing.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from workflows.facts import FactMissing, Facts, Sentence

Guard = Callable[[Facts], Sentence | None]
Fact = TypeVar("Fact")

PENNY = Decimal("0.01")
MINUTE = 60  # seconds


def _known(fact: Fact | None, name: str) -> Fact:
    if fact is None:
        raise FactMissing(f"the fact {name!r} was not gathered")
    return fact


def _counted(n: int | None, name: str, one: str, many: str) -> Sentence | None:
    return Sentence.plural(one, many, n) if (n := _known(n, name)) else None


# The clock


def call_not_open_yet(facts: Facts) -> Sentence | None:
    opens_at = _known(facts.opens_at, "opens_at")
    return Sentence("This call opens on %(opens_at)s.", opens_at=opens_at) if facts.now < opens_at else None


def call_closed(facts: Facts) -> Sentence | None:
    """Open means opens_at <= now < closes_at: at the very instant of closing it is too late."""
    closes_at = _known(facts.closes_at, "closes_at")
    return Sentence("This call closed on %(closes_at)s.", closes_at=closes_at) if facts.now >= closes_at else None


def call_still_open(facts: Facts) -> Sentence | None:
    closes_at = _known(facts.closes_at, "closes_at")
    if facts.now >= closes_at:
        return None
    return Sentence("This call has not closed yet. It closes on %(closes_at)s.", closes_at=closes_at)


def closing_passed(facts: Facts) -> Sentence | None:
    closes_at = _known(facts.closes_at, "closes_at")
    if facts.now < closes_at:
        return None
    return Sentence("The closing time, %(closes_at)s, has passed. Choose a later one.", closes_at=closes_at)


def held(facts: Facts) -> Sentence | None:
    hold_until, closes_at = _known(facts.hold_until, "hold_until"), _known(facts.closes_at, "closes_at")
    if facts.now >= hold_until:
        return None
    return Sentence.plural(
        "This call can be opened from %(hold_until)s (%(num)s minute after it closed).",
        "This call can be opened from %(hold_until)s (%(num)s minutes after it closed).",
        _minutes(closes_at, hold_until),
        hold_until=hold_until,
    )


def _minutes(start: datetime, end: datetime) -> int:
    return -(-int((end - start).total_seconds()) // MINUTE)


# Two people


def same_person(facts: Facts) -> Sentence | None:
    if _known(facts.actor, "actor") not in _known(facts.authors, "authors"):
        return None
    return Sentence("You wrote this. Somebody else must approve it.")


def second_person_missing(facts: Facts) -> Sentence | None:
    if facts.second_person:
        return None
    return Sentence("Two people must open this call. Ask a second person to sign in and confirm.")


def reason_missing(facts: Facts) -> Sentence | None:
    return None if facts.reason.strip() else Sentence("Give a reason.")


# Calls


def call_incomplete(facts: Facts) -> Sentence | None:
    return _counted(
        facts.problems,
        "problems",
        "%(num)s thing is missing before this can be published.",
        "%(num)s things are missing before this can be published.",
    )


def eligibility_undecided(facts: Facts) -> Sentence | None:
    return _counted(
        facts.undecided,
        "undecided",
        "%(num)s application still needs a decision on whether it is eligible.",
        "%(num)s applications still need a decision on whether they are eligible.",
    )


def readers_missing(facts: Facts) -> Sentence | None:
    return _counted(
        facts.readers_missing,
        "readers_missing",
        "%(num)s application has too few assessors. Assign another one.",
        "%(num)s applications have too few assessors. Assign more.",
    )


def scorecards_due(facts: Facts) -> Sentence | None:
    return _counted(
        facts.scorecards_due, "scorecards_due", "%(num)s scorecard is not in yet.", "%(num)s scorecards are not in yet."
    )


def attendance_missing(facts: Facts) -> Sentence | None:
    return _counted(
        facts.attendance_missing,
        "attendance_missing",
        "It is not noted yet whether %(num)s presentation took place.",
        "It is not noted yet whether %(num)s presentations took place.",
    )


def differences_open(facts: Facts) -> Sentence | None:
    return _counted(
        facts.differences_open,
        "differences_open",
        "%(num)s difference between assessors is not settled yet.",
        "%(num)s differences between assessors are not settled yet.",
    )


def chair_missing(facts: Facts) -> Sentence | None:
    if not _known(facts.chair_missing, "chair_missing"):
        return None
    return Sentence("The panel has no chair yet. Name one before it moderates.")


def decisions_missing(facts: Facts) -> Sentence | None:
    return _counted(
        facts.decisions_missing,
        "decisions_missing",
        "%(num)s application has no decision yet.",
        "%(num)s applications have no decision yet.",
    )


def over_budget(facts: Facts) -> Sentence | None:
    over = _known(facts.over_budget, "over_budget")
    if over <= 0:
        return None
    pounds = int(over) if over == int(over) else over.quantize(PENNY)
    return Sentence("The awards go £%(pounds)s over the budget. Fund fewer applications.", pounds=pounds)


def departures_unexplained(facts: Facts) -> Sentence | None:
    return _counted(
        facts.departures,
        "departures",
        "%(num)s decision departs from the rank order without a reason. Give one.",
        "%(num)s decisions depart from the rank order without a reason. Give one for each.",
    )


# Stages


def call_not_live(facts: Facts) -> Sentence | None:
    if _known(facts.call_live, "call_live"):
        return None
    return Sentence("The call is not running: it was cancelled or concluded, or is not published yet.")


def stage_incomplete(facts: Facts) -> Sentence | None:
    return _counted(
        facts.problems,
        "problems",
        "%(num)s thing is missing before this stage can begin.",
        "%(num)s things are missing before this stage can begin.",
    )


def next_stage_incomplete(facts: Facts) -> Sentence | None:
    return _counted(
        facts.next_problems,
        "next_problems",
        "%(num)s thing is missing before the next stage can begin. Nobody is told before it is there.",
        "%(num)s things are missing before the next stage can begin. Nobody is told before they are there.",
    )


def letters_missing(facts: Facts) -> Sentence | None:
    return _counted(
        facts.letters_due,
        "letters_due",
        "%(num)s letter or summary is not ready yet. Nobody is told before all of them are.",
        "%(num)s letters and summaries are not ready yet. Nobody is told before all of them are.",
    )


def award_decided(facts: Facts) -> Sentence | None:
    if not _known(facts.award_decided, "award_decided"):
        return None
    return Sentence("The awards are decided, so the call cannot be cancelled any more.")


# Applications


def questions_unanswered(facts: Facts) -> Sentence | None:
    return _counted(
        facts.unanswered,
        "unanswered",
        "%(num)s question is not answered completely.",
        "%(num)s questions are not answered completely.",
    )


def declaration_missing(facts: Facts) -> Sentence | None:
    return None if facts.declared else Sentence("Confirm the declaration before you submit.")


# Assessment


def marks_missing(facts: Facts) -> Sentence | None:
    return _counted(
        facts.marks_missing, "marks_missing", "%(num)s criterion has no mark yet.", "%(num)s criteria have no mark yet."
    )


def comments_missing(facts: Facts) -> Sentence | None:
    return _counted(
        facts.comments_missing,
        "comments_missing",
        "%(num)s criterion has no comment for the applicant yet.",
        "%(num)s criteria have no comment for the applicant yet.",
    )


def assessment_over(facts: Facts) -> Sentence | None:
    over = _known(facts.assessment_over, "assessment_over")
    return Sentence("The marks for this call are locked. Marking has ended.") if over else None


# Outcomes and awards


def not_told(facts: Facts) -> Sentence | None:
    """Told is one instant for all of a stage, and only when every letter and summary is ready."""
    if facts.letters_due:
        return Sentence.plural(
            "%(num)s letter or summary is not ready yet. Nobody is told before all of them are.",
            "%(num)s letters and summaries are not ready yet. Nobody is told before all of them are.",
            facts.letters_due,
        )
    if facts.told_at is None or facts.now < facts.told_at:
        return Sentence("The applicants have not been told the outcome yet.")
    return None


def too_late_to_promote(facts: Facts) -> Sentence | None:
    if not _known(facts.reserve_ended, "reserve_ended"):
        return None
    return Sentence("It is too late to promote: the next stage has closed, or the call is concluded.")


def notice_missing(facts: Facts) -> Sentence | None:
    return None if facts.notice_published else Sentence("The award notice has not been published yet.")


def standstill_running(facts: Facts) -> Sentence | None:
    ends_at = facts.standstill_ends_at
    if ends_at is None or facts.now >= ends_at:
        return None
    return Sentence("The standstill period runs until %(ends_at)s.", ends_at=ends_at)


def award_unconfirmed(facts: Facts) -> Sentence | None:
    """By the instant, so that a confirmation that is due counts even before the sweep has written it."""
    if facts.confirm_at is None:
        return Sentence("This award is not confirmed yet. We will tell you when you can accept it.")
    if facts.now < facts.confirm_at:
        return Sentence("You can accept this award from %(confirm_at)s.", confirm_at=facts.confirm_at)
    return None


def awards_unsettled(facts: Facts) -> Sentence | None:
    return _counted(
        facts.unsettled,
        "unsettled",
        "%(num)s award is still waiting to be accepted or refused.",
        "%(num)s awards are still waiting to be accepted or refused.",
    )


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        assessment_over,
        attendance_missing,
        award_decided,
        award_unconfirmed,
        awards_unsettled,
        call_closed,
        call_incomplete,
        call_not_live,
        call_not_open_yet,
        call_still_open,
        chair_missing,
        closing_passed,
        comments_missing,
        decisions_missing,
        declaration_missing,
        departures_unexplained,
        differences_open,
        eligibility_undecided,
        held,
        letters_missing,
        marks_missing,
        next_stage_incomplete,
        not_told,
        notice_missing,
        over_budget,
        questions_unanswered,
        readers_missing,
        reason_missing,
        same_person,
        scorecards_due,
        second_person_missing,
        stage_incomplete,
        standstill_running,
        too_late_to_promote,
    )
}

# What the person gives together with the act, on its own page: no reason to hold back the button that leads there.
GIVEN_WITH_THE_ACT = frozenset({"declaration_missing", "reason_missing"})
