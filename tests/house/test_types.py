"""Types are checked everywhere: what mypy cannot see by itself."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

from procurement.config import PROJECT_ROOT

ROUTES = {"get", "post", "put", "patch", "delete", "route"}
CHECKED = ("procurement", "workflows", "migrations", "typings")


def views() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted((PROJECT_ROOT / "procurement").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any(map(_is_route, node.decorator_list)):
                yield f"{path.relative_to(PROJECT_ROOT)}:{node.lineno} {node.name}", node


def _is_route(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in ROUTES
        and any(isinstance(given, ast.Constant) for given in decorator.args)
    )


def test_every_view_says_what_it_gives_and_none_says_anything_at_all() -> None:
    said = {name: "" if view.returns is None else ast.unparse(view.returns) for name, view in views()}
    assert len(said) > 200  # they are found at all
    assert {name: text for name, text in said.items() if not text or re.search(r"\bAny\b", text)} == {}


def test_every_line_that_mypy_leaves_out_says_why() -> None:
    bare = [
        f"{path.relative_to(PROJECT_ROOT)}:{number}"
        for folder in CHECKED
        for path in sorted((PROJECT_ROOT / folder).rglob("*.py*"))
        if path.suffix in {".py", ".pyi"}
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "# type: " + "ignore" in line and not re.search(r"# type: ignore\[[\w, -]+\]  # because \w", line)
    ]
    assert bare == []


def test_the_rules_load_no_database_although_a_port_names_its_session() -> None:
    asked = "import sys, procurement.rules.ports; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
