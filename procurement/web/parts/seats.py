"""How many go on from a stage, or how many awards it makes, in words: for everybody, and for whoever approves the
call."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from procurement.rules.published import CallKind


def who_goes_on(seats: Sequence[tuple[str, int | None]]) -> list[str]:
    """A sentence for each lot; `seats`: how many go on by the lot's title, None where whoever passes does."""
    return [f"{title}: {_in_words(number)}" if len(seats) > 1 else _in_words(number) for title, number in seats]


def most_label(kind: str) -> str:
    """What the number of awards of a lot is called, by the kind of the call."""
    return _("How many contracts at most") if kind == CallKind.CHALLENGE else _("How many grants at most")


def how_many_awards(kind: str, most: Sequence[tuple[str, int | None]]) -> list[str]:
    """A sentence for each lot; `most`: how many awards it makes at most by its title, None where the budget alone
    limits them."""
    return [
        f"{title}: {_awards_in_words(kind, number)}" if len(most) > 1 else _awards_in_words(kind, number)
        for title, number in most
    ]


def _awards_in_words(kind: str, most: int | None) -> str:
    if most is None:
        return _("Those at the top are awarded, for as long as the budget of their lot lasts.")
    if kind == CallKind.CHALLENGE:
        return ngettext(
            "One contract is made, with the first in the ranking, within the budget.",
            "At most %(num)s contracts are made, from the top of the ranking and within the budget.",
            most,
        )
    return ngettext(
        "One grant is given, to the first in the ranking, within the budget.",
        "At most %(num)s grants are given, from the top of the ranking and within the budget.",
        most,
    )


def _in_words(seats: int | None) -> str:
    if seats is None:
        return _("Everybody who passes goes on.")
    return ngettext(
        "The best of those who pass goes on; all who share that place go on.",
        "The best %(num)s of those who pass go on; all who share the last place go on.",
        seats,
    )
