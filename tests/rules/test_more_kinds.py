"""Days, several choices, addresses, organisations, declarations, files of some types, and limits in characters."""

import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.conditions import Result, evaluate
from procurement.rules.questions import (
    SETTINGS,
    UNSET,
    Condition,
    Effect,
    Question,
    check,
    form_problems,
    needed,
    read_question,
    requirement,
    settings_of,
    settings_to_keep,
    to_plain,
)
from procurement.rules.questions.kinds.address import Address
from procurement.rules.questions.kinds.date import Date
from procurement.rules.questions.kinds.declaration import Declaration
from procurement.rules.questions.kinds.file import File
from procurement.rules.questions.kinds.long_text import LongText
from procurement.rules.questions.kinds.many_of import ManyOf
from procurement.rules.questions.kinds.organisation import Organisation
from procurement.rules.questions.kinds.short_text import ShortText
from procurement.rules.uploads import Accepted, examine
from procurement.rules.uploads.fitting import unfit
from procurement.rules.uploads.types import GROUPS, MEDIA_TYPES

STARTED = Question("started", "You", "Founded", Date(), earliest=date(1900, 1, 1), latest=date(2026, 12, 31))
THEMES = Question(
    "themes",
    "You",
    "Themes",
    ManyOf(),
    options=("Air", "Water", "Heat"),
    exclusive="None of these",
    minimum=Decimal(1),
    maximum=Decimal(2),
)
OFFICE = Question("office", "You", "Office", Address())
PARTNER = Question("partner", "You", "Partner", Organisation())
FAIR = Question("fair", "You", "Fair work", Declaration(), statement="We pay the living wage.")
PLAN = Question("plan", "You", "Plan", File(), types=("pdf", "word"), page_limit=2)
ABOUT = Question("about", "You", "About", LongText(), character_limit=10)
FORM = (STARTED, THEMES, OFFICE, PARTNER, FAIR, PLAN, ABOUT)


def said(question: Question, value: Any) -> list[str]:
    return [str(each) for each in check(question, value).problems]


@pytest.mark.parametrize("typed", ["12/3/2020", "12 March 2020", "2020-03-12", "12/mar/2020", " 12 / 3 / 2020 "])
def test_a_day_is_stored_in_one_way_however_it_is_typed(typed: str) -> None:
    checked = check(STARTED, typed)
    assert (checked.value, checked.complete) == ("2020-03-12", True)
    assert STARTED.kind.parts(STARTED, checked.value) == ("Thursday 12 March 2020",)


def test_a_day_keeps_to_its_bounds_and_one_that_is_none_is_kept() -> None:
    assert said(STARTED, "31/12/1899") == ["“Founded” must be Monday 1 January 1900 or later."]
    assert said(STARTED, "2027-01-01") == ["“Founded” must be Thursday 31 December 2026 or earlier."]
    assert said(STARTED, "31/2/2020") == [
        "“Founded” has no day yet. There is no such day: check the day and the month."
    ]
    assert check(STARTED, "/3/2020").value == "/3/2020"
    assert Date().inputs("/3/2020") == {"day": "", "month": "3", "year": "2020"}
    assert Date().inputs("2020-03-02") == {"day": "2", "month": "3", "year": "2020"}
    assert said(STARTED, "") == ["Enter a day for “Founded”, like 12 3 2027."]


def test_a_day_is_typed_into_three_inputs() -> None:
    sent = {"answer-day": "2", "answer-month": "3", "answer-year": "2020"}
    assert Date().typed(sent, "answer") == "2/3/2020"
    assert Date().typed({"answer-day": " "}, "answer") == ""
    assert Date().typed({**sent, "answer": "whole"}, "answer") == "whole"


def test_choices_are_stored_in_the_order_of_the_form_and_counted() -> None:
    assert check(THEMES, "heat\nAIR\nair").value == "Air\nHeat"
    assert said(THEMES, "Air\nWater\nHeat") == ["Choose at most 2 for “Themes”."]
    assert said(THEMES, "None of these") == []
    assert said(THEMES, "None of these\nAir") == ["“Themes”: choose either “None of these” or others, not both."]
    assert said(THEMES, "Air\nFire") == ["Choose from the options for “Themes”."]
    assert said(replace(THEMES, minimum=Decimal(2)), "Air") == ["Choose at least 2 for “Themes”."]
    assert said(replace(THEMES, minimum=Decimal(2)), "None of these") == []
    assert said(THEMES, None) == ["Choose from the options for “Themes”."]
    assert ManyOf().typed({"answer-1": "Air", "answer-4": "None of these"}, "answer") == "Air\nNone of these"
    assert THEMES.kind.parts(THEMES, "Air\nHeat") == ("Air", "Heat")


