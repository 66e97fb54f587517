"""Taking in hand what a panel changes: the call first, its stage, then the rest by id."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.moderation import Panel, PanelItem
from procurement.models.stages import Stage
from procurement.queries import moderation as moderation_queries
from procurement.rules.permissions import Permission, may
from procurement.services.act import Act
from procurement.services.locks import lock_stage
from procurement.services.refusal import Refusal
from workflows.catalogue import states
from workflows.engine import FORBIDDEN
from workflows.facts import Sentence

NO_BID = Sentence("There is no such application.")
NO_PANEL = Sentence("There is no such panel.")
OVER = Sentence("The panel is over, and its minutes are made. They do not change any more.")


def lock_moderated(act: Act, stage_id: int) -> tuple[Call, Stage]:
    """A stage with the people of its panel, held, for whoever may moderate it. Refusal 403 for anybody else, and 409
    where the stage is not moderated now."""
    call, stage = lock_stage(act.session, stage_id)
    _with_people(act.session, stage)
    if not may(act.by, Permission.MODERATE, stage, act.now):
        raise Refusal(FORBIDDEN, status=403)
    if stage.state not in states.stage.moderating or call.state not in states.call.published:
        raise Refusal(Sentence("Marks are agreed on from the lock of the marks until the moderation is closed."))
    return call, stage


def lock_moderated_entry(act: Act, entry_id: int) -> tuple[Call, Stage, Entry]:
    """As `lock_moderated`, with one of its entries that is assessed. Refusal 404 for whoever has a conflict about its
    organisation: for them it is not there."""
    stage_id = act.session.scalar(select(Entry.stage_id).where(Entry.id == entry_id))
    if stage_id is None:
        raise Refusal(NO_BID, status=404)
    call, stage = lock_moderated(act, stage_id)
    act.session.get_one(Entry, entry_id, with_for_update=True, populate_existing=True)
    entry = act.session.scalars(
        select(Entry)
        .where(Entry.id == entry_id)
        .options(joinedload(Entry.application).joinedload(Application.organisation), joinedload(Entry.stage))
    ).one()
    barred = moderation_queries.interests_against(act.session, call.id, act.by.id)
    if entry.state not in states.entry.assessing or entry.organisation_id in barred:
        raise Refusal(NO_BID, status=404)
    return call, stage, entry


def lock_panel(act: Act, panel_id: int) -> tuple[Call, Panel]:
    """A meeting that is not over, with its stage and everybody of the panel, held, for whoever may moderate the stage.
    Refusal 404 where there is none, 403 for anybody else."""
    call, panel = _held(act, panel_id)
    if not may(act.by, Permission.MODERATE, panel.stage, act.now):
        raise Refusal(FORBIDDEN, status=403)
    return call, panel


def lock_item(act: Act, item_id: int) -> tuple[Call, Panel, PanelItem]:
    """An item of a meeting that is not over, held, for whoever may read it. Refusal 404 for anybody else, and for
    whoever has a conflict about its organisation."""
    found = act.session.execute(
        select(PanelItem.panel_id, Application.organisation_id)
        .join(Entry, Entry.id == PanelItem.entry_id)
        .join(Application, Application.id == Entry.application_id)
        .where(PanelItem.id == item_id)
    ).one_or_none()
    if found is None:
        raise Refusal(NO_PANEL, status=404)
    panel_id, organisation_id = found
    call, panel = _held(act, panel_id)
    readable = any(may(act.by, each, panel, act.now) for each in (Permission.PANEL_READ, Permission.PANEL_MANAGE))
    if not readable or organisation_id in moderation_queries.interests_against(act.session, call.id, act.by.id):
        raise Refusal(NO_PANEL, status=404)
    return call, panel, act.session.get_one(PanelItem, item_id, with_for_update=True, populate_existing=True)


def _held(act: Act, panel_id: int) -> tuple[Call, Panel]:
    stage_id = act.session.scalar(select(Panel.stage_id).where(Panel.id == panel_id))
    if stage_id is None:
        raise Refusal(NO_PANEL, status=404)
    call, _ = lock_stage(act.session, stage_id)
    act.session.get_one(Panel, panel_id, with_for_update=True, populate_existing=True)
    panel = moderation_queries.get_panel(act.session, panel_id)
    if panel.closed_at is not None:
        raise Refusal(OVER)
    if call.state not in states.call.published:
        raise Refusal(Sentence("The call is not running any more."))
    return call, panel


def _with_people(session: Session, stage: Stage) -> None:
    """Load the people of the panel of a stage that is held already."""
    session.scalars(
        select(Stage)
        .where(Stage.id == stage.id)
        .options(selectinload(Stage.people))
        .execution_options(populate_existing=True)
    ).one()
