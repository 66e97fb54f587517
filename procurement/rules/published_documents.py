"""What the register knows of documents: the notices of a call, and what officers put beside it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class PublishedNotice:
    """A statutory notice (`UK6`) as it can be fetched; `outside`: its number on the central platform."""

    notice: str
    reference: str
    title: str
    url: str
    published_at: datetime
    media_type: str = "application/pdf"
    outside: str = ""


@dataclass(frozen=True, kw_only=True)
class PublishedDocument:
    """A document of a call as it can be fetched: one version of it, at an address of its own (`rules.call_documents`).
    `version` 1 is the first that everybody could have."""

    reference: str
    kind: str
    title: str
    url: str
    language: str
    media_type: str
    version: int
    digest: str
    published_at: datetime
