"""The documents of a release: notices, and what officers put beside a call."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from procurement.rules.call_documents import OCDS_TYPES
from procurement.rules.published import (
    PublishedAmendment,
    PublishedCall,
    instant,
)
from procurement.rules.published_documents import PublishedDocument, PublishedNotice
from procurement.rules.standards.parties import filled

NOTICE_DOCUMENTS = {
    "UK4": "tenderNotice",
    "UK6": "awardNotice",
    "UK7": "contractNotice",
    "UK12": "tenderCancellationNotice",
}


def notice_of(notice: PublishedNotice) -> dict[str, Any]:
    return filled(
        {
            "id": notice.reference,
            "documentType": NOTICE_DOCUMENTS[notice.notice],
            "noticeType": notice.notice,
            "title": notice.title,
            "description": f"Published on Find a Tender as {notice.outside}." if notice.outside else None,
            "url": notice.url,
            "datePublished": instant(notice.published_at),
            "format": notice.media_type,
            "language": "en",
        }
    )


def of_call(call: PublishedCall) -> list[dict[str, Any]]:
    """The documents that were published with a call: its notices, and what officers put beside it."""
    notices = (each for each in call.notices if each.published_at <= call.published_at)
    return [*map(notice_of, notices), *_given(call.documents)]


def notices_by(call: PublishedCall, at: datetime) -> list[dict[str, Any]]:
    """The notices that followed the publication of a call, up to an instant."""
    return [notice_of(each) for each in call.notices if call.published_at < each.published_at <= at]


def of_amendment(amendment: PublishedAmendment) -> list[dict[str, Any]]:
    """The documents that are new with an amendment, or have a new version."""
    return _given(amendment.documents)


def said_of(amendment: PublishedAmendment, dates: str) -> str:
    """What an amendment changes, in words: `dates`, and its documents."""
    documents = (
        f"New document: {each.title}."
        if each.version == 1
        else f"Version {each.version} of the document: {each.title}."
        for each in amendment.documents
    )
    return " ".join(filter(None, (dates, *documents)))


def _given(documents: Iterable[PublishedDocument]) -> list[dict[str, Any]]:
    """Documents of a call. The first version has its day; a later one stands in its place, under the same id, and says
    when it came."""
    return [
        filled(
            {
                "id": each.reference,
                "documentType": OCDS_TYPES[each.kind],
                "title": each.title,
                "description": f"Version {each.version}; SHA-256 {each.digest}",
                "url": each.url,
                "datePublished": instant(each.published_at) if each.version == 1 else None,
                "dateModified": instant(each.published_at) if each.version > 1 else None,
                "format": each.media_type,
                "language": each.language,
            }
        )
        for each in documents
    ]
