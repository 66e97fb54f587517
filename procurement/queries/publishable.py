"""Before anything is published: what is to become public, gathered from the tables that the public never sees.

The only place that turns them into public facts; `services.publishing` writes those into the register.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call, Lot
from procurement.models.decisions import Decision
from procurement.models.people import SOLE_TRADER, Organisation
from procurement.models.stages import Criterion, Stage
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import calls as calls_queries
from procurement.queries import counts as counts_queries
from procurement.queries import installation as installation_queries
from procurement.queries import stages as stages_queries
from procurement.rules import references
from procurement.rules.calls import Draft
from procurement.rules.classification import as_said, classes_of
from procurement.rules.counts import of_award
from procurement.rules.dates import uk_day, work_can_start
from procurement.rules.published import (
    CallKind,
    PublishedAward,
    PublishedCall,
    PublishedCriterion,
    PublishedLot,
    PublishedOrganisation,
    PublishedStage,
    Publisher,
    Scale,
    publisher,
)
from procurement.rules.published_documents import PublishedNotice
from procurement.rules.registers import HOME, countries, outward, uk_postcode
from procurement.rules.routes import advise, threshold_setting
from procurement.rules.vat import budget_with_vat, estimated_value, vat_of
from workflows.catalogue import PROCEDURES
from workflows.definition import WHOLE


def publisher_at(session: Session, now: datetime, base_url: str) -> Publisher:
    """As `publisher`, with the settings of that day."""
    return publisher(installation_queries.settings(session, uk_day(now)), base_url)


def call_to_publish(session: Session, call: Call, *, base_url: str, now: datetime) -> PublishedCall:
    """A published call as the public may know it. Counts appear once the bids are open."""
    lots = session.scalars(select(Lot).where(Lot.call_id == call.id).order_by(Lot.number)).all()
    stages = stages_queries.of_call(session, call.id)
    criteria = _criteria(stages, calls_queries.criteria_by_stage(session, call.id))
    first = stages_queries.of_call_facts(stages)
    settings = installation_queries.settings(session, uk_day(now))
    challenge = call.kind == "challenge"
    closes_at = max(
        (each.closes_at for each in stages_queries.firsts(stages) if each.closes_at is not None), default=None
    )
    if call.published_at is None or first.opens_at is None or closes_at is None:
        raise ValueError(f"{call.ref} is not published")
    return PublishedCall(
        reference=call.ref,
        kind=CallKind.CHALLENGE if challenge else CallKind.FUND,
        title=call.title,
        summary=call.summary,
        url=f"{base_url}/calls/{call.ref}",
        published_at=call.published_at,
        opens_at=first.opens_at,
        closes_at=closes_at,
        lots=tuple(
            PublishedLot(
                reference=references.lot_reference(call.ref, lot.number),
                title=lot.title,
                description=lot.description,
                budget=lot.budget,
                amount_basis=vat.basis,
                vat_rate=vat.rate,
                budget_gross=vat.gross(lot.budget),
                criteria=criteria,
                starts_on=call.starts_on,
                ends_on=call.ends_on,
                cpv=lot.cpv,
                places=lot.places,
            )
            for lot, vat in ((each, vat_of(call, each)) for each in lots)
        ),
        procedure=PROCEDURES[call.procedure].name,
        theme=call.theme,
        budget=call.budget,
        amount_basis=call.amount_basis,
        budget_gross=budget_with_vat(call, lots),
        above_threshold=challenge and _value(call, lots) >= Decimal(settings[threshold_setting(call.subject)]),
        method_rationale=_rationale(session, call, lots, call.published_at) if challenge else "",
        counts=counts_queries.told(session, call, stages, lots)
        if any(each.opened for each in stages_queries.firsts(stages))
        else (),
        stages=_stages(call, stages, lots),
        documents=tuple(
            call_documents_queries.as_published(call, each.file, base_url)
            for each in call_documents_queries.published_of(session, call.id, now)
        ),
        open_data_id=call.open_data_id or "",
        **as_said(classes_of(call)),
    )


def _rationale(session: Session, call: Call, lots: Sequence[Lot], published_at: datetime) -> str:
    """Why it runs under this law: what the law gave on the day of publication, and what its officers say where they
    depart from it."""
    if not call.receives:
        return ""  # of a call from before anybody was asked
    setting = installation_queries.settings(session, uk_day(published_at))[threshold_setting(call.subject)]
    named = ("ref", "kind", "procedure", "route", "receives", "subject", "whole_value", "amount_basis", "vat_rate")
    said = {name: getattr(call, name) for name in named}
    advice = advise(Draft(**said, threshold=Decimal(setting), lots=calls_queries.lots_as_written(lots)))
    if advice is None:
        return ""
    because = [str(each) for each in advice.because]
    return " ".join(because if advice.route == call.route else [*because, call.route_why])


def _value(call: Call, lots: Sequence[Lot]) -> Decimal:
    """What is compared with the threshold, which is with VAT; of an older call its budget, whatever that was."""
    value = estimated_value(call, lots)
    return call.budget or Decimal(0) if value is None else value


def _criteria(stages: Sequence[Stage], known: Mapping[int, Sequence[Criterion]]) -> tuple[PublishedCriterion, ...]:
    """By what awards are decided: the criteria of the stages that the last awarding one ranks by, each with its share.

    Those of another stage that awards before it stand on the page of the call.
    """
    by_key = {stage.key: stage for stage in stages}
    awarding = [stage for stage in stages if stage.awards]
    if not awarding:
        return ()
    shares = awarding[-1].ranks_by or {awarding[-1].key: WHOLE}
    return tuple(
        PublishedCriterion(
            name=each.title,
            weight=Decimal(each.percent * percent) / WHOLE,
            description=each.description,
            minimum=each.minimum or None,
        )
        for key, percent in shares.items()
        for each in known.get(by_key[key].id, ())
    )


def _stages(call: Call, stages: Sequence[Stage], lots: Sequence[Lot]) -> tuple[PublishedStage, ...]:
    return tuple(
        PublishedStage(
            key=stage.key,
            title=stage.title,
            window=stage.window,
            number=stage.number,
            awards=stage.awards,
            lots=tuple(references.lot_reference(call.ref, row.lot.number) for row in stage.lots)
            if len(stage.lots) < len(lots)
            else (),
            due_on=stage.decide_by,
            told_at=stage.told_at,
        )
        for stage in stages
    )


def organisation_to_publish(organisation: Organisation, base_url: str) -> PublishedOrganisation:
    """An organisation without anything of its people: of a sole trader, whose address may be a home, no street and only
    the district of the postcode."""
    at_home = organisation.kind == SOLE_TRADER
    postcode = organisation.postcode
    if organisation.country == HOME:
        postcode = uk_postcode(postcode) or postcode
    return PublishedOrganisation(
        key=organisation.ref,
        name=organisation.name,
        company_number=organisation.company_number or "",
        charity_number=organisation.charity_number or "",
        register=organisation.register,
        register_number=organisation.register_number,
        street="" if at_home else organisation.street,
        locality=organisation.town,
        postcode=outward(postcode) if at_home else postcode,
        country="" if organisation.country == HOME else countries().get(organisation.country, organisation.country),
        url=f"{base_url}/organisations/{organisation.ref}",
        scale=Scale(organisation.size),
        vcse=organisation.vcse,
    )


def awards_to_publish(
    session: Session,
    call: Call,
    awards: Sequence[Award],
    *,
    base_url: str,
    published_at: datetime,
    notice: Notice | None = None,
) -> list[PublishedAward]:
    """Awards of a call at their first publication: with their notice while standstill runs, or as grants that stand at
    once. As many statements for many as for one."""
    if not awards:
        return []
    applications = session.scalars(
        select(Application)
        .where(Application.id.in_([each.application_id for each in awards]))
        .options(joinedload(Application.organisation), joinedload(Application.lot))
    )
    decisions = session.scalars(
        select(Decision).where(
            Decision.entry_id.in_([each.entry_id for each in awards]), Decision.superseded_at.is_(None)
        )
    )
    numbers = session.scalars(select(Award.id).where(Award.call_id == call.id).order_by(Award.id))
    known = _Known(
        call=call,
        applications={each.id: each for each in applications},
        decisions={each.entry_id: each for each in decisions},
        asked=_asked_for(session, awards),
        numbers={award_id: number for number, award_id in enumerate(numbers, 1)},
        base_url=base_url,
        authority=publisher_at(session, published_at, base_url).name,
    )
    return [_award_to_publish(known, award, published_at, notice) for award in awards]


@dataclass(frozen=True)
class _Known:
    """What was read for the awards of a call that are published together, by ids of applications, entries, awards."""

    call: Call
    applications: Mapping[int, Application]
    decisions: Mapping[int, Decision]
    asked: Mapping[int, "AskedFor"]
    numbers: Mapping[int, int]
    base_url: str
    authority: str


def _award_to_publish(known: _Known, award: Award, published_at: datetime, notice: Notice | None) -> PublishedAward:
    call, base_url = known.call, known.base_url
    application, decision = known.applications[award.application_id], known.decisions[award.entry_id]
    asked, number = known.asked[award.entry_id], known.numbers[award.id]
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
                outside=notice.outside_number,
            ),
        )
    return PublishedAward(
        reference=award.ref,
        number=f"a{number}",
        lot=references.lot_reference(call.ref, application.lot.number),
        title=asked.title or call.title,
        summary=asked.summary,
        amount=award.amount,
        organisations=(organisation_to_publish(application.organisation, base_url),),
        url=f"{base_url}/awards/{award.ref}",
        decided_on=uk_day(decided_at),
        published_at=published_at,
        told_at=award.told_at,
        amount_basis=award.amount_basis,
        vat_rate=award.vat_rate,
        amount_gross=award.amount_gross,
        applied_for=asked.amount,
        standstill_begins=(notice.published_at or published_at) if notice is not None else None,
        standstill_ends=notice.standstill_ends_at if notice is not None else None,
        confirmed_at=None if notice is not None else award.confirmed_at,
        grant_id=award.grant_id or "",
        **as_said(classes_of(call, application.lot)),
        starts_on=work_can_start(call.starts_on, notice.standstill_ends_at if notice is not None else published_at),
        ends_on=call.ends_on,
        notices=notices,
        stage=asked.stage,
        window=asked.window,
        authority=known.authority,
    )


def with_counts(award: PublishedAward, call: PublishedCall) -> PublishedAward:
    """An award with how many applications there were in its window and its stage, as its call says."""
    counts = of_award(call.counts, award.lot, award.stage)
    if counts is None:
        return award
    return replace(award, applications=counts.received, applications_assessed=counts.assessed)


@dataclass(frozen=True)
class AskedFor:
    """What an awarded application is called, says it does, and costs; and the stage that awards, with its window."""

    title: str
    summary: str
    amount: Decimal | None
    stage: str
    window: int


def _asked_for(session: Session, awards: Sequence[Award]) -> dict[int, AskedFor]:
    """What each awarded entry says, by its id; what its stage did not ask for, the one before says."""
    rows = session.execute(
        select(Entry, Stage)
        .join(Stage, Stage.id == Entry.stage_id)
        .where(Entry.application_id.in_([each.application_id for each in awards]))
        .order_by(Stage.window.desc(), Stage.number.desc())
    ).all()
    by_application: dict[int, list[tuple[Entry, Stage]]] = {}
    for entry, stage in rows:
        by_application.setdefault(entry.application_id, []).append((entry, stage))
    found = {}
    for award in awards:
        own = by_application[award.application_id]
        last = next(stage for entry, stage in own if entry.id == award.entry_id)
        entries = [entry for entry, stage in own if stage.number <= last.number]
        found[award.entry_id] = AskedFor(
            title=next((each.title for each in entries if each.title), ""),
            summary=next((each.summary for each in entries if each.summary), ""),
            amount=next((each.amount for each in entries if each.amount is not None), None),
            stage=last.key,
            window=last.window,
        )
    return found
