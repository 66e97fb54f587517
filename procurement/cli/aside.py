"""Putting a demonstration aside, whole, so that a new one can begin in its place."""

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from procurement.cli.console import CannotGoOn
from procurement.config import Config


def put_aside(config: Config, now: datetime) -> Path | None:
    """Give the data directory a dated name beside its own; None where it holds no database. Nothing is deleted.

    Raises CannotGoOn for data that is no demonstration's, that lies elsewhere, or that cannot be moved.
    """
    here = config.data_dir
    database = make_url(config.database_url)
    kept_here = [
        database.get_backend_name() == "sqlite" and Path(database.database or "").is_relative_to(here),
        Path(urlsplit(config.storage_url).path).is_relative_to(here),
    ]
    if not all(kept_here):
        raise CannotGoOn(
            f"--new puts aside what lies in {here}, and the database or the files do not: "
            "name an empty database in DATABASE_URL and an empty folder in STORAGE_URL instead."
        )
    if not Path(database.database or "").exists():
        return None
    if _holds_real_data(config.database_url):
        raise CannotGoOn(
            f"What lies in {here} was not made as a demonstration, and stays where it is: "
            "give the new demonstration a DATA_DIR of its own."
        )
    aside = here.with_name(f"{here.name}-{now:%Y-%m-%d-%H%M%S}")
    try:
        here.rename(aside)  # one step: whoever is interrupted has all of it here or all of it there
    except OSError as error:
        raise CannotGoOn(
            f"{here} cannot be renamed to {aside.name} ({(error.strerror or str(error)).lower()}): "
            "give the new demonstration a DATA_DIR of its own."
        ) from error
    return aside


def _holds_real_data(url: str) -> bool:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            # words of the first tables that were released, since the database may be older than this code
            return connection.execute(text("SELECT demonstration FROM installation")).scalar() == 0
    except DatabaseError:
        return False  # not set up, or nothing that can be read: it is kept all the same
    finally:
        engine.dispose()
