"""Kinds of text and number that people type or paste, each with what is made of it: cases from other services."""

from datetime import date
from xml.etree import ElementTree as Xml

import pytest

from procurement.rules.dates import read_day
from procurement.rules.money import doubt_about_number, doubt_about_pounds
from procurement.rules.questions import Question, ceiling, check, get_kind, list_kinds, normalise, word_count
from procurement.rules.questions.texts import MOST_CHARACTERS
from procurement.rules.search import Term, folded, terms

NONCHARACTERS = [
    *(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
    *map(chr, range(0xFDD0, 0xFDF0)),
]
CONTROLS = [chr(each) for each in [*range(0x20), *range(0x7F, 0xA0)] if chr(each) not in "\t\n\r\v\f"]


def asked(kind: str, **settings: object) -> Question:
    return Question("one", "Your plan", "What is it called?", get_kind(kind), **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("character", [*NONCHARACTERS, *CONTROLS], ids=lambda each: f"U+{ord(each):04X}")
def test_noncharacters_and_controls_are_taken_out_when_stored(character: str) -> None:
    assert normalise(f"Clean{character} air") == "Clean air"
    assert check(asked("short_text"), f"Clean{character} air").value == "Clean air"


def test_what_is_stored_can_stand_in_xml_whatever_was_pasted() -> None:
    pasted = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x11000), 0x1FFFE, 0x10FFFF]))
    Xml.fromstring(f"<title>{normalise(pasted).replace('&', '').replace('<', '')}</title>")  # noqa: S314  (our own)


@pytest.mark.parametrize("bullet", ["\uf0b7", "\uf0a7", "\uf0d8", "\uf076", "\uf0fc"])
def test_bullets_of_word_become_bullets(bullet: str) -> None:
    assert normalise(f"{bullet}\tWarm homes") == "\N{BULLET}\tWarm homes"


@pytest.mark.parametrize("hidden", ["\ufffc", "\xad", "\u200b", "\u2060", "\u2063", "\ufeff", "\ufffa", "\u206e"])
def test_what_nobody_sees_is_taken_out(hidden: str) -> None:
    assert normalise(f"inno{hidden}vation") == "innovation"
    assert not check(asked("short_text"), hidden).complete


@pytest.mark.parametrize("alone", ["•", "-", "–", "—", "*", "·", "▪", "➢", "✓", "\uf0b7", "−", "…"])
def test_a_bullet_or_a_dash_alone_is_no_word(alone: str) -> None:
    assert word_count(f"{alone} one {alone} two") == 2
    assert word_count(alone) == 0


@pytest.mark.parametrize(
    ("kind", "settings", "most"),
    [
        ("short_text", {}, 200),
        ("short_text", {"word_limit": 15}, 200),
        ("short_text", {"word_limit": 40}, 400),
        ("long_text", {"word_limit": 250}, 2_500),
        ("long_text", {"word_limit": 10_000}, 60_000),
    ],
)
def test_an_answer_has_a_ceiling_in_characters_too(kind: str, settings: dict[str, int], most: int) -> None:
    question = asked(kind, **settings)
    assert check(question, "x" * most).complete
    over = check(question, "x" * (most + 1))
    assert not over.complete
    assert [str(each) for each in over.problems] == [
        f"“What is it called?” has {most + 1:,} characters and can have at most {most:,}, spaces included. "
        "Take out at least 1."
    ]
    assert over.value == "x" * (most + 1)  # kept as it was typed


def test_no_kind_of_typed_answer_is_complete_beyond_the_technical_ceiling() -> None:
    settings = {"long_text": {"word_limit": 10_000}, "one_of": {"options": ("a", "b")}}
    for kind in list_kinds():
        if not kind.uploads:
            assert not check(asked(kind.key, **settings.get(kind.key, {})), "1" * 60_001).complete, kind.key
    assert ceiling(None, lines=True) == MOST_CHARACTERS == 60_000


