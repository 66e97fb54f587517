"""No template prints an amount of a contract without what it is of VAT: there is one set of filters for amounts, each
of which is told whose amount it is."""

import re
from pathlib import Path

import pytest

from procurement.web import amounts
from tests.house.test_moves import PROJECT_ROOT

TEMPLATES = sorted((PROJECT_ROOT / "templates").rglob("*.*"))
NAMES = ("amount", "budget", "committed", "cumulative", "asks", "pending_amount", "funding", "next_amount")
OURS = ("amount", "budget", "in_all", "as_typed")
FILTERED = re.compile(rf"\.({'|'.join(NAMES)})\s*\|\s*(\w+)(\(?)")
BARE = re.compile(rf"\{{\{{-?\s*[\w.]+\.({'|'.join(NAMES)})\s*-?\}}\}}")  # `{{ award.amount }}`
ASKED = re.compile(r"\|\s*(?:amount|budget)\b(?!\()")  # without whose it is
# contracts and grants together
TOTALS = {"public/home/show.html", "public/organisations/index.html", "public/organisations/show.html"}
FORMS = {"manage/ranking/show.html", "manage/decisions/edit.html", "manage/reserve/ask.html"}  # they type an amount


def faults(path: str, text: str) -> list[str]:
    """What a template does with amounts that no page may."""
    found = [f"|{name} of {value}" for value, name, _ in FILTERED.findall(text) if name not in OURS]
    found += [f"bare {value}" for value in BARE.findall(text)]
    found += [f"{each}: whose?" for each in ASKED.findall(text)]
    found += ["|money"] if re.search(r"\|\s*money\b", text) else []
    found += ["|in_all"] if "|in_all" in text and path not in TOTALS else []
    found += ["a total that does not say what it is"] if path in TOTALS and "without VAT" not in text else []
    return found + (["|as_typed"] if "|as_typed" in text and path not in FORMS else [])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda each: str(each.relative_to(PROJECT_ROOT / "templates")))
def test_an_amount_on_a_page_says_what_it_is(path: Path) -> None:
    name = str(path.relative_to(PROJECT_ROOT / "templates"))
    if path.is_file() and path.suffix != ".md" and not name.startswith("documents/"):  # those are given words
        assert faults(name, path.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ award.amount|money }}",
        "{{ award.amount }}",
        "{{ lot.budget|number }}",
        "{{ award.amount|amount }}",
        "{{ award.amount|in_all }}",
    ],
)
def test_an_amount_without_it_is_found(text: str) -> None:
    assert faults("apply/outcome/show.html", text)


def test_only_these_filters_write_amounts() -> None:
    written = {name for name, each in vars(amounts).items() if callable(each) and each.__module__ == amounts.__name__}
    assert written == {*OURS, "install"}
