"""Reading what amendments did to the form of a stage since an answer was given: which questions they touched, asked
later, or took out."""

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.amendments import Amendment
from procurement.models.applications import Entry
from procurement.queries import amendments as amendments_queries
from procurement.queries import stages as stages_queries
from procurement.rules import call_amendments as rules
from procurement.rules.edits import Change
from procurement.rules.questions import Question, read_question
from workflows.facts import Sentence


def touched_since(session: Session, entry: Entry, version: int | None) -> dict[str, int]:
    """The questions of an entry's stage that amendments touched after a version of the call, each with the newest
    version that did; nothing where nobody knows which version it was. The entry has its stage."""
    if version is None:
        return {}
    found: dict[str, int] = {}
    for each in _since(session, entry, version):
        for keys in rules.affected(each.own).values():
            found |= dict.fromkeys(keys, each.version)
    return found


def notes_since(session: Session, entry: Entry, version: int | None) -> dict[str, Sentence]:
    """What is to be said beside answers of a submission that was made for a version of the call, by the question: that
    it was asked later, or otherwise."""
    if version is None:
        return {}
    found: dict[str, Sentence] = {}
    for each in _since(session, entry, version):
        number = each.version - 1
        for change in each.own:
            if change.kind == "question" and not change.field and change.after:
                said = Sentence("Asked by amendment %(number)s, after this was sent.", number=number)
                found[change.key.split("/", 2)[2]] = said
        for keys in rules.affected(each.own).values():
            text = "The question was changed by amendment %(number)s, after this was sent."
            found |= {key: Sentence(text, number=number) for key in keys if key not in found}
    return found


def taken_out(session: Session, entry: Entry) -> list[Question]:
    """The questions of an entry's stage that amendments took out, as they were published last: answers to them are
    kept, and left out. The entry has its stage."""
    gone = {
        each.version - 1: {one.key.split("/", 2)[2] for one in each.own if rules.is_taken_out(one)}
        for each in _since(session, entry, 0)
    }
    if not any(gone.values()):
        return []
    versions = amendments_queries.versions_of(session, entry.call_id)
    return [
        read_question(plain)
        for version in versions
        for stage in json.loads(version.content).get("stages", ())
        if stage["key"] == entry.stage.key
        for plain in stage["form"]
        if plain["key"] in gone.get(version.number, ())
    ]


@dataclass(frozen=True)
class _Since:
    """What an amendment changed of the form of one stage, and the version that it made."""

    version: int
    own: tuple[Change, ...]


def _since(session: Session, entry: Entry, version: int) -> list[_Since]:
    asked = select(Amendment).where(Amendment.call_id == entry.call_id, Amendment.version > version)
    rows = session.scalars(asked.order_by(Amendment.version)).all()
    if not rows:
        return []
    there = stages_queries.listed(session, entry.call_id)
    (number,) = (each.number for each in there if each.id == entry.stage_id)
    alike = {each.key for each in there if each.number == number}
    return [
        _Since(each.version, tuple(one for one in rules.read_rows(each.changes) if rules.stage_of(one.key) in alike))
        for each in rows
        if each.version is not None
    ]
