"""Facts under which nothing but the clock is in the way. Whoever adds a fact that a guard asks for adds it here."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from workflows.facts import Facts

OPENS_AT, CLOSES_AT = datetime(2027, 3, 1, 12, tzinfo=UTC), datetime(2027, 4, 1, 12, tzinfo=UTC)
HOLD_UNTIL, OVER = CLOSES_AT + timedelta(hours=1), CLOSES_AT + timedelta(days=90)
CLEAR = Facts(
    now=OVER,
    opens_at=OPENS_AT,
    closes_at=CLOSES_AT,
    hold_until=HOLD_UNTIL,
    actor=1,
    authors=frozenset({2}),
    second_person=True,
    problems=0,
    call_live=True,
    award_decided=False,
    next_problems=0,
    reserve_ended=False,
    unanswered=0,
    declared=True,
    reason="It is so.",
    undecided=0,
    requests_open=0,
    reviews_open=0,
    past_reviewing=False,
    checks_missing=0,
    conditions_unmet=0,
    supplier_excluded=False,
    readers_missing=0,
    attendance_missing=0,
    chair_missing=False,
    differences_open=0,
    scorecards_due=0,
    decisions_missing=0,
    over_budget=Decimal(0),
    departures=0,
    rule_broken=(),
    reasons_missing=(),
    letters_due=0,
    told_at=OVER,
    notice_published=True,
    standstill_ends_at=OVER,
    confirm_at=OVER,
    unsettled=0,
    marks_missing=0,
    comments_missing=0,
    assessment_over=False,
)
WHILE_OPEN = replace(CLEAR, now=OPENS_AT)
