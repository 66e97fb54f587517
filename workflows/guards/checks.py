"""Reasons not to let somebody go on who was not looked at, may not go on, or does not meet a condition."""

from workflows.facts import Facts, Sentence
from workflows.guards.guard import counted, known


def checks_missing(facts: Facts) -> Sentence | None:
    return counted(
        facts.checks_missing,
        "checks_missing",
        "%(num)s thing must be looked up first: see the exclusion grounds and the debarment list.",
        "%(num)s things must be looked up first: see the exclusion grounds and the debarment list.",
    )


def conditions_unmet(facts: Facts) -> Sentence | None:
    return counted(
        facts.conditions_unmet,
        "conditions_unmet",
        "%(num)s condition that excludes is not met, or nobody has looked at it.",
        "%(num)s conditions that exclude are not met, or nobody has looked at them.",
    )


def supplier_excluded(facts: Facts) -> Sentence | None:
    if not known(facts.supplier_excluded, "supplier_excluded"):
        return None
    return Sentence("A mandatory ground for exclusion applies, so the applicant may not go on.")
