"""Publishing itself: what becomes public is copied into the register, as exact bytes that are never changed again.

A publication is gathered once (`queries.publishable`); every later one starts from what was published before, so that
the register never says more than it was given. Each is one event, which puts the digest of the bytes into the chain.
"""

from procurement.services.publishing.changes import publish_changes
from procurement.services.publishing.contents import (
    sheet_content,
    uk6_content,
)
from procurement.services.publishing.details import publish_details, publish_signing
from procurement.services.publishing.ended import ended_by
from procurement.services.publishing.known import published_awards, published_by_reference, published_call
from procurement.services.publishing.register import (
    publish_amendment,
    publish_award_change,
    publish_call,
    publish_cancellation,
    publish_lot_end,
    publish_notice,
    publish_termination,
    publish_told,
    together,
)
from procurement.services.publishing.shown import status_of
from procurement.services.publishing.tender_notices import publish_tender_notice

__all__ = [
    "ended_by",
    "publish_amendment",
    "publish_award_change",
    "publish_call",
    "publish_cancellation",
    "publish_changes",
    "publish_details",
    "publish_lot_end",
    "publish_notice",
    "publish_signing",
    "publish_tender_notice",
    "publish_termination",
    "publish_told",
    "published_awards",
    "published_by_reference",
    "published_call",
    "sheet_content",
    "status_of",
    "together",
    "uk6_content",
]
