"""Reasons that the clock gives, and that a second person is needed."""

from datetime import datetime

from workflows.facts import Facts, Sentence
from workflows.guards.guard import known

MINUTE = 60  # seconds


def call_not_open_yet(facts: Facts) -> Sentence | None:
    opens_at = known(facts.opens_at, "opens_at")
    if facts.now >= opens_at:
        return None
    if facts.later_stage:
        return Sentence("“%(stage)s” opens on %(opens_at)s.", stage=facts.later_stage, opens_at=opens_at)
    return Sentence("This call opens on %(opens_at)s.", opens_at=opens_at)


def call_closed(facts: Facts) -> Sentence | None:
    """Open means opens_at <= now < closes_at: at the very instant of closing it is too late."""
    closes_at = known(facts.closes_at, "closes_at")
    if facts.now < closes_at:
        return None
    if facts.later_stage:
        return Sentence("“%(stage)s” closed on %(closes_at)s.", stage=facts.later_stage, closes_at=closes_at)
    return Sentence("This call closed on %(closes_at)s.", closes_at=closes_at)


def call_still_open(facts: Facts) -> Sentence | None:
    closes_at = known(facts.closes_at, "closes_at")
    if facts.now >= closes_at:
        return None
    if facts.later_stage:
        words = "“%(stage)s” has not closed yet. It closes on %(closes_at)s."
        return Sentence(words, stage=facts.later_stage, closes_at=closes_at)
    return Sentence("This call has not closed yet. It closes on %(closes_at)s.", closes_at=closes_at)


def closing_passed(facts: Facts) -> Sentence | None:
    closes_at = known(facts.closes_at, "closes_at")
    if facts.now < closes_at:
        return None
    return Sentence("The closing time, %(closes_at)s, has passed. Choose a later one.", closes_at=closes_at)


def held(facts: Facts) -> Sentence | None:
    hold_until, closes_at = known(facts.hold_until, "hold_until"), known(facts.closes_at, "closes_at")
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


def same_person(facts: Facts) -> Sentence | None:
    if known(facts.actor, "actor") not in known(facts.authors, "authors"):
        return None
    return Sentence("You wrote this. Somebody else must approve it.")


def second_person_missing(facts: Facts) -> Sentence | None:
    if facts.second_person:
        return None
    return Sentence("Two people must open this call. Ask a second person to sign in and confirm.")


def reason_missing(facts: Facts) -> Sentence | None:
    return None if facts.reason.strip() else Sentence("Give a reason.")
