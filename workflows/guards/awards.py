"""Reasons about telling, notices, standstill and awards."""

from workflows.facts import Facts, Sentence
from workflows.guards.guard import counted, known


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
    if not known(facts.reserve_ended, "reserve_ended"):
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
    return counted(
        facts.unsettled,
        "unsettled",
        "%(num)s award is still waiting to be accepted or refused.",
        "%(num)s awards are still waiting to be accepted or refused.",
    )
