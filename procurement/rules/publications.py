"""What a publication of an award says, and what changed from one to the next, in words.

A publication is `published.to_plain(PublishedAward)`: it is read as it is kept, of whatever age. Each fact of today has
its words here; one of a release to come is told under the name that it has.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from procurement.rules.classification import cpv_shown, place_words
from procurement.rules.endings import CALL, LOT, ended_because
from procurement.rules.money import format_pounds
from procurement.rules.signing import SIGNED, TO_BE_SIGNED
from procurement.rules.vat import BASES
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
    "expired_at": Sentence("Ended without an answer"),
    "disqualified_at": Sentence("Ended with the disqualification of the organisation"),
    "abandoned_at": Sentence("Ended with what was abandoned"),
    "abandoned": Sentence("What was abandoned"),
    "ended_reason": Sentence("Why it was abandoned"),
    "suspended_at": Sentence("Suspended by a claim in court"),
    "resumed_at": Sentence("Suspension lifted"),
    "starts_on": Sentence("Work starts"),
    "ends_on": Sentence("Work ends"),
    "notices": Sentence("Notices"),
    "confirmed_known_at": Sentence("Published that it stands"),
    "grant_id": Sentence("Identifier in 360Giving"),
    "amount_basis": Sentence("What the amount is"),
    "amount_gross": Sentence("Amount with VAT"),
    "vat_rate": Sentence("Rate of VAT in per cent"),
    "cpv": Sentence("What is bought"),
    "also_cpv": Sentence("What else is bought"),
    "place": Sentence("Where"),
    "also_places": Sentence("Where else"),
    "stage": Sentence("Stage that awards"),
    "window": Sentence("Window"),
    "applications": Sentence("Applications to the lot in that window"),
    "applications_assessed": Sentence("Applications assessed in that stage"),
    "authority": Sentence("Authority"),
    "contract_status": Sentence("Contract or agreement"),
    "signed_on": Sentence("Signed"),
    "signed_at": Sentence("Published when it was signed"),
    "contract_starts_on": Sentence("Begins, as signed"),
    "contract_ends_on": Sentence("Ends, as signed"),
    "contract_amount": Sentence("Value, as signed"),
}
NOTHING_SHOWN = Sentence("Nothing that this page shows.")
HAPPENED: dict[str, str] = {
    "told_at": "Everybody who applied was told on %(when)s.",
    "confirmed_at": "The award stands since %(when)s.",
    "accepted_at": "The organisation accepted it on %(when)s.",
    "refused_at": "The organisation refused it on %(when)s: the award stands no more.",
    "expired_at": "Nobody accepted it by the date that was given, so it ended on %(when)s: the award stands no more.",
    "disqualified_at": "The organisation was disqualified, and the award ended on %(when)s: it stands no more.",
    "abandoned_at": "What it was for was abandoned on %(when)s: the award stands no more.",
    "lapsed_at": "The award ended on %(when)s and stands no more: the organisation was ruled out, or the call or its "
    "lot was abandoned.",
    "suspended_at": "A claim was made in court, so the award is suspended since %(when)s.",
    "resumed_at": "The suspension was lifted on %(when)s.",
    "signed_on": "The contract or agreement was signed on %(when)s.",
}
# of one happening: what stands beside its instant, and is told with it
TOLD_WITH = {
    "confirmed_known_at": "confirmed_at",
    "abandoned": "abandoned_at",
    "ended_reason": "abandoned_at",
    "grant_id": "confirmed_at",
    "contract_status": "accepted_at",
    "signed_at": "signed_on",
}
# facts that are codes, each with how one of them reads
CODED: dict[str, Callable[[str], str]] = {
    "amount_basis": lambda code: str(BASES.get(code, code)),
    "contract_status": lambda code: {TO_BE_SIGNED: "To be signed", SIGNED: "Signed"}.get(code, code),
    "abandoned": lambda code: {CALL: "The call", LOT: "The lot"}.get(code, code),
    "cpv": cpv_shown,
    "also_cpv": lambda codes: "; ".join(map(cpv_shown, codes.split())),
    "place": lambda code: str(place_words(code, "the authority")),
    "also_places": lambda codes: "; ".join(str(place_words(each, "the authority")) for each in codes.split()),
}
_INSTANTS, _DAYS, _MONEY = (
    ("_at", "standstill_begins", "standstill_ends"),
    ("_on",),
    ("amount", "applied_for", "contract_amount"),
)


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
        if was == is_now or _told_beside(key, before, after):
            continue
        if key == "abandoned_at" and (because := ended_because(after)) is not None:
            found += [because, Sentence(HAPPENED[key], when=is_now)]
        elif key in HAPPENED and is_now:
            found.append(Sentence(HAPPENED[key], when=is_now))
        elif not was:
            found.append(Sentence("%(fact)s is now said: %(after)s", fact=_name(key), after=is_now))
        elif not is_now:
            found.append(Sentence("%(fact)s is no longer said. Before: %(before)s", fact=_name(key), before=was))
        else:
            found.append(Sentence("%(fact)s: %(after)s. Before: %(before)s", fact=_name(key), after=is_now, before=was))
    return found or [NOTHING_SHOWN]


def _told_beside(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether what changed in a fact is told by the sentence of another one."""
    if key == "resumed_at" and not after.get(key):
        return True  # it is suspended again
    if key == "contract_status" and before.get("signed_on") != after.get("signed_on"):
        return True
    other = TOLD_WITH.get(key)
    return other is not None and before.get(other) != after.get(other)


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
    if key in CODED:
        return "; ".join(CODED[key](each) for each in text.split())
    if key.endswith(_INSTANTS):
        return in_words(datetime.fromisoformat(text))
    if key.endswith(_DAYS):
        return day_in_words(date.fromisoformat(text))
    return format_pounds(Decimal(text)) if key.startswith(_MONEY) and _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal() and text.isascii()
