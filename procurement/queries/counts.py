"""Counting the applications of a call for the public: by lot and stage, once that stage is told."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call, Lot
from procurement.models.people import Organisation
from procurement.models.stages import Stage
from procurement.queries import stages as stages_queries
from procurement.rules import references
from procurement.rules.counts import PublishedCounts
from workflows.catalogue import states


def told(session: Session, call: Call, stages: Sequence[Stage], lots: Sequence[Lot]) -> tuple[PublishedCounts, ...]:
    """Of each lot and each stage that awards and is told: received and found eligible in the first stage of its
    window, assessed in it. Whoever was told of a place in the ranking was assessed, whatever came later."""
    ranked = or_(
        Entry.state.in_(states.entry.ranked),
        and_(Entry.told_at == Stage.told_at, Entry.state.not_in(states.entry.ineligible)),
    )
    rows = session.execute(
        select(Application.lot_id, Entry.stage_id, ranked.label("ranked"), Organisation.size, Organisation.vcse)
        .join(Entry, Entry.application_id == Application.id)
        .join(Stage, Stage.id == Entry.stage_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.call_id == call.id, Entry.opened_at.is_not(None))
    ).all()
    firsts = {stage.window: stage.id for stage in stages_queries.firsts(stages)}
    found = []
    for lot, stage in [(each, stage) for each in lots for stage in _told_awarding(stages, each)]:
        received = [row for row in rows if row.lot_id == lot.id and row.stage_id == firsts[stage.window]]
        assessed = [row for row in rows if row.lot_id == lot.id and row.stage_id == stage.id and row.ranked]
        found.append(
            PublishedCounts(
                lot=references.lot_reference(call.ref, lot.number),
                received=len(received),
                eligible=sum(bool(row.ranked) for row in received),
                assessed=len(assessed),
                assessed_sme=sum(row.size != "large" for row in assessed),
                assessed_vcse=sum(row.vcse for row in assessed),
                window=stage.window,
                stage=stage.key,
            )
        )
    return tuple(found)


def _told_awarding(stages: Sequence[Stage], lot: Lot) -> list[Stage]:
    """The stages that award something of a lot and are told, in their order."""
    return [
        stage
        for stage in stages
        if stage.awards and stage.told_at is not None and any(row.lot_id == lot.id for row in stage.lots)
    ]
