"""Conditions of participation: exactly met or not, never guessed, and said in a sentence made from the rule."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.rules.conditions import Noted, Result, conditions_of, evaluate, foretold
from procurement.rules.questions import (
    Condition,
    Effect,
    Question,
    condition_to_keep,
    form_problems,
    get_kind,
    list_kinds,
    read_condition,
    read_question,
    requirement,
    to_plain,
)

DAY = date(2027, 3, 12)
WHY = "The work cannot be done with less."
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
TURNOVER = Question(
    "turnover",
    "Conditions",
    "Turnover in the last year",
    get_kind("money"),
    condition=Condition(Effect.EXCLUDE, least=Decimal(50_000), why=WHY),
)
INSURED = Question(
    "insured",
    "Conditions",
    "Are you insured?",
    get_kind("yes_no"),
    condition=Condition(Effect.EXCLUDE, accepts=("yes",), why=WHY),
)
ACCESS = Question(
    "access",
    "Conditions",
    "How do you see to accessibility?",
    get_kind("one_of"),
    options=("Tested", "Checked", "Not yet"),
    condition=Condition(Effect.WARN, accepts=("Tested", "Checked"), why=WHY),
)
POLICY = Question(
    "policy",
    "Conditions",
    "Insurance certificate",
    get_kind("file"),
    condition=Condition(Effect.EXCLUDE, in_date_on=DAY, why=WHY),
)
FORM = (TURNOVER, INSURED, ACCESS, POLICY)
FILE = [{"name": "policy.pdf", "size": 9, "digest": "0"}]


def warned(question: Question) -> Question:
    assert question.condition is not None
    return replace(question, condition=replace(question.condition, effect=Effect.WARN))


def setting(question: Question, **changes: object) -> Question:
    assert question.condition is not None
    return replace(question, condition=replace(question.condition, **changes))


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        (TURNOVER, "50000", Result.MET),
        (TURNOVER, "49999.99", Result.NOT_MET),
        (TURNOVER, None, Result.LOOK),
        (TURNOVER, "a lot", Result.LOOK),
        (INSURED, "yes", Result.MET),
        (INSURED, "no", Result.NOT_MET),
        (INSURED, "perhaps", Result.LOOK),
        (INSURED, "", Result.LOOK),
        (ACCESS, "Checked", Result.MET),
        (ACCESS, "Not yet", Result.LOOK),
        (POLICY, FILE, Result.LOOK),
        (POLICY, [], Result.LOOK),
    ],
)
def test_what_an_answer_is(question, answer, expected):
    assert evaluate(question, answer).result is expected


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_bound_is_exact_and_inclusive(least, more, answer):
    most = least + abs(more)
    question = replace(TURNOVER, kind=get_kind("number"), condition=Condition(Effect.EXCLUDE, least=least, most=most))
    result = evaluate(question, format(answer, "f")).result
    assert result is (Result.MET if least <= answer <= most else Result.NOT_MET)


@given(AMOUNTS.filter(lambda amount: amount >= 0), AMOUNTS.filter(lambda amount: amount >= 0))
def test_a_higher_number_never_fails_what_a_lower_one_meets(one, other):
    low, high = sorted((one, other))
    results = [evaluate(TURNOVER, str(each)).result for each in (low, high)]
    assert results != [Result.MET, Result.NOT_MET]


ANSWERS = st.one_of(st.none(), st.text(max_size=30), AMOUNTS.map(str), st.sampled_from(("yes", "no", "Tested", FILE)))


@given(st.sampled_from(FORM), ANSWERS)
def test_a_warning_is_never_a_refusal_and_what_excludes_never_only_warns(question, answer):
    strict, mild = evaluate(question, answer).result, evaluate(warned(question), answer).result
    assert mild is not Result.NOT_MET
    assert (strict is Result.MET) == (mild is Result.MET)


@given(st.sampled_from(FORM), ANSWERS, st.booleans())
def test_what_an_officer_noted_holds_before_all_else(question, answer, met):
    verdict = evaluate(question, answer, Noted(met=met))
    assert verdict.result is (Result.MET if met else Result.NOT_MET)


@given(st.integers(-400, 400))
def test_a_file_is_in_date_by_the_day_that_was_noted_and_no_earlier(days):
    until = DAY + timedelta(days=days)
    result = evaluate(POLICY, FILE, Noted(in_date_until=until)).result
    assert result is (Result.MET if days >= 0 else Result.NOT_MET)


def test_a_day_without_a_file_says_nothing():
    assert evaluate(POLICY, [], Noted(in_date_until=DAY)).result is Result.LOOK


def test_only_what_excludes_stands_in_the_way():
    assert evaluate(TURNOVER, "1").stops
    assert evaluate(TURNOVER, None).stops
    assert not evaluate(ACCESS, "Not yet").stops
    assert not evaluate(ACCESS, "Not yet", Noted(met=False)).stops


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (TURNOVER, "Turnover in the last year: at least £50,000"),
        (setting(TURNOVER, most=Decimal(90_000)), "Turnover in the last year: between £50,000 and £90,000"),
        (setting(TURNOVER, least=None, most=Decimal(9)), "Turnover in the last year: at most £9"),
        (INSURED, "Are you insured? Needed: Yes"),
        (ACCESS, "How do you see to accessibility? Needed: one of Tested; Checked"),
        (POLICY, "Insurance certificate: a file that is still in date on Friday 12 March 2027"),
    ],
)
def test_the_sentence_is_made_from_the_rule(question, words):
    assert str(requirement(question)) == words


@pytest.mark.parametrize("question", FORM)
def test_what_is_kept_is_read_again_and_what_is_published_does_not_say_why(question):
    assert read_condition(condition_to_keep(question.condition)) == question.condition
    plain = to_plain(question)
    assert WHY not in str(plain)
    assert read_question(plain) == setting(question, why="")


def test_a_question_that_is_none_is_frozen_in_the_bytes_of_before():
    assert "condition" not in to_plain(replace(TURNOVER, condition=None))
    assert conditions_of((*FORM, replace(TURNOVER, key="other", condition=None))) == FORM


def test_what_is_no_condition_is_not_evaluated():
    with pytest.raises(ValueError, match="turnover is no condition"):
        evaluate(replace(TURNOVER, condition=None), "1")


# before the publication


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (
            setting(TURNOVER, least=None),
            "Say from or up to which number “Turnover in the last year” meets its condition.",
        ),
        (
            setting(TURNOVER, most=Decimal(49_999)),
            "No number can meet the condition of “Turnover in the last year”.",
        ),
        (setting(INSURED, accepts=()), "Say which answers to “Are you insured?” meet the condition."),
        (
            setting(INSURED, accepts=("maybe",)),
            "“maybe” meets the condition of “Are you insured?”, but cannot be chosen there.",
        ),
        (
            setting(INSURED, accepts=("yes", "no")),
            "Every answer to “Are you insured?” meets its condition, so it is none.",
        ),
        (
            setting(POLICY, in_date_on=None),
            "Say on which day the file of “Insurance certificate” must still be in date.",
        ),
        (replace(INSURED, required=False), "“Are you insured?” is a condition, so it must be answered."),
        (setting(INSURED, why=" "), "Say why the condition of “Are you insured?” is needed and goes no further."),
        (
            replace(TURNOVER, kind=get_kind("short_text")),
            "“Turnover in the last year” cannot be a condition: nobody can say when a text meets it.",
        ),
    ],
)
def test_what_stops_a_condition_from_being_published(question, words):
    assert [str(each.sentence) for each in form_problems([question], wanted=())] == [words]


def test_sound_conditions_can_be_published_on_every_kind_that_takes_one():
    assert form_problems(FORM, wanted=()) == ()
    assert {each.kind.key for each in FORM} <= {each.key for each in list_kinds() if each.demand is not None}


# what an applicant is told before the press


def test_an_applicant_is_told_which_answers_would_exclude():
    answers = {"turnover": "41300", "insured": "yes", "access": "Not yet", "policy": FILE}
    told = foretold(FORM, answers, "proposal")
    assert [(key, str(sentence)) for key, sentence in told] == [
        (
            "turnover",
            "You answered “£41,300” to “Turnover in the last year”. Needed: at least £50,000. "
            "A proposal without it cannot be considered.",
        ),
        (
            "access",
            "You answered “Not yet” to “How do you see to accessibility?”. Expected: one of Tested; Checked. "
            "Officers will look at your answer before your proposal goes on.",
        ),
    ]


def test_who_meets_everything_is_told_nothing():
    assert foretold(FORM, {"turnover": "50000", "insured": "yes", "access": "Tested"}, "proposal") == ()
