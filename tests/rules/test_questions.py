"""Whatever is typed is kept, and only what is complete counts as done."""

import json
import unicodedata
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.questions import (
    Checked,
    Kind,
    Purpose,
    Question,
    by_section,
    check,
    form_problems,
    is_blank,
    list_kinds,
    missing,
    normalise,
    read_question,
    to_plain,
    word_count,
)
from procurement.rules.questions.kinds.file import File
from procurement.rules.questions.kinds.long_text import LongText
from procurement.rules.questions.kinds.money import Money
from procurement.rules.questions.kinds.number import Number
from procurement.rules.questions.kinds.one_of import OneOf
from procurement.rules.questions.kinds.short_text import ShortText
from procurement.rules.questions.kinds.yes_no import YesNo

COUNTS = json.loads(Path(__file__).with_name("word_counts.json").read_text(encoding="utf-8"))["cases"]

TITLE = Question("title", "Your idea", "What is your idea called?", ShortText(), purpose=Purpose.TITLE)
SUMMARY = Question("summary", "Your idea", "Sum it up", LongText(), word_limit=5, purpose=Purpose.SUMMARY)
AMOUNT = Question("amount", "Money", "How much do you need?", Money(), maximum=Decimal(50000), purpose=Purpose.AMOUNT)
STAFF = Question("staff", "You", "How many people work for you?", Number(), minimum=Decimal(1))
PILOT = Question("pilot", "You", "Have you run a pilot?", YesNo())
THEME = Question("theme", "You", "Which theme?", OneOf(), options=("Low carbon", "Mobility"))
PLAN = Question("plan", "Files", "Your plan", File())
FORM = (TITLE, SUMMARY, AMOUNT, STAFF, PILOT, THEME, PLAN)


def sentences(checked: Checked) -> list[str]:
    return [str(each) for each in checked.problems]


@pytest.mark.parametrize("case", COUNTS, ids=[case["name"] for case in COUNTS])
def test_words_are_counted_as_the_shared_cases_say(case: dict[str, Any]) -> None:
    assert word_count(case["text"]) == case["words"]


@given(some.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(each) == "Cc" and each not in "\n\t" for each in once)


@given(some.text(alphabet=some.characters(codec=None), max_size=50))
def test_every_normalised_text_can_be_stored(text: str) -> None:
    assert normalise(text).encode("utf-8").decode("utf-8") == normalise(text)


def test_line_ends_and_trailing_spaces_are_the_same_everywhere() -> None:
    assert normalise("one  \r\ntwo\t\r\n\r\n  three \r\n") == "one\ntwo\n\n  three"
    assert normalise("safe\u202egnp.exe") == "safegnp.exe"


def test_an_over_long_answer_is_kept_whole_and_not_complete() -> None:
    checked = check(SUMMARY, "one two three four five six seven")
    assert checked.value == "one two three four five six seven"
    assert (checked.words, checked.complete) == (7, False)
    assert sentences(checked) == ["“Sum it up” has 7 words and the limit is 5. Take out at least 2."]
    assert sentences(check(SUMMARY, "one two three four five six")) == [
        "“Sum it up” has 6 words and the limit is 5. Take out at least one."
    ]
    assert check(SUMMARY, "one two three four five") == Checked("one two three four five", 5, (), True)


@pytest.mark.parametrize("nothing", [None, "", "  ", "\r\n", "\u200b", "\u200e\u200f", "\u2060"])
def test_an_answer_that_shows_nothing_is_no_answer(nothing: str | None) -> None:
    checked = check(TITLE, nothing)
    assert (checked.value, checked.words, checked.complete) == (None, 0, False)
    assert sentences(checked) == ["Answer “What is your idea called?”."]
    assert check(replace(TITLE, required=False), nothing) == Checked(None, 0, (), True)


def test_a_short_text_is_one_line_and_a_long_text_keeps_its_lines() -> None:
    assert check(TITLE, "Clean\r\n  air ").value == "Clean air"
    assert check(SUMMARY, "Clean\r\nair").value == "Clean\nair"


def test_money_is_read_tolerantly_and_stored_one_way() -> None:
    assert check(AMOUNT, "£25,000.50") == Checked("25000.50", 0, (), True)
    kept = check(AMOUNT, "about 25 grand")
    assert (kept.value, kept.complete) == ("about 25 grand", False)
    assert sentences(kept) == ["Enter an amount in pounds for “How much do you need?”, like 25,000 or 25,000.50."]
    assert sentences(check(AMOUNT, "50000.01")) == ["“How much do you need?” must be £50,000 or less."]
    assert sentences(check(AMOUNT, "-5")) == ["“How much do you need?” must be £0 or more."]


