"""The seeded demonstration city: real calls, bids, marks and awards in every state, made once for each database."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from procurement import wiring
from procurement.config import Config
from procurement.rules.ports import Ports, Renderer
from procurement.seeding.city import seed
from procurement.services import installation
from tests.parts.clock import StandingClock
from tests.parts.databases import Databases

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # two days into the standstill of one call
PASSWORD = "thousand-trades"


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


def seeded(config: Config, renderer: Renderer | None = None, scale: str = "small") -> Ports:
    """The city in an empty, migrated database; the clock stands."""
    ports = _ports(config)
    if renderer is not None:
        ports = replace(ports, renderer=renderer)

    def set_up(session: Session) -> None:
        installation.set_up(session, demonstration=True, now=NOW).demonstration = True

    ports.database.write(set_up)
    seed(ports, PASSWORD, NOW, scale)
    return ports


def _ports(config: Config) -> Ports:
    return replace(wiring.build(config), clock=StandingClock(NOW))


@dataclass
class RememberingRenderer:
    """Lays out each document once: the city on the second database has the same ones as on the first."""

    renderer: Renderer
    made: dict[tuple[str, str, str], bytes] = field(default_factory=dict)

    def document(self, kind: str, content: Mapping[str, object], identifier: str) -> bytes:
        asked = (kind, json.dumps(content, sort_keys=True, default=repr), identifier)
        if asked not in self.made:
            self.made[asked] = self.renderer.document(kind, content, identifier)
        return self.made[asked]

    def undrawn(self, content: Mapping[str, object]) -> str:
        return self.renderer.undrawn(content)

    def text(self, kind: str, fields: Mapping[str, object]) -> tuple[str, str]:
        return self.renderer.text(kind, fields)


class Cities:
    """Cities in this process: each is seeded once for each kind of database, and copied for whoever wants one."""

    def __init__(self, databases: Databases, place: Path, renderer: Renderer) -> None:
        self._databases, self._place = databases, place
        self._renderer = RememberingRenderer(renderer)
        self._kept: dict[str, str] = {}

    def make(self, kind: str, folder: Path, scale: str = "small") -> tuple[Config, Ports]:
        """A city of somebody's own with its files in that folder, and everything outside for it."""
        copies, name = self._databases.of(kind), f"{kind}-{scale}"
        if name not in self._kept:
            config = configuration(copies.make(), self._place / name)
            seeded(config, self._renderer, scale).database.close()  # type: ignore[attr-defined]
            self._kept[name] = copies.keep(config.database_url)
            copies.drop(config.database_url)
        shutil.copytree(self._place / name, folder, dirs_exist_ok=True)
        config = configuration(copies.make(self._kept[name]), folder)
        return config, _ports(config)