def test_an_address_has_a_postcode_that_can_be_one_unless_it_is_abroad() -> None:
    assert check(OFFICE, "1 High St | | Birmingham | b11bb |").value == "1 High St |  | Birmingham | B1 1BB |"
    assert OFFICE.kind.parts(OFFICE, "1 High St |  | Birmingham | B1 1BB |") == ("1 High St\nBirmingham\nB1 1BB",)
    assert said(OFFICE, "1 High St | | Birmingham | 12345 |") == ["“Office”: enter a full UK postcode, like B1 1BB."]
    assert said(OFFICE, "1 Rue | | Paris | 75001 | France") == []
    assert said(OFFICE, " | | | B1 1BB | England") == [
        "“Office”: enter the first line of the address.",
        "“Office”: enter the town or city.",
    ]
    assert said(OFFICE, "|||") == ["Enter an address for “Office”."]
    typed = Address().typed({"a-line1": "1 High|St", "a-town": "B", "a-postcode": "B1 1BB"}, "a")
    assert Address().inputs(typed) == {
        "line1": "1 High/St",
        "line2": "",
        "town": "B",
        "postcode": "B1 1BB",
        "country": "",
    }


@pytest.mark.parametrize(
    ("typed", "stored", "problems"),
    [
        ("GB-COH | 1234567 | Air Ltd", "GB-COH | 01234567 | Air Ltd", []),
        ("GB-NIC | 100012 | Help", "GB-NIC | 100012 | Help", []),
        ("GB-NIC | NIC100012 | Help", "GB-NIC | 100012 | Help", []),
        ("GB-CHC | SC012345 | Help", None, ["“Partner”: “SC012345” is no number of that register."]),
        ("|| Air Ltd", "|  | Air Ltd", []),
        ("| 123 | Air Ltd", None, ["“Partner”: say which register the number is of."]),
        ("GB-COH || Air Ltd", None, ["“Partner”: enter the number in the register, or choose “No register”."]),
        ("GB-COH | 01234567 |", None, ["“Partner”: enter the name of the organisation."]),
        ("GB-COH || ", None, ["Enter an organisation for “Partner”."]),
    ],
)
def test_an_organisation_is_a_register_a_number_and_a_name(typed: str, stored: str | None, problems: list[str]) -> None:
    assert said(PARTNER, typed) == problems
    assert stored is None or check(PARTNER, typed).value == stored


def test_an_organisation_is_read_with_the_title_of_its_register() -> None:
    assert PARTNER.kind.parts(PARTNER, "GB-COH | 01234567 | Air Ltd") == ("Air Ltd", "Companies House: 01234567")
    assert PARTNER.kind.parts(PARTNER, "|  | Air Ltd") == ("Air Ltd",)


def test_a_declaration_is_agreed_to_or_not_answered() -> None:
    assert check(FAIR, "agreed").complete
    assert said(FAIR, "") == ["Agree to the declaration “Fair work”."]
    assert said(FAIR, "no") == ["Agree to the declaration “Fair work”."]
    assert ", ".join(map(str, FAIR.kind.takes(FAIR))) == "To agree to: We pay the living wage."


def test_a_limit_in_characters_counts_them_and_stands_alone() -> None:
    assert check(ABOUT, "ten chars!").complete
    assert said(ABOUT, "eleven char") == [
        "“About” has 11 characters and can have at most 10, spaces included. Take out at least 1."
    ]
    assert str(ABOUT.kind.brief(ABOUT)) == "up to 10 characters"
    assert ", ".join(map(str, ABOUT.kind.takes(ABOUT))) == "Text, at most 10 characters, spaces included"
    twice = replace(ABOUT, word_limit=5)
    assert [str(each.sentence) for each in form_problems([twice], wanted=())] == [
        "“About” has two limits. Choose one: in words or in characters."
    ]
    assert check(Question("line", "You", "Line", ShortText(), character_limit=300), "a" * 300).complete


def pdf(pages: int) -> bytes:
    made, file = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "status", "told"),
    [
        ("plan.pdf", pdf(2), None, ""),
        ("plan.pdf", pdf(3), 422, "“plan.pdf” has 3 pages and a PDF may have at most 2 here"),
        ("plan.txt", b"words", 415, "“plan.txt” is not of a type that this question takes. It takes: PDF, Word or"),
    ],
)
def test_a_file_keeps_to_the_types_and_pages_of_its_question(
    name: str, content: bytes, status: int | None, told: str
) -> None:
    found = examine(name, content)
    assert isinstance(found, Accepted)
    refused = unfit(found, io.BytesIO(content), PLAN)
    assert (refused.status if refused else None) == status
    assert str(refused.reason).startswith(told) if refused else not told
    assert unfit(found, io.BytesIO(content), replace(PLAN, types=(), page_limit=None)) is None


