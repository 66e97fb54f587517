"""Letters that no shipped font can draw are named with their script, on the way to the officer."""

from pathlib import Path

import pytest

from procurement.adapters.document_fonts import undrawn
from procurement.adapters.pdf import PdfRenderer
from procurement.rules.scripts import in_words, inked, texts_of
from tests.adapters.document_samples import CONTENTS, issue
from tests.adapters.test_all_scripts_and_long_words import NAMES

FONTS = Path(__file__).parents[2] / "static" / "build" / "fonts"
HONEST = "O’Brien & Smith–Jones “quoted” – €5 · 5 × 4 … • naïve ½ ²"


@pytest.mark.parametrize("name", [*NAMES.values(), HONEST, "نستعلیق ٹیکنالوجی", "e\u0301 \u200d \ufe0f \u00ad"])
def test_what_a_shipped_font_draws_is_not_named(name: str) -> None:
    assert in_words(undrawn(FONTS, inked(name))) == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("\u0f56\u0f7c\u0f51\u0f61\u0f72\u0f42", "Tibetan: \u0f42, \u0f51, \u0f56 and 3 more"),
        ("\u1781\u17d2\u1798\u17c2\u179a", "Khmer: \u1781, \u1798, \u179a and 2 more"),
        ("\u13e3 and \U0001d11e", "Cherokee: \u13e3; Symbols: \U0001d11e"),
    ],
)
def test_what_none_draws_is_named_with_its_script(name: str, said: str) -> None:
    assert in_words(undrawn(FONTS, inked(f"The {name} Society"))) == said


def test_where_no_font_is_shipped_the_machine_draws_everything(tmp_path: Path) -> None:
    assert undrawn(tmp_path, inked("བོད")) == frozenset()


def test_no_sample_of_any_document_has_a_letter_without_a_font() -> None:
    renderer = PdfRenderer()
    assert {kind for kind, each in CONTENTS.items() if renderer.undrawn(each.as_content(issue()))} == set()
    content = {**CONTENTS["award_letter"].as_content(issue()), "project": "ཀ"}
    assert renderer.undrawn(content) == "Tibetan: ཀ"
    renderer.close()


def test_everything_that_a_document_says_is_looked_at_but_what_travels_inside() -> None:
    assert sorted(texts_of({"a": "x", "b": [{"c": "y"}, "z"], "attached": {"d": "w"}, "n": 5}, "attached")) == [
        "x",
        "y",
        "z",
    ]
