"""Nothing is kept that nobody uses: no name of a module, no setting of an operator."""

import ast
import re
from collections import Counter
from pathlib import Path

from procurement.config import PROJECT_ROOT
from procurement.rules.settings import DEFAULTS

CODE = ("procurement", "workflows")


def texts() -> dict[Path, str]:
    """Everything that the service is made of, by its file: code, pages, scripts, and what names code by a text."""
    files = [path for folder in (*CODE, "migrations", "templates") for path in (PROJECT_ROOT / folder).rglob("*")]
    files += [
        *(PROJECT_ROOT / "static" / "js").glob("*.js"),
        PROJECT_ROOT / "pyproject.toml",
        PROJECT_ROOT / "wsgi.py",
        PROJECT_ROOT / "docs" / "write.py",
    ]
    return {path: path.read_text("utf-8") for path in files if path.is_file() and path.suffix != ".pyc"}


TEXTS = texts()
WORDS = Counter(word for text in TEXTS.values() for word in re.findall(r"\w+", text))


def names(tree: ast.Module) -> list[str]:
    """What a module names at its top; what is decorated is known by whoever decorates."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list:
            found.append(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [target.id for target in targets if isinstance(target, ast.Name)]
    return [name for name in found if not name.startswith("__")]


def test_every_name_of_a_module_is_used() -> None:
    idle = [
        f"{path.relative_to(PROJECT_ROOT)}: {name}"
        for path, text in TEXTS.items()
        if path.suffix == ".py" and path.relative_to(PROJECT_ROOT).parts[0] in CODE
        for name in names(ast.parse(text))
        if WORDS[name] == 1
    ]
    assert idle == []


def test_every_setting_of_an_operator_is_read() -> None:
    home = PROJECT_ROOT / "procurement" / "rules" / "settings.py"
    elsewhere = "\n".join(text for path, text in TEXTS.items() if path != home)
    unread = [key for key in DEFAULTS if not re.search(rf"""(["']|\bsite\.){key}\b""", elsewhere)]
    assert unread == []