def test_numbers_choices_and_files_are_read_for_what_they_are() -> None:
    assert check(STAFF, " 1,200 ") == Checked("1200", 0, (), True)
    assert sentences(check(STAFF, "0")) == ["“How many people work for you?” must be 1 or more."]
    assert sentences(check(STAFF, "a few")) == ["Enter a number for “How many people work for you?”, like 12 or 12.5."]
    assert check(PILOT, "Yes") == Checked("yes", 0, (), True)
    assert check(THEME, "mobility") == Checked("Mobility", 0, (), True)
    forged = check(THEME, "Nuclear")
    assert (forged.value, forged.complete) == ("Nuclear", False)
    assert sentences(forged) == ["Choose one of the options for “Which theme?”."]
    one = {"name": "plan.pdf", "digest": "ab"}
    assert check(PLAN, [one]) == Checked([one], 0, (), True)
    assert check(PLAN, one) == Checked([one], 0, (), True)
    assert sentences(check(PLAN, [])) == ["Upload a file for “Your plan”."]
    assert sentences(check(PLAN, [one, one])) == ["“Your plan” takes one file and has 2. Remove all but one."]
    assert check(replace(PLAN, maximum=Decimal(2)), [one, one]).complete


ANYTHING = some.one_of(
    some.none(),
    some.text(alphabet=some.characters(codec=None)),
    some.integers(),
    some.booleans(),
    some.lists(some.text()),
    some.dictionaries(some.text(), some.text()),
)


@given(some.sampled_from(FORM), ANYTHING)
def test_nothing_that_is_sent_raises_and_the_stored_value_checks_as_it_did(question: Question, value: Any) -> None:
    first = check(question, value)
    json.dumps(first.value)
    assert check(question, first.value) == first
    assert first.complete == (not first.problems)


@pytest.mark.parametrize(
    ("kind", "limit", "words", "answered", "files", "said"),
    [
        (LongText(), 250, 212, True, 0, "212 of at most 250 words"),
        (LongText(), 250, 0, False, 0, "Not answered"),
        (ShortText(), None, 1, True, 0, "1 word"),
        (Money(), None, 0, True, 0, "Answered"),
        (YesNo(), None, 0, False, 0, "Not answered"),
        (File(), None, 0, False, 0, "No file"),
        (File(), None, 0, False, 2, "2 files"),
    ],
)
def test_how_much_was_answered(
    kind: Kind, limit: int | None, words: int, answered: bool, files: int, said: str
) -> None:
    question = Question("q", "Section", "Question", kind, word_limit=limit)
    assert str(kind.extent(question, words=words, answered=answered, files=files)) == said


@pytest.mark.parametrize(
    ("question", "value", "read"),
    [
        (TITLE, "Clean air", ["Clean air"]),
        (SUMMARY, "One\ntwo", ["One\ntwo"]),
        (AMOUNT, "25000.50", ["£25,000.50"]),
        (AMOUNT, "about 25 grand", ["about 25 grand"]),
        (STAFF, "1234567.5", ["1,234,567.5"]),
        (STAFF, "a few", ["a few"]),
        (PILOT, "no", ["No"]),
        (PILOT, "perhaps", ["perhaps"]),
        (THEME, "Mobility", ["Mobility"]),
        (PLAN, None, []),
    ],
)
def test_an_answer_is_read_in_one_way_by_everybody(question: Question, value: str | None, read: list[str]) -> None:
    assert [str(part) for part in question.kind.parts(question, value)] == read
    assert question.kind.parts(question, None) == question.kind.parts(question, "") == ()


@pytest.mark.parametrize(
    ("question", "brief", "takes"),
    [
        (TITLE, "a short text", "Text, at most 200 characters"),
        (SUMMARY, "up to 5 words", "Text of up to 5 words, at most 200 characters"),
        (replace(SUMMARY, word_limit=1), "up to 1 word", "Text of up to 1 word, at most 200 characters"),
        (replace(SUMMARY, word_limit=None), "a text", "Text, at most 60,000 characters"),
        (AMOUNT, "an amount in pounds", "An amount in pounds, at most £50,000"),
        (replace(STAFF, maximum=Decimal(2000)), "a number", "A number, at least 1, at most 2,000"),
        (PILOT, "yes or no", "Yes or no"),
        (THEME, "a choice", "One of: Low carbon; Mobility"),
        (PLAN, "1 file", "Up to 1 file"),
        (replace(PLAN, maximum=Decimal(3)), "up to 3 files", "Up to 3 files"),
    ],
)
def test_what_is_asked_for_is_said_in_few_words_and_with_its_bounds(question: Question, brief: str, takes: str) -> None:
    assert str(question.kind.brief(question)) == brief
    assert ", ".join(map(str, question.kind.takes(question))) == takes


def test_digits_that_are_no_amount_are_shown_as_they_were_typed() -> None:
    for typed in ("1" + "0" * 26, "-" + "9" * 40):
        assert AMOUNT.kind.parts(AMOUNT, check(AMOUNT, typed).value) == (typed,)


