"""What a notice would say now, and what it lacks: made of what was published and of what was recorded since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from procurement.models.awards import Award
from procurement.models.calls import Call, Lot
from procurement.models.contracts import Contract
from procurement.queries import calls as calls_queries
from procurement.queries import installation as installation_queries
from procurement.queries import notices as notices_queries
from procurement.queries import publishable as publishable_queries
from procurement.rules import contract_notices, tender_notices
from procurement.rules.contract_notices import Beside
from procurement.rules.dates import uk_day
from procurement.rules.money import format_pounds
from procurement.rules.notice_contents import Lack, Section, authority_lacks
from procurement.rules.statuses import NoticeStatus
from procurement.services import publishing
from procurement.services.act import Act
from procurement.services.publishing.identity import identify
from procurement.services.refusal import Refusal
from workflows.facts import Sentence

MOST_NAMED = 8
NOT_BEFORE = Sentence(
    "The tender notice of this call is not confirmed as published on Find a Tender. Nothing of the call may be "
    "published here before it is."
)


@dataclass(frozen=True)
class Drafted:
    """A notice before it is approved."""

    lacks: Sequence[Lack]
    sections: Sequence[Section]


def tender(act: Act, call: Call) -> Drafted:
    """The tender notice of a call as it is written now."""
    return tender_said(act.session, call, act.now, act.ports.base_url, identify(act, call))


def tender_said(session: Session, call: Call, now: datetime, base_url: str, ocid: str) -> Drafted:
    """The same for a page; what the call itself lacks is said by its own checks (`rules.call_checks`)."""
    publisher = publishable_queries.publisher_at(session, now, base_url)
    written = calls_queries.draft_of(session, call)
    said = tender_notices.sections(written, publisher, ocid, f"{base_url}/calls/{call.ref}")
    return Drafted(authority_lacks(publisher), said)


def require_as_noticed(act: Act, call: Call) -> None:
    """Refuse to publish a call before its tender notice is published in law, where one is drafted (Procurement
    Regulations 2024 reg. 5(11)), and one that says something else than that notice."""
    notice = notices_queries.newest_tender(act.session, call.id)
    if notice is None:
        return
    if notice.state != NoticeStatus.PUBLISHED:
        raise Refusal(NOT_BEFORE)
    now_says = {(each.title, fact.name): fact.value for each in tender(act, call).sections for fact in each.facts}
    said = {
        (each["title"], fact["name"]): fact["value"] for each in notice.content["sections"] for fact in each["facts"]
    }
    changed = [key for key in dict.fromkeys((*said, *now_says)) if said.get(key) != now_says.get(key)]
    if changed:
        named = "; ".join(f"{title}: {name}" for title, name in changed[:MOST_NAMED])
        raise Refusal(Sentence("The tender notice that is published says something else of this. %(what)s", what=named))


def details(act: Act, contract: Contract) -> Drafted:
    """The contract details notice of a signed contract."""
    return details_said(act.session, contract, act.now, act.ports.base_url)


def details_said(session: Session, contract: Contract, now: datetime, base_url: str) -> Drafted:
    """The same for a page, which acts on nothing."""
    award = session.get_one(Award, contract.award_id)
    call, lot = session.get_one(Call, award.call_id), session.get_one(Lot, award.lot_id)
    publisher = publishable_queries.publisher_at(session, now, base_url)
    known = publishing.published_call(session, call.ref)
    (published,) = publishing.published_by_reference(session, [award.ref]).values()
    assert known is not None  # noqa: S101  (its awards are public)
    contact = call.contact or str(installation_queries.settings(session, uk_day(now))["help_email"])
    options = "" if lot.options is None else f"Up to {format_pounds(lot.options)} beyond the budget of the lot"
    beside = Beside(contact, contract.indicators, options, call.conflicts_on)
    said = contract_notices.sections(call.route, known, published, publisher, beside)
    return Drafted(contract_notices.lacks(published, publisher), said)
