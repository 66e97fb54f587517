"""Every day is the UK's and every share is rounded by one function: nobody makes either by hand."""

import ast
import re
from collections.abc import Iterator

import pytest

from procurement.config import PROJECT_ROOT
from procurement.rules.money import percentage

# where days are made, and where an instant is written for machines, in UTC, as `…Z` or as part of a key
DAYS = {"procurement/rules/dates.py", "workflows/facts.py"}
FOR_MACHINES = {
    "procurement/cli/aside.py",
    "procurement/rules/applications.py",
    "procurement/services/effects/applications.py",
    "procurement/services/history.py",
    "procurement/services/requests/telling.py",
}
FORMAT = re.compile(r"%[a-zA-Z]")
KEY = re.compile(r"(?:T|%[YmdHMSf])+")  # digits without anything between them: part of a key, which nobody reads


def sources() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("procurement", "workflows"):
        for path in sorted((PROJECT_ROOT / folder).rglob("*.py")):
            yield path.relative_to(PROJECT_ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def by_hand(tree: ast.Module) -> Iterator[str]:
    """Days and times that are taken out of an instant or written by a format."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("date", "today", "utcnow") and not node.args:
                yield f"{node.lineno}: .{node.func.attr}()"
            if node.func.attr == "strftime":
                yield f"{node.lineno}: .strftime()"
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            parts = [each.value for each in ast.walk(node.format_spec) if isinstance(each, ast.Constant)]
            if any(isinstance(each, str) and FORMAT.search(each) and not KEY.fullmatch(each) for each in parts):
                yield f"{node.lineno}: a format of a time"


def shares(tree: ast.Module) -> Iterator[str]:
    """`round(100 * …)` and its likes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "round" and node.args:
            inner = [each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)]
            if 100 in inner:
                yield f"{node.lineno}: round(100 …)"


def test_no_day_is_taken_from_an_instant_by_hand() -> None:
    found = {name: list(by_hand(tree)) for name, tree in sources() if name not in DAYS | FOR_MACHINES}
    assert {name: each for name, each in found.items() if each} == {}


def test_what_writes_instants_for_machines_still_does() -> None:
    assert {name for name, tree in sources() if name in FOR_MACHINES and list(by_hand(tree))} == FOR_MACHINES


def test_no_share_is_rounded_by_hand() -> None:
    found = {name: list(shares(tree)) for name, tree in sources()}
    assert {name: each for name, each in found.items() if each} == {}
    templates = (PROJECT_ROOT / "templates").rglob("*.html")
    written = [each.name for each in templates if re.search(r"\|\s*round[^)]*\)?\s*\}\}\s*%", each.read_text())]
    assert [each for each in written if each != "figures.html"] == []  # widths of a drawing


@pytest.mark.parametrize("line", ["now.date()", "date.today()", "f'{now:%d %B}'", "now.strftime('%d')"])
def test_what_is_made_by_hand_is_found(line: str) -> None:
    assert list(by_hand(ast.parse(line)))


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (199, 200, "99%"),
        (999, 1000, "99%"),
        (1, 200, "1%"),
        (1, 1000, "1%"),
        (200, 200, "100%"),
        (0, 200, "0%"),
        (0, 0, "–"),
        (1, 3, "33%"),
        (2, 3, "67%"),
        (1, 8, "13%"),
        (10**15 - 1, 10**15, "99%"),
    ],
)
def test_a_share_is_never_all_or_nothing_unless_it_is(part: int, whole: int, shown: str) -> None:
    assert percentage(part, whole) == shown
