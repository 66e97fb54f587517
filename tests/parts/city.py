"""The seeded demonstration city: real calls, bids, marks and awards in every state, made once for a module of tests."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from procurement import wiring
from procurement.config import Config
from procurement.rules.ports import Ports
from procurement.seeding.city import seed
from procurement.services import installation

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PASSWORD = "thousand-trades"


class StandingClock:
    """It is a quarter past nine, two days into the standstill of one call."""

    def now(self) -> datetime:
        return NOW

    def unshifted(self) -> datetime:
        return NOW


def configuration(url: str, folder: Path, base_url: str = "http://localhost") -> Config:
    return Config(
        database_url=url,
        redis_url="",
        storage_url=f"file://{folder}",
        mail_url="",
        secret_key="k",
        base_url=base_url,
        data_dir=folder,
        demo=True,
        password_cost=1,
    )


def seeded(config: Config) -> Ports:
    """The city in an empty, migrated database; the clock stands."""
    ports = replace(wiring.build(config), clock=StandingClock())

    def set_up(session: Session) -> None:
        installation.set_up(session, demonstration=True, now=NOW).demonstration = True

    ports.database.write(set_up)
    seed(ports, PASSWORD, NOW)
    return ports
