"""An action or a guard that code names is one of the catalogue: neither a slip nor a new name passes in silence.

A comparison with a name that is gone is false for ever, and nothing else says so.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache

import pytest
from jinja2 import Environment, nodes

from procurement.config import PROJECT_ROOT
from workflows.catalogue import LIFECYCLES
from workflows.guards import GUARDS

MOVES = {(subject, move.action) for subject, workflow in LIFECYCLES.items() for move in workflow.moves}
ACTIONS = {action for _, action in MOVES}
UNNAMED = {"expire"}  # what falls due by the clock is made by `progress.catch_up`, which names nothing
# of the commands none names a move, and what `argparse` calls an action is another thing
CODE = [path for path in sorted((PROJECT_ROOT / "procurement").rglob("*.py")) if path.parent.name != "cli"]
TEMPLATES = sorted((PROJECT_ROOT / "templates").rglob("*.html"))
PAGES = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])  # noqa: S701  (nothing is rendered)
HANDED = {"decide": 2}  # takes an action too, at this place, and is not in `procurement`
ACTED = ("action", "act", "acts")
OFFERED = "offered"  # what the pages call the moves that somebody is offered, by action


def texts(node: ast.AST) -> list[str]:
    """The texts of an expression: a literal, or those of a tuple, list, set or of a dict's values."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return [text for each in node.elts for text in texts(each)]
    if isinstance(node, ast.Dict):
        return [text for each in node.values for text in texts(each)]
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "frozenset":
        return [text for each in node.args for text in texts(each)]
    return []


def takers(trees: Iterable[ast.Module]) -> dict[str, int]:
    """Functions with a parameter `action`, and its place."""
    found = dict(HANDED)
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [each.arg for each in node.args.args]
                if "action" in names:
                    found[node.name] = names.index("action")
    return found


def is_about(node: ast.expr, *names: str) -> bool:
    """Whether an expression is called so: `action`, `made.action`, `offer.move.action`."""
    return (isinstance(node, ast.Name) and node.id in names) or (isinstance(node, ast.Attribute) and node.attr in names)


def named_actions(tree: ast.Module, taking: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Each action that a source names, with whose it is where the name beside it says that: ("call", "cancel")."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            place = taking.get(name, len(node.args))
            given = [*node.args[place : place + 1], *(each.value for each in node.keywords if each.arg == "action")]
            about = ast.unparse(node.args[1]) if name == "move" and len(node.args) > 1 else ""
            yield from ((about if about in LIFECYCLES else "", text) for each in given for text in texts(each))
        elif isinstance(node, ast.Compare) and any(
            is_about(each, *ACTED, OFFERED) for each in (node.left, *node.comparators)
        ):
            yield from (("", text) for each in (node.left, *node.comparators) for text in texts(each))
        elif isinstance(node, ast.For | ast.comprehension) and is_about(node.target, "action"):
            yield from (("", text) for text in texts(node.iter))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if is_about(target, "MOVES", "action") and node.value is not None:
                yield from (("", text) for text in texts(node.value))
            if is_about(target, "ACTS") and isinstance(node.value, ast.Dict):
                yield from (("", text) for key in node.value.keys if key is not None for text in texts(key))


def named_guards(tree: ast.Module) -> Iterator[str]:
    """Each guard that a source names: in what is called …GUARDS, or beside a move's `unless`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id.endswith("GUARDS") and node.value is not None:
                yield from texts(node.value)
        elif isinstance(node, ast.Compare) and any(is_about(each, "unless") for each in node.comparators):
            yield from texts(node.left)


@cache
def trees() -> dict[str, ast.Module]:
    return {path.relative_to(PROJECT_ROOT).as_posix(): ast.parse(path.read_text()) for path in CODE}


def every_named_action() -> list[tuple[str, str, str]]:
    taking = takers(trees().values())
    return [(path, *pair) for path, tree in trees().items() for pair in named_actions(tree, taking)]


def unknown(found: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [each for each in found if (each[1:] not in MOVES if each[1] else each[2] not in ACTIONS)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('progress.move(act, award, call, "confrim", roles=roles)', [("award", "confrim")]),
        ('progress.move(act, thing, call, "submit", roles=roles)', [("", "submit")]),
        ('progress.move(act, call, call, action="open")', [("call", "open")]),
        ('decide(workflow, state, "open", roles, facts)', [("", "open")]),
        ('if made.action == "tell": pass', [("", "tell")]),
        ('if offer.move.action not in ("tell", "told"): pass', [("", "tell"), ("", "told")]),
        ('for action in ("approve", "publish"): pass', [("", "approve"), ("", "publish")]),
        ('MOVES: dict[str, str] = {Outcome.FUND: "recommend"}', [("", "recommend")]),
        ('ACTS = {"keep": applications.keep}', [("", "keep")]),
        ('if "publish" in offered: pass', [("", "publish")]),
        ('def go(act, action): ...\ngo(act, "keep")', [("", "keep")]),
        ('record(act, "application.late_press", "application", 1)', []),
    ],
)
def test_an_action_that_is_named_is_found(source: str, found: list[tuple[str, str]]) -> None:
    tree = ast.parse(source)
    assert list(named_actions(tree, {**takers([tree]), "move": 3})) == found


def named_in_templates() -> set[tuple[str, str]]:
    """Template and action: what is compared with an act or looked for among what is offered."""
    found = set()
    for path in TEMPLATES:
        page = PAGES.parse(path.read_text())
        for each in page.find_all(nodes.Compare):
            sides = [each.expr, *(operand.expr for operand in each.ops)]
            if any(isinstance(side, nodes.Name) and side.name in (*ACTED, OFFERED) for side in sides):
                found |= {(path.name, side.value) for side in sides if isinstance(side, nodes.Const)}
        for each in page.find_all(nodes.Getattr):
            if isinstance(each.node, nodes.Name) and each.node.name == OFFERED:
                found.add((path.name, each.attr))
    return found


def test_every_action_that_code_names_is_one_of_the_catalogue() -> None:
    assert unknown(every_named_action()) == []


def test_every_action_that_a_template_names_is_one_of_the_catalogue() -> None:
    named = named_in_templates()
    assert len(named) > 3
    assert sorted(each for each in named if each[1] not in ACTIONS) == []


def test_every_action_of_the_catalogue_is_named_by_code_that_is_looked_at_here() -> None:
    """So whoever names one in a new manner, which nothing here would find, hears of it."""
    assert ACTIONS - {action for _, _, action in every_named_action()} == UNNAMED


def test_every_guard_that_code_names_is_one_of_the_catalogue_and_is_found_here() -> None:
    named = {(path, name) for path, tree in trees().items() for name in named_guards(tree)}
    assert sorted(each for each in named if each[1] not in GUARDS) == []
    written = {
        (path, node.value)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in GUARDS
    }
    assert (
        named
        == written
        == {
            ("procurement/queries/checks.py", "checks_missing"),
            ("procurement/queries/workflows.py", "rule_broken"),
            ("procurement/services/progress.py", "call_closed"),
        }
    )


def test_what_is_not_in_the_catalogue_is_told() -> None:
    found = [("x", "award", "confirm"), ("x", "call", "confirm"), ("x", "", "confrim"), ("x", "", "open")]
    assert unknown(found) == [("x", "call", "confirm"), ("x", "", "confrim")]
    assert list(named_guards(ast.parse('CLOSING_GUARDS = {"call_close"}'))) == ["call_close"]
    assert list(named_guards(ast.parse('late = "call_close" in move.unless'))) == ["call_close"]
