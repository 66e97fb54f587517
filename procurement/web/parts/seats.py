"""How many go on from a stage that does not award, in words: for everybody, and for whoever approves the call."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext


def who_goes_on(seats: Sequence[tuple[str, int | None]]) -> list[str]:
    """A sentence for each lot; `seats`: how many go on by the lot's title, None where whoever passes does."""
    return [f"{title}: {_in_words(number)}" if len(seats) > 1 else _in_words(number) for title, number in seats]


def _in_words(seats: int | None) -> str:
    if seats is None:
        return _("Everybody who passes goes on.")
    return ngettext(
        "The best of those who pass goes on; all who share that place go on.",
        "The best %(num)s of those who pass go on; all who share the last place go on.",
        seats,
    )
