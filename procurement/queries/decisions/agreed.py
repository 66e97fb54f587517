"""Reading what a panel agreed on, and which stage's marks a stage ranks by."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.moderation import AgreedMark
from procurement.models.stages import Stage
from workflows.scoring.schemes import Scheme, read_scheme

Agreed = dict[str, AgreedMark]  # by criterion


def marks_stage(session: Session, stage: Stage) -> Stage:
    """The stage whose scorecards and scheme a stage ranks by: itself, or the earlier one whose marks it moderates."""
    if not stage.marks_of:
        return stage
    return session.scalars(select(Stage).where(Stage.call_id == stage.call_id, Stage.key == stage.marks_of)).one()


def scheme_of(session: Session, stage: Stage) -> Scheme:
    """The frozen scheme that a stage ranks by."""
    marked = marks_stage(session, stage)
    assert marked.scheme is not None  # noqa: S101  (a call that is assessed was published with its scheme)
    return read_scheme(marked.scheme)


def agreed_of(session: Session, stage: Stage) -> dict[int, Agreed]:
    """What stands about each entry of a stage: a mark that was agreed, or (without one) that the marks were left."""
    if not stage.moderates:
        return {}
    found: dict[int, Agreed] = {}
    for row in session.scalars(
        select(AgreedMark)
        .join(Entry, Entry.id == AgreedMark.entry_id)
        .where(Entry.stage_id == stage.id, AgreedMark.superseded_at.is_(None))
        .order_by(AgreedMark.id)
    ):
        found.setdefault(row.entry_id, {})[row.criterion] = row
    return found


def agreed_on(session: Session, entry_id: int) -> Agreed:
    """What stands about one entry."""
    rows = session.scalars(
        select(AgreedMark).where(AgreedMark.entry_id == entry_id, AgreedMark.superseded_at.is_(None))
    )
    return {row.criterion: row for row in rows}


def marks_in(agreed: Mapping[str, AgreedMark]) -> dict[str, int]:
    """The marks among what was agreed: what takes the place of the means."""
    return {key: row.mark for key, row in agreed.items() if row.mark is not None}
