"""Going down: a migration takes back what it made, and refuses in a sentence where people's rows would go with it."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.util import CommandError
from sqlalchemy import create_engine, inspect, text

from procurement.cli.migrations import revisions, settings
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import people
from procurement.services.act import perform
from tests.parts.people import link_in
from tests.released.releases import all_releases, proofs

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
SPINE = all_releases()[0]
# What ends by itself, what the migration itself writes, and what the service notes so as not to say it twice.
NOTHING_LOST = {"tokens", "sign_ins", "leases", "chain_head", "work_told", "heartbeats"}
REFUSED = (
    "Going down from 0011 would destroy rows that nothing can make again (11 in releases, 26 in register_entries, "
    "6 in register_awards, 2 in register_notices and 1 in register_grants), and was refused. "
    "Restore the backup that was made before the migration instead."
)


@pytest.fixture
def released(database_url: str, tmp_path: Path) -> str:
    """The first demonstration that was released, at its own migration."""
    SPINE.restore(database_url, tmp_path / "files")
    return database_url


def down(url: str, revision: str) -> None:
    command.downgrade(settings(url), revision)


def test_what_a_migration_cannot_carry_down_it_refuses_and_leaves_as_it_was(released: str) -> None:
    before = proofs(released)
    with pytest.raises(CommandError) as refused:
        down(released, "base")
    assert str(refused.value) == REFUSED
    assert revisions(released)[0] == "0011"  # 0012 made indexes, and took them back
    assert proofs(released) == before


def test_each_migration_refuses_while_its_tables_hold_rows(released: str) -> None:
    refused = []
    for number in range(12, 0, -1):
        before = f"{number - 1:04}" if number > 1 else "base"
        try:
            down(released, before)
        except CommandError as reason:
            refused.append(str(reason).split()[3])
            empty(released, re.findall(r"\d+ in (\w+)", str(reason)))
            down(released, before)
    assert refused == [f"{number:04}" for number in range(11, 0, -1)]


def empty(url: str, tables: list[str]) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"TRUNCATE {', '.join(tables)} CASCADE"))
        else:
            for table in tables:
                connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    engine.dispose()


def test_a_database_that_is_set_up_and_empty_goes_down(new_database: Callable[[], str]) -> None:
    url = new_database()
    empty(url, ["settings"])  # the prefixes that every test begins with
    down(url, "base")
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("*.py")), ids=lambda path: path.stem)
def test_every_table_that_a_migration_drops_is_looked_at_first(path: Path) -> None:
    downgrade = next(node for node in ast.parse(path.read_text()).body if getattr(node, "name", "") == "downgrade")
    calls = [node for node in ast.walk(downgrade) if isinstance(node, ast.Call)]
    dropped = {word for call in calls for word in words_of(call, "drop_table")}
    looked_at = {word.partition(" ")[0] for call in calls for word in words_of(call, "refuse_to_destroy")}
    assert dropped - looked_at <= NOTHING_LOST


def words_of(call: ast.Call, function: str) -> list[str]:
    """The texts that are given to a function of that name."""
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return [each.value for each in call.args if isinstance(each, ast.Constant)] if called == function else []


def test_people_who_wait_to_confirm_their_address_are_not_lost_by_going_back(ports: Ports, database_url: str) -> None:
    hashed, now = ports.passwords.hash("a long enough password"), ports.clock.now()
    message = perform(ports, SYSTEM, now, people.sign_up, "Ana", "ana@firm.example", hashed, people.Origin("here"))
    with pytest.raises(CommandError, match="Sign-ups that wait for their address to be confirmed: 1"):
        down(database_url, "0012")
    command.upgrade(settings(database_url), "head")  # what was gone down before the one that refuses
    link = link_in(message.body)
    perform(ports, SYSTEM, now, people.confirm, link, browser="here")
    down(database_url, "0012")
    command.upgrade(settings(database_url), "head")
    with ports.database.reading() as session:
        assert people.check_password(session, ports, "ana@firm.example", "a long enough password") is not None
