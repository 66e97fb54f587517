"""The script before everything else: it says what it cannot do, and does nothing twice."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap

PROJECT_ROOT = Path(__file__).resolve().parents[2]


def test_an_old_python_is_told_in_a_sentence() -> None:
    program = "import sys; sys.version_info = (3, 9, 2); exec(open('bootstrap.py').read())"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Thousand Trades needs Python 3.11 or newer, and this is 3.9: name a newer one, as in "
        "`make run PYTHON=python3.12`.\n"
    )


def test_an_unknown_target_is_told_what_there_is() -> None:
    with pytest.raises(SystemExit, match=r"^There is no target 'fly': choose one of .*serve, storm, test, venv\.$"):
        bootstrap.main(["fly"])


def test_every_make_target_is_explained_and_there() -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())
    explained = set(re.findall(r"^([a-z-]+):  ## \S", makefile, re.MULTILINE))
    called = set(re.findall(r"bootstrap\.py ([a-z-]+)", makefile))
    assert explained == targets
    assert called == set(bootstrap.TARGETS)


@pytest.mark.parametrize("folder", re.findall(r'alone\("([^"]+)"\)', (PROJECT_ROOT / "bootstrap.py").read_text()))
def test_what_a_target_runs_is_there(folder: str) -> None:
    assert list((PROJECT_ROOT / folder).glob("test_*.py")) != []


def test_a_step_is_done_once_until_what_it_depends_on_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    lock = tmp_path / "lock"
    lock.write_text("one")
    due = []
    for text in ("one", "one", "two"):
        lock.write_text(text)
        with bootstrap.once("step", lock, lambda: True) as each:
            due.append(each)
    assert due == [True, False, True]


def test_a_step_that_did_not_bring_what_it_should_is_due_again(tmp_path: Path) -> None:
    due, brought = [], tmp_path / "brought"
    for happens in (lambda: None, brought.touch, lambda: None, brought.unlink, brought.touch, lambda: None):
        with bootstrap.once("step", Path(bootstrap.__file__), brought.exists) as each:
            due.append(each)
            happens()
    assert due == [True, True, False, False, True, False]


@pytest.mark.parametrize(
    ("missing", "command"), [({"chromium", "libatomic1"}, "chromium libatomic1"), ({"libatomic1"}, "libatomic1")]
)
def test_a_system_package_that_could_not_be_installed_is_named_on_each_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], missing: set[str], command: str
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(bootstrap, "apt", asked.append)  # interrupted, or without a network: it brings nothing
    monkeypatch.setattr(bootstrap, "any_browser", lambda: "chromium" not in missing)
    monkeypatch.setattr(bootstrap, "driver_starts", lambda: "libatomic1" not in missing)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    bootstrap.browser()
    bootstrap.browser()
    sentence = f"[setup] tests in a browser are left out without {command.replace(' ', ' and ')}: run `apt-get install "
    assert capsys.readouterr().out == f"{sentence}{command}`\n" * 2
    assert asked == command.split() * 2
    missing.clear()
    bootstrap.browser()
    assert capsys.readouterr().out == ""


def test_the_driver_of_the_browser_is_tried_and_not_believed(tmp_path: Path) -> None:
    node = tmp_path / "lib" / "python3.11" / "site-packages" / "playwright" / "driver" / "node"
    node.parent.mkdir(parents=True)
    found = [bootstrap.driver_starts()]
    for code in (127, 0):  # 127: a library that it needs is not there
        node.write_text(f"#!/bin/sh\nexit {code}\n")
        node.chmod(0o755)
        found.append(bootstrap.driver_starts())
    assert found == [False, False, True]


def test_a_step_that_failed_is_due_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    with pytest.raises(SystemExit), bootstrap.once("step", Path(bootstrap.__file__), lambda: True):
        sys.exit("it failed")
    with bootstrap.once("step", Path(bootstrap.__file__), lambda: True) as due:
        assert due is True


def test_without_rights_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "apt", lambda *packages: False)
    monkeypatch.setattr(bootstrap, "succeeds", lambda *given, **settings: False)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match=r"run `sudo apt-get install libpango-1\.0-0 libpangoft2-1\.0-0 libharf"):
        bootstrap.pango()


@pytest.fixture(autouse=True)
def _no_marks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test touches what the real environment remembers."""
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
