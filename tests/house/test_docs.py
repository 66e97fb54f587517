"""What docs/ says is so, and what the code, the pages and docs/ point at is there."""

import ast
import importlib.util
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from docs.write import DOCS, blocks, filled, pictures
from procurement.cli import COMMANDS
from procurement.config import PROJECT_ROOT
from procurement.rules.settings import KNOWN
from tests.house.test_contracts import CONTRACTS

PAGE = (DOCS / "workflows.md").read_text(encoding="utf-8")
AGAIN = "run `python -m docs.write`"
OURS = ("procurement", "workflows", "migrations", "tests", "docs")
# folders whose modules and files are named without what stands before them: `rules.money`, `web/parts/cache.py`
SHORT = {path.name: f"procurement.{path.name}" for path in (PROJECT_ROOT / "procurement").iterdir() if path.is_dir()}
WRITTEN = {".py", ".pyi", ".md", ".html", ".txt", ".xml", ".toml", ".css", ".js", ".mako", ".json", ".in"}
FILE = re.compile(r"(?<![\w/.<>*{}:-])([\w.<>*-]+/)*[\w.<>*-]+\.(?:py|md|toml|html|css|js|mako|tsv|conf)(?![\w/-])")
DOTTED = re.compile(rf"(?<![\w./])(?:{'|'.join((*OURS, *sorted(SHORT)))})(?:\.[A-Za-z_]\w*)+(?![\w/(])(?<!\.json)")
# what is made of ours, and files of others that are named
NOT_OURS = {"app.css", "app.js", "app.<digest>.css", "app.<digest>.js"}


# what is written from the code


def test_the_tables_of_the_workflows_are_current_and_all_there() -> None:
    assert re.findall(r"<!-- (?!end )(.+?) -->", PAGE) == list(blocks())
    assert filled(PAGE) == PAGE, AGAIN


@pytest.mark.parametrize("name", pictures())
def test_the_pictures_of_the_workflows_are_current_and_shown(name: str) -> None:
    assert (DOCS / "workflows" / name).read_text(encoding="utf-8") == pictures()[name], AGAIN
    assert f"](workflows/{name})" in PAGE


def test_no_picture_is_left_of_a_workflow_that_is_gone() -> None:
    assert sorted(path.name for path in (DOCS / "workflows").iterdir()) == sorted(pictures())


# what is written by hand and can be compared


def first_cells(page: Path, heading: str) -> list[str]:
    """The first cells of the first table under a heading, without their marks."""
    under = page.read_text("utf-8").partition(f"\n{heading}\n")[2]
    table = next(part for part in under.split("\n\n") if part.startswith("|"))
    return [line.split("|")[1].strip().strip("`") for line in table.splitlines()[2:]]


def test_every_setting_of_the_environment_is_told_and_no_other() -> None:
    tree = ast.parse((PROJECT_ROOT / "procurement" / "config.py").read_text())
    read = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "given.get"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(read) > 10
    assert set(first_cells(DOCS / "operating.md", "## Settings")) == read


def test_every_setting_of_the_operator_is_told_with_its_first_value() -> None:
    text = (DOCS / "operating.md").read_text("utf-8")
    rows = [f"| `{each.key}` | {each.title} | {each.value} |" for each in KNOWN]
    assert [row for row in rows if row not in text] == []
    assert first_cells(DOCS / "operating.md", "### Settings of the operator") == [each.key for each in KNOWN]


def test_every_command_is_told_and_no_other() -> None:
    told = first_cells(DOCS / "operating.md", "## Commands")
    assert sorted(told) == sorted(f"procurement {name}" for name in COMMANDS)


def test_every_import_contract_is_told_and_no_other() -> None:
    told = first_cells(DOCS / "architecture.md", "## What a floor may import")
    assert told == [contract["name"] for contract in CONTRACTS]


# what is pointed at


@cache
def files() -> dict[str, Path]:
    """Everything that is written by people here, by its path from the root."""
    folders = [PROJECT_ROOT / name for name in (*OURS, "templates", "static", "typings", ".ci")]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    found += [path for path in PROJECT_ROOT.iterdir() if path.is_file() and not path.name.startswith(".")]
    return {
        path.relative_to(PROJECT_ROOT).as_posix(): path
        for path in sorted(found)
        if "__pycache__" not in path.parts and "build" not in path.relative_to(PROJECT_ROOT).parts[:2]
    }


@cache
def texts() -> dict[str, str]:
    return {
        name: path.read_text("utf-8")
        for name, path in files().items()
        if path.suffix in WRITTEN
        and not re.match(r"requirements.*\.txt|package-lock|tests/released/2|tests/workflows/rel", name)
    }


@cache
def said(name: str, text: str) -> str:
    """Of a source in Python its comments and docstrings; of anything else all."""
    if not name.endswith((".py", ".pyi")):
        return text
    tree = ast.parse(text)
    holders = (ast.Module, ast.FunctionDef, ast.ClassDef)
    docstrings = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, holders)]
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return "\n".join((*docstrings, *(token.string for token in tokens if token.type == tokenize.COMMENT)))


