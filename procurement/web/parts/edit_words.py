"""What an edit of a call changed, in words: which part, which field of what, from what to what."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.rules import edits
from procurement.rules.call_documents import LANGUAGES, TYPES
from procurement.rules.calls import THEMES, OverBudget
from procurement.rules.classification import ANYWHERE, cpv_shown, place_words
from procurement.rules.edits import Change
from procurement.rules.money import format_pounds
from procurement.rules.questions import Effect, Joined, Purpose, find_kind
from procurement.rules.routes import Receives, Subject
from procurement.web.filters import sentence
from procurement.web.parts.questions import COMPARISONS
from workflows.definition import Route
from workflows.facts import shown

EYES = {"shown": _l("Shown to those who mark"), "hidden": _l("Hidden from those who mark")}
OTHERS = {
    "never": _l("Never shown to an assessor"),
    "after_own": _l("Shown to an assessor whose own are in"),
    "always": _l("Always shown"),
}
Name = Callable[[str, str], str]  # what a stage, question or criterion is called, by kind and key

INSTANTS = frozenset({"opens_at", "ask_by", "closes_at", "choose_by", "assess_by"})
DAYS = frozenset({"starts_on", "ends_on", "decide_by", "conflicts_on", "earliest", "latest"})
THINGS = {
    "call": _l("the call"),
    "lot": _l("lot “%(name)s”"),
    "stage": _l("stage “%(name)s”"),
    "stage_lot": _l("lot “%(name)s” in a stage"),
    "question": _l("question “%(name)s”"),
    "criterion": _l("criterion “%(name)s”"),
    "document": _l("document “%(name)s”"),
    "file": _l("file “%(name)s”"),
}
FIELDS = {
    "assess_by": _l("marks are due by"),
    "ask_by": _l("questions are taken until"),
    "choose_by": _l("times are chosen by"),
    "closes_at": _l("closes"),
    "character_limit": _l("limit in characters"),
    "earliest": _l("earliest day"),
    "exclusive": _l("the option that is chosen alone"),
    "layout": _l("what its table asks for"),
    "latest": _l("latest day"),
    "page_limit": _l("limit in pages"),
    "statement": _l("what is agreed to"),
    "types": _l("types of file"),
    "cpv": _l("what is bought (CPV)"),
    "also_cpv": _l("what else is bought (CPV)"),
    "also_places": _l("where else the work is done"),
    "places": _l("where its work is done"),
    "decide_by": _l("decided by"),
    "document.key": _l("the question at which it is filled in"),
    "document.kind": _l("what it is"),
    "document.position": _l("place among the documents"),
    "document.required": _l("must be read"),
    "ends_on": _l("the work ends"),
    "kind": _l("kind of answer"),
    "maximum": _l("most"),
    "minimum": _l("least"),
    "minimum_total": _l("least total"),
    "moderate_from": _l("moderated from a distance of"),
    "names": _l("whether assessors read names"),
    "opens_at": _l("opens"),
    "options": _l("answers to choose from"),
    "lot.options": _l("extensions and options"),
    "above_budget": _l("who asks for more than there is"),
    "vat_rate": _l("rate of VAT"),
    "other_marks": _l("whether assessors read others’ marks"),
    "outcome": _l("what the city wants to reach"),
    "place": _l("where the work is done"),
    "position": _l("place in the form"),
    "problem": _l("the problem"),
    "purpose": _l("what the answer is used for"),
    "route": _l("what it is in law"),
    "receives": _l("what is got for the money"),
    "subject": _l("what is bought, for the most part"),
    "whole_value": _l("worth of the whole purchase"),
    "route_why": _l("why it is a covered procurement all the same"),
    "one_lot_why": _l("why it is not split into lots"),
    "conflicts_by": _l("who assessed conflicts of interest"),
    "conflicts_on": _l("conflicts of interest assessed on"),
    "ranks_by": _l("what its ranking adds up"),
    "readers": _l("assessors for each"),
    "required": _l("must be answered"),
    "seats": _l("how many go on, or are awarded something"),
    "shown_if": _l("when it is asked"),
    "shows": _l("earlier stages that assessors read"),
    "starts_on": _l("the work starts"),
    "tie_breakers": _l("what breaks a tie"),
    "top": _l("highest mark"),
    "users": _l("who will use it"),
    "within": _l("part of the criterion"),
    "within_weight": _l("weight of the criterion that it is a part of"),
    "words": _l("what each mark means"),
}


# What is kept as a code, in words.
CODED: Mapping[str, Mapping[str, Any]] = {
    "theme": THEMES,
    "names": EYES,
    "other_marks": OTHERS,
    "above_budget": {OverBudget.REFUSE: _l("cannot submit"), OverBudget.WARN: _l("is warned")},
    "route": {
        Route.COVERED: _l("covered procurement"),
        Route.BELOW_THRESHOLD: _l("procurement below the threshold"),
        Route.EXEMPT_RND: _l("exempt research and development"),
        Route.GRANT: _l("grant"),
    },
    "receives": {Receives.BUYS: _l("what is bought"), Receives.SUPPORTS: _l("nothing: projects are supported")},
    "subject": {
        Subject.GOODS_SERVICES: _l("goods or services"),
        Subject.RESEARCH: _l("research and development"),
        Subject.LIGHT_TOUCH: _l("social, health and like services"),
        Subject.WORKS: _l("works"),
    },
    "purpose": {
        Purpose.TITLE: _l("the title"),
        Purpose.SUMMARY: _l("the summary"),
        Purpose.AMOUNT: _l("the amount"),
        Purpose.VAT: _l("whether the price comes with VAT"),
        Purpose.ASSISTANCE: _l("minimal financial assistance"),
    },
}
KEYS = {"shows": "stage", "ranks_by": "stage", "tie_breakers": "criterion", "criterion": "criterion"}  # of what
BESIDE = "; "  # between the items of a list (`edits.as_words`)
OF_CONDITION = re.compile(r"(?:^|; )(effect|accepts|least|most|in_date_on|earliest|latest|why): ")


def part_words(part: str, named: Name) -> str:
    """The part of the set-up that was saved."""
    kind, _dash, name = part.partition("-")
    things = {
        "lot": _("lot %(name)s", name=name),
        "question": _("question “%(name)s”", name=named("question", name)),
        "criterion": _("criterion “%(name)s”", name=named("criterion", name)),
        "document": _("document %(name)s", name=name),
    }
    whole = {
        "details": _("the description"),
        "money": _("the budget"),
        "route": _("which law applies"),
        "windows": _("the windows"),
        "dates": _("the dates"),
        "stage": _("what the stage is"),
        "criteria": _("the weights and limits"),
        "sections": _("the sections of the form"),
        "questions": _("several questions of the form"),
        "lots": _("several lots"),
    }
    return things[kind] if name and kind in things else whole.get(part, part)


def edited(note: str, named: Name) -> str:
    """What history keeps beside an edit, as lines: one for each thing that changed, with its fields."""
    return "\n".join(_line(each, named) for each in edits.read(note))


def _line(change: Change, name_of: Name) -> str:
    thing = str(THINGS[change.kind]) % {"name": change.name}
    if not change.field:
        return _("Added: %(thing)s", thing=thing) if change.after else _("Removed: %(thing)s", thing=thing)
    field = field_words(change)
    before, after = (value_words(change, each, name_of) for each in (change.before, change.after))
    named = field if change.kind == "call" else _("%(field)s of %(thing)s", field=field, thing=thing)
    return _("%(what)s: from %(before)s to %(after)s", what=named[:1].upper() + named[1:], before=before, after=after)


def field_words(change: Change) -> str:
    """What a field of a thing is called."""
    return str(FIELDS.get(f"{change.kind}.{change.field}", FIELDS.get(change.field, change.field.replace("_", " "))))


def value_words(change: Change, text: str, named: Name) -> str:
    """What a field says, or said, as people read it."""
    field = change.field
    if not text:
        return _("nothing")
    if field in INSTANTS:
        return shown(datetime.fromisoformat(text))
    if field in DAYS:
        return shown(date.fromisoformat(text))
    if field in ("budget", "whole_value") or (change.kind, field) == ("lot", "options"):
        return format_pounds(Decimal(text))
    if field in ("weight", "within_weight", "vat_rate"):
        return _("%(percent)s%%", percent=text)
    if (change.kind, field) == ("document", "kind"):
        return sentence(TYPES.get(text, text))
    if (change.kind, field) == ("document", "language"):
        return sentence(LANGUAGES.get(text, text))
    if (change.kind, field) == ("document", "key"):
        return named("question", text)
    if field in CODED:
        return sentence(CODED[field].get(text, text))
    if field in KEYS:
        return BESIDE.join(_of_key(KEYS[field], each, named) for each in text.split(BESIDE))
    if field == "shown_if":
        return _rule(text, named)
    special = {**OF_CODES, "kind": _kind, "condition": _condition}
    return special[field](text) if field in special else text


def _rule(text: str, named: Name) -> str:
    """When a question is asked, as it is kept (`joined: all; clauses: subject: data; comparison: is; values: yes`), in
    words."""
    comparisons = {each.value: str(words) for each, words in COMPARISONS.items()}
    said: list[str] = []
    for part in text.split(BESIDE):
        name, _colon, value = part.removeprefix("clauses: ").partition(": ")
        if name == "joined":
            said.append(_("all of these") if value == Joined.ALL else _("any of these"))
        elif name == "subject":
            said.append(_("“%(name)s”", name=named("question", value)) if value else _("the lot"))
        elif name == "comparison":
            said[-1] += f" {comparisons.get(value, value)}"
        elif name == "values":
            said[-1] += f" {value}" if value else ""
        else:
            said[-1] += f", {part}"  # one more value
    return BESIDE.join(said)


def _of_key(kind: str, text: str, named: Name) -> str:
    """A key as it is called, with its share where it has one: `proposal: 60` is `Proposal 60%`."""
    key, colon, share = text.partition(": ")
    return f"{named(kind, key)} {_('%(percent)s%%', percent=share)}" if colon else named(kind, key)


def _kind(text: str) -> str:
    kind = find_kind(text)
    return text.replace("_", " ") if kind is None else sentence(kind.title)


def _codes(text: str) -> str:
    return BESIDE.join(map(cpv_shown, text.split()))


def _places(text: str) -> str:
    return BESIDE.join(map(_place, text.split()))


OF_CODES = {"cpv": _codes, "also_cpv": _codes, "place": _places, "also_places": _places, "places": _places}


def _place(code: str) -> str:
    return _("anywhere in the area of the authority") if code == ANYWHERE else sentence(place_words(code, "") or "")


def _condition(text: str) -> str:
    """A condition of participation as it is kept, in words."""
    parts = OF_CONDITION.split(text)
    kept = {name: value for name, value in zip(parts[1::2], parts[2::2], strict=True) if value}
    effects = {
        Effect.EXCLUDE: _("whoever does not meet it cannot go on"),
        Effect.WARN: _("officers look at whoever does not meet it"),
    }
    said = [effects[Effect(kept["effect"])]] if kept.get("effect") in set(Effect) else []
    for name, words in (
        ("accepts", _("the answer is %(value)s", value=kept.get("accepts", ""))),
        ("least", _("at least %(value)s", value=kept.get("least", ""))),
        ("most", _("at most %(value)s", value=kept.get("most", ""))),
        ("earliest", _("from %(value)s", value=_day(kept.get("earliest", "")))),
        ("latest", _("until %(value)s", value=_day(kept.get("latest", "")))),
        ("in_date_on", _("in date on %(value)s", value=_day(kept.get("in_date_on", "")))),
        ("why", _("why: %(value)s", value=kept.get("why", ""))),
    ):
        said += [words] if name in kept else []
    return BESIDE.join(said)


def _day(text: str) -> str:
    return shown(date.fromisoformat(text)) if text else ""
