"""What is worth a second look in a call, each by an example that shows it and one that does not; and the minutes."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.rules import effort, lint
from procurement.rules.calls import Draft, StageDraft
from procurement.rules.questions import Condition, Effect, Purpose, Question, get_kind

LONG, MONEY, FILE = get_kind("long_text"), get_kind("money"), get_kind("file")
PLAIN = Question("plan", "Plan", "How will you deliver it?", LONG, word_limit=300, criterion="delivery")


def draft(*questions: Question, assesses: bool = True, **texts: str) -> Draft:
    steps = ("collect", "assess", "award") if assesses else ("collect", "award")
    stage = StageDraft(
        key="application",
        number=1,
        title="Application",
        noun="application",
        nouns="applications",
        steps=steps,
        names="shown",
        other_marks="never",
        questions=questions,
    )
    return Draft(ref="BCC-2027-001", kind="fund", procedure="small_grant", route="grant", stages=(stage,), **texts)


def said(*questions: Question, assesses: bool = True, **texts: str) -> list[tuple[str, str, str]]:
    found = lint.remarks(draft(*questions, assesses=assesses, **texts))
    return [(each.section, each.field, str(each.sentence)) for each in found]


def test_a_form_without_a_fault_is_not_remarked_on() -> None:
    assert said(PLAIN) == []


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (replace(PLAIN, text="Describe it", word_limit=5), "“Describe it” asks for more than 5 words can say."),
        (replace(PLAIN, criterion=""), "“How will you deliver it?” asks for up to 300 words that no criterion marks."),
        (
            replace(PLAIN, required=False),
            "“How will you deliver it?” is optional, but it is marked: who leaves it out loses by it.",
        ),
        (
            replace(PLAIN, guidance=" ".join(["word"] * 41)),
            "The guidance of “How will you deliver it?” has a sentence of 41 words. Two short ones are read once.",
        ),
        (
            Question(
                "t", "S", "Turnover", MONEY, maximum=Decimal(5), condition=Condition(Effect.EXCLUDE, least=Decimal(9))
            ),
            "No answer to “Turnover” can meet its condition.",
        ),
        (
            Question(
                "t", "S", "Turnover", MONEY, minimum=Decimal(9), condition=Condition(Effect.EXCLUDE, least=Decimal(5))
            ),
            "Every answer to “Turnover” meets its condition, so it decides nothing.",
        ),
    ],
)
def test_each_fault_is_said_of_its_question(question: Question, words: str) -> None:
    assert said(question) == [("form", question.key, words)]


def test_what_is_asked_twice_is_said_of_both() -> None:
    twice = said(PLAIN, replace(PLAIN, key="again", text="how will you deliver it? "))
    assert [field for _section, field, _words in twice] == ["plan", "again"]
    assert all("is asked twice" in words for *_where, words in twice)


def test_a_short_answer_that_nobody_marks_and_a_stage_without_marks_are_no_matter() -> None:
    assert (
        said(replace(PLAIN, criterion="", word_limit=40), replace(PLAIN, key="b", text="B", purpose=Purpose.SUMMARY))
        == []
    )
    assert said(replace(PLAIN, criterion=""), assesses=False) == []


def test_a_text_that_is_hard_to_read_is_said() -> None:
    plain = "At eight in the morning the air at forty gates is bad. We want to know how to make it good. " * 2
    heavy = "Interdepartmental procurement considerations necessitate comprehensive multidisciplinary evaluation. " * 6
    assert said(PLAIN, problem=plain) == []
    ((section, field, words),) = said(PLAIN, problem=heavy)
    assert (section, field) == ("details", "problem")
    assert words.startswith("This is hard to read (")
    assert lint.lix("Too short to tell.") is None


def test_a_form_that_takes_days_is_said_once() -> None:
    many = [replace(PLAIN, key=f"q{n}", text=f"What {n}?", word_limit=1000) for n in range(9)]
    assert [words for *_where, words in said(*many)] == [
        "To answer this form takes about 15 hours and 30 minutes. A firm of three people may not begin: ask for less."
    ]


def test_minutes_follow_the_published_rule() -> None:
    assert effort.minutes_of(PLAIN) == 2 + 30
    assert effort.minutes_of(Question("f", "S", "Plan", FILE)) == 2 + 15
    assert effort.minutes_of(Question("a", "S", "Amount", MONEY)) == 2
    assert effort.minutes_to_answer([]) == 0
    assert str(effort.in_words(60)) == "about 1 hour"
    assert str(effort.in_words(135)) == "about 2 hours and 15 minutes"


@given(st.lists(st.integers(1, 2000), max_size=30))
def test_minutes_are_quarters_and_grow_with_what_is_asked(limits: list[int]) -> None:
    form = [replace(PLAIN, word_limit=limit) for limit in limits]
    whole = effort.minutes_to_answer(form)
    assert whole % 15 == 0
    assert 0 <= whole - sum(map(effort.minutes_of, form)) < 15
    assert effort.minutes_to_answer([*form, PLAIN]) >= whole
