"""What is done in one way stays in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from procurement.config import PROJECT_ROOT

DIGITS = {"isdigit", "isdecimal", "isnumeric"}
# a reminder says how much each has left, so that each is a message of its own
OWN_LOOP: set[str] = set()


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    root = PROJECT_ROOT / "procurement"
    for folder in folders:
        for path in sorted(Path(root / folder).rglob("*.py")):
            yield path.relative_to(root).as_posix(), ast.parse(path.read_text())


def test_digits_from_outside_are_read_by_the_rules_alone() -> None:
    """`rules.numbers` and `rules.money` know scripts, lengths and limits; whoever reads digits alone forgets one."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in sources("web", "services", "queries", "jobs")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in DIGITS
    ]
    assert found == []


def test_several_people_are_told_by_one_loop() -> None:
    found = {
        f"{name}:{function.name}"
        for name, tree in sources("services")
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for loop in ast.walk(function)
        if isinstance(loop, ast.For)
        for node in ast.walk(loop)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "stage"
    }
    assert found == OWN_LOOP


def test_what_a_page_does_in_one_transaction_is_a_function_of_its_module() -> None:
    """A function within a view carries what the view knows into a transaction that may be run again."""
    found = [
        f"{name}:{inner.lineno}"
        for name, tree in sources("web")
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for inner in ast.walk(function)
        if isinstance(inner, ast.FunctionDef) and inner is not function
        if any(each.annotation is not None and ast.unparse(each.annotation) == "Act" for each in inner.args.args)
    ]
    assert found == []


def test_an_act_is_made_where_its_transaction_is_made() -> None:
    made = {
        name
        for name, tree in sources(".")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Act"
    }
    assert made == {"services/act.py"}


def test_a_walk_waits_for_the_page_that_a_press_leads_to() -> None:
    """A click waits for nothing: on a busy machine the next step looked at a page that was just going."""
    found = [
        f"{path.name}:{number}"
        for path in sorted((PROJECT_ROOT / "tests" / "browser").glob("test_*.py"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if ".click()" in line and not line.endswith(".click()  # opens on the page")
    ]
    assert found == []
