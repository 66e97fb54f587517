"""A version of a call as it was frozen, read for a page: whatever its age, with the words of today around it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from procurement.rules.amendments import DATE_WORDS
from procurement.rules.calls import THEMES
from procurement.rules.classification import cpv_shown, place_words
from procurement.rules.money import format_pounds
from procurement.rules.questions import Question, by_section, read_question
from procurement.web.filters import sentence
from procurement.web.parts.questions import counts_towards
from workflows.facts import shown
from workflows.scoring.schemes import Criterion, read_scheme

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class StageSaid:
    """A stage of the version: its dates and who reads, its form by section, and its criteria where a scheme was
    published with it."""

    key: str
    title: str
    noun: str
    facts: Pairs
    sections: Mapping[str, list[Question]]
    places: dict[str, int]
    counts: dict[str, str]
    criteria: list[tuple[Criterion, str]]
    scheme_sha256: str


@dataclass(frozen=True)
class VersionSaid:
    title: str
    texts: Pairs
    money: Pairs
    lots: list[tuple[str, Pairs]]
    stages: list[StageSaid]


def read_version(content: bytes, schemes: Mapping[str, Any]) -> VersionSaid:
    """Its parts in words. `schemes`: the plain schemes that stages of the call had, by their fingerprints. Versions of
    before there were stages are read as calls of one."""
    plain: dict[str, Any] = json.loads(content)
    stages = plain.get("stages") or [plain]
    return VersionSaid(
        str(plain.get("title", "")),
        _texts(plain),
        [(_("Budget"), _pounds(plain.get("budget"))), (_("Rate of VAT"), _percent(plain.get("vat_rate")))],
        [_lot(each) for each in plain.get("lots") or []],
        [_stage(each, schemes) for each in stages],
    )


def _texts(plain: Mapping[str, Any]) -> Pairs:
    named = {
        "summary": _("In one sentence"),
        "problem": _("The problem"),
        "users": _("Who has it"),
        "outcome": _("What good looks like"),
        "eligibility": _("Who can apply"),
        "terms": _("Terms"),
        "contact": _("Questions to"),
    }
    theme = THEMES.get(str(plain.get("theme", "")))
    found = [(_("Priority area"), "" if theme is None else sentence(theme))]
    found += [(words, str(plain.get(name) or "")) for name, words in named.items()]
    found.append((_("What is bought"), "; ".join(cpv_shown(code) for code in _codes(plain, "cpv", "also_cpv"))))
    found.append((_("Where"), "; ".join(_place(code) for code in _codes(plain, "place", "also_places"))))
    found += [(_("Work starts"), _day(plain.get("starts_on"))), (_("Work ends"), _day(plain.get("ends_on")))]
    return [pair for pair in found if pair[1]]


def _codes(plain: Mapping[str, Any], one: str, several: str) -> list[str]:
    return [*filter(None, [plain.get(one)]), *(plain.get(several) or [])]


def _place(code: str) -> str:
    return sentence(place_words(code, "") or code)


def _lot(plain: Mapping[str, Any]) -> tuple[str, Pairs]:
    pairs = [
        (_("Budget"), _pounds(plain.get("budget"))),
        (_("With VAT"), _pounds(plain.get("budget_gross"))),
        (_("What it is for"), str(plain.get("description") or "")),
    ]
    title = _("Lot %(number)s: %(title)s", number=plain.get("number"), title=plain.get("title"))
    return title, [pair for pair in pairs if pair[1]]


def _stage(plain: Mapping[str, Any], schemes: Mapping[str, Any]) -> StageSaid:
    form = [read_question(each) for each in plain.get("form") or []]
    fingerprint = str(plain.get("scheme_sha256") or "")
    scheme = read_scheme(schemes[fingerprint]) if fingerprint in schemes else None
    described = {each["key"]: str(each.get("description") or "") for each in plain.get("criteria") or []}
    criteria = () if scheme is None else scheme.criteria
    facts = [(sentence(words), _at(plain.get(name))) for name, words in DATE_WORDS.items()]
    if criteria:
        facts.append((_("Assessors who read each"), str(plain.get("readers") or "")))
    if scheme is not None and scheme.minimum_total:
        facts.append((_("Least total"), shown(scheme.minimum_total)))
    return StageSaid(
        str(plain.get("key") or ""),
        str(plain.get("title") or ""),
        str(plain.get("noun") or ""),
        [pair for pair in facts if pair[1]],
        by_section(form),
        {each.key: place for place, each in enumerate(form, 1)},
        counts_towards({each.key: each for each in criteria}, form),
        [(each, described.get(each.key, "")) for each in criteria],
        fingerprint,
    )


def _at(text: str | None) -> str:
    """An instant or a day as people read it."""
    if not text:
        return ""
    return shown(datetime.fromisoformat(text)) if "T" in text else _day(text)


def _day(text: str | None) -> str:
    return shown(date.fromisoformat(text)) if text else ""


def _pounds(text: str | None) -> str:
    return format_pounds(Decimal(text)) if text else ""


def _percent(text: str | None) -> str:
    return _("%(percent)s%%", percent=text) if text else ""
