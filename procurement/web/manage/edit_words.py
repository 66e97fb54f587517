"""What an edit of a call changed, in words: which part, which field of what, from what to what."""

from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.rules import edits
from procurement.rules.calls import OverBudget
from procurement.rules.edits import Change
from procurement.rules.money import format_pounds
from workflows.facts import shown

INSTANTS = frozenset({"opens_at", "closes_at", "choose_by", "assess_by"})
DAYS = frozenset({"starts_on", "ends_on", "decide_by"})
THINGS = {
    "call": _l("the call"),
    "lot": _l("lot “%(name)s”"),
    "stage": _l("stage “%(name)s”"),
    "stage_lot": _l("lot “%(name)s” in a stage"),
    "question": _l("question “%(name)s”"),
    "criterion": _l("criterion “%(name)s”"),
}
FIELDS = {
    "assess_by": _l("marks are in by"),
    "choose_by": _l("times are chosen by"),
    "closes_at": _l("closes"),
    "cpv": _l("what is bought (CPV)"),
    "decide_by": _l("decided by"),
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
    "ranks_by": _l("what its ranking adds up"),
    "readers": _l("assessors for each"),
    "required": _l("must be answered"),
    "seats": _l("how many go on"),
    "shows": _l("earlier stages that assessors read"),
    "starts_on": _l("the work starts"),
    "tie_breakers": _l("what breaks a tie"),
    "top": _l("highest mark"),
    "users": _l("who will use it"),
    "words": _l("what each mark means"),
}


def part_words(part: str) -> str:
    """The part of the set-up that was saved."""
    kind, _dash, name = part.partition("-")
    named = {
        "lot": _("lot %(name)s", name=name),
        "question": _("question “%(name)s”", name=name.replace("_", " ")),
        "criterion": _("criterion “%(name)s”", name=name.replace("_", " ")),
    }
    whole = {
        "details": _("the description"),
        "money": _("the budget"),
        "windows": _("the windows"),
        "dates": _("the dates"),
        "stage": _("what the stage is"),
        "criteria": _("the weights and limits"),
        "sections": _("the sections of the form"),
    }
    return named[kind] if name and kind in named else whole.get(part, part)


def edited(note: str) -> str:
    """What history keeps beside an edit, as lines: one for each thing that changed, with its fields."""
    return "\n".join(_line(each) for each in edits.read(note))


def _line(change: Change) -> str:
    thing = str(THINGS[change.kind]) % {"name": change.name}
    if not change.field:
        return _("Added: %(thing)s", thing=thing) if change.after else _("Removed: %(thing)s", thing=thing)
    field = str(FIELDS.get(f"{change.kind}.{change.field}", FIELDS.get(change.field, change.field.replace("_", " "))))
    amount = change.field == "budget" or (change.kind, change.field) == ("lot", "options")
    before, after = (_value("amount" if amount else change.field, each) for each in (change.before, change.after))
    named = field if change.kind == "call" else _("%(field)s of %(thing)s", field=field, thing=thing)
    return _("%(what)s: from %(before)s to %(after)s", what=named[:1].upper() + named[1:], before=before, after=after)


def _value(field: str, text: str) -> str:
    if not text:
        return _("nothing")
    if field in INSTANTS:
        return shown(datetime.fromisoformat(text))
    if field in DAYS:
        return shown(date.fromisoformat(text))
    if field == "amount":
        return format_pounds(Decimal(text))
    if field == "above_budget":
        return _("cannot submit") if text == OverBudget.REFUSE else _("is warned")
    return _("%(percent)s%%", percent=text) if field in ("weight", "vat_rate") else text
