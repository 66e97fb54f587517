"""Searching in words: the one condition by which every list with a search box looks for what was typed."""

from sqlalchemy import ColumnElement, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from procurement.rules.search import terms


def matching(query: str, *columns: ColumnElement[str] | InstrumentedAttribute[str]) -> list[ColumnElement[bool]]:
    """Each word or phrase of a query occurs in one of the columns, which hold folded text.

    Nothing for an empty query; a query that has no word in it finds nothing.
    """
    wanted = terms(query)
    if query.strip() and not wanted:
        return [false()]
    return [or_(*(each.contains(term, autoescape=True) for each in columns)) for term in wanted]
