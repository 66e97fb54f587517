"""Builds the adapters once, as one frozen `Ports`, for the app, the workers and the command line."""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from procurement.adapters.clock import OffsetClock
from procurement.adapters.database import Database
from procurement.adapters.files import DiskFiles
from procurement.adapters.mail import OutboxMailer, SmtpMailer
from procurement.adapters.passwords import Argon2
from procurement.adapters.pdf import PdfRenderer
from procurement.adapters.queue import RedisBell, SilentBell
from procurement.adapters.randomness import SystemRandomness
from procurement.adapters.vault import PlainVault
from procurement.config import Config
from procurement.queries import installation as installation_queries
from procurement.rules.ports import Bell, Files, Mailer, MailFailed, Ports
from procurement.services import at_commit, commitments, history

OFFSET_IS_KEPT = 0.5  # seconds: a moved clock is seen by every process within this time


class NotReady(Exception):
    """The service cannot start; the sentence says why and what to do."""


@dataclass
class _Offset:
    """The demonstration's stored offset, read again when it is older than half a second."""

    database: Database
    demo: bool
    offset: timedelta = field(default=timedelta(0))
    read_at: float = float("-inf")

    def __call__(self) -> timedelta:
        if self.demo and time.monotonic() - self.read_at > OFFSET_IS_KEPT:
            with self.database.reading() as session:
                self.offset = timedelta(seconds=installation_queries.clock_offset(session))
            self.read_at = time.monotonic()
        return self.offset


class _NoMail:
    """Keeps messages waiting, with the reason on the operator's page, until somebody says where mail goes."""

    shown = False

    def send(self, to: str, subject: str, text: str, key: str, reply_to: str = "") -> None:
        raise MailFailed("MAIL_URL is not set, so messages cannot be sent.")


def database_of(config: Config, bell: Bell | None = None) -> Database:
    """The database alone, with the chain linked before each commit."""
    return Database(
        config.database_url,
        before_commit=(history.chain, at_commit.settle, commitments.seal),
        ring=bell.ring if bell else None,
    )


def build(config: Config) -> Ports:
    """Everything outside, ready for use. Raises NotReady for a setting that makes no sense."""
    bell: Bell = RedisBell(config.redis_url) if config.redis_url else SilentBell()
    database = database_of(config, bell)
    return Ports(
        database=database,
        clock=OffsetClock(_Offset(database, config.demo)),
        randomness=SystemRandomness(),
        files=_files(config),
        vault=PlainVault(),
        renderer=PdfRenderer(),
        mailer=_mailer(config),
        bell=bell,
        passwords=Argon2(config.password_cost),
        base_url=config.base_url,
        file_bytes=config.file_bytes,
        bid_bytes=config.bid_bytes,
    )


def _files(config: Config) -> Files:
    parts = urlsplit(config.storage_url)
    if parts.scheme != "file" or not parts.path:
        raise NotReady("STORAGE_URL must look like file:///var/lib/procurement/files")
    return DiskFiles(Path(parts.path))


def _mailer(config: Config) -> Mailer:
    sender = f"no-reply@{urlsplit(config.base_url).hostname or 'localhost'}"
    if config.mail_url:
        return SmtpMailer(config.mail_url, config.mail_from or sender)
    return OutboxMailer(sender) if config.demo else _NoMail()


def require_ready(config: Config, ports: Ports) -> None:
    """Refuse to start on a database that is not set up, or whose clock was moved, without DEMO. Raises NotReady."""
    with ports.database.reading() as session:
        row = installation_queries.find(session)
    if row is None:
        raise NotReady("The database is not set up. Run: procurement migrate")
    if row.clock_offset and not config.demo:
        raise NotReady("The clock of this database was moved forward for a demonstration. Start it with DEMO=1.")
