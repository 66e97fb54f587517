"""Reasons not to move. Each gives a sentence for the person, or None; its name is the word used in a workflow.

A guard is named after what is wrong. It reads Facts and nothing else; a fact that it needs and that was not gathered
raises FactMissing.
"""

from workflows.guards.awards import (
    award_unconfirmed,
    awards_unsettled,
    not_told,
    notice_missing,
    standstill_running,
    too_late_to_promote,
)
from workflows.guards.calls import (
    attendance_missing,
    call_incomplete,
    chair_missing,
    decisions_missing,
    departures_unexplained,
    differences_open,
    eligibility_undecided,
    over_budget,
    readers_missing,
    reasons_missing,
    rule_broken,
    scorecards_due,
)
from workflows.guards.checks import checks_missing, conditions_unmet, supplier_excluded
from workflows.guards.clock import (
    call_closed,
    call_not_open_yet,
    call_still_open,
    closing_passed,
    held,
    reason_missing,
    same_person,
    second_person_missing,
)
from workflows.guards.guard import Guard
from workflows.guards.requests import requests_open, review_too_late, reviewer_took_part, reviews_open
from workflows.guards.stages import (
    assessment_over,
    award_decided,
    call_not_live,
    comments_missing,
    declaration_missing,
    letters_missing,
    marks_missing,
    next_stage_incomplete,
    questions_unanswered,
    stage_incomplete,
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
        checks_missing,
        closing_passed,
        comments_missing,
        conditions_unmet,
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
        reasons_missing,
        requests_open,
        review_too_late,
        reviewer_took_part,
        reviews_open,
        rule_broken,
        same_person,
        scorecards_due,
        second_person_missing,
        stage_incomplete,
        standstill_running,
        supplier_excluded,
        too_late_to_promote,
    )
}

# What the person gives together with the act, on its own page: no reason to hold back the button that leads there.
GIVEN_WITH_THE_ACT = frozenset({"declaration_missing", "reason_missing"})
