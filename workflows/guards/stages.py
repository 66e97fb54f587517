"""Reasons about a stage, and about what applicants and assessors still owe it."""

from workflows.facts import Facts, Sentence
from workflows.guards.guard import counted, known


def call_not_live(facts: Facts) -> Sentence | None:
    if known(facts.call_live, "call_live"):
        return None
    return Sentence("The call is not running: it was cancelled or concluded, or is not published yet.")


def stage_incomplete(facts: Facts) -> Sentence | None:
    return counted(
        facts.problems,
        "problems",
        "%(num)s thing is missing before this stage can begin.",
        "%(num)s things are missing before this stage can begin.",
    )


def next_stage_incomplete(facts: Facts) -> Sentence | None:
    return counted(
        facts.next_problems,
        "next_problems",
        "%(num)s thing is missing before the next stage can begin. Nobody is told before it is there.",
        "%(num)s things are missing before the next stage can begin. Nobody is told before they are there.",
    )


def letters_missing(facts: Facts) -> Sentence | None:
    return counted(
        facts.letters_due,
        "letters_due",
        "%(num)s letter or summary is not ready yet. Nobody is told before all of them are.",
        "%(num)s letters and summaries are not ready yet. Nobody is told before all of them are.",
    )


def award_decided(facts: Facts) -> Sentence | None:
    if not known(facts.award_decided, "award_decided"):
        return None
    return Sentence("The awards are decided, so the call cannot be cancelled any more.")


def questions_unanswered(facts: Facts) -> Sentence | None:
    return counted(
        facts.unanswered,
        "unanswered",
        "%(num)s question is not answered completely.",
        "%(num)s questions are not answered completely.",
    )


NOT_DECLARED = Sentence("Confirm the declaration before you submit.")


def declaration_missing(facts: Facts) -> Sentence | None:
    return None if facts.declared else NOT_DECLARED


def marks_missing(facts: Facts) -> Sentence | None:
    return counted(
        facts.marks_missing, "marks_missing", "%(num)s criterion has no mark yet.", "%(num)s criteria have no mark yet."
    )


def comments_missing(facts: Facts) -> Sentence | None:
    return counted(
        facts.comments_missing,
        "comments_missing",
        "%(num)s criterion has no comment for the applicant yet.",
        "%(num)s criteria have no comment for the applicant yet.",
    )


def assessment_over(facts: Facts) -> Sentence | None:
    over = known(facts.assessment_over, "assessment_over")
    return Sentence("The marks for this call are locked. Marking has ended.") if over else None
