"""Reading what others may read of a bid: in the assessment summaries of everybody else whose tender was assessed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries.decisions.ranking import comments_on
from procurement.queries.decisions.tables import Ranked, Table


def read_by_others(call: Call, stage: Stage) -> bool:
    """Whether others read of whoever is awarded something: where there are assessment summaries."""
    return stage.awards and awards_queries.needs_notice(call)


def texts_for_others(session: Session, stage: Stage, table: Table, entry: Ranked) -> list[tuple[str, str]]:
    """All that others may read of a bid in words, with what it is about: its criteria, the title of an earlier stage
    that counts, and nothing for how to reach its organisation."""
    own = [(each.name, text) for each in table.scheme.criteria for text in entry.explained(each.key)]
    earlier = [
        (title, text)
        for entry_id, title in _earlier(session, stage, entry.entry.application_id)
        for texts in comments_on(session, entry_id).values()
        for text in texts
    ]
    firm = entry.organisation
    reached = [("", line) for line in (firm.street, firm.town, firm.postcode, firm.email) if line]
    return [*own, *earlier, *reached]


def _earlier(session: Session, stage: Stage, application_id: int) -> list[tuple[int, str]]:
    """The entries of an application in the earlier stages that a stage ranks by, with the titles of these."""
    counted = [key for key in stage.ranks_by if key != stage.key]
    if not counted:
        return []
    rows = session.execute(
        select(Entry.id, Stage.title)
        .join(Stage, Stage.id == Entry.stage_id)
        .where(Entry.application_id == application_id, Stage.key.in_(counted))
        .order_by(Stage.number)
    )
    return [(entry_id, title) for entry_id, title in rows]
