"""Why an award stands no more, in the words that everybody reads."""

from collections.abc import Mapping
from typing import Any

from workflows.facts import Sentence

# by the field of a published award that says when
WORDS = {
    "refused_at": Sentence("The organisation declined the award."),
    "expired_at": Sentence("The organisation did not accept the award by the date that it was given."),
    "lapsed_at": Sentence("The organisation was ruled out after the award, or the call was abandoned."),
}


def ended_at(award: Mapping[str, Any]) -> str:
    """Since when an award stands no more, of its published facts as plain values; empty while it stands."""
    return next((str(award[name]) for name in WORDS if award.get(name)), "")


def ended_because(award: Mapping[str, Any]) -> Sentence | None:
    """Why, likewise; None while it stands."""
    return next((sentence for name, sentence in WORDS.items() if award.get(name)), None)
