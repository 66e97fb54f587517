"""Before anything is published: what is to become public, gathered from the tables that the public never sees.

The only place that turns them into public facts; `services.publishing` writes those into the register.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call, Criterion, Lot
from procurement.models.decisions import Decision
from procurement.models.people import Organisation
from procurement.queries import installation as installation_queries
from procurement.rules import references
from procurement.rules.dates import uk_day
from procurement.rules.published import (
    CallKind,
    PublishedAward,
    PublishedCall,
    PublishedCounts,
    PublishedCriterion,
    PublishedLot,
    PublishedNotice,
    PublishedOrganisation,
    Publisher,
    Scale,
    publisher,
)
from workflows.catalogue import PROCEDURES, states


def publisher_at(session: Session, now: datetime, base_url: str) -> Publisher:
    """As `publisher`, with the settings of that day."""
    return publisher(installation_queries.settings(session, uk_day(now)), base_url)


def call_to_publish(session: Session, call: Call, *, base_url: str, now: datetime) -> PublishedCall:
    """A published call as the public may know it. Counts appear once the bids are open."""
    lots = session.scalars(select(Lot).where(Lot.call_id == call.id).order_by(Lot.number)).all()
    criteria = session.scalars(select(Criterion).where(Criterion.call_id == call.id).order_by(Criterion.position)).all()
    settings = installation_queries.settings(session, uk_day(now))
    challenge = call.kind == "challenge"
    if call.published_at is None or call.opens_at is None or call.closes_at is None:
        raise ValueError(f"{call.ref} is not published")
    return PublishedCall(
        reference=call.ref,
        kind=CallKind.CHALLENGE if challenge else CallKind.FUND,
        title=call.title,
        summary=call.summary,
        url=f"{base_url}/calls/{call.ref}",
        published_at=call.published_at,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        lots=tuple(
            PublishedLot(
                reference=references.lot_reference(call.ref, lot.number),
                title=lot.title,
                description=lot.description,
                budget=lot.budget,
                criteria=tuple(
                    PublishedCriterion(
                        name=each.name,
                        weight=Decimal(each.weight),
                        description=each.description,
                        minimum=each.minimum or None,
                    )
                    for each in criteria
                ),
                starts_on=call.starts_on,
                ends_on=call.ends_on,
            )
            for lot in lots
        ),
        procedure=PROCEDURES[call.procedure].name,
        theme=call.theme,
        budget=call.budget,
        above_threshold=challenge and (call.budget or 0) >= Decimal(settings["threshold_goods_services"]),
        counts=_counts(session, call, lots) if call.opened else (),
    )


def _counts(session: Session, call: Call, lots: Sequence[Lot]) -> tuple[PublishedCounts, ...]:
    rows = session.execute(
        select(Application.lot_id, Application.state, Organisation.size, Organisation.vcse)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.call_id == call.id, Application.state.not_in(states.application.unopened))
    ).all()
    found = []
    for lot in lots:
        of_lot = [row for row in rows if row.lot_id == lot.id]
        assessed = [row for row in of_lot if row.state in states.application.ranked]
        found.append(
            PublishedCounts(
                lot=references.lot_reference(call.ref, lot.number),
                received=len(of_lot),
                eligible=len(assessed),
                assessed=len(assessed),
                assessed_sme=sum(row.size != "large" for row in assessed),
                assessed_vcse=sum(row.vcse for row in assessed),
            )
        )
    return tuple(found)


def organisation_to_publish(organisation: Organisation, base_url: str) -> PublishedOrganisation:
    """An organisation without anything of its people."""
    return PublishedOrganisation(
        key=organisation.ref,
        name=organisation.name,
        company_number=organisation.company_number or "",
        charity_number=organisation.charity_number or "",
        street=organisation.street,
        locality=organisation.town,
        postcode=organisation.postcode,
        url=f"{base_url}/organisations/{organisation.ref}",
        scale=Scale(organisation.size),
        vcse=organisation.vcse,
    )


def award_to_publish(
    session: Session, call: Call, award: Award, *, base_url: str, published_at: datetime, notice: Notice | None = None
) -> PublishedAward:
    """An award at its first publication: with its notice while standstill runs, or as a grant that stands at once."""
    application = session.scalars(
        select(Application)
        .where(Application.id == award.application_id)
        .options(joinedload(Application.organisation), joinedload(Application.lot))
    ).one()
    decision = session.scalars(
        select(Decision).where(Decision.application_id == application.id, Decision.superseded_at.is_(None))
    ).one()
    others = session.scalars(select(Award.id).where(Award.call_id == call.id).order_by(Award.id)).all()
    decided_at = decision.approved_at or published_at
    notices: tuple[PublishedNotice, ...] = ()
    if notice is not None:
        notices = (
            PublishedNotice(
                notice=notice.kind,
                reference=notice.ref,
                title=f"Contract award notice: {call.title}",
                url=f"{base_url}/notices/{notice.ref}",
                published_at=published_at,
                media_type="text/html",
            ),
        )
    return PublishedAward(
        reference=award.ref,
        number=f"a{others.index(award.id) + 1}",
        lot=references.lot_reference(call.ref, application.lot.number),
        title=application.title or call.title,
        summary=application.summary,
        amount=award.amount,
        organisations=(organisation_to_publish(application.organisation, base_url),),
        url=f"{base_url}/awards/{award.ref}",
        decided_on=uk_day(decided_at),
        published_at=published_at,
        told_at=award.told_at,
        applied_for=application.amount,
        standstill_begins=published_at if notice is not None else None,
        standstill_ends=notice.standstill_ends_at if notice is not None else None,
        confirmed_at=None if notice is not None else award.confirmed_at,
        starts_on=call.starts_on,
        ends_on=call.ends_on,
        notices=notices,
    )
