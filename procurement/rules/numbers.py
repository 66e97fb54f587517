"""Whole numbers that come from outside as text: in an address, a query, a hidden field.

What people type as an amount or a mark is read by `rules.money`, which is kinder and says what is wrong.
"""

MOST_DIGITS = 9  # digits: nine of them fit into an INTEGER of every database, ten need not


def whole_number(text: str, longest: int = MOST_DIGITS) -> int | None:
    """The number that one to `longest` ASCII digits write; None for everything else, of whatever length or script."""
    return int(text) if 0 < len(text) <= longest and text.isascii() and text.isdigit() else None
