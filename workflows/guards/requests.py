"""Reasons about what applicants were asked, and about the reviews that they asked for."""

from workflows.facts import Facts, Sentence
from workflows.guards.guard import counted, known


def requests_open(facts: Facts) -> Sentence | None:
    """Nobody is judged by what they were asked to complete or explain and can still answer."""
    return counted(
        facts.requests_open,
        "requests_open",
        "%(num)s request to an applicant is still open. Wait for the answer, or take the request back.",
        "%(num)s requests to applicants are still open. Wait for the answers, or take the requests back.",
    )


def reviews_open(facts: Facts) -> Sentence | None:
    return counted(
        facts.reviews_open,
        "reviews_open",
        "%(num)s review of eligibility was asked for and is not answered. Nobody can be let in after the lock.",
        "%(num)s reviews of eligibility were asked for and are not answered. Nobody can be let in after the lock.",
    )


def reviewer_took_part(facts: Facts) -> Sentence | None:
    """Whoever proposed or approved a finding does not review it."""
    if known(facts.actor, "actor") not in known(facts.authors, "authors"):
        return None
    return Sentence("You proposed or approved this decision. Somebody else must answer the review.")


def review_too_late(facts: Facts) -> Sentence | None:
    if not known(facts.past_reviewing, "past_reviewing"):
        return None
    return Sentence(
        "It cannot be checked again: the marks of this stage are locked, or there is nothing to mark in it."
    )
