"""What is taken out of what others read: exactly the words, wherever they stand, and nothing else."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.documents import AssessedTender, ExplainedMark, Fact
from procurement.rules.reasons import GROUNDS, as_others_read, faulty_span, in_its_place, take_out

TEXT = "Priya Kaur builds it at 4 Mill Lane with a margin of 11 per cent; Priya Kaur alone knows how."


def test_what_stands_in_the_place_of_what_was_taken_out():
    assert {ground: in_its_place(ground) for ground in GROUNDS} == {
        "national_security": "[taken out: national security]",
        "commercial": "[taken out: sensitive commercial information]",
        "personal": "[taken out: personal data]",
    }


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ({}, TEXT),
        (
            {"Priya Kaur": "personal"},
            "[taken out: personal data] builds it at 4 Mill Lane with a margin of 11 per cent; "
            "[taken out: personal data] alone knows how.",
        ),
        ({"priya kaur": "personal"}, TEXT),  # exactly
        ({".*": "personal"}, TEXT),  # words, no pattern
        (
            {"a margin": "commercial", "a margin of 11 per cent": "national_security", "11 per cent": "personal"},
            "Priya Kaur builds it at 4 Mill Lane with [taken out: national security]; Priya Kaur alone knows how.",
        ),
        ({"taken out": "personal", "Mill": "commercial"}, TEXT.replace("Mill", in_its_place("commercial"))),
    ],
)
def test_words_are_taken_out_wherever_they_stand_the_longer_ones_first(taken, left):
    assert take_out(TEXT, taken) == left


WORDS = some.text(some.sampled_from("abc "), min_size=3, max_size=6)


@given(some.text(some.sampled_from("abc "), max_size=40), some.dictionaries(WORDS, some.sampled_from(list(GROUNDS))))
def test_nothing_that_is_taken_out_is_left_and_nothing_else_is_gone(text, taken):
    left = take_out(text, taken)
    marks = {in_its_place(ground) for ground in GROUNDS}
    pieces = [left]
    for mark in marks:
        pieces = [part for piece in pieces for part in piece.split(mark)]
    assert not any(words in piece for piece in pieces for words in taken)
    at = 0
    for piece in pieces:  # what is left stands in the text, in the same order
        at = text.find(piece, at)
        assert at >= 0
        at += len(piece)


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("Mill Lane", None),
        ("mill lane", "These words are nowhere in what others read. Enter them exactly as they stand there."),
        ("it", "Enter between 3 and 1,000 characters that are to be taken out."),
        ("x" * 1_001, "Enter between 3 and 1,000 characters that are to be taken out."),
    ],
)
def test_what_is_taken_out_must_stand_somewhere(words, refused):
    fault = faulty_span(words, ["Another text.", TEXT])
    assert (None if fault is None else str(fault)) == refused


@dataclass(frozen=True)
class OfStage:
    """As the part of a summary that says how an earlier stage was marked."""

    title: str
    marks: tuple[ExplainedMark, ...]


def test_the_words_of_a_tender_are_changed_and_none_of_its_figures():
    mark = ExplainedMark(
        criterion="111", weight="11%", mark="111", top="111", word="111", explanation="It is 111 wide."
    )
    tender = AssessedTender(
        organisation="Number 111 Ltd",
        address=("111 Mill Lane", "B1 1AA"),
        email="a111@firm.example",
        identifiers=(Fact(name="Company number", value="01114321"),),
        amount="£111",
        marks=(mark,),
        total="111",
        total_top="100",
    )
    gone = "[taken out: personal data]"
    changed = as_others_read(tender, {"111": "personal"})
    assert (changed.organisation, changed.amount, changed.total) == ("Number 111 Ltd", "£111", "111")
    assert changed.address == (f"{gone} Mill Lane", "B1 1AA")
    assert (changed.email, changed.identifiers[0].value) == (f"a{gone}@firm.example", f"0{gone}4321")
    assert changed.marks[0].explanation == f"It is {gone} wide."
    assert (changed.marks[0].criterion, changed.marks[0].mark, changed.marks[0].word) == ("111", "111", "111")
    assert as_others_read(OfStage("111", (mark,)), {"111": "personal"}).marks == changed.marks
    assert as_others_read(tender, {}) is tender
