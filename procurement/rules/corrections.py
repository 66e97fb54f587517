"""What the correction of a mark goes by: how it is asked for, and when it is possible."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from workflows.facts import Sentence

LONGEST_REASON = 4_000  # characters
LONGEST_ASKED = 200  # characters: who asked for it
CARD, AGREED = "card", "agreed"  # whose mark it is: one assessor's, or that on which a panel agreed

NOT_LOCKED = Sentence("The marks are not locked yet. Return the scorecard to its assessor instead.")
STILL_MODERATED = Sentence("The panel still agrees on marks. Agree on another mark there instead.")
TOLD = Sentence(
    "The applicants were told by these marks, so they do not change any more. An applicant can ask for a review, and a "
    "call can be abandoned."
)
NO_MARK = Sentence("There is no such mark.")
CHANGED = Sentence("The mark is not what it was when this was proposed. Take the proposal back, and propose it anew.")
OUT = Sentence("It takes no part any more, so no mark of it is corrected.")


@dataclass(frozen=True)
class Place:
    """Where a bid stands in its lot: its place, its published total, and whether it passes every threshold. None and
    empty while marks are missing."""

    place: int | None
    total: str
    passes: bool


@dataclass(frozen=True)
class Shift:
    """What a correction changes of one bid: from where to where. `decided` is the outcome that is proposed or decided
    about it, empty where none is; `groundless`: this loses its ground, and is withdrawn."""

    ref: str
    lot: int
    before: Place
    after: Place
    decided: str = ""
    groundless: bool = False

    def plain(self) -> dict[str, Any]:
        """As a row keeps it."""
        return asdict(self)

    @classmethod
    def read(cls, plain: dict[str, Any]) -> Self:
        """From what a row keeps."""
        return cls(**{**plain, "before": Place(**plain["before"]), "after": Place(**plain["after"])})


def faults(before: int, after: int, top: int, reason: str, asked_by: str) -> list[Sentence]:
    """Why what was typed for a correction does not do; a mark is a whole number from 0 to `top`."""
    found = []
    if not 0 <= after <= top:
        found.append(Sentence("Choose one of the marks from 0 to %(top)s.", top=top))
    elif after == before:
        found.append(Sentence("It is %(mark)s already.", mark=before))
    if not reason.strip():
        found.append(Sentence("Give a reason."))
    elif len(reason) > LONGEST_REASON:
        found.append(Sentence("Keep each reason below %(most)s characters.", most=LONGEST_REASON))
    if not asked_by.strip():
        found.append(Sentence("Say who asked for it."))
    elif len(asked_by) > LONGEST_ASKED:
        found.append(Sentence("Keep it below %(most)s characters.", most=LONGEST_ASKED))
    return found
