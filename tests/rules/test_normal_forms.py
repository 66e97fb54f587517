"""Normal forms are Unicode's own, nothing typed is taken out, and no letter has more than thirty marks in a row."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.normal_forms import JOINER, MOST_MARKS, normal_form
from procurement.rules.questions import normalise, one_line, word_count
from procurement.rules.search import folded

BLANKS = "ab \t\n\r\x0b\x0c\u2028\u00a0\u3000é"
# U+0344 and U+0F73 fall into two marks, U+FF9E is one only when it is taken apart
LETTERS = "ex é\u1e69\u0301\u0323\u0344\u0f71\u0f73\u3099\uff9e\u034f"
RUNS = some.lists(some.tuples(some.sampled_from(LETTERS), some.integers(1, 40)), max_size=12)


def longest_run(text: str) -> int:
    run = longest = 0
    for each in unicodedata.normalize("NFKD", text):
        run = run + 1 if unicodedata.combining(each) else 0
        longest = max(longest, run)
    return longest


def spelt(runs: list[tuple[str, int]]) -> str:
    return "".join(letter * times for letter, times in runs)


@given(some.text())
def test_what_people_write_comes_out_as_unicode_says(text: str) -> None:
    if longest_run(text) <= MOST_MARKS:
        assert normal_form("NFC", text) == unicodedata.normalize("NFC", text)
        assert normal_form("NFKD", text) == unicodedata.normalize("NFKD", text)


@given(RUNS)
def test_marks_are_bounded_and_none_is_lost(runs: list[tuple[str, int]]) -> None:
    text = spelt(runs)
    once = normal_form("NFC", text)
    assert longest_run(once) <= MOST_MARKS
    assert normal_form("NFC", once) == once
    typed, kept = (sorted(unicodedata.normalize("NFD", each.replace(JOINER, ""))) for each in (text, once))
    assert kept == typed


@given(RUNS)
def test_bounded_marks_make_no_word_more_and_no_search_miss(runs: list[tuple[str, int]]) -> None:
    text = spelt(runs)
    assert word_count(text) == len(text.split())
    assert JOINER not in folded(text)


def test_a_tower_of_marks_is_cut_into_towers_of_thirty() -> None:
    assert normal_form("NFC", "x" + "\u0323" * 61) == "x" + JOINER.join(["\u0323" * 30, "\u0323" * 30, "\u0323"])
    assert normal_form("NFC", "e" + "\u0301" * 31) == "é" + "\u0301" * 29 + JOINER + "\u0301"


@given(some.text(alphabet=BLANKS, max_size=40))
def test_blanks_are_tidied_as_the_patterns_that_began_anew_tidied_them(text: str) -> None:
    breaks = re.sub("\r\n?|[\v\f\u2028\u2029]", "\n", text)
    tidy = re.sub(r"[^\S\n]+$", "", breaks, flags=re.MULTILINE).strip("\n")
    assert normalise(text) == tidy
    assert one_line(tidy) == re.sub(r"\s*\n\s*", " ", tidy).strip()
