"""Each publication of an award at an address of its own: what it says, what changed, and how anybody checks it."""

import json
from typing import NamedTuple

from flask import Blueprint, Response, abort, render_template
from sqlalchemy.orm import Session

from procurement.models.register import RegisterAward, RegisterEntry
from procurement.queries import register as register_queries
from procurement.rules import publications
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import sentence
from procurement.web.parts.answers import exact

pages = Blueprint("publications", __name__)


class Publication(NamedTuple):
    """One publication with what changed since the one before it, in sentences."""

    entry: RegisterEntry
    changes: list[str]


def award_of(session: Session, public_id: str, **_: object) -> RegisterAward | None:
    return register_queries.find_award(session, public_id)


def with_changes(entries: list[RegisterEntry]) -> list[Publication]:
    """Publications of one award, oldest first."""
    read = [json.loads(each.content) for each in entries]
    return [
        Publication(entry, [sentence(each) for each in publications.changes(before, after)])
        for entry, before, after in zip(entries, [None, *read], read, strict=False)
    ]


@pages.get("/awards/<public_id>/publications/<int:number>")
@allow(Permission.PUBLIC, award_of)
def show(award: RegisterAward, public_id: str, number: int) -> str:
    every = with_changes(register_queries.entries_of(context.session(), public_id))
    found = next((each for each in every if each.entry.number == number), None)
    if found is None:
        abort(404)
    return render_template(
        "public/publications/show.html",
        award=award,
        publication=found,
        newest=every[-1].entry.number,
        facts=publications.facts(json.loads(found.entry.content)),
    )


@pages.get("/awards/<public_id>/publications/<int:number>.json")
@allow(Permission.PUBLIC, award_of)
def content(award: RegisterAward, public_id: str, number: int) -> Response:
    """Its exact bytes, for ever; their SHA-256 is in the chain and is the validator."""
    entries = register_queries.entries_of(context.session(), public_id)
    entry = next((each for each in entries if each.number == number), None)
    if entry is None:
        abort(404)
    return exact(entry.content, entry.digest, entry.published_at)
