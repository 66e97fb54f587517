"""Reading by what an application ended in a stage: one state stands for several endings, and each has its own word.

The word comes from what was recorded: the ground of a disqualification, the decision, who came to their time, whether
an award was left unanswered or ended with its call.
"""

from collections.abc import Collection, Sequence
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select
from sqlalchemy.orm import Session

from procurement.models.abandonments import Abandonment
from procurement.models.applications import Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.models.disqualifications import Disqualification
from procurement.models.slots import Slot
from procurement.queries.disqualifications import STANDS
from procurement.rules.disqualification import ENDINGS
from procurement.rules.slots import Attendance
from procurement.rules.statuses import Ending, Outcome
from workflows.catalogue import states

Columns = TypeVarTuple("Columns")
OF_ENTRY, OF_AWARD, OF_ENDING = "entry", "award", "ending"

_out, _ineligible, _declined = (
    Entry.state.in_(each) for each in (states.entry.disqualified, states.entry.ineligible, states.entry.declined)
)
_missed = select(Slot.id).where(Slot.entry_id == Entry.id, Slot.attendance == Attendance.DID_NOT_COME).exists()
# an award that nobody was ever given says nothing; and where its applicant or its lot is out, that is the word
_counts = and_(
    Award.state.not_in((*states.award.proposed, *states.award.dropped)),
    or_(
        Award.state.not_in(states.award.lapsed),
        Entry.state.not_in((*states.entry.disqualified, *states.entry.abandoned)),
    ),
)
_lapsed = Award.state.in_(states.award.lapsed)
# the first that ended it: of its own lot, or of the whole call
_abandoned = (
    select(func.min(Abandonment.approved_at))
    .where(
        Abandonment.call_id == Award.call_id,
        or_(Abandonment.lot_id.is_(None), Abandonment.lot_id == Award.lot_id),
    )
    .correlate(Award)
    .scalar_subquery()
)
_OF_AWARD = case(
    (
        and_(_lapsed, Award.reason == "", Award.accept_by <= func.coalesce(_abandoned, Award.accept_by)),
        Ending.UNANSWERED.value,
    ),
    (and_(_lapsed, Call.state.in_(states.call.cancelled)), Ending.WITH_THE_CALL.value),
    else_=null(),
)
_OF_ENTRY = case(
    *((and_(_out, Disqualification.ground == ground), ending.value) for ground, ending in ENDINGS.items()),
    (and_(_ineligible, func.coalesce(Decision.because["grounds"].as_string(), "[]") != "[]"), Ending.EXCLUDED.value),
    (and_(_declined, Decision.outcome == Outcome.RESERVE), Ending.RESERVE_ENDED.value),
    (and_(_declined, _missed), Ending.DID_NOT_COME.value),
    else_=null(),
)
ENDING: ColumnElement[str | None] = case((_counts, _OF_AWARD), else_=_OF_ENTRY)
# what is said of a bid, and whose word that is
WHOSE: ColumnElement[str] = case((ENDING.is_not(None), OF_ENDING), (_counts, OF_AWARD), else_=OF_ENTRY)
KEY: ColumnElement[str] = func.coalesce(ENDING, case((_counts, Award.state), else_=Entry.state))


def joined(asked: Select[*Columns]) -> Select[*Columns]:
    """A statement over entries with what their endings are read from: the call, the award, what was decided."""
    return (
        asked.join(Call, Call.id == Entry.call_id)
        .outerjoin(Award, Award.entry_id == Entry.id)
        .outerjoin(
            Disqualification,
            and_(Disqualification.application_id == Entry.application_id, *STANDS),
        )
        .outerjoin(Decision, and_(Decision.entry_id == Entry.id, Decision.superseded_at.is_(None)))
    )


def of_entries(session: Session, entry_ids: Collection[int]) -> dict[int, str]:
    """By what some entries ended, where that has a word of its own: one statement."""
    if not entry_ids:
        return {}
    asked = joined(select(Entry.id, ENDING).select_from(Entry)).where(Entry.id.in_(entry_ids), ENDING.is_not(None))
    return {entry_id: ending for entry_id, ending in session.execute(asked) if ending is not None}


def word_of(session: Session, entry_id: int) -> tuple[str, str]:
    """How far a bid is, as staff read it, and whose word that is: (whose, key)."""
    row = session.execute(joined(select(WHOSE, KEY).select_from(Entry)).where(Entry.id == entry_id)).one()
    return row[0], row[1]


def counts_of(session: Session, *where: ColumnElement[bool]) -> Sequence[tuple[str, str, int]]:
    """How many of some entries there are of each word: (whose, key, how many)."""
    asked = joined(select(WHOSE.label("whose"), KEY.label("key"), func.count()).select_from(Entry)).where(*where)
    rows = session.execute(asked.group_by("whose", "key").order_by("whose", "key"))
    return [(whose, key, count) for whose, key, count in rows]
