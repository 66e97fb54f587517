"""Why an award stands no more, or is held, in the words that everybody reads: the one place of these sentences."""

from collections.abc import Mapping
from typing import Any

from workflows.facts import Sentence

CALL, LOT = "call", "lot"  # what was abandoned
# by the field of a published award that says when
WORDS: dict[str, Sentence] = {
    "refused_at": Sentence("The organisation declined the award."),
    "expired_at": Sentence("The organisation did not accept the award by the date that it was given."),
    "disqualified_at": Sentence("The organisation was disqualified after the award."),
    "abandoned_at": Sentence("The call was abandoned: %(reason)s"),
    # of publications that did not tell the two apart
    "lapsed_at": Sentence("The organisation was ruled out after the award, or the call or its lot was abandoned."),
}
ITS_LOT = Sentence("The lot was abandoned: %(reason)s")
SUSPENDED = Sentence(
    "A claim was made in court during the standstill. The award does not stand before the suspension that follows from "
    "that is lifted (Procurement Act 2023 section 101)."
)


def ended_at(award: Mapping[str, Any]) -> str:
    """Since when an award stands no more, of its published facts as plain values; empty while it stands."""
    return next((str(award[name]) for name in WORDS if award.get(name)), "")


def ended_because(award: Mapping[str, Any]) -> Sentence | None:
    """Why, likewise; None while it stands."""
    name = next((name for name in WORDS if award.get(name)), None)
    if name is None:
        return None
    if name == "abandoned_at":
        words = ITS_LOT if award.get("abandoned") == LOT else WORDS[name]
        return Sentence(words.text, reason=str(award.get("ended_reason") or ""))
    return WORDS[name]


def suspended_at(award: Mapping[str, Any]) -> str:
    """Since when a claim holds an award, likewise; empty where none does."""
    held = award.get("suspended_at") and not award.get("resumed_at") and not ended_at(award)
    return str(award["suspended_at"]) if held else ""