@cache
def is_there(named: str, where: str) -> bool:
    """Whether a file of that name is here: from the root, from beside whoever names it, or by the end of its path.

    `<kind>` and `*` stand for a name.
    """
    if not re.search(r"[<*]", named):
        return f"{Path(where).parent.as_posix()}/{named}" in files() or any(
            f"/{name}".endswith(f"/{named}") for name in files()
        )
    pattern = re.sub(r"<[^>]*>|\\\*", "[^/]+", re.escape(named).replace(r"\<", "<").replace(r"\>", ">"))
    return any(re.search(rf"(^|/){pattern}$", name) for name in files())


@cache
def top_names(path: Path) -> set[str]:
    """What a module names at its top, in its classes too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
    return found


def module_at(dotted: str) -> Path | None:
    for path in (f"{dotted.replace('.', '/')}.py", f"{dotted.replace('.', '/')}/__init__.py"):
        if path in files():
            return files()[path]
    return None


def resolves(dotted: str) -> bool:
    """Whether a dotted name is a module of ours, a folder, or something that one names."""
    first, _, rest = dotted.partition(".")
    parts = f"{SHORT.get(first, first)}.{rest}".split(".")
    if (PROJECT_ROOT / "/".join(parts)).is_dir():
        return True
    for length in range(len(parts), 0, -1):
        if (path := module_at(".".join(parts[:length]))) is not None:
            return length == len(parts) or parts[length] in top_names(path)
    return False


def references(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for name, text in texts().items():
        yield from ((name, found[0]) for found in pattern.finditer(said(name, text)))


def test_every_file_that_is_named_is_there() -> None:
    named = [(where, name.lstrip("./")) for where, name in references(FILE)]
    assert len(named) > 500
    missing = {f"{where}: {name}" for where, name in named if name not in NOT_OURS and not is_there(name, where)}
    assert sorted(missing) == []


def test_every_module_and_every_name_in_one_is_there() -> None:
    named = set(references(DOTTED))
    assert len(named) > 50
    assert sorted(f"{where}: {name}" for where, name in named if not FILE.fullmatch(name) and not resolves(name)) == []


def test_every_import_of_ours_is_there() -> None:
    """Also in what only its own target runs, and what mypy does not read."""
    missing = []
    for name, text in texts().items():
        if not name.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in OURS:
                missing += [
                    f"{name}: {node.module}.{alias.name}"
                    for alias in node.names
                    if not resolves(f"{node.module}.{alias.name}")
                ]
    assert missing == []


def slug(heading: str) -> str:
    """What a heading is called in an address."""
    return re.sub(r"[^\w\- ]", "", re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()).replace(
        " ", "-"
    )


def anchors(path: Path) -> set[str]:
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {slug(found) for found in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("name", [name for name in files() if name.endswith(".md")])
def test_every_link_of_a_page_leads_somewhere(name: str) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", texts().get(name, "")):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        path = (PROJECT_ROOT / name).parent / place if place else PROJECT_ROOT / name
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.*") if path.suffix not in {".py", ".png"}))
def test_every_page_of_the_docs_is_linked_from_a_page(page: str) -> None:
    linking = [
        name for name in texts() if name.endswith(".md") and re.search(rf"\]\((docs/)?{page}[)#]", texts()[name])
    ]
    assert linking != []


def test_a_threat_that_is_named_is_listed_and_each_has_one_number() -> None:
    numbers = [
        int(found) for found in re.findall(r"^\| (\d+) \|", (DOCS / "threats.md").read_text("utf-8"), re.MULTILINE)
    ]
    assert numbers == list(range(1, len(numbers) + 1))
    named = [(where, number) for where, text in texts().items() for number in re.findall(r"threats\.md (\d+)", text)]
    assert len(named) > 5
    assert [pair for pair in named if int(pair[1]) not in numbers] == []
    assert [where for where, text in texts().items() if re.search(r"\(threats? \d", said(where, text))] == []


def test_every_test_that_a_page_names_is_there() -> None:
    every = {name for path in (PROJECT_ROOT / "tests").rglob("test_*.py") for name in top_names(path)}
    pages = {name: text for name, text in texts().items() if name.endswith(".md")}
    named = {(page, found) for page, text in pages.items() for found in re.findall(r"`(test_\w+)`", text)}
    assert len(named) > 80
    assert sorted(pair for pair in named if pair[1] not in every) == []


def test_every_target_and_command_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT_ROOT / "Makefile").read_text(), re.MULTILINE)) - {"help"} | {
        "help"
    }
    wrong = []
    for name, text in texts().items():
        wrong += [
            f"{name}: make {each}"
            for each in re.findall(r"(?:`|^    )make ([a-z][\w-]*)", text, re.MULTILINE)
            if each not in targets
        ]
        commands = re.findall(r"(?:`|bin/)procurement ([a-z]\w*)", text)
        wrong += [f"{name}: procurement {each}" for each in commands if each not in COMMANDS]
    assert wrong == []


def test_the_pieces_that_find_a_fault_do_find_it() -> None:
    """Each way of pointing at nothing, once."""
    assert not is_there("services/nothing.py", "docs/architecture.md")
    assert not resolves("rules.money.nothing")
    assert not resolves("services.nothing")
    assert is_there("templates/messages/<kind>/text.txt", "docs/adding.md")
    assert resolves("rules.money.format_pounds")
    assert importlib.util.find_spec("procurement.rules.money") is not None
    assert slug("Who wants to change …") == "who-wants-to-change-"
