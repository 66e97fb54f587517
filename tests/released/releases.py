"""A released state as it was kept: its databases restored, brought to today's tables, and opened as the service is.

README.md says what lies in the folder of a release. `keep.py` writes one, `test_released.py` reads all.
"""

import csv
import io
import lzma
import re
import tarfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.orm import Session

from procurement import wiring
from procurement.adapters.pdf import PdfRenderer
from procurement.app import create_app
from procurement.cli import first_start
from procurement.config import Config
from procurement.models.calls import Call
from procurement.models.people import Person
from procurement.rules.ports import Ports
from tests.parts import people
from tests.parts.city import configuration
from tests.parts.clock import StandingClock
from tests.released.text import as_read

PLACE = Path(__file__).parent
# What changes by itself on a page that is otherwise the same for ever.
VOLATILE = (
    (re.compile(r"\b[\d,.]+ [GT]B are free"), "… GB are free"),
    # what the first start of this release writes into the history, when that was
    (re.compile(r"(Taken up as a stage of its own\n)[^\n]+"), r"\1…"),
)
# Everything that somebody was told would stay, by a name that stays and the digest that proves it. The names of tables
# and columns are today's: who renames one renames it here; what was kept says the same.
PROOFS = {
    "event": "SELECT position, digest FROM events ORDER BY position",
    "publication": "SELECT subject || ' ' || public_id || ' ' || number, digest FROM register_entries ORDER BY id",
    "version of a call": "SELECT ref || ' ' || number, fingerprint FROM call_versions JOIN calls ON calls.id = call_id "
    "ORDER BY call_versions.id",
    "workflows of a call": "SELECT ref, workflow_fingerprint FROM calls WHERE workflows IS NOT NULL ORDER BY id",
    "scheme of a call": "SELECT ref, stages.scheme_fingerprint FROM stages JOIN calls ON calls.id = call_id "
    "WHERE stages.scheme IS NOT NULL ORDER BY stages.id",
    "submission": "SELECT ref || ' ' || number, digest FROM submissions JOIN applications ON applications.id = "
    "application_id ORDER BY submissions.id",
    "file": "SELECT ref, digest FROM attachments ORDER BY id",
    "marks": "SELECT ref, commitment FROM mark_locks JOIN assignments ON assignments.id = assignment_id "
    "ORDER BY mark_locks.id",
    "document": "SELECT code, digest FROM documents WHERE digest IS NOT NULL ORDER BY id",
    "agreed mark": "SELECT id || ' ' || criterion, commitment FROM agreed_marks WHERE commitment IS NOT NULL "
    "ORDER BY id",
    "reason": "SELECT id || ' ' || criterion, commitment FROM reasons WHERE commitment IS NOT NULL ORDER BY id",
}
# The same of a database that has not been brought to the tables of moderation and of reasons (0017, 0023) yet, and to
# those of stages (0015).
PROOFS_BEFORE_REASONS = {kind: query for kind, query in PROOFS.items() if kind not in {"agreed mark", "reason"}}
PROOFS_BEFORE_STAGES = PROOFS_BEFORE_REASONS | {
    "scheme of a call": "SELECT ref, scheme_fingerprint FROM calls WHERE scheme IS NOT NULL ORDER BY id",
}


@dataclass(frozen=True)
class Page:
    """One page of a release: who reads it, where, and whether all of it or what is in its main part."""

    person: str
    name: str
    part: str
    address: str

    @property
    def key(self) -> str:
        return f"{self.person}-{self.name}"


