"""What an edit of a call changed: which field of what, from what to what, as history keeps and says it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from procurement.rules.calls import SECTION_FIELDS, as_text
from procurement.rules.questions import SETTINGS

# What officers write of each thing. What is not here is the service's own: ids, states, instants of what happened.
FIELDS: dict[str, tuple[str, ...]] = {
    "call": tuple(chain.from_iterable(SECTION_FIELDS.values())),
    "lot": ("title", "description", "budget", "vat_rate", "options", "cpv", "places"),
    "stage": (
        "title",
        "opens_at",
        "ask_by",
        "closes_at",
        "choose_by",
        "assess_by",
        "decide_by",
        "readers",
        "names",
        "other_marks",
        "shows",
        "ranks_by",
        "minimum_total",
        "tie_breakers",
        "moderate_from",
    ),
    "stage_lot": ("seats", "budget"),
    "question": (
        "section",
        "position",
        "text",
        "guidance",
        "kind",
        "required",
        *SETTINGS,
        "criterion",
        "purpose",
        "condition",
        "shown_if",
        "layout",
    ),
    "criterion": ("name", "description", "weight", "top", "minimum", "words", "within", "within_weight"),
    "document": ("title", "kind", "language", "required", "key", "position"),
    "file": ("name",),
}
OWN = {
    "call": frozenset(
        {
            "id",
            "ref",
            "kind",
            "procedure",
            "amount_basis",
            "state",
            "version",
            "created_at",
            "authors",
            "published_at",
            "open_data_id",
            "amends_id",
            "workflows",
            "workflow_fingerprint",
            "sent_back",
            "ended_reason",
            "copied_from",
            "words",
        }
    ),
    "lot": frozenset({"id", "call_id", "number", "abandoned_at", "ended_reason"}),
    "stage": frozenset(
        {
            "id",
            "call_id",
            "window",
            "number",
            "key",
            "noun",
            "nouns",
            "steps",
            "sealed",
            "required",
            "state",
            "hold_minutes",
            "marks_of",
            "reasons",
            "scheme",
            "scheme_fingerprint",
            "started_at",
            "opened_at",
            "marks_locked_at",
            "agreed_at",
            "told_at",
            "proposers",
            "sent_back",
            "reminded_of",
            "ended_at",
            "ended_reason",
        }
    ),
    "stage_lot": frozenset({"id", "stage_id", "lot_id"}),
    "question": frozenset({"id", "call_id", "stage_id", "key"}),
    "criterion": frozenset({"id", "call_id", "stage_id", "key", "position"}),
    "document": frozenset({"id", "call_id", "number", "stage_id"}),
    "file": frozenset(
        {
            "id",
            "salt",
            "document_id",
            "version",
            "ref",
            "media_type",
            "size",
            "digest",
            "stored",
            "reason",
            "added_by",
            "added_at",
            "approved_by",
            "approved_at",
            "published_at",
            "ended_at",
            "answer",
        }
    ),
}


@dataclass(frozen=True)
class Change:
    """One field of one thing, from what to what, as text; `field` is empty where the thing itself came or went (then
    `before` or `after` is "there"). `key` tells things of one kind apart within an edit; `name` is what its readers
    call it."""

    key: str
    kind: str
    name: str
    field: str
    before: str
    after: str


def as_words(value: object) -> str:
    """A value as history keeps it: lists and pairs on one line, everything else as pages compare it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {as_words(each)}" for key, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(map(as_words, value))
    return as_text(value)


def joined(changes: Iterable[Change]) -> list[Change]:
    """The same with one change for each field, from the first before to the last after, without what came back; in an
    order of its own, since rows are written in none."""
    found: dict[tuple[str, str], Change] = {}
    for each in changes:
        seen = found.get((each.key, each.field))
        found[each.key, each.field] = each if seen is None else replace(each, before=seen.before)
    return sorted(
        (each for each in found.values() if each.before != each.after),
        key=lambda each: (each.key, ("", *FIELDS[each.kind]).index(each.field)),
    )


# What a thing is called by, of those that have a name of their own.
NAMED_BY = {"lot": "title", "stage": "title", "question": "text", "criterion": "name"}


def since(notes: Iterable[str]) -> list[Change]:
    """What several edits, one after the other, changed together: one change for each field of each thing, whatever it
    is called by now; without what came back, and without places in the form, which move with every other question."""
    return joined(each for each in _followed(map(read, notes)) if each.field != "position")


def _followed(edits: Iterable[Sequence[Change]]) -> Iterator[Change]:
    """Each change under the name that its thing had at first, as its key."""
    firsts: dict[tuple[str, str], str] = {}
    for changes in edits:
        before = {
            (each.kind, each.name): each.before
            for each in changes
            if each.before and each.field == NAMED_BY.get(each.kind)
        }
        for each in changes:
            called = before.get((each.kind, each.name), each.name)
            first = firsts.get((each.kind, called), called)
            firsts[each.kind, each.name] = first
            yield replace(each, key=f"{each.kind} {first}")


def written(changes: Iterable[Change]) -> str:
    """What history keeps beside an edit; empty where nothing changed."""
    rows = [[each.kind, each.name, each.field, each.before, each.after] for each in changes]
    return json.dumps(rows, ensure_ascii=False) if rows else ""


def read(text: str) -> list[Change]:
    """The same read again; the key is not kept."""
    rows: list[Any] = json.loads(text) if text else []
    return [Change("", *row) for row in rows]
