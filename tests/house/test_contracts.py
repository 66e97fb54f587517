"""The rules of the house are checked by the same programs that `make lint` runs, and each import contract can fail."""

import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

# for each contract, lines that break it when they are added to these files
BROKEN_BY = {
    "The house stands on the workflows; the workflows know nothing of the house": {
        "workflows/definition.py": "import procurement.config",
    },
    "The floors of the workflows": {"workflows/facts.py": "import workflows.engine"},
    "The floors of the house": {"procurement/models/base.py": "import procurement.services.refusal"},
    "The floors of the services": {"procurement/services/refusal.py": "import procurement.services.progress"},
    "The floors of the web; audiences never meet": {
        "procurement/web/public/__init__.py": "import procurement.web.manage",
    },
    "The core is pure": {"procurement/rules/money.py": "import os"},
    "One door to each thing outside": {"procurement/services/progress.py": "import smtplib"},
    "The public register sees only what was published": {
        "procurement/queries/register.py": "import procurement.models.people",
    },
    "No circles": {
        "procurement/adapters/randomness.py": "import procurement.adapters.clock",
        "procurement/adapters/clock.py": "import procurement.adapters.randomness",
    },
}


def program(name: str) -> str:
    """A checker of the environment that runs these tests; not to be had is a reason to leave the test out."""
    found = shutil.which(name, path=sysconfig.get_path("scripts"))
    if found is None:
        pytest.skip(f"{name} is not installed: run `make venv` and then `make test`")
    return found


def run(*command: str, folder: Path = PROJECT_ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("lint-imports",),
        ("djlint", "templates", "--lint", "--quiet"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_the_house_keeps_its_rules(command: tuple[str, ...]) -> None:
    done = run(program(command[0]), *command[1:])
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_is_broken_once_on_purpose() -> None:
    assert {contract["name"] for contract in CONTRACTS} == set(BROKEN_BY)


def test_every_table_but_the_registers_own_is_kept_from_the_public_register() -> None:
    """A new table is not in the list by itself."""
    contract = next(each for each in CONTRACTS if each["name"].startswith("The public register"))
    tables = {f"procurement.models.{path.stem}" for path in (PROJECT_ROOT / "procurement" / "models").glob("[!_]*.py")}
    public = {"procurement.models.base", "procurement.models.register", "procurement.models.installation"}
    assert {name for name in contract["forbidden_modules"] if ".models." in name} == tables - public


@pytest.mark.parametrize("contract", BROKEN_BY)
def test_a_broken_contract_is_seen(contract: str, tmp_path: Path) -> None:
    checker = program("lint-imports")
    for folder in ("procurement", "workflows"):
        shutil.copytree(PROJECT_ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(PROJECT_ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    for name, line in BROKEN_BY[contract].items():
        path = tmp_path / name
        path.write_text(f"{path.read_text()}\n{line}\n")
    said = run(checker, folder=tmp_path).stdout
    assert f"{contract} BROKEN" in said.replace("\n", " ")
