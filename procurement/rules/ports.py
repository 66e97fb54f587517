"""What the house asks of the world outside: one Protocol per thing, built once in `wiring`."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeVar

if TYPE_CHECKING:  # a name for the checker of types alone: nothing of it is loaded with the rules
    from sqlalchemy.orm import Session

Result = TypeVar("Result")


class RenderFailed(Exception):
    """A document could not be made; the sentence says why, for the page that shows failed documents."""


class MailFailed(Exception):
    """A message could not be handed over; the sentence says why."""


class FileMissing(Exception):
    """A stored file is not there, or no longer has the content that its digest names."""


class VaultRefused(Exception):
    """What was given to the vault is not what it sealed, or belongs to another context."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The service's time, aware UTC: the machine's clock plus the demonstration's stored offset."""

    def unshifted(self) -> datetime:
        """The machine's own time, aware UTC: for sessions, leases and heartbeats."""


class Randomness(Protocol):
    def bytes(self, count: int) -> bytes:
        """Unpredictable bytes for references, salts and tokens."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes:
        """At most so many bytes of what is left; none at its end."""


class Files(Protocol):
    def put(self, content: bytes) -> str:
        """Keep some bytes; returns their SHA-256 in hexadecimal, by which they are found again."""

    def put_stream(self, source: Readable, limit: int) -> tuple[str, int]:
        """Keep a stream of at most `limit` bytes: (digest, size). Raises ValueError when it is longer."""

    def get(self, digest: str) -> bytes:
        """The bytes again, checked against their digest. Raises FileMissing."""

    def open(self, digest: str) -> BinaryIO:
        """The bytes as a stream. Raises FileMissing."""

    def exists(self, digest: str) -> bool: ...

    def tidy(self) -> int:
        """Remove what writers that were interrupted left behind; how many pieces. Nothing that was kept is touched."""


class Vault(Protocol):
    def seal(self, plain: bytes, context: str) -> bytes:
        """Close an answer or a file; `context` names what it belongs to and must be the same to open it."""

    def open(self, closed: bytes, context: str) -> bytes:
        """Open what was closed. Raises VaultRefused."""


class Renderer(Protocol):
    def document(self, kind: str, content: Mapping[str, object], identifier: str) -> bytes:
        """A PDF of a kind: the same content and identifier always give the same bytes. Raises RenderFailed."""

    def undrawn(self, content: Mapping[str, object]) -> str:
        """The letters of a content that no font of ours has, by script, in words; empty where there are none."""

    def text(self, kind: str, fields: Mapping[str, object]) -> tuple[str, str]:
        """Subject and body of a message of a kind."""


class Mailer(Protocol):
    shown: bool  # whether what was sent is read on a page of ours, the only place where a demonstration has it

    def send(self, to: str, subject: str, text: str, key: str, reply_to: str = "") -> None:
        """Hand a message over; `key` makes the Message-ID, so that a repeat can be told, and an answer to it goes to
        `reply_to`, where somebody reads it. Raises MailFailed."""


class Bell(Protocol):
    def ring(self, job: str, key: int, attempt: int) -> None:
        """Say that a row waits for a worker. Never raises: the sweep rings again."""

    def waiting(self) -> int:
        """How many jobs wait in the line; none when nobody can tell. The sweep does not ring into a long line."""

    def workers(self, at: datetime) -> int | None:
        """How many workers were heard of lately, `at` being the machine's own time; None when Redis is silent."""


class Passwords(Protocol):
    def hash(self, password: str) -> str:
        """A salted argon2id hash."""

    def fits(self, password: str, hashed: str | None) -> bool:
        """Whether the password is the hashed one, however its letters are composed; takes as long when there is no
        hash."""

    def anew(self, password: str, hashed: str | None) -> str | None:
        """The hash to keep instead of one that fits the password only as it was typed; None for all others."""


class Store(Protocol):
    """The database; a session is passed to whatever runs in it.

    `changes` counts what this process has committed: whoever keeps something that was read looks whether it has grown.
    """

    changes: int

    def reading(self) -> "AbstractContextManager[Session]":
        """A session that cannot write."""

    def write(self, fn: "Callable[[Session], Result]", *, serializable: bool = False) -> Result:
        """Run `fn(session)` in a transaction and commit; `fn` may be run again after a conflict."""

    def close(self) -> None:
        """Give every connection back; for a process that goes on without the database."""


@dataclass(frozen=True)
class Ports:
    """Everything outside, in one value that services are handed."""

    database: Store
    clock: Clock
    randomness: Randomness
    files: Files
    vault: Vault
    renderer: Renderer
    mailer: Mailer
    bell: Bell
    passwords: Passwords
    base_url: str
    file_bytes: int
    bid_bytes: int
