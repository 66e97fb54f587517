"""States have one home, the catalogue: nobody writes one out, everybody asks for a set and shows its own words."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from sqlalchemy import CheckConstraint, create_engine, inspect

from procurement.config import PROJECT_ROOT
from procurement.models.base import Base
from procurement.web.filters import ENUMS, STATUSES
from workflows.catalogue import LIFECYCLES, states
from workflows.definition import SUBJECTS, Move, Phase, PlannedStage, Procedure, Shape, State, Step, Workflow

KEYS = {state.key for workflow in LIFECYCLES.values() for state in workflow.states}
QUOTED = re.compile(rf"'({'|'.join(sorted(KEYS))})'")
# Words that happen to be written like a state. An enum's own values need no line here.
HOMONYMS = {
    # kinds of message, which say what they tell
    "procurement/rules/messages.py": {"submitted", "reopened", "withdrawn", "not_submitted", "cancelled"},
    "procurement/services/effects/applications.py": {"submitted", "reopened", "withdrawn", "not_submitted"},
    "procurement/services/abandoning.py": {"cancelled"},
    "procurement/services/effects/calls.py": {"cancelled"},
    # of a contract, in the words of OCDS
    "procurement/rules/standards/ocds_contracts.py": {"cancelled"},
    # the field of a publication that says what was abandoned: the call, or a lot of it
    "procurement/rules/endings.py": {"abandoned"},
    "procurement/rules/publications.py": {"abandoned"},
    "procurement/rules/publications_table.py": {"abandoned"},
    "procurement/services/publishing/ended.py": {"abandoned"},
}
ALIKE = {"Open"}  # a state's word, and of other things too: of an account, of a difference between marks
KINDS = (Workflow, Procedure, PlannedStage, Shape, Step, State, Phase, Move)
TEXTS = {"_", "gettext", "ngettext", "lazy_gettext"}
CODE = [path for folder in ("procurement", "docs") for path in sorted((PROJECT_ROOT / folder).rglob("*.py"))]
TEMPLATES = sorted((PROJECT_ROOT / "templates").rglob("*.html"))
PAGES = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])  # noqa: S701  (nothing is rendered)


def shown(path: Path) -> str:
    return path.relative_to(PROJECT_ROOT).as_posix()


# in code


def written_out(source: str) -> list[str]:
    """The states that a source names by their keys, also within SQL, but for the values of enums."""
    tree = ast.parse(source)
    spared = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and "Enum" in base.id for base in node.bases)
        for line in node.body
        if isinstance(line, ast.Assign)
        for part in ast.walk(line)
    }
    spared |= {  # the names that a package gives away are names, not texts
        id(part)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for part in ast.walk(node)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spared
    ]
    return [text for text in texts if text in KEYS] + [key for text in texts for key in QUOTED.findall(text)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('if call.state == "draft": pass', ["draft"]),
        ('if call.state not in ("decided", "concluded"): pass', ["decided", "concluded"]),
        ('select(Call).where(Call.state.in_(["opened"]))', ["opened"]),
        ('Call(state="published")', ["published"]),
        ('LIVE = {"invited"}', ["invited"]),
        ("""CheckConstraint("state IN ('told', 'confirmed')")""", ["told", "confirmed"]),
        ("""CheckConstraint(f"state = 'told' OR {other}")""", ["told"]),
        ('class Reach(StrEnum):\n    DRAFT = "draft"', []),
        ('class Reach:\n    DRAFT = "draft"', ["draft"]),
        ('__all__ = ["published"]', []),
        ('"""A draft."""\nif call.state in states.call.editable: pass', []),
    ],
)
def test_a_state_that_is_written_out_is_found(source: str, found: list[str]) -> None:
    assert written_out(source) == found


def test_no_code_writes_a_state_out() -> None:
    found = {shown(path): set(written_out(path.read_text())) for path in CODE}
    assert {path: keys for path, keys in found.items() if keys} == HOMONYMS


# in templates


def parts(node: nodes.Node) -> Iterator[nodes.Node]:
    """A node and everything in it, but for the texts of the interface."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TEXTS:
        return
    yield node
    for child in node.iter_child_nodes():
        yield from parts(child)


@cache
def asked() -> dict[str, list[nodes.Node]]:
    """What each template is made of."""
    return {shown(path): list(parts(PAGES.parse(path.read_text()))) for path in TEMPLATES}


