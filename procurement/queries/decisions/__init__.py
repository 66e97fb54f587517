"""Reading the ranking of a stage, what is decided about each application in it, and where they go on to."""

from procurement.queries.decisions.agreed import agreed_of, agreed_on, marks_in, marks_stage, scheme_of
from procurement.queries.decisions.going_on import following_of, next_problems
from procurement.queries.decisions.marks import bid_of, for_recomputing
from procurement.queries.decisions.money import left_of
from procurement.queries.decisions.others import read_by_others, texts_for_others
from procurement.queries.decisions.ranking import (
    REQUIRED,
    broken_in,
    comments_on,
    count_undecided,
    facts,
    find_standing,
    fully_proposed,
    incomplete_summaries,
    leaving_of,
    outcomes_of,
    standing_decisions,
    table_of,
)
from procurement.queries.decisions.reasons import last_writer
from procurement.queries.decisions.tables import NOTHING, OUTCOMES, Card, GivenMark, LotTable, Ranked, Table

__all__ = [
    "NOTHING",
    "OUTCOMES",
    "REQUIRED",
    "Card",
    "GivenMark",
    "LotTable",
    "Ranked",
    "Table",
    "agreed_of",
    "agreed_on",
    "bid_of",
    "broken_in",
    "comments_on",
    "count_undecided",
    "facts",
    "find_standing",
    "following_of",
    "for_recomputing",
    "fully_proposed",
    "incomplete_summaries",
    "last_writer",
    "leaving_of",
    "left_of",
    "marks_in",
    "marks_stage",
    "next_problems",
    "outcomes_of",
    "read_by_others",
    "scheme_of",
    "standing_decisions",
    "table_of",
    "texts_for_others",
]
