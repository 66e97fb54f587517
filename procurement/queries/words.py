"""Searching in words: the one condition by which every list with a search box looks for what was typed."""

from sqlalchemy import ColumnElement, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from procurement.rules.search import Term, terms


def matching(query: str, *columns: ColumnElement[str] | InstrumentedAttribute[str]) -> list[ColumnElement[bool]]:
    """Each word or phrase of a query occurs in one of the columns, which hold folded text with one space between words:
    as words of it, in the singular or the plural, or as what they begin with.

    Nothing for an empty query; a query that has no word in it finds nothing.
    """
    wanted = terms(query)
    if query.strip() and not wanted:
        return [false()]
    return [or_(*(held for each in columns for held in _held(term, each))) for term in wanted]


def _held(term: Term, column: ColumnElement[str] | InstrumentedAttribute[str]) -> list[ColumnElement[bool]]:
    if term.anywhere:
        return [column.contains(term.text, autoescape=True)]
    text = " " + column + " "
    looked_for = (*(f" {each} " for each in term.wholes), *(f" {each}" for each in term.beginnings))
    return [text.contains(each, autoescape=True) for each in looked_for]
