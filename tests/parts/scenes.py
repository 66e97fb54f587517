"""Scenes that many tests begin with are made once in a process for each kind of database, and copied from then on.

A maker that is `prepared` (`calls.published`, `assessment.locked`, …) is called like any other function. On a database
that is untouched, or right behind other prepared makers, what it made is kept: rows, files, the clock, and what was
rung for. When the same is asked for in the same place again, it is put there instead of being made. Whatever else was
written in between, by whomever, makes the place another one, and the maker just works. The first test that wants a
scene makes it through the services, so a scene is never older than the code.
"""

import functools
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import FunctionType
from typing import Any, Concatenate, ParamSpec, TypeVar

from redis import Redis
from sqlalchemy import inspect

from procurement.adapters.database import Database
from procurement.config import Config
from procurement.models.base import Base
from procurement.rules.ports import Ports
from tests.parts.databases import Copies, Databases

Given = ParamSpec("Given")
Made = TypeVar("Made")
Key = tuple[object, ...]
EMPTY = 0  # the place of an untouched database


class Unlike(Exception):
    """Nobody can tell whether two values of this kind are the same."""


@dataclass(frozen=True)
class Kept:
    """A scene: the place that it leads to, and everything that is put there."""

    place: int
    database: str
    files: Path
    clock: dict[str, Any]
    rung: tuple[tuple[bytes, bytes], ...]
    result: bytes


class Scenes:
    """Every scene of this process."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self._databases, self.folder = databases, folder
        self.kept: dict[Key, Kept] = {}

    @contextmanager
    def stage(self, ports: Ports, config: Config) -> Iterator[None]:
        """While it lasts, prepared makers that are given these ports look here first."""
        copies = self._databases.holder_of(config.database_url)
        if copies is None:
            yield
            return
        key = id(ports)
        _stages[key] = Stage(self, copies, ports, config)
        try:
            yield
        finally:
            del _stages[key]


class Stage:
    """One test's database and what was put into it."""

    def __init__(self, scenes: Scenes, copies: Copies, ports: Ports, config: Config) -> None:
        self._scenes, self._copies, self._ports, self._config = scenes, copies, ports, config
        self._files = Path(config.storage_url.removeprefix("file://"))
        self._place: int | None = EMPTY
        self._mark = copies.mark(config.database_url)

    def play(self, make: Callable[..., Made], given: tuple[Any, ...], named: dict[str, Any]) -> Made:
        key = self._key(make, given, named)
        if key is None:
            return make(self._ports, *given, **named)
        kept = self._scenes.kept.get(key)
        if kept is not None:
            self._put(kept)
            return pickle.loads(kept.result)  # type: ignore[no-any-return]  # noqa: S301  (pickled below)
        made = make(self._ports, *given, **named)
        if not _in_use(self._ports.database):
            self._keep(key, made)
        return made

    def _key(
        self, make: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]
    ) -> tuple[object, ...] | None:
        """What has to be the same for a scene to be the same; None where nobody can tell."""
        untouched = self._place is not None and self._copies.mark(self._config.database_url) == self._mark
        if not untouched or _in_use(self._ports.database):
            self._place = None
            return None
        try:
            asked = plain(given), plain(named)
        except Unlike:
            return None
        return self._copies.kind, self._place, make.__module__, make.__qualname__, asked, plain(vars(self._ports.clock))

    def _keep(self, key: Key, made: object) -> None:
        number = len(self._scenes.kept) + 1
        files = self._scenes.folder / str(number)
        if self._files.exists():
            shutil.copytree(self._files, files)
        self._ports.database.close()  # type: ignore[attr-defined]
        self._scenes.kept[key] = Kept(
            place=number,
            database=self._copies.keep(self._config.database_url),
            files=files,
            clock=dict(vars(self._ports.clock)),
            rung=_rung(self._config.redis_url),
            result=pickle.dumps(made),
        )
        self._arrive(number)

    def _put(self, kept: Kept) -> None:
        self._ports.database.close()  # type: ignore[attr-defined]
        self._copies.put(self._config.database_url, kept.database)
        self._ports.database.changes += 1  # type: ignore[attr-defined]  # pages that are kept in memory are old now
        if kept.files.exists():
            shutil.copytree(kept.files, self._files, dirs_exist_ok=True)
        vars(self._ports.clock).update(kept.clock)
        with Redis.from_url(self._config.redis_url) as redis:
            for name, value in kept.rung:
                redis.restore(name, 0, value, replace=True)
        self._arrive(kept.place)

    def _arrive(self, place: int) -> None:
        self._place, self._mark = place, self._copies.mark(self._config.database_url)


_stages: dict[int, Stage] = {}


def prepared(
    make: Callable[Concatenate[Ports, Given], Made],
) -> Callable[Concatenate[Ports, Given], Made]:
    """A maker whose scene is kept. It does nothing but by its ports, and what it returns can be pickled."""

    @functools.wraps(make)
    def made(ports: Ports, *given: Given.args, **named: Given.kwargs) -> Made:
        stage = _stages.get(id(ports))
        return make(ports, *given, **named) if stage is None else stage.play(make, given, dict(named))

    return made


def plain(value: Any) -> object:
    """Something that is equal for equal values and can be a key. Raises Unlike."""
    if value is None or isinstance(value, str | bytes | int | float | Decimal | date | datetime | timedelta | Enum):
        return type(value).__name__, value
    if isinstance(value, Base):
        known = {name: each for name, each in vars(value).items() if name in inspect(type(value)).column_attrs}
        return type(value).__name__, plain(known)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, tuple(plain(getattr(value, each.name)) for each in fields(value))
    if isinstance(value, Mapping):
        return "mapping", frozenset((plain(name), plain(each)) for name, each in value.items())
    if isinstance(value, set | frozenset):
        return "set", frozenset(map(plain, value))
    if isinstance(value, Sequence):
        return "sequence", tuple(map(plain, value))
    if isinstance(value, FunctionType) and "<" not in value.__qualname__:
        return value.__module__, value.__qualname__
    raise Unlike(type(value).__name__)


def _in_use(database: Any) -> bool:
    """Whether somebody holds a session: nothing can be put under it."""
    assert isinstance(database, Database)
    return any(engine.pool.checkedout() for engine in (database.reader, database.writer))  # type: ignore[attr-defined]


def _rung(url: str) -> tuple[tuple[bytes, bytes], ...]:
    """The line of jobs and what belongs to it."""
    with Redis.from_url(url) as redis:
        return tuple((name, redis.dump(name)) for name in redis.scan_iter("rq:*", count=1_000))
