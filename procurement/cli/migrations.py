"""The tables of a database: at which migration it is, and bringing it to the newest."""

from pathlib import Path

from alembic import command
from alembic.config import Config as Alembic
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from procurement.cli.console import CannotGoOn
from procurement.config import PROJECT_ROOT


def upgrade(url: str) -> None:
    """Run every migration that the database lacks. Raises CannotGoOn when it cannot be reached, is newer, or is in use
    by the release before."""
    alembic = settings(url)
    before, _ = revisions(url)
    if before and before not in {each.revision for each in ScriptDirectory.from_config(alembic).walk_revisions()}:
        raise CannotGoOn(
            f"The database is at migration {before}, which this version does not know: a newer one was used on it. "
            "Start that one again, or put a demonstration aside with `make run ARGS=--new`."
        )
    try:
        command.upgrade(alembic, "head")
    except OperationalError as error:
        raise CannotGoOn(unreachable(url, error)) from error
    except CommandError as error:
        raise CannotGoOn(str(error)) from error


def revisions(url: str) -> tuple[str | None, str | None]:
    """The migration at which the database is (None when it is new), and the newest one."""
    newest = ScriptDirectory.from_config(settings(url)).get_current_head()
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision(), newest
    except OperationalError as error:
        raise CannotGoOn(unreachable(url, error)) from error
    finally:
        engine.dispose()


def settings(url: str) -> Alembic:
    """Alembic's own configuration, for a database other than the environment's too; migrations/env.py reads `url`."""
    make_folder(url)
    alembic = Alembic(toml_file=PROJECT_ROOT / "pyproject.toml")
    alembic.attributes["url"] = url
    return alembic


def make_folder(url: str) -> None:
    """The folder of an SQLite file, which SQLite itself does not make. Raises CannotGoOn."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise CannotGoOn(
            "DATABASE_URL is no address of a database, such as postgresql://user:password@host/name "
            "or sqlite:////srv/trades.sqlite3."
        ) from error
    if address.get_backend_name() == "sqlite" and address.database and address.database != ":memory:":
        try:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotGoOn(f"The folder of the database cannot be made: {error}.") from error


def unreachable(url: str, error: OperationalError) -> str:
    """One sentence, without the password that the address may hold."""
    address = make_url(url).render_as_string(hide_password=True)
    return f"The database {address} cannot be reached: {str(error.orig).strip().splitlines()[0]}"
