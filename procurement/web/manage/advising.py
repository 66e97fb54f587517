"""What a page of the set-up says of its part: what the checks found, and what staff said at it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from procurement.models.calls import Call
from procurement.models.comments import CallComment
from procurement.queries import calls as calls_queries
from procurement.queries import comments as comments_queries
from procurement.rules.call_checks import Problem, call_advice, call_problems
from procurement.rules.calls import SECTION_FIELDS, SECTIONS, Draft, StageDraft, fields_of, section_title, sections_of
from procurement.rules.dates import uk_day
from procurement.web import context
from procurement.web.context import now
from procurement.web.filters import sentence
from procurement.web.parts.edit_words import FIELDS

Place = tuple[
    str, str, str
]  # a section, a field of it (empty: all of it), the key of its stage (empty: the call's own)


def advice(call: Call, section: str, stage: str = "") -> dict[str, Any]:
    """What the checks before publication say about a section of the call or of a stage, and what staff say at it."""
    draft = calls_queries.draft_of(context.session(), call, on=uk_day(now()))
    said = [
        each
        for each in comments_queries.open_at(context.session(), call.id)
        if (each.section, each.stage) == (section, stage)
    ]
    return {
        "missing": _about(call_problems(draft, now()), section, stage),
        "remarks": _about(call_advice(draft, now()), section, stage),
        "comments": [in_words(each, draft) for each in said],
    }


def _about(found: Sequence[Problem], section: str, stage: str) -> list[str]:
    return [sentence(each.sentence) for each in found if (each.section, each.stage) == (section, stage)]


def in_words(comment: CallComment, draft: Draft) -> Mapping[str, Any]:
    """A comment as pages show it: where it stands, who said it when, and what."""
    place = comment.section, comment.field, comment.stage
    return {"row": comment, "where": dict(places_of(draft)).get(place, _("A part that is no longer there"))}


def places_of(draft: Draft) -> Sequence[tuple[Place, str]]:
    """Every place of a call at which something can be said, with its words, in the order of the set-up."""
    found: list[tuple[Place, str]] = []
    for section, words in SECTIONS.items():
        found.append(((section, "", ""), sentence(words)))
        found += [
            ((section, name, ""), f"{sentence(words)}: {_field(name)}") for name in SECTION_FIELDS.get(section, ())
        ]
    several = len(draft.stages) > 1
    for stage in (each for each in draft.stages if each.window == 1):
        for section in sections_of(stage.steps):
            title = sentence(section_title(section, stage.noun))
            whole = f"{stage.title}: {title}" if several else title
            found.append(((section, "", stage.key), whole))
            found += [((section, key, stage.key), f"{whole}: {words}") for key, words in _within(stage, section)]
    return found


def _within(stage: StageDraft, section: str) -> list[tuple[str, str]]:
    if section == "form":
        return [(each.key, each.name) for each in stage.questions]
    if section == "criteria":
        return [(each.key, each.name) for each in stage.criteria]
    return [(name, _field(name)) for name in fields_of(section, stage.steps)] if section == "dates" else []


def _field(name: str) -> str:
    return str(FIELDS.get(f"call.{name}", FIELDS.get(name, name.replace("_", " "))))
