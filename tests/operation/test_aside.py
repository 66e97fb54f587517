"""`make run` on the demonstration of an older version, and beside it: nothing that is there is lost."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command

from procurement.cli.aside import put_aside
from procurement.cli.console import CannotGoOn
from procurement.cli.migrations import revisions, settings
from procurement.config import Config
from tests.operation.test_up import Up, start, wait  # noqa: F401  (a fixture)
from tests.released.releases import all_releases, proofs

SPINE = all_releases()[0]
AT = datetime(2026, 12, 24, 17, 5, 9, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """The first demonstration that was released, where `make run` keeps its data."""
    config = Config.from_environment({"DATA_DIR": str(tmp_path / "var"), "SECRET_KEY": "k"})
    config.data_dir.mkdir()
    SPINE.restore(config.database_url, config.data_dir / "files")
    return config


def test_an_older_demonstration_is_brought_up_to_date_and_keeps_what_is_in_it(
    start: Callable[..., Up],  # noqa: F811
    config: Config,
) -> None:
    command.downgrade(settings(config.database_url), "0011")  # indexes only: what the release holds is carried down
    before, newest = proofs(config.database_url), revisions(config.database_url)[1]
    up = start("var", None, "--demonstration")
    up.wait_until_ready()
    assert "Cleaner air at school gates" in up.get("/calls")[1]
    said = up.stop()
    older = f"The database of an older version went from 0011 to {newest}, and holds what it held."
    assert [line for line in said.splitlines() if "older version" in line] == [older]
    assert "Making the demonstration city" not in said
    there = set(proofs(config.database_url))  # the clock went on since, and the sweep with it
    assert [proof for proof in before if proof not in there] == []


def test_a_new_demonstration_begins_and_the_old_one_opens_again(
    start: Callable[..., Up],  # noqa: F811
    config: Config,
    tmp_path: Path,
) -> None:
    before = proofs(config.database_url)
    (config.data_dir / "secret-key").write_text("of the old one")
    anew = start("var", None, "--demonstration", "--new")
    wait(lambda: list(tmp_path.glob("var-*/*")) != [] and (config.data_dir / "procurement.sqlite3").exists(), anew)
    said = anew.stop()  # while it makes the new city, which takes longer than a test may
    (aside,) = tmp_path.glob("var-*")
    assert said.splitlines()[0] == f"The demonstration was put aside: DATA_DIR={aside} make run opens it again."
    assert proofs(f"sqlite:///{aside / 'procurement.sqlite3'}") == before
    assert (aside / "secret-key").read_text() == "of the old one"
    assert (config.data_dir / "secret-key").read_text() != "of the old one"
    old = start(aside.name, None, "--demonstration")
    old.wait_until_ready()
    assert "Cleaner air at school gates" in old.get("/calls")[1]


def test_everything_goes_into_one_dated_folder(config: Config) -> None:
    there = {path.relative_to(config.data_dir) for path in config.data_dir.rglob("*")}
    aside = put_aside(config, AT)
    assert aside == config.data_dir.with_name("var-2026-12-24-170509")
    assert {path.relative_to(aside) for path in aside.rglob("*")} == there
    assert not config.data_dir.exists()
    assert put_aside(config, AT) is None  # nothing is there any more


def test_real_data_is_never_put_aside(config: Config) -> None:
    with sqlite3.connect(config.data_dir / "procurement.sqlite3") as connection:
        connection.execute("UPDATE installation SET demonstration = 0")
    connection.close()
    with pytest.raises(CannotGoOn, match=r"was not made as a demonstration, and stays where it is: .* DATA_DIR"):
        put_aside(config, AT)
    assert (config.data_dir / "procurement.sqlite3").exists()


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"database_url": "postgresql+psycopg://u@localhost/trades"},
        {"database_url": "sqlite:////srv/trades.sqlite3"},
        {"storage_url": "file:///srv/files"},
    ],
)
def test_what_lies_elsewhere_is_not_put_aside(config: Config, elsewhere: dict[str, str]) -> None:
    with pytest.raises(CannotGoOn, match=r"name an empty database in DATABASE_URL and an empty folder in STORAGE_URL"):
        put_aside(replace(config, **elsewhere), AT)
    assert (config.data_dir / "procurement.sqlite3").exists()


def test_a_folder_that_is_there_already_is_a_sentence(config: Config) -> None:
    config.data_dir.with_name("var-2026-12-24-170509").write_text("a file of somebody's")
    with pytest.raises(CannotGoOn, match=r"cannot be renamed to var-2026-12-24-170509 \(not a directory\)"):
        put_aside(config, AT)
    assert (config.data_dir / "procurement.sqlite3").exists()


def test_a_database_of_a_newer_version_is_a_sentence(start: Callable[..., Up], config: Config) -> None:  # noqa: F811
    with sqlite3.connect(config.data_dir / "procurement.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    up = start("var", None, "--demonstration")
    assert up.process.communicate(timeout=60)[0] == (
        "procurement up: The database is at migration 9999, which this version does not know: a newer one was used on "
        "it. Start that one again, or put a demonstration aside with `make run ARGS=--new`.\n"
    )