@dataclass(frozen=True)
class Release:
    """One folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def about(self) -> dict[str, Any]:
        return tomllib.loads((self.folder / "about.toml").read_text())

    @property
    def at(self) -> datetime:
        """The instant at which its demonstration was made, and at which its pages are read."""
        at: datetime = self.about["at"]
        return at

    @cached_property
    def pages(self) -> list[Page]:
        return [Page(**row) for row in table(self.folder / "pages.tsv")]

    def kept_text(self, page: Page) -> str:
        return (self.folder / "pages" / f"{page.key}.txt").read_text()

    def recorded_change(self, page: Page) -> str:
        """How a page reads differently today, as somebody has looked at it; nothing where it reads the same."""
        path = self.folder / "changed" / f"{page.key}.diff"
        return path.read_text() if path.exists() else ""

    def restore(self, url: str, files: Path) -> None:
        """Its database, as released, into an empty one; and the files that were kept."""
        if url.startswith("sqlite:"):
            path = Path(url.removeprefix("sqlite:///"))
            path.write_bytes(lzma.decompress((self.folder / "sqlite.xz").read_bytes()))
        else:
            with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
                connection.execute(lzma.decompress((self.folder / "postgresql.sql.xz").read_bytes()))
        files.mkdir(parents=True, exist_ok=True)
        with tarfile.open(self.folder / "files.tar.xz") as archive:
            archive.extractall(files, filter="data")

    def config(self, url: str, data: Path) -> Config:
        """The settings it ran with, on a restored database and on files in `data`/files."""
        return replace(configuration(url, data / "files"), data_dir=data, secret_key=self.about["secret_key"])

    @contextmanager
    def brought_up_to_date(self, url: str, data: Path) -> Iterator["Opened"]:
        """Restored into this database, migrated as `make run` does it, and opened with its clock standing."""
        config = self.config(url, data)
        self.restore(url, data / "files")
        first_start.prepare(config, demonstration=True)
        with opened(config, self.at) as house:
            yield house


@dataclass(frozen=True)
class Opened:
    """A demonstration with its clock standing."""

    ports: Ports
    app: Flask

    def read(self, pages: list[Page]) -> dict[str, str]:
        """The text of each page, read by its person."""
        browsers = {person: self._browser(person) for person in {page.person for page in pages}}
        return {page.key: _text(browsers[page.person], page) for page in pages}

    def _browser(self, person: str) -> Any:
        if person == "nobody":
            return self.app.test_client()
        with self.ports.database.reading() as session:
            found = session.scalars(select(Person).where(Person.email == f"{person}@demo.example")).one()
        return people.signed_in(self.app, self.ports, found)


@contextmanager
def opened(config: Config, at: datetime) -> Iterator[Opened]:
    """The service on a database that is current, with its clock standing at an instant."""
    ports = replace(wiring.build(config), clock=StandingClock(at))
    try:
        yield Opened(ports, create_app(config, ports))
    finally:
        if isinstance(ports.renderer, PdfRenderer):
            ports.renderer.close()
        ports.database.close()


def all_releases() -> list[Release]:
    """Every release that was kept, the oldest first."""
    kept = [Release(path.parent) for path in PLACE.glob("*/about.toml")]
    return sorted(kept, key=lambda release: (release.about["head"], release.name))


def proofs(url: str) -> list[tuple[str, str, str]]:
    """What must never be lost or changed: (kind, name, digest)."""
    engine = create_engine(url)
    try:
        there = inspect(engine)
        queries = PROOFS if there.has_table("agreed_marks") else PROOFS_BEFORE_REASONS
        queries = queries if there.has_table("stages") else PROOFS_BEFORE_STAGES
        with engine.connect() as connection:
            return [
                (kind, str(name), digest)
                for kind, query in queries.items()
                for name, digest in connection.execute(text(query))
            ]
    finally:
        engine.dispose()


def copies(session: Session) -> dict[str, Any]:
    """Every workflow that a call has frozen, by its fingerprint."""
    frozen = session.scalars(select(Call.workflows).where(Call.workflows.is_not(None)).order_by(Call.id)).all()
    return {copy["fingerprint"]: copy["plain"] for each in frozen for copy in (each or {}).values()}


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a table with its names in the first line."""
    return list(csv.DictReader(io.StringIO(path.read_text()), delimiter="\t", quoting=csv.QUOTE_NONE))


def _text(browser: Any, page: Page) -> str:
    answer = browser.get(page.address, follow_redirects=True)
    if answer.status_code != 200:
        return f"{answer.status_code}\n"
    found = as_read(answer.text, whole=page.part == "whole")
    for pattern, instead in VOLATILE:
        found = pattern.sub(instead, found)
    return found
