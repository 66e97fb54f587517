"""What an amendment changes, laid out for people: thing by thing, short values side by side, long texts by words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from procurement.rules.call_amendments import Things, stage_of
from procurement.rules.edits import Change
from procurement.web.filters import capitalised
from procurement.web.parts.edit_words import THINGS, Name, field_words, value_words

LONG = 60  # characters; what is longer is shown as one text with the other in it


@dataclass(frozen=True)
class Row:
    """A field of a thing, before and after, in words; `long`: it is read as a text."""

    field: str
    before: str
    after: str
    long: bool


@dataclass(frozen=True)
class Block:
    """A thing that changed, came or went; `stage` is the title of its stage where there are several."""

    title: str
    stage: str
    added: bool
    removed: bool
    rows: tuple[Row, ...]


def blocks(changes: Iterable[Change], names: Mapping[tuple[str, str], str]) -> list[Block]:
    """What changed, in the order of the changes. `names`: what a thing is called, by kind and the end of its key."""
    own: dict[str, list[Change]] = {}
    for each in changes:
        own.setdefault(each.key, []).append(each)
    several = len([kind for kind, _key in names if kind == "stage"]) > 1
    return [_block(found, names, several=several) for found in own.values()]


def _block(own: list[Change], names: Mapping[tuple[str, str], str], *, several: bool) -> Block:
    first = own[0]
    stage = names.get(("stage", stage_of(first.key)), "") if several and first.kind != "stage" else ""
    thing = str(THINGS[first.kind]) % {"name": first.name}
    rows = (each for each in own if each.field and (each.field != "position" or first.field))
    return Block(
        capitalised(thing),
        stage,
        added=not first.field and bool(first.after),
        removed=not first.field and bool(first.before),
        rows=tuple(_row(each, named(names)) for each in rows),
    )


def _row(change: Change, name_of: Name) -> Row:
    if change.field == "position":
        return Row(_("Place among the questions"), change.before, change.after, long=False)
    before, after = (value_words(change, each, name_of) if each else "" for each in (change.before, change.after))
    long = "\n" in before + after or max(len(before), len(after)) > LONG
    return Row(capitalised(field_words(change)), before, after, long)


def named(names: Mapping[tuple[str, str], str]) -> Name:
    """What a stage, a question or a criterion is called, by its kind and key: the key itself where nobody knows."""
    return lambda kind, key: names.get((kind, key), key)


def names_of(*several: Things) -> dict[tuple[str, str], str]:
    """What the things of a call are called, by kind and the end of their key; the last one that says it counts."""
    return {(each.kind, key.rsplit("/", 1)[-1]): each.name for things in several for key, each in things.items()}
