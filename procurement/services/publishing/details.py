"""What is published of a contract: that it was signed, and its contract details notice."""

from dataclasses import replace

from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.contracts import Contract
from procurement.queries import publishable as publishable_queries
from procurement.rules.published_documents import PublishedNotice
from procurement.rules.statuses import AwardChange
from procurement.services import about, documents
from procurement.services.act import Act
from procurement.services.publishing.contents import statutory_content
from procurement.services.publishing.known import known_call, published_awards, published_by_reference
from procurement.services.publishing.register import publish_award_change
from procurement.services.publishing.shown import notice_heading, notice_title, show_all, show_notice
from procurement.services.publishing.writing import enter_all, next_moment, release


def publish_signing(act: Act, contract: Contract, award: Award, call: Call) -> None:
    """The day on which a contract or an agreement was signed, with what it says; a grant has no OCDS."""
    publish_award_change(
        act,
        award,
        call,
        change=AwardChange.SIGNED,
        at=act.now,
        signed_on=contract.signed_on,
        contract_starts_on=contract.starts_on,
        contract_ends_on=contract.ends_on,
        contract_amount=contract.amount,
    )


def publish_details(act: Act, notice: Notice, call: Call) -> None:
    """UK7: the notice, and one OCDS release that says where it is, as a document of the contract. Procurement Act 2023
    s. 53 and 87(3)."""
    publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
    moment = next_moment(act.session, call.ref, act.now, act.ports)
    public_call = known_call(act, call)
    (award,) = published_by_reference(act.session, notice.content["awards"]).values()
    if public_call is None:
        raise ValueError(f"{call.ref} was never published")
    heading = notice_heading(notice.kind, call.route)
    shown_at = PublishedNotice(
        notice=notice.kind,
        reference=notice.ref,
        title=notice_title(heading, call.title),
        url=f"{act.ports.base_url}/notices/{notice.ref}",
        published_at=moment,
        media_type="text/html",
        outside=notice.outside_number,
    )
    award = replace(award, notices=(*award.notices, shown_at))
    enter_all(act, "award", [award], call_id=call.id)
    show_all(act, public_call, [award], publisher)
    releases = release(act, public_call, published_awards(act.session, call.ref), publisher)
    document = documents.request(
        act,
        "statutory_notice",
        f"statutory_notice:{notice.id}",
        statutory_content(notice, heading, releases[-1], act.now),
        reference=notice.ref,
        about=about.call(call),
        public=True,
    )
    said = {"sections": notice.content["sections"]}
    show_notice(act, notice, public_call, [award], publisher, document, title=shown_at.title, more=said)