TABLES = ["costs_table", "milestones_table", "price_schedule", "repeating_group"]


def test_the_keys_that_are_stored_and_frozen_stay_as_they_are() -> None:
    keys = ["short_text", "long_text", "number", "money", "date", "address", "organisation", "sums_received"]
    keys += ["yes_no", "one_of", "many_of", "file", *TABLES, "declaration"]
    assert [each.key for each in list_kinds()] == keys
    assert {purpose.value: [each.key for each in list_kinds(purpose)] for purpose in Purpose} == {
        "": keys,
        "title": ["short_text"],
        "summary": ["short_text", "long_text"],
        "amount": ["money", "costs_table", "price_schedule"],
        "vat": ["yes_no"],
        "assistance": ["yes_no"],
    }


def test_questions_stand_under_their_sections_in_the_order_of_the_form() -> None:
    assert {
        name: [each.key for each in own] for name, own in by_section((*FORM, replace(TITLE, key="last"))).items()
    } == {
        "Your idea": ["title", "summary", "last"],
        "Money": ["amount"],
        "You": ["staff", "pilot", "theme"],
        "Files": ["plan"],
    }
    assert list(by_section(FORM)) == ["Your idea", "Money", "You", "Files"]


def test_missing_lists_what_is_not_complete_in_the_order_of_the_form() -> None:
    answers = {"title": "Clean air", "summary": "far too long for the limit", "pilot": "no", "staff": "5"}
    assert missing(FORM, answers) == ("summary", "amount", "theme", "plan")


def test_a_question_survives_being_stored() -> None:
    for question in FORM:
        assert read_question(json.loads(json.dumps(to_plain(question)))) == question


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"key": "a"},
        {"key": "a", "kind": "cost_table"},
        {"key": "a", "kind": "money", "purpose": "fame"},
        {"key": "a", "kind": "money", "maximum": "lots"},
        {"key": "a", "kind": "one_of", "options": "yes"},
        {"key": "a", "kind": "long_text", "word_limit": "many"},
        {"key": "a", "kind": "long_text", "limit": 5},
    ],
)
def test_a_question_that_cannot_be_read_is_refused(plain: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the words differ by fault; that it is refused is the point
        read_question(plain)


def faults(*changed: Question) -> list[tuple[str, str]]:
    return [(each.key, str(each.sentence)) for each in form_problems(changed, criteria={"impact"})]


def test_a_good_form_has_no_problems() -> None:
    assert faults(*FORM) == []
    assert form_problems(FORM) == ()


def test_each_fault_of_a_form_is_named_with_its_question() -> None:
    assert faults(SUMMARY, AMOUNT) == [("", "One question must ask for the title of the application.")]
    assert faults(*FORM, replace(TITLE, key="again")) == [
        ("", "One question must ask for the title of the application.")
    ]
    assert faults(*FORM, STAFF) == [("staff", "Two questions have the key “staff”. Give each its own.")]
    base = (TITLE, SUMMARY, AMOUNT)
    cases = [
        (replace(THEME, options=("one",)), "Give “Which theme?” between 2 and 30 different options."),
        (replace(THEME, options=("a", "b", "A")), "The options of “Which theme?” must differ, and none may be empty."),
        (replace(PILOT, options=("a", "b")), "“Have you run a pilot?” has options, but is not a choice of one."),
        (
            replace(STAFF, key="Staff 1"),
            "The key of “How many people work for you?” must be small letters, digits and underscores.",
        ),
        (
            replace(STAFF, maximum=Decimal(0)),
            "The smallest answer to “How many people work for you?” is larger than the largest.",
        ),
        (replace(PLAN, maximum=Decimal(31)), "“Your plan” may take between 1 and 30 files."),
        (
            replace(PILOT, minimum=Decimal(1)),
            "Only a number, an amount or a file has a smallest or largest: “Have you run a pilot?”.",
        ),
        (
            replace(PILOT, criterion="price"),
            "“Have you run a pilot?” belongs to a criterion that the call does not have.",
        ),
        (replace(PILOT, section=" "), "Say which section “Have you run a pilot?” belongs to."),
        (
            Question("essay", "You", "Say more", LongText()),
            "Give “Say more” a word limit, so that applicants know how much to write.",
        ),
        (
            Question("essay", "You", "Say more", LongText(), word_limit=0),
            "The word limit of “Say more” must be between 1 and 10,000, and only a text has one.",
        ),
    ]
    for question, sentence in cases:
        assert faults(*base, question) == [(question.key, sentence)]
    assert faults(replace(TITLE, required=False), SUMMARY, AMOUNT) == [
        ("title", "“What is your idea called?” is the title of the application, so it must be required.")
    ]


def test_blankness_is_what_a_reader_sees() -> None:
    assert is_blank("\u200e \u2060\n")
    assert not is_blank("0")
