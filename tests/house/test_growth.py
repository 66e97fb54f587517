"""Whatever reads what somebody sent takes time that grows with the text: every pattern and every reader of the house.

Three requests of 25 kB, sent by nobody in particular, once silenced the service for twenty seconds.
"""

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from procurement.config import PROJECT_ROOT
from procurement.rules import (
    accounts,
    clarifications,
    dates,
    exports,
    messages,
    money,
    prose,
    questions,
    references,
    registers,
    search,
    settings,
)
from procurement.rules.normal_forms import normal_form
from procurement.rules.questions import Question, list_kinds
from procurement.rules.uploads import names
from procurement.web import filters
from procurement.web.forms.fields import typed
from procurement.web.parts.addresses import own_path
from tests.parts.growth import first_that_grows_too_fast

METHODS = {"search", "match", "fullmatch", "sub", "split", "findall", "finditer"}
# Not asked by a request: they read the command line, and the assets' own fonts.
ELSEWHERE = {"procurement/cli", "procurement/adapters/rendering_child.py"}
READERS: dict[str, Callable[[str], object]] = {
    **{f"normal_form {form}": lambda text, form=form: normal_form(form, text) for form in ("NFC", "NFKC", "NFKD")},  # type: ignore[misc]
    **{
        f"check {kind.key}": lambda text, kind=kind: questions.check(  # type: ignore[misc]
            Question("key", "section", "text", kind, word_limit=100, options=("a", "b")), text
        )
        for kind in list_kinds()
        if not kind.uploads
    },
    "a text as HTML": lambda text: prose.html_of.__wrapped__(text[: prose.LONGEST]),
    "a text as words": lambda text: prose.plain_of.__wrapped__(text[: prose.LONGEST]),
    "normalise": questions.normalise,
    "one_line": questions.one_line,
    "word_count": questions.word_count,
    "is_blank": questions.is_blank,
    "tidied": typed.tidied,
    "parse_pounds": money.parse_pounds,
    "parse_number": money.parse_number,
    "read_day": lambda text: dates.read_day(text, text, text),
    "read_clock": dates.read_clock,
    "address": accounts.address,
    "company_number": registers.company_number,
    "charity_number": registers.charity_number,
    "register_number": lambda text: registers.register_number(registers.NATIONAL, text),
    "uk_postcode": registers.uk_postcode,
    "password_fault": lambda text: accounts.password_fault(text, text),
    "names in a text": lambda text: clarifications.names_in(text, ("Aston Sensors Ltd", "a", text[:60])),
    "slug": references.slug,
    "public_id": lambda text: references.public_id(f"a{text}"),
    "folded": search.folded,
    "terms": search.terms,
    "display_name": names.display_name,
    "extension": names.extension,
    "a message's value": messages._one_line,
    "shorten": messages.shorten,
    "wrap": messages.wrap,
    "without_secrets": messages.without_secrets,
    "neutral": exports.neutral,
    "own_path": own_path,
    "a difference": lambda text: filters.text_diff(text, f"b {text} c"),
    "a difference in each line": lambda text: filters.text_diff(text, text.replace("a", "b")),
    **{f"setting {key}": lambda text, key=key: settings.fault(key, text) for key in settings.SHAPES},  # type: ignore[misc]
}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("procurement", "workflows"):
        for path in sorted((PROJECT_ROOT / folder).rglob("*.py")):
            if not any(path.relative_to(PROJECT_ROOT).as_posix().startswith(each) for each in ELSEWHERE):
                yield path, ast.parse(path.read_text())


def module_of(path: Path) -> Any:
    return importlib.import_module(".".join(path.relative_to(PROJECT_ROOT).with_suffix("").parts))


def is_of_re(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == "re"


def patterns() -> dict[str, tuple[re.Pattern[Any], str]]:
    """Every pattern of the house with each method by which it, or another of its name, is used."""
    found: dict[str, tuple[re.Pattern[Any], str]] = {}
    used = {
        (node.value.id, node.attr)
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in METHODS
    }
    for path, tree in sources():
        place = path.relative_to(PROJECT_ROOT).as_posix()
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and is_of_re(node.value):
                assert isinstance(node.value.func, ast.Attribute)
                if node.value.func.attr != "compile":
                    continue
                for name in (each.id for target in node.targets for each in ast.walk(target) if hasattr(each, "id")):
                    pattern = getattr(module_of(path), name, None) or re.compile(ast.literal_eval(node.value.args[0]))
                    for method in sorted(each for owner, each in used if owner == name):
                        found[f"{place} {name}.{method}"] = (pattern, method)
            elif isinstance(node, ast.Call) and is_of_re(node):
                assert isinstance(node.func, ast.Attribute)
                if node.func.attr in METHODS:
                    for at, pattern in enumerate(values_of(module_of(path), node.args[0])):
                        flags = [each for each in node.args[2:] if node.func.attr in {"fullmatch", "match", "search"}]
                        compiled = re.compile(pattern, re.ASCII if flags else 0)
                        found[f"{place}:{node.lineno}.{at} {node.func.attr}"] = (compiled, node.func.attr)
    return found


def values_of(module: Any, pattern: ast.expr) -> list[str]:
    """The patterns that an argument may be: written there, or looked up in a table of the module."""
    if isinstance(pattern, ast.Subscript) and isinstance(pattern.value, ast.Name):
        return list(getattr(module, pattern.value.id).values())
    return [ast.literal_eval(pattern)]


PATTERNS = patterns()


def run(pattern: re.Pattern[Any], method: str, text: str) -> object:
    given: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
    if method == "sub":
        return pattern.sub(given[:0], given)
    done = getattr(pattern, method)(given)
    return list(done) if method == "finditer" else done


def test_the_patterns_were_found() -> None:
    assert len(PATTERNS) >= 45
    assert {place.split(" ")[0].partition(":")[0] for place in PATTERNS} >= {
        "procurement/rules/questions/texts.py",
        "procurement/rules/money.py",
        "procurement/rules/dates.py",
        "procurement/rules/settings.py",
        "procurement/rules/uploads/pdf.py",
        "procurement/web/forms/fields/typed.py",
        "procurement/web/parts/addresses.py",
    }


@pytest.mark.parametrize("place", PATTERNS)
def test_no_pattern_begins_anew(place: str) -> None:
    pattern, method = PATTERNS[place]
    assert first_that_grows_too_fast(lambda text: run(pattern, method, text)) == ""


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_grows_with_its_text_and_no_faster(reader: str) -> None:
    assert first_that_grows_too_fast(READERS[reader]) == ""


def test_only_the_bounded_normal_forms_are_used() -> None:
    """Python sorts the marks of a letter one by one: `unicodedata.normalize` alone grows with their square."""
    calling = {
        path.relative_to(PROJECT_ROOT).as_posix()
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "normalize"
    }
    assert calling == {"procurement/rules/normal_forms.py"}
