"""What changed from one publication of a call to the next, in words: the counterpart of `rules.publications`."""

from collections.abc import Iterator, Mapping
from typing import Any

from procurement.rules.publications import NOTHING_SHOWN
from workflows.facts import Sentence


def call_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Sentence]:
    """What a publication of a call says that the one before it did not. Both are `to_plain(PublishedCall)`, of whatever
    age."""
    return list(_found(before, after)) or [NOTHING_SHOWN]


def ends(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether it says that the call, or a lot of it, ended without an award."""
    return any(after.get(name) and not before.get(name) for name in ("cancelled_at", "no_award_at")) or any(
        lot.get("abandoned_at") for lot in _new("lots", "abandoned_at", before, after)
    )


def _found(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Sentence]:
    if after.get("cancelled_at") and not before.get("cancelled_at"):
        yield Sentence("The call was cancelled: %(reason)s", reason=str(after.get("ended_reason") or ""))
    if after.get("no_award_at") and not before.get("no_award_at"):
        yield Sentence("The call ended without an award.")
    for lot in _new("lots", "abandoned_at", before, after):
        yield Sentence(
            "The lot “%(lot)s” was abandoned: %(reason)s",
            lot=str(lot.get("title") or ""),
            reason=str(lot.get("ended_reason") or ""),
        )
    for moved in (after.get("amendments") or [])[len(before.get("amendments") or []) :]:
        text = "The call was amended: %(reason)s" if moved.get("said") else "Dates were moved: %(reason)s"
        yield Sentence(text, reason=str(moved.get("reason") or ""))
    for stage in _new("stages", "told_at", before, after):
        yield Sentence("The applicants of “%(stage)s” were told.", stage=str(stage.get("title") or ""))
    for notice in (after.get("notices") or [])[len(before.get("notices") or []) :]:
        yield Sentence("A notice was published: %(title)s", title=str(notice.get("title") or ""))
    if (after.get("counts") or []) != (before.get("counts") or []):
        yield Sentence("It was published how many applied.")


def _new(name: str, instant: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The lots or stages of which an instant is said that was not said before."""
    known = {each.get("reference") or each.get("key") for each in before.get(name) or [] if each.get(instant)}
    return [
        each
        for each in after.get(name) or []
        if each.get(instant) and (each.get("reference") or each.get("key")) not in known
    ]
