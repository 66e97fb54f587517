"""What blocks publication: each thing on its own, against a call that nothing blocks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from procurement.rules.call_checks import call_advice, call_problems, content_of, scheme_of
from procurement.rules.calls import Draft, LotDraft, mark, status
from procurement.rules.dates import is_working_day, uk_day
from procurement.rules.ledger import canonical
from procurement.rules.questions import form_problems
from procurement.rules.starters import STARTERS, dates_from
from workflows.facts import UK
from workflows.scoring.schemes import faults

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def draft(procedure: str = "challenge", **changed: Any) -> Draft:
    starter, dates = STARTERS[procedure], dates_from(NOW)
    whole = Draft(
        ref="BCC-2027-001",
        kind="challenge" if procedure == "challenge" else "fund",
        procedure=procedure,
        title="Cleaner air",
        theme="low_carbon",
        summary="Cleaner air at schools.",
        problem="The air is bad.",
        users="Children.",
        outcome="Better air.",
        eligibility=starter.eligibility,
        terms=starter.terms,
        contact="a@city.example",
        budget=Decimal(100),
        lots=(LotDraft(1, "All", "", Decimal(100)),),
        questions=starter.questions,
        criteria=tuple(each.scored for each in starter.criteria),
        descriptions=tuple(each.description for each in starter.criteria),
        opens_at=dates.opens_at,
        closes_at=dates.closes_at,
        assess_by=dates.assess_by,
        decision_on=dates.decision_on,
        starts_on=dates.starts_on,
        ends_on=dates.ends_on,
    )
    return replace(whole, **changed)


@pytest.mark.parametrize("procedure", sorted(STARTERS))
def test_a_starter_needs_only_its_words_and_its_money(procedure: str) -> None:
    assert call_problems(draft(procedure), NOW) == ()
    assert call_advice(draft(procedure), NOW) == ()
    starter = STARTERS[procedure]
    keys = {each.scored.key for each in starter.criteria}
    assert form_problems(starter.questions, keys) == ()
    assert faults(tuple(each.scored for each in starter.criteria), Decimal(starter.minimum_total)) == ()


@pytest.mark.parametrize("day", range(1, 366, 7))
def test_the_dates_of_a_new_call_are_noons_of_working_days(day: int) -> None:
    dates = dates_from(datetime(2027, 1, 1, 15, 0, tzinfo=UTC) + timedelta(days=day))
    for at in (dates.opens_at, dates.closes_at, dates.assess_by):
        assert at.astimezone(UK).hour == 12
        assert is_working_day(uk_day(at))
    assert dates.opens_at < dates.closes_at < dates.assess_by
    assert uk_day(dates.assess_by) < dates.decision_on < dates.starts_on < dates.ends_on


@pytest.mark.parametrize(
    ("changed", "section", "field"),
    [
        *[
            ({name: " "}, "details", name)
            for name in (
                "title",
                "summary",
                "problem",
                "users",
                "outcome",
                "eligibility",
                "terms",
                "contact",
            )
        ],
        ({"theme": "weather"}, "details", "theme"),
        ({"starts_on": None}, "details", "starts_on"),
        ({"starts_on": date(2027, 3, 2), "ends_on": date(2028, 1, 1)}, "details", "starts_on"),
        ({"ends_on": None}, "details", "ends_on"),
        ({"ends_on": date(2027, 1, 1)}, "details", "ends_on"),
        ({"budget": None}, "money", "budget"),
        ({"budget": Decimal(101)}, "money", "budget"),
        ({"lots": ()}, "money", ""),
        ({"opens_at": None}, "dates", "opens_at"),
        ({"closes_at": None}, "dates", "closes_at"),
        ({"closes_at": NOW, "opens_at": NOW - timedelta(days=40)}, "dates", "closes_at"),
        ({"opens_at": datetime(2028, 1, 1, 12, tzinfo=UTC)}, "dates", "closes_at"),
        ({"assess_by": None}, "dates", "assess_by"),
        ({"assess_by": dates_from(NOW).closes_at + timedelta(minutes=60)}, "dates", "assess_by"),
        ({"decision_on": None}, "dates", "decision_on"),
        ({"decision_on": date(2027, 3, 2)}, "dates", "decision_on"),
        ({"minimum_total": Decimal(101)}, "criteria", ""),
        ({"readers": 0}, "criteria", "readers"),
    ],
)
def test_each_thing_that_is_wrong_blocks_and_names_its_field(changed: dict[str, Any], section: str, field: str) -> None:
    assert [(each.section, each.field) for each in call_problems(draft(**changed), NOW)] == [(section, field)]


def test_a_challenge_keeps_the_tendering_minimum_and_a_fund_has_none() -> None:
    opens = datetime(2027, 3, 10, 12, 0, tzinfo=UTC)
    for days, wrong in ((25, []), (24, ["closes_at"])):
        dates = {"opens_at": opens, "closes_at": opens + timedelta(days=days)}
        assert [each.field for each in call_problems(draft(**dates), NOW)] == wrong
        assert call_problems(draft("innovation_fund", **dates), NOW) == ()
    short = draft(opens_at=opens, closes_at=opens + timedelta(days=24))
    assert str(call_problems(short, NOW)[0].sentence) == (
        "Tenderers would have 24 days and the law asks for at least 25, counted from the day after publication "
        "(Procurement Act 2023 section 54). Close on Sunday 4 April 2027 or later."
    )


def test_faults_of_the_form_and_of_the_criteria_name_the_question_and_the_criterion() -> None:
    whole = draft()
    questions = tuple(replace(each, text="") if each.key == "plan" else each for each in whole.questions)
    assert [(each.section, each.field) for each in call_problems(replace(whole, questions=questions), NOW)] == [
        ("form", "plan")
    ]
    criteria = (replace(whole.criteria[0], words=("One",)), *whole.criteria[1:])
    assert [(each.section, each.field) for each in call_problems(replace(whole, criteria=criteria), NOW)] == [
        ("criteria", "solution")
    ]
    unmarked = tuple(replace(each, criterion="") if each.criterion == "value" else each for each in whole.questions)
    assert [(each.section, each.field) for each in call_problems(replace(whole, questions=unmarked), NOW)] == [
        ("criteria", "value")
    ]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"closes_at": datetime(2027, 5, 1, 11, tzinfo=UTC)}, ["closes_at"]),  # a Saturday
        ({"closes_at": datetime(2027, 4, 29, 22, 59, tzinfo=UTC)}, ["closes_at"]),  # 11:59pm
        ({"opens_at": NOW}, ["opens_at"]),
        ({"summary": "word " * 41}, ["summary"]),
        ({"summary": "word " * 40}, []),
    ],
)
def test_advice_does_not_block(changed: dict[str, Any], fields: list[str]) -> None:
    assert [each.field for each in call_advice(draft(**changed), NOW)] == fields


def test_what_is_frozen_is_canonical_and_complete() -> None:
    whole = draft()
    content = content_of(whole, published_at=NOW, scheme="a" * 64, workflow="b" * 64)
    assert content == content_of(draft(), published_at=NOW, scheme="a" * 64, workflow="b" * 64)
    assert canonical(scheme_of(whole)).startswith(b'{"criteria":[{"key":"solution"')
    for text in (whole.problem, whole.users, whole.questions[3].guidance, str(whole.descriptions[0])):
        assert text.encode() in content


@pytest.mark.parametrize(
    ("state", "told", "expected"),
    [
        ("opened", None, "in_assessment"),
        ("decided", None, "in_assessment"),
        ("decided", NOW + timedelta(seconds=1), "in_assessment"),
        ("decided", NOW, "decided"),
        ("concluded", NOW, "decided"),
        ("cancelled", None, "cancelled"),
    ],
)
def test_nobody_learns_that_decisions_were_made_before_all_are_told(
    state: str, told: datetime | None, expected: str
) -> None:
    assert status(state, NOW, NOW, told, NOW) == expected


@pytest.mark.parametrize("state", ["draft", "in_review", "approved"])
def test_a_call_that_is_being_prepared_stands_nowhere_for_the_public(state: str) -> None:
    with pytest.raises(ValueError, match=f"^a call at '{state}' is not public$"):
        status(state, NOW, NOW, None, NOW)


def test_a_mark_changes_with_the_content_alone() -> None:
    one = {"title": "A", "budget": Decimal("5.00"), "opens_at": NOW, "starts_on": None}
    same = {"starts_on": None, "opens_at": NOW.astimezone(UK), "budget": Decimal(5), "title": "A"}
    assert mark(one) == mark(same)
    assert len({mark({**one, "title": text}) for text in ("A", "B", "", "A ")}) == 4
    assert 0 < mark(one) < 10**9
