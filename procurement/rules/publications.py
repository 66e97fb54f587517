"""What a publication of an award says, and what changed from one to the next, in words.

A publication is `published.to_plain(PublishedAward)`: it is read as it is kept, of whatever age, so a fact that is not
known here is told under the name that it has.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from procurement.rules.money import format_pounds
from workflows.facts import Sentence, day_in_words, in_words

FACTS: dict[str, Sentence] = {
    "reference": Sentence("Award"),
    "title": Sentence("Project"),
    "summary": Sentence("Summary"),
    "amount": Sentence("Amount"),
    "applied_for": Sentence("Amount applied for"),
    "organisations": Sentence("Organisation"),
    "lot": Sentence("Lot"),
    "number": Sentence("Number within the call"),
    "url": Sentence("Page"),
    "decided_on": Sentence("Decided"),
    "published_at": Sentence("First published"),
    "told_at": Sentence("Applicants told"),
    "standstill_begins": Sentence("Standstill begins"),
    "standstill_ends": Sentence("Standstill ends"),
    "confirmed_at": Sentence("Stands since"),
    "accepted_at": Sentence("Accepted"),
    "refused_at": Sentence("Refused"),
    "lapsed_at": Sentence("Lapsed"),
    "starts_on": Sentence("Work starts"),
    "ends_on": Sentence("Work ends"),
    "notices": Sentence("Notices"),
}
HAPPENED: dict[str, str] = {
    "told_at": "Everybody who applied was told on %(when)s.",
    "confirmed_at": "The award stands since %(when)s.",
    "accepted_at": "The organisation accepted it on %(when)s.",
    "refused_at": "The organisation refused it on %(when)s: the award stands no more.",
    "lapsed_at": "The organisation was disqualified, and the award lapsed on %(when)s: it stands no more.",
}
_INSTANTS, _DAYS, _MONEY = ("_at", "standstill_begins", "standstill_ends"), ("_on",), ("amount", "applied_for")


def facts(publication: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each fact of a publication with its name, in words; those that it leaves open are left out."""
    return [(_name(key), words) for key, value in publication.items() if (words := shown(key, value))]


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Sentence]:
    """What a publication says that the one before it did not; of the first, that it is the first."""
    if before is None:
        return [Sentence("The first publication.")]
    found = []
    for key in [*after, *(each for each in before if each not in after)]:
        was, is_now = shown(key, before.get(key)), shown(key, after.get(key))
        if was == is_now:
            continue
        if key in HAPPENED and not was:
            found.append(Sentence(HAPPENED[key], when=is_now))
        elif not was:
            found.append(Sentence("%(fact)s is now said: %(after)s", fact=_name(key), after=is_now))
        elif not is_now:
            found.append(Sentence("%(fact)s is no longer said. Before: %(before)s", fact=_name(key), before=was))
        else:
            found.append(Sentence("%(fact)s: %(after)s. Before: %(before)s", fact=_name(key), after=is_now, before=was))
    return found or [Sentence("Nothing that this page shows.")]


def _name(key: str) -> str:
    return str(FACTS[key]) if key in FACTS else key.replace("_", " ").capitalize()


def shown(key: str, value: Any) -> str:
    """A fact in words; empty where there is none."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return "; ".join(shown(key, each) for each in value)
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("title") or value.get("reference") or "")
    text = str(value)
    if key.endswith(_INSTANTS):
        return in_words(datetime.fromisoformat(text))
    if key.endswith(_DAYS):
        return day_in_words(date.fromisoformat(text))
    return format_pounds(Decimal(text)) if key.startswith(_MONEY) and _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal() and text.isascii()
