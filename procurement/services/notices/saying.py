"""What a notice would say now, and what it lacks: made of what was published and of what was recorded since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from procurement.models.awards import Award
from procurement.models.calls import Call, Lot
from procurement.models.contracts import Contract
from procurement.queries import installation as installation_queries
from procurement.queries import publishable as publishable_queries
from procurement.rules import contract_notices
from procurement.rules.contract_notices import Beside
from procurement.rules.dates import uk_day
from procurement.rules.money import format_pounds
from procurement.rules.notice_contents import Lack, Section
from procurement.services import publishing
from procurement.services.act import Act


@dataclass(frozen=True)
class Drafted:
    """A notice before it is approved."""

    lacks: Sequence[Lack]
    sections: Sequence[Section]


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
    beside = Beside(contact, contract.indicators, options)
    said = contract_notices.sections(call.route, known, published, publisher, beside)
    return Drafted(contract_notices.lacks(published, publisher), said)
