"""What an amendment changed in one line for each thing: what messages and open data say."""

from collections.abc import Iterable, Sequence

from procurement.rules.edits import Change
from workflows.facts import Sentence

THINGS: dict[str, tuple[Sentence, Sentence, Sentence]] = {
    # added, taken out, changed
    "lot": (Sentence("New lot"), Sentence("Lot taken out"), Sentence("Lot changed")),
    "stage": (Sentence("New stage"), Sentence("Stage taken out"), Sentence("Stage changed")),
    "stage_lot": (Sentence("New in a stage"), Sentence("Taken out of a stage"), Sentence("Places or money changed")),
    "question": (Sentence("New question"), Sentence("Question taken out"), Sentence("Question changed")),
    "criterion": (Sentence("New criterion"), Sentence("Criterion taken out"), Sentence("Criterion changed")),
}


def summary(changes: Iterable[Change]) -> list[Sentence]:
    """What changed, one sentence for each thing, in the order of the changes."""
    fields: dict[str, list[Change]] = {}
    for each in changes:
        fields.setdefault(each.key, []).append(each)
    return [_line(own) for own in fields.values()]


def _line(own: Sequence[Change]) -> Sentence:
    first = own[0]
    if first.kind == "call":
        named = ", ".join(str(CALL_FIELDS[each.field]) for each in own if each.field in CALL_FIELDS)
        return Sentence("The call: %(fields)s", fields=named)
    added, removed, changed = THINGS[first.kind]
    words = changed if first.field else added if first.after else removed
    return Sentence("%(what)s: %(name)s", what=str(words), name=first.name)


CALL_FIELDS: dict[str, Sentence] = {
    "title": Sentence("title"),
    "theme": Sentence("priority area"),
    "summary": Sentence("summary"),
    "problem": Sentence("the problem"),
    "users": Sentence("who has the problem"),
    "outcome": Sentence("what good looks like"),
    "eligibility": Sentence("who can apply"),
    "terms": Sentence("terms"),
    "contact": Sentence("contact"),
    "cpv": Sentence("what is bought"),
    "also_cpv": Sentence("what else is bought"),
    "place": Sentence("where the work is done"),
    "also_places": Sentence("where else the work is done"),
    "starts_on": Sentence("when the work starts"),
    "ends_on": Sentence("when the work ends"),
    "budget": Sentence("budget"),
    "vat_rate": Sentence("rate of VAT"),
    "above_budget": Sentence("what happens above the budget"),
}
