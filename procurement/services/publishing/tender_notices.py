"""What is published of the tender notice of a call: with the call where that comes after it, else by itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from procurement.models.awards import Notice
from procurement.models.calls import Call
from procurement.models.register import RegisterNotice
from procurement.queries import publishable as publishable_queries
from procurement.rules.published import PublishedCall, Publisher
from procurement.rules.published_documents import PublishedNotice
from procurement.rules.statuses import NoticeStatus
from procurement.services import about, documents
from procurement.services.act import Act
from procurement.services.publishing.contents import statutory_content
from procurement.services.publishing.known import known_call, published_awards
from procurement.services.publishing.shown import notice_heading, notice_title, show_notice
from procurement.services.publishing.writing import enter, next_moment, release
from workflows.definition import TENDER_NOTICE


def publish_tender_notice(act: Act, notice: Notice, call: Call) -> None:
    """UK4 of a call that is published: the notice, and one OCDS release that says where it is. Of a call that is not,
    nothing is public here yet: it is published with the call."""
    public_call = known_call(act, call)
    if public_call is None:
        return
    publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
    moment = next_moment(act.session, call.ref, act.now, act.ports)
    public_call = replace(public_call, notices=(*public_call.notices, _shown_at(act, notice, call, moment)))
    enter(act, "call", call.ref, public_call, call_id=call.id)
    releases = release(act, public_call, published_awards(act.session, call.ref), publisher)
    show_tender_notices(act, call, public_call, publisher, releases[-1])


def with_tender_notices(act: Act, call: Call, public_call: PublishedCall) -> PublishedCall:
    """A call at its publication, with the tender notices that were published in law before it."""
    shown = tuple(_shown_at(act, each, call, public_call.published_at) for each in _waiting(act, call))
    return replace(public_call, notices=shown)


def show_tender_notices(
    act: Act, call: Call, public_call: PublishedCall, publisher: Publisher, released: dict[str, Any]
) -> None:
    """The pages and documents of the tender notices that the register does not show yet."""
    for notice in _waiting(act, call):
        heading = notice_heading(notice.kind, call.route)
        document = documents.request(
            act,
            "statutory_notice",
            f"statutory_notice:{notice.id}",
            statutory_content(notice, heading, released, act.now),
            reference=notice.ref,
            about=about.call(call),
            public=True,
        )
        title = notice_title(heading, call.title)
        said = {"sections": notice.content["sections"]}
        show_notice(act, notice, public_call, [], publisher, document, title=title, more=said)


def _waiting(act: Act, call: Call) -> Sequence[Notice]:
    """The tender notices of a call that are published in law and not shown here."""
    shown = select(RegisterNotice.public_id)
    asked = select(Notice).where(
        Notice.call_id == call.id,
        Notice.kind == TENDER_NOTICE,
        Notice.state == NoticeStatus.PUBLISHED,
        Notice.ref.not_in(shown),
    )
    return act.session.scalars(asked.order_by(Notice.number)).all()


def _shown_at(act: Act, notice: Notice, call: Call, moment: datetime) -> PublishedNotice:
    return PublishedNotice(
        notice=notice.kind,
        reference=notice.ref,
        title=notice_title(notice_heading(notice.kind, call.route), call.title),
        url=f"{act.ports.base_url}/notices/{notice.ref}",
        published_at=moment,
        media_type="text/html",
        outside=notice.outside_number,
    )