def test_every_type_that_is_taken_is_of_one_group() -> None:
    endings = [ending for _, own in GROUPS.values() for ending in own]
    assert sorted(endings) == sorted(MEDIA_TYPES)


def test_a_form_says_what_is_wrong_with_each_setting() -> None:
    cases = [
        (replace(STARTED, earliest=date(2027, 1, 1)), "The earliest day of “Founded” is after the latest."),
        (replace(THEMES, exclusive="AIR"), "“AIR” is among the options of “Themes” already."),
        (replace(THEMES, minimum=Decimal(4), maximum=None), "“Themes” asks for more choices than it has options."),
        (replace(FAIR, statement=""), "Write the text that is agreed to in “Fair work”."),
        (replace(PLAN, types=("word",)), "“Plan” limits the pages of PDFs, but takes no PDF."),
        (replace(PLAN, page_limit=501), "“How many pages may a PDF have?” of “Plan” must be between 1 and 500."),
        (
            replace(OFFICE, statement="We agree."),
            "“Office” keeps what another kind of answer needs. Save it again.",
        ),
    ]
    for question, told in cases:
        assert [str(each.sentence) for each in form_problems([question], wanted=())] == [told]
    assert form_problems(FORM, wanted=()) == ()


def test_each_survives_being_stored_and_what_is_not_set_is_not_said() -> None:
    for question in FORM:
        assert read_question(json.loads(json.dumps(to_plain(question)))) == question
        assert settings_of(type("Row", (), settings_to_keep(question))) == settings_of(question)
    assert set(to_plain(Question("a", "b", "c", ShortText()))) & set(SETTINGS) == {
        "word_limit",
        "options",
        "minimum",
        "maximum",
    }
    assert set(UNSET) == set(SETTINGS)


ANY = some.one_of(
    some.text(alphabet=some.characters(codec=None)),
    some.text(alphabet="|/ -\n0123456789AirNoneofths"),
    some.lists(some.sampled_from(["Air", "heat", "None of these", "x"])).map("\n".join),
)


@given(some.sampled_from([each for each in FORM if not each.kind.uploads]), ANY)
def test_what_was_stored_checks_as_it_did(question: Question, typed: str) -> None:
    first = check(question, typed)
    assert check(question, first.value) == first
    assert first.complete == (not first.problems)
    assert all(question.kind.parts(question, first.value)) or first.value is None


@pytest.mark.parametrize(
    ("question", "condition", "answer", "result", "words"),
    [
        (
            STARTED,
            Condition(Effect.EXCLUDE, latest=date(2024, 1, 1), why="w"),
            "2024-01-01",
            Result.MET,
            "on Monday 1 January 2024 or earlier",
        ),
        (
            STARTED,
            Condition(Effect.EXCLUDE, earliest=date(2024, 1, 1), why="w"),
            "2023-12-31",
            Result.NOT_MET,
            "on Monday 1 January 2024 or later",
        ),
        (STARTED, Condition(Effect.EXCLUDE, earliest=date(2024, 1, 1), why="w"), "soon", Result.LOOK, ""),
        (
            THEMES,
            Condition(Effect.EXCLUDE, accepts=("Air", "Heat"), why="w"),
            "Water\nHeat",
            Result.MET,
            "at least one of Air; Heat",
        ),
        (THEMES, Condition(Effect.EXCLUDE, accepts=("Air",), why="w"), "Water", Result.NOT_MET, "Air"),
        (THEMES, Condition(Effect.EXCLUDE, accepts=("Air",), why="w"), "Fire", Result.LOOK, ""),
    ],
)
def test_days_and_choices_can_be_conditions_of_participation(
    question: Question, condition: Condition, answer: str, result: Result, words: str
) -> None:
    asked = replace(question, condition=condition)
    assert evaluate(asked, answer).result is result
    assert not words or needed(asked) == words
    assert str(requirement(asked)) == f"{question.text}: {needed(asked)}"
    assert form_problems([asked], wanted=()) == ()
    assert read_question(json.loads(json.dumps(to_plain(asked)))) == replace(
        asked, condition=replace(condition, why="")
    )


def test_a_condition_on_a_day_needs_a_day_that_can_be_met() -> None:
    none = Condition(Effect.EXCLUDE, why="w")
    never = replace(none, earliest=date(2024, 1, 2), latest=date(2024, 1, 1))
    told = [
        str(each.sentence)
        for condition in (none, never)
        for each in form_problems([replace(STARTED, condition=condition)], wanted=())
    ]
    assert told == [
        "Say from or up to which day “Founded” meets its condition.",
        "No day can meet the condition of “Founded”.",
    ]
