"""The command `procurement`: help with examples, sentences instead of tracebacks, nothing done without --commit."""

import io
import sys
import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from procurement.adapters.database import Database
from procurement.cli import COMMANDS, main
from procurement.cli.migrations import revisions
from procurement.queries import installation as installation_queries
from procurement.queries import people as people_queries

PROJECT_ROOT = Path(__file__).resolve().parents[2]
Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Said:
    """Runs a command with settings of its own; returns the exit code and what it said."""
    for name in ("REDIS_URL", "STORAGE_URL", "MAIL_URL", "BASE_URL", "DEMO", "DEMO_PASSWORD", "DATABASE_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str, **settings: str) -> tuple[int, str]:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        code = main(arguments)
        out, error = capfd.readouterr()
        return code, (out + error).strip()

    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"procurement {command}" in shown.partition("examples:")[2]


def test_the_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    lines = capsys.readouterr().out.partition("commands:\n")[2].partition("\n\n")[0].splitlines()
    assert ended.value.code == 0
    assert [line.split()[0] for line in lines] == list(COMMANDS)
    with pytest.raises(SystemExit) as ended:
        main(["nonsense"])
    assert ended.value.code == 2


def test_every_module_of_a_command_is_one() -> None:
    for name in COMMANDS:
        module = import_module(f"procurement.cli.{name}")
        assert callable(module.options)
        assert callable(module.run)


def test_the_console_script_is_the_one_that_bootstrap_writes() -> None:
    scripts = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts == {"procurement": "procurement.cli:main"}
    assert "from procurement.cli import main" in (PROJECT_ROOT / "bootstrap.py").read_text()


def test_migrating_twice_finds_everything_as_it_was(said: Said, tmp_path: Path) -> None:
    newest = revisions(f"sqlite:///{tmp_path}/other.sqlite3")[1]
    assert said("migrate", "--check") == (1, f"The database is at nothing; the newest migration is {newest}.")
    assert said("migrate") == (0, f"The database went from nothing to {newest}.")
    assert said("migrate") == (0, "The database is current.")
    assert said("migrate", "--check") == (0, f"The database is at {newest}; the newest migration is {newest}.")


def test_a_database_of_real_data_never_becomes_a_demonstration(said: Said) -> None:
    assert said("migrate")[0] == 0
    assert said("migrate", DEMO="1") == (
        1,
        "procurement migrate: This database was not made as a demonstration, and must not become one: leave DEMO out.",
    )
    assert said("seed", DEMO="1")[0] == 1


def test_a_database_whose_clock_was_moved_needs_demo(said: Said) -> None:
    assert said("migrate", DEMO="1")[0] == 0
    assert said("clock", "forward", "9d")[0] == 0
    moved = "The clock of this database was moved forward for a demonstration"
    assert said("migrate", DEMO="") == (1, f"procurement migrate: {moved}: start it with DEMO=1.")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is no address of a database"),
        ({"DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/x"}, "postgresql://u:***@127.0.0.1:1/x cannot be reached"),
        ({"PORT": "eight"}, "A setting makes no sense"),
        ({"DATA_DIR": "/proc/here"}, "The data directory cannot be used"),
    ],
)
def test_a_setting_that_makes_no_sense_is_a_sentence(said: Said, settings: dict[str, str], sentence: str) -> None:
    code, shown = said("migrate", **settings)
    assert code == 1
    assert shown.startswith("procurement migrate: ")
    assert sentence in shown
    assert "secret" not in shown
    assert len(shown.splitlines()) == 1


def test_people_are_added_changed_and_closed_only_with_commit(
    said: Said, monkeypatch: pytest.MonkeyPatch, new_database: Callable[[], str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a long enough password\nanother good password\n"))
    url = new_database()
    add = ("user", "add", "op@city.example", "Olu Op", "--role", "operator", "--password")
    code, shown = said(*add, DATABASE_URL=url)
    assert (code, shown.startswith("Would do this, and has not: Make an account for Olu Op")) == (0, True)
    assert said("user", "list") == (0, "")
    assert said(*add, "--commit")[0] == 0
    assert said("user", "list") == (0, "op@city.example\tOlu Op\toperator\topen")
    assert said("user", "add", "ana@city.example", "Ana", "--role", "officer", "--commit")[0] == 0
    assert said("user", "role", "ana@city.example", "--grant", "auditor", "--revoke", "officer")[0] == 0
    assert said("user", "list")[1].splitlines()[0] == "ana@city.example\tAna\tofficer\tnot confirmed"
    assert said("user", "role", "ana@city.example", "--grant", "auditor", "--revoke", "officer", "--commit")[0] == 0
    assert said("user", "disable", "ana@city.example", "--commit")[0] == 0
    assert said("user", "list")[1].splitlines()[0] == "ana@city.example\tAna\tauditor\tclosed"
    database = Database(url)
    with database.reading() as session:
        assert people_queries.find_by_email(session, "op@city.example").confirmed_at is not None
        assert installation_queries.find(session).demonstration is False
    database.close()


def test_what_would_be_refused_is_said_without_commit_too(
    said: Said, monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    # nothing here differs between databases: what is asked for is refused before anything is written
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert said("user", "disable", "nobody@city.example", DATABASE_URL=sqlite_url) == (
        1,
        "procurement user: There is no account for nobody@city.example.",
    )
    assert said("user", "role", "nobody@city.example")[1].endswith("Say which role: --grant ROLE or --revoke ROLE.")
    assert said("user", "add", "a@city.example", "A", "--password")[1].endswith("must be 10 characters or more.")
    assert said("user", "add", "a@city.example", "A", "--commit")[0] == 0
    assert said("user", "add", "A@city.example", "A") == (
        1,
        "procurement user: a@city.example has an account already.",
    )


def test_the_doctor_says_that_nothing_can_be_published_under_an_example(said: Said, redis_url: str) -> None:
    assert said("migrate")[0] == 0
    found = dict(line.split(": ", 1) for line in said("doctor", REDIS_URL=redis_url)[1].splitlines())
    assert found["MISSING  open data"].startswith("The OCID prefix is still the one of the standard's examples.")


def test_the_doctor_names_what_is_missing(said: Said, redis_url: str) -> None:
    code, shown = said("doctor", REDIS_URL=redis_url)
    found = dict(line.split(": ", 1) for line in shown.splitlines())
    assert code == 1
    assert found["MISSING  database"].endswith("run `procurement migrate`.")
    assert found["MISSING  redis"] == "no worker was heard of lately: run `procurement worker`."
    assert found["MISSING  mail"].startswith("MAIL_URL is not set")
    assert found["MISSING  open data"] == "they are in the database, which is not ready."
    assert found["ok       documents"].startswith("WeasyPrint ")
    assert said("migrate", DEMO="1")[0] == 0
    code, shown = said("doctor", DEMO="1", REDIS_URL="")
    assert (code, {line.split()[0] for line in shown.splitlines()}) == (0, {"ok"})
