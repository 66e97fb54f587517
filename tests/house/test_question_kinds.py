"""Which kind a question is, is asked of the registry and of nobody else: a new kind is one class and one macro."""

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, nodes

from procurement.config import PROJECT_ROOT
from procurement.rules.questions import Checked, Measure, Question, Setting, form_problems, list_kinds
from procurement.rules.questions.bases import Typed
from workflows.facts import Sentence

HOME = PROJECT_ROOT / "procurement/rules/questions"
KEYS = frozenset(each.key for each in list_kinds())
CLASSES = frozenset(type(each).__name__ for each in list_kinds())
OWN = frozenset(key for key in KEYS if "_" in key)  # these are words of nothing else, so they stand nowhere else at all
PACKAGE, REGISTRY = "procurement.rules.questions", "QUESTION_KINDS"
# starters make questions, and so name the classes; nobody else has a reason to
MAKE_QUESTIONS = sorted((PROJECT_ROOT / "procurement/rules/starters").glob("*.py"))


def sources() -> list[Path]:
    return [path for path in sorted((PROJECT_ROOT / "procurement").rglob("*.py")) if HOME not in path.parents]


def templates() -> list[Path]:
    return sorted((PROJECT_ROOT / "templates").rglob("*.html"))


def constants(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def about_a_kind(node: ast.AST) -> bool:
    """Whether an expression names a question's kind: `question.kind`, `kind`, `row["kind"]`, `each.kind.key`."""
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    attributes = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    return bool({"kind", "kinds"} & (names | attributes | constants(node)))


def imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    """The full names that an import makes known."""
    before = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
    return {before + each.name for each in node.names}


def asked_elsewhere(tree: ast.AST) -> Iterator[int]:
    """The lines that ask for one kind: a comparison, a `match`, a table by kind, an import of its class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            asked = about_a_kind(node) and constants(node) & KEYS
        elif isinstance(node, ast.Match):
            asked = about_a_kind(node.subject) and any(constants(case.pattern) & KEYS for case in node.cases)
        elif isinstance(node, ast.Subscript):
            asked = isinstance(node.value, ast.Dict) and about_a_kind(node.slice) and constants(node.value) & KEYS
        elif isinstance(node, ast.Constant):
            asked = isinstance(node.value, str) and node.value in OWN
        elif isinstance(node, ast.Import | ast.ImportFrom):
            asked = any(name.startswith(f"{PACKAGE}.kinds") for name in imported(node))
        else:
            asked = False
        if asked:
            yield node.lineno


@pytest.mark.parametrize(
    "code",
    [
        "if question.kind == 'money': pass",
        "if row['kind'] in ('file', 'number'): pass",
        "match each.kind.key:\n    case 'file': pass",
        "words = {'money': 1, 'file': 2}[question.kind.key]",
        "words = {'short_text': 1}",
        "from procurement.rules.questions.kinds.file import File",
        "from procurement.rules.questions import kinds",
        "import procurement.rules.questions.kinds.money",
    ],
)
def test_each_way_of_asking_for_one_kind_would_be_seen(code: str) -> None:
    assert list(asked_elsewhere(ast.parse(code))) != []


def test_no_source_outside_the_kinds_asks_which_kind_a_question_is() -> None:
    found = {
        f"{path.relative_to(PROJECT_ROOT)}:{line}"
        for path in sources()
        if path not in MAKE_QUESTIONS
        for line in asked_elsewhere(ast.parse(path.read_text()))
    }
    assert found == set()


def test_a_starter_makes_questions_and_asks_nothing_of_their_kinds() -> None:
    trees = [ast.parse(path.read_text()) for path in MAKE_QUESTIONS]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    named = [node for node in nodes if isinstance(node, ast.Name) and node.id in CLASSES]
    assert named != []  # a new kind need not be in a starter
    assert [node.lineno for node in named if id(node) not in called] == []
    assert [node.lineno for node in nodes if isinstance(node, ast.Compare) and about_a_kind(node)] == []


def test_only_the_registry_looks_a_kind_up_by_its_key() -> None:
    named = {
        (path.relative_to(PROJECT_ROOT).as_posix(), node.lineno)
        for path in (PROJECT_ROOT / "procurement").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        if any(each.startswith(PACKAGE) and each.endswith(f".{REGISTRY}") for each in imported(node))
    }
    assert named == set()
    looking_up = [
        node.lineno
        for node in ast.walk(ast.parse((HOME / "kind.py").read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == f"{REGISTRY}.get"
    ]
    assert len(looking_up) == 1


def test_no_template_asks_which_kind_a_question_is() -> None:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    found = []
    for path in templates():
        tree = environment.parse(path.read_text())
        for node in tree.find_all(nodes.Compare):
            names = {each.name for each in node.find_all(nodes.Name)}
            attributes = {each.attr for each in node.find_all(nodes.Getattr)}
            words = {each.value for each in node.find_all(nodes.Const)}
            if "kind" in names | attributes and words & KEYS:
                found.append((path.relative_to(PROJECT_ROOT).as_posix(), node.lineno))
        found += [
            (path.relative_to(PROJECT_ROOT).as_posix(), each.lineno)
            for each in tree.find_all(nodes.Const)
            if each.value in OWN
        ]
    assert found == []


def test_no_script_asks_which_kind_a_question_is() -> None:
    naming = [
        path.name for path in (PROJECT_ROOT / "static/js").glob("*.js") if re.search("|".join(OWN), path.read_text())
    ]
    assert naming == []


def test_each_kind_has_one_file_and_one_macro_of_its_name() -> None:
    files = {path.stem for path in (HOME / "kinds").glob("*.py")} - {"__init__"}
    source = (PROJECT_ROOT / "templates/_components/questions.html").read_text()
    macros = re.findall(r"macro (\w+)\(field\)", source)
    assert (files, sorted(macros)) == (KEYS, sorted(KEYS))


class Colours(Setting):
    """A setting with a sentence and a condition of its own."""

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        if "red" in question.options:
            return super().faults(question)
        return (Sentence("“%(question)s” needs red.", question=question.name),)


class Paint(Typed):
    """A kind that exists here alone: nothing of the house knows it, nor what it lets an officer set."""

    key = "paint"
    title = Sentence("Paint")
    place = 999
    settings = (
        Setting("minimum", Sentence("Fewest tins"), Measure.WHOLE, least=1, most=9, needed=True),
        Setting("maximum", Sentence("Most tins"), Measure.WHOLE, least=2),
        Colours("options", Sentence("Colours"), Measure.LINES),
    )

    def read(self, question: Question, text: str) -> Checked:
        return Checked(text, 0, (), True)

    def brief(self, question: Question) -> Sentence:
        return Sentence("tins")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        return (Sentence("Tins"),)


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ({}, []),
        ({"minimum": None}, ["“How much?” needs a value for “Fewest tins”."]),
        ({"minimum": Decimal(10)}, ["“Fewest tins” of “How much?” must be between 1 and 9."]),
        ({"minimum": Decimal("1.5")}, ["“Fewest tins” of “How much?” must be between 1 and 9."]),
        ({"minimum": Decimal(1), "maximum": Decimal(1)}, ["“Most tins” of “How much?” must be 2 or more."]),
        ({"options": ("blue",)}, ["“How much?” needs red."]),
        ({"minimum": None, "options": ()}, ["“How much?” needs a value for “Fewest tins”.", "“How much?” needs red."]),
    ],
)
def test_a_kind_that_nobody_knows_says_itself_what_its_settings_must_be(kept: dict[str, Any], told: list[str]) -> None:
    values = {"minimum": Decimal(3), "options": ("red",), **kept}
    question = Question("paint", "Walls", "How much?", Paint(), **values)
    found = [str(each.sentence) for each in form_problems([question]) if each.key == question.key]
    assert found == told