def test_no_template_writes_a_state_out() -> None:
    texts = {path: {node.value for node in found if isinstance(node, nodes.Const)} for path, found in asked().items()}
    assert {path: found & KEYS for path, found in texts.items() if found & KEYS} == {}


def test_a_template_asks_for_what_is_there() -> None:
    """Sets of states, and the statuses of what no workflow moves, by names that exist."""
    known = {"states": states, **{each.__name__: each for each in ENUMS}}
    chains = {
        dotted
        for found in asked().values()
        for node in found
        if isinstance(node, nodes.Getattr) and (dotted := _dotted(node)) and dotted[0] in known
    }
    assert {chain[0] for chain in chains} == set(known)
    for name, *attributes in sorted(chains):
        found = known[name]
        for attribute in attributes:
            found = getattr(found, attribute)


def _dotted(node: nodes.Expr) -> tuple[str, ...]:
    if isinstance(node, nodes.Name):
        return (node.name,)
    inner = _dotted(node.node) if isinstance(node, nodes.Getattr) else ()
    return (*inner, node.attr) if isinstance(node, nodes.Getattr) and inner else ()


def test_every_status_says_whose_it_is() -> None:
    """The first word of `ui.status(…)` and of `|status_words(…)` is a workflow's subject or another vocabulary."""
    whose = [
        (path, node.args[0])
        for path, found in asked().items()
        if "/_components/" not in path  # the macro itself is given it
        for node in found
        if (isinstance(node, nodes.Call) and _dotted(node.node) == ("ui", "status") and node.args)
        or (isinstance(node, nodes.Filter) and node.name == "status_words")
    ]
    # what may be an entry's or its award's says itself whose it is
    assert [
        path for path, each in whose if not (isinstance(each, nodes.Const) or getattr(each, "attr", "") == "of")
    ] == []
    named = {each.value for _path, each in whose if isinstance(each, nodes.Const)}
    assert named - {*SUBJECTS, *STATUSES} == set()
    assert {*STATUSES} - named == {"task"}  # the task list asks for its own


def test_no_template_has_words_of_its_own_for_a_state() -> None:
    words = {
        word
        for each in LIFECYCLES.values()
        for state in each.states
        for word in (state.title, state.public, state.outcome)
    } - ALIKE
    tags = {shown(path): set(re.findall(r"ui\.tag\(_\(\"([^\"]+)\"\)", path.read_text())) for path in TEMPLATES}
    assert {path: found & words for path, found in tags.items() if found & words} == {}


def test_no_style_knows_a_state() -> None:
    sheets = "\n".join(path.read_text() for path in sorted((PROJECT_ROOT / "static" / "css").rglob("*.css")))
    assert set(re.findall(r"\.[\w-]+--(\w+)", sheets)) & KEYS == set()


# nothing in the catalogue that nobody reads


def test_every_set_is_asked_for() -> None:
    texts = "\n".join(path.read_text() for path in (*CODE, *TEMPLATES))
    found = set(re.findall(r"\bstates\.(\w+)\.(\w+)", texts))
    declared = {(subject, field.name) for subject in SUBJECTS for field in fields(getattr(states, subject))}
    assert sorted(declared - found) == []


def _attributes(paths: Iterable[Path]) -> set[str]:
    """Every attribute that is read, but not where a workflow is only checked or built."""
    found = set()
    for path in paths:
        tree = ast.parse(path.read_text())
        spared = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and (node.name.startswith("_faulty") or node.name == "faults")
            for part in ast.walk(node)
        }
        found |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and id(node) not in spared
        }
    return found


def test_every_key_of_the_catalogue_is_read() -> None:
    """The files are read strictly, so that each of their keys is a field here; and each field is asked for."""
    pure = [path for path in sorted((PROJECT_ROOT / "workflows").rglob("*.py")) if path.name != "reading.py"]
    read = _attributes((*pure, *CODE))
    kept = {field.name for kind in KINDS for field in fields(kind)}
    assert sorted(kept - read) == []


def test_the_constraints_are_those_that_the_migrations_made(sqlite_url: str) -> None:
    """They name states and statuses by set, so a change of a set would change them without a migration."""
    declared = {
        (table.name, str(constraint.name)): str(constraint.sqltext)
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    inspector = inspect(create_engine(sqlite_url))
    made = {
        (table, str(found["name"])): found["sqltext"]
        for table in Base.metadata.tables
        for found in inspector.get_check_constraints(table)
    }
    assert declared == made
