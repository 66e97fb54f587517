"""Reasons about a call, and about what was proposed and is to be approved in it."""

from decimal import Decimal

from workflows.facts import Facts, Sentence
from workflows.guards.guard import counted, known, named

PENNY = Decimal("0.01")


def call_incomplete(facts: Facts) -> Sentence | None:
    return counted(
        facts.problems,
        "problems",
        "%(num)s thing is missing before this can be published.",
        "%(num)s things are missing before this can be published.",
    )


def eligibility_undecided(facts: Facts) -> Sentence | None:
    return counted(
        facts.undecided,
        "undecided",
        "%(num)s application still needs a decision on whether it is eligible.",
        "%(num)s applications still need a decision on whether they are eligible.",
    )


def readers_missing(facts: Facts) -> Sentence | None:
    return counted(
        facts.readers_missing,
        "readers_missing",
        "%(num)s application has too few assessors. Assign another one.",
        "%(num)s applications have too few assessors. Assign more.",
    )


def scorecards_due(facts: Facts) -> Sentence | None:
    return counted(
        facts.scorecards_due, "scorecards_due", "%(num)s scorecard is not in yet.", "%(num)s scorecards are not in yet."
    )


def attendance_missing(facts: Facts) -> Sentence | None:
    return counted(
        facts.attendance_missing,
        "attendance_missing",
        "It is not noted yet whether %(num)s presentation took place.",
        "It is not noted yet whether %(num)s presentations took place.",
    )


def differences_open(facts: Facts) -> Sentence | None:
    return counted(
        facts.differences_open,
        "differences_open",
        "%(num)s difference between assessors is not settled yet.",
        "%(num)s differences between assessors are not settled yet.",
    )


def chair_missing(facts: Facts) -> Sentence | None:
    if not known(facts.chair_missing, "chair_missing"):
        return None
    return Sentence("The panel has no chair yet. Name one before it moderates.")


def decisions_missing(facts: Facts) -> Sentence | None:
    return counted(
        facts.decisions_missing,
        "decisions_missing",
        "%(num)s application has no decision yet.",
        "%(num)s applications have no decision yet.",
    )


def over_budget(facts: Facts) -> Sentence | None:
    over = known(facts.over_budget, "over_budget")
    if over <= 0:
        return None
    pounds = int(over) if over == int(over) else over.quantize(PENNY)
    return Sentence("The awards go £%(pounds)s over the budget. Award fewer.", pounds=pounds)


def departures_unexplained(facts: Facts) -> Sentence | None:
    return counted(
        facts.departures,
        "departures",
        "%(num)s decision departs from the rank order without a reason. Give one.",
        "%(num)s decisions depart from the rank order without a reason. Give one for each.",
    )


def rule_broken(facts: Facts) -> Sentence | None:
    """A procurement's decisions are what its published rule gives (Procurement Act 2023 s. 19(2))."""
    broken = known(facts.rule_broken, "rule_broken")
    if not broken:
        return None
    return Sentence(
        "The published rule (rank order, thresholds, seats) gives other decisions than these: %(bids)s. A procurement "
        "cannot leave it.",
        bids=named(broken),
    )


def reasons_missing(facts: Facts) -> Sentence | None:
    """Whoever was assessed reads one reason for each criterion (Procurement Act 2023 s. 50)."""
    missing = known(facts.reasons_missing, "reasons_missing")
    if not missing:
        return None
    return Sentence(
        "The one reason for each criterion, which the applicant reads, is not written for: %(bids)s.",
        bids=named(missing),
    )
