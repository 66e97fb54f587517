"""Reading the meetings of panels: for officers, and for their members, who see nothing of a bid that bars them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.moderation import AgreedMark, Panel, PanelItem
from procurement.models.stages import Stage, StageLot, StagePerson
from procurement.queries import stages as stages_queries
from procurement.queries.visibility import where
from procurement.rules.permissions import Permission, Principal
from workflows.catalogue import states

WITH_PEOPLE = (
    joinedload(Stage.call),
    selectinload(Stage.lots).joinedload(StageLot.lot),
    selectinload(Stage.people),
)
AS_READ = (  # what the dossier of an entry is made of
    joinedload(Entry.stage),
    joinedload(Entry.standing),
    joinedload(Entry.application).options(joinedload(Application.organisation), joinedload(Application.lot)),
)
WHOLE = (
    joinedload(Panel.chair),
    joinedload(Panel.stage).options(joinedload(Stage.call), selectinload(Stage.people)),
)


def find_stage(session: Session, call_ref: str, key: str = "") -> Stage | None:
    """A stage as `queries.stages.find` gives it, with the people of its panel: its rights ask for its chair."""
    found = stages_queries.find(session, call_ref, key)
    if found is None:
        return None
    return session.scalars(
        select(Stage).where(Stage.id == found.id).options(*WITH_PEOPLE).execution_options(populate_existing=True)
    ).one()


def list_panels(session: Session, stage_id: int) -> list[Panel]:
    """The meetings of a stage's panel, the earliest first, with their chairs and items."""
    return list(
        session.scalars(
            select(Panel)
            .where(Panel.stage_id == stage_id)
            .options(joinedload(Panel.chair), selectinload(Panel.items))
            .order_by(Panel.held_at, Panel.id)
        )
    )


def on_agendas(session: Session, stage_id: int) -> set[int]:
    """The entries that stand on the agenda of a meeting of a stage's panel that is not over."""
    return set(
        session.scalars(
            select(PanelItem.entry_id)
            .join(Panel, Panel.id == PanelItem.panel_id)
            .where(Panel.stage_id == stage_id, Panel.closed_at.is_(None))
        )
    )


def last_position(session: Session, panel_id: int) -> int:
    """The last number on an agenda; 0 while it is empty."""
    return session.scalar(select(func.max(PanelItem.position)).where(PanelItem.panel_id == panel_id)) or 0


def find_panel(session: Session, ref: str) -> Panel | None:
    """A meeting with its chair, its stage, the call of that, and everybody of the panel."""
    return session.scalars(select(Panel).where(Panel.ref == ref).options(*WHOLE)).one_or_none()


def get_panel(session: Session, panel_id: int) -> Panel:
    """The same by its id, as it is now."""
    return session.scalars(
        select(Panel).where(Panel.id == panel_id).options(*WHOLE).execution_options(populate_existing=True)
    ).one()


def panels_of(session: Session, principal: Principal, now: datetime) -> list[Panel]:
    """The meetings of the panels that a person belongs to, of calls that go on: those that are over last."""
    found = session.scalars(
        select(Panel)
        .join(Stage, Stage.id == Panel.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(where(Permission.PANEL_READ, principal, now), Call.state.not_in(states.call.cancelled))
        .options(*WHOLE)
        .order_by(Panel.held_at, Panel.id)
    ).all()
    return sorted(found, key=lambda panel: panel.closed_at is not None)


def sits_on_a_panel(session: Session, person_id: int | None) -> bool:
    """Whether a person belongs to any panel."""
    return session.scalar(select(StagePerson.id).where(StagePerson.person_id == person_id).limit(1)) is not None


def stages_chaired(session: Session, person_id: int | None) -> list[Stage]:
    """The stages that a person moderates as the chair of their panel at this moment."""
    return list(
        session.scalars(
            select(Stage)
            .join(StagePerson, StagePerson.stage_id == Stage.id)
            .join(Call, Call.id == Stage.call_id)
            .where(
                StagePerson.person_id == person_id,
                StagePerson.role == "chair",
                Stage.state.in_(states.stage.moderating),
                Call.state.in_(states.call.published),
            )
            .options(joinedload(Stage.call))
            .order_by(Stage.id)
        )
    )


@dataclass(frozen=True)
class Item:
    """One bid on an agenda, with what stands about its marks; its entry has its application with lot and
    organisation."""

    item: PanelItem
    entry: Entry
    agreed: tuple[AgreedMark, ...]


def agenda_of(session: Session, panel: Panel, *, without: Collection[int]) -> list[Item]:
    """The agenda of a meeting but for the bids of some organisations: two statements, however many bids.

    Each keeps its number, so that people in the room speak of the same.
    """
    rows = session.scalars(
        select(PanelItem)
        .join(Entry, Entry.id == PanelItem.entry_id)
        .join(Application, Application.id == Entry.application_id)
        .where(PanelItem.panel_id == panel.id, Application.organisation_id.not_in(without))
        .options(joinedload(PanelItem.entry).options(*AS_READ))
        .order_by(PanelItem.position)
    ).all()
    agreed: dict[int, list[AgreedMark]] = {}
    for mark in session.scalars(
        select(AgreedMark)
        .where(AgreedMark.entry_id.in_([row.entry_id for row in rows]), AgreedMark.superseded_at.is_(None))
        .order_by(AgreedMark.id)
    ):
        agreed.setdefault(mark.entry_id, []).append(mark)
    return [Item(row, row.entry, tuple(agreed.get(row.entry_id, ()))) for row in rows]


def as_read(session: Session, entry_id: int) -> Entry:
    """An entry with what its dossier is made of."""
    return session.scalars(select(Entry).where(Entry.id == entry_id).options(*AS_READ)).one()


def place_of(session: Session, entry_id: int) -> tuple[str, int] | None:
    """The newest meeting on whose agenda an entry stands, by its reference, and its number there."""
    row = session.execute(
        select(Panel.ref, PanelItem.position)
        .join(PanelItem, PanelItem.panel_id == Panel.id)
        .where(PanelItem.entry_id == entry_id)
        .order_by(Panel.held_at.desc(), Panel.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def find_item(session: Session, panel: Panel, position: int, *, without: Collection[int]) -> Item | None:
    """One item of an agenda by its number; None also where its organisation is among those left out."""
    return next((each for each in agenda_of(session, panel, without=without) if each.item.position == position), None)