@pytest.mark.parametrize(
    ("typed", "asks"),
    [
        ("25.000", "Do you mean £25 or £25,000? Enter 25 or 25,000."),
        ("£100.000", "Do you mean £100 or £100,000? Enter 100 or 100,000."),
        ("25,00", "Do you mean £25 or £2,500? Enter 25 or 2,500."),
        ("25,5", "Do you mean £25.50 or £255? Enter 25.50 or 255."),
        ("1.234,56", "Do you mean £1,234.56? If so, enter 1,234.56."),
        ("1.234.567", "Do you mean £1,234,567? If so, enter 1,234,567."),
        ("12,34,567", "Do you mean £1,234,567? If so, enter 1,234,567."),
        ("25'000", "Do you mean £25,000? If so, enter 25,000."),
        ("£ 25k", None),
        ("25,000.00", None),
        ("twenty", None),
        ("9" * 5_000, None),
    ],
)
def test_an_amount_with_two_readings_is_asked_about(typed: str, asks: str | None) -> None:
    doubt = doubt_about_pounds(typed)
    assert (doubt and str(doubt)) == asks
    checked = check(asked("money"), typed)
    if asks is not None:
        assert [str(each) for each in checked.problems] == [f"“What is it called?”: d{asks[1:]}"]
        assert (checked.value, checked.complete) == (typed, False)


def test_a_number_with_a_point_for_thousands_is_asked_about() -> None:
    assert [str(each) for each in check(asked("number"), "25.000").problems] == [
        "“What is it called?”: do you mean 25 or 25,000? Enter 25 or 25,000."
    ]
    assert check(asked("number"), "25.125").value == "25.125"
    assert doubt_about_number("25") is None


def test_five_thousand_digits_are_a_sentence() -> None:
    assert [str(each) for each in check(asked("number"), "9" * 5_000).problems] == [
        "Enter a number for “What is it called?”, like 12 or 12.5."
    ]


@pytest.mark.parametrize("month", ["Sept", "Sept.", "sep", "SEPT", "Septem", "September", "september.", "9", "09"])
def test_months_are_taken_as_people_shorten_them(month: str) -> None:
    assert read_day("12", month, "2027") == date(2027, 9, 12)


@pytest.mark.parametrize("month", ["Se", "J", "Septemberr", "Sebt", "."])
def test_what_is_no_month_is_none(month: str) -> None:
    assert not isinstance(read_day("12", month, "2027"), date)


@pytest.mark.parametrize(
    ("stored", "query"),
    [
        ("O’Brien & Smith–Jones", "O'Brien"),
        ("O’Brien & Smith–Jones", "obrien"),
        ("O'Brien & Smith-Jones", "O`Brien"),
        ("O’Brien & Smith–Jones", "Smith-Jones"),
        ("O’Brien & Smith–Jones", "smith jones"),
        ("O’Brien & Smith–Jones", "o'brien and smith"),
        ("Cleaner, clean air for all", '"clean air"'),
        ("Cleaner, clean air for all", "“clean air”"),
        ("Cleaner, clean air for all", "«Clean Air»"),
        ("École d'été", "ecole d’ete"),
        ("ecole", "ÉCOLE"),
        ("The ﬁrst oﬃce", "first office"),
        ("Strasse", "STRAẞE"),
        ("Ørsted", "orsted"),
        ("Œuvre", "oeuvre"),
        ("BCC-2026-014", "bcc-2026-014"),
        ("BCC-2026-014", "BCC–2026–014"),
        ("شركة البناء ٢٠٢٧", "2027"),
        ("Café", "Cafe\N{COMBINING ACUTE ACCENT}"),
        ("St. John's", "st johns"),
    ],
)
def test_one_folding_finds_what_people_write_differently(stored: str, query: str) -> None:
    assert all(term.text in folded(stored) for term in terms(query))
    assert terms(query) != ()


def test_a_phrase_is_not_two_words() -> None:
    assert terms('"clean air" now') == (Term("clean air", quoted=True), Term("now"))
    assert terms('"clean air') == (Term("clean"), Term("air"))
    assert "clean air" not in folded("clean the air")
    assert terms("\x00 --- \uffff") == ()


@pytest.mark.parametrize("text", ["O’Brien & Smith–Jones", "İstanbul ﬁŁ", "𝐀 １２ x² ½", "ḉ\u0345", "&&"])
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)
