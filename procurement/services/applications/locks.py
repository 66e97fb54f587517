"""Taking an application in a stage in hand: its locks, and what must be so before anything of it is changed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call, Lot
from procurement.models.stages import Stage
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Permission, Principal
from procurement.services.refusal import Refusal, require_team
from workflows.catalogue import states
from workflows.engine import phase
from workflows.facts import Facts, Sentence
from workflows.guards.clock import call_closed, call_not_open_yet


def lock_call_shared(session: Session, call_id: int) -> Call:
    """The call, held as it is: others may hold it too, so that teams do not wait for each other, but whoever opens,
    extends or cancels it waits for them, and they for him."""
    return session.get_one(Call, call_id, with_for_update={"read": True}, populate_existing=True)


def lock_entry(session: Session, entry_id: int) -> tuple[Call, Entry]:
    """An entry, with its stage and the lot and organisation of its application, and its call, locked in the order of
    the house: the call first. Whoever changes a stage holds the call alone, so that the stage is as it is now."""
    its_call = select(Entry.call_id).where(Entry.id == entry_id).scalar_subquery()
    call = session.scalars(
        select(Call).where(Call.id == its_call).with_for_update(read=True).execution_options(populate_existing=True)
    ).one_or_none()
    if call is None:
        raise Refusal(Sentence("There is no such application."), status=404)
    entry = session.scalars(
        select(Entry)
        .where(Entry.id == entry_id)
        .options(
            joinedload(Entry.stage),
            joinedload(Entry.application).options(joinedload(Application.lot), joinedload(Application.organisation)),
        )
        .with_for_update(of=Entry)
        .execution_options(populate_existing=True)
    ).one()
    return call, entry


def require_lot(lot: Lot) -> None:
    """Refuse once the lot was abandoned."""
    if lot.abandoned_at is not None:
        raise Refusal(Sentence("This lot was abandoned, so nothing can be changed or sent any more."))


def require_live(call: Call, stage: Stage) -> None:
    """Refuse once the call was cancelled, or the stage's bids were opened."""
    if call.state in states.call.cancelled:
        raise Refusal(Sentence("This call was cancelled, so nothing can be changed or sent any more."))
    if stage.ended_at is not None:
        raise Refusal(Sentence("This window was ended before it began, so nothing can be changed or sent."))
    if stage.opened:
        raise Refusal(
            Sentence("The %(nouns)s have been opened, so nothing can be changed any more.", nouns=stage.nouns),
            status=410,
        )
    if call.state not in states.call.published:
        raise Refusal(Sentence("This call is not published."), status=404)


def require_open(call: Call, stage: Stage, now: datetime) -> None:
    """Refuse before the stage opens, and from the very instant at which it closes."""
    require_live(call, stage)
    if stage.opens_at is None or stage.closes_at is None or not stages_queries.takes(stage):
        raise Refusal(Sentence("Nothing can be sent in this stage."))
    found = phase(stage.opens_at, stage.closes_at, now)
    if found == "upcoming" and stage.window > 1:
        raise Refusal(Sentence("The next window of this call opens on %(opens_at)s.", opens_at=stage.opens_at))
    later = stages_queries.later_title(stage)
    facts = Facts(now=now, later_stage=later, opens_at=stage.opens_at, closes_at=stage.closes_at)
    if (reason := call_not_open_yet(facts)) is not None:
        raise Refusal(reason)
    if (reason := call_closed(facts)) is not None:
        raise Refusal(reason, status=410)


def require_writable(call: Call, entry: Entry, by: Principal, now: datetime) -> None:
    """Refuse unless this person may change the draft now."""
    require_team(by, Permission.APPLICATION_WRITE, entry, now)
    require_lot(entry.application.lot)
    require_open(call, entry.stage, now)
    noun = entry.stage.noun
    if entry.state in states.entry.submitted:
        raise Refusal(Sentence("This %(noun)s is submitted. Choose “Change the %(noun)s” first.", noun=noun))
    if entry.state not in states.entry.writable:
        raise Refusal(Sentence("This %(noun)s was withdrawn. Choose “Start again” first.", noun=noun))
