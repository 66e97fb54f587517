"""What is frozen of a call when it is published: what an application answers, for ever."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from procurement.rules import call_documents, windows
from procurement.rules.call_checks import MISSING_TEXTS
from procurement.rules.calls import Draft, LotDraft, StageDraft, as_text
from procurement.rules.ledger import canonical
from procurement.rules.money import written
from procurement.rules.questions import to_plain
from procurement.rules.routes import FACTS
from procurement.rules.vat import Basis, vat_of
from workflows.scoring import schemes

FORMAT = 2


def scheme_of(stage: StageDraft) -> dict[str, Any] | None:
    """The scoring scheme as plain values, as it is published; None where a stage has no marks of its own.

    Raises FaultyScheme where `call_problems` says why.
    """
    if not stage.assesses:
        return None
    scheme = schemes.Scheme(stage.criteria, stage.minimum_total, tie_breakers=stage.tie_breakers, drawn=stage.drawn)
    return schemes.to_plain(scheme)


def content_of(draft: Draft, *, published_at: datetime, fingerprints: Mapping[str, str], workflow: str) -> bytes:
    """Everything that the call says in public, as canonical JSON: what an application answers, for ever.

    `fingerprints` are those of the schemes by the stage's key; they and `workflow` are published beside it.
    Contents without a "format" are older: the call was its one stage.
    """
    plain: Mapping[str, Any] = {
        "format": FORMAT,
        "reference": draft.ref,
        "kind": draft.kind,
        "procedure": draft.procedure,
        "route": draft.route,
        **_route_content(draft),
        **{name: getattr(draft, name) for name in MISSING_TEXTS},
        **{name: _day(getattr(draft, name)) for name in ("starts_on", "ends_on")},
        "budget": None if draft.budget is None else written(draft.budget),
        **_amounts_content(draft),
        **_classes(draft, ("cpv", "place"), ("also_cpv", "also_places")),
        "lots": [
            {
                "number": lot.number,
                "title": lot.title,
                "description": lot.description,
                "budget": written(lot.budget),
                **_rates_content(draft, lot),
                **_classes(lot, (), ("cpv", "places")),
            }
            for lot in draft.lots
        ],
        "stages": [_stage_content(stage, fingerprints.get(stage.key)) for stage in draft.stages],
        **call_documents.content_of(draft.documents),
        "workflow_sha256": workflow,
        "published_at": as_text(published_at),
    }
    return canonical(plain)


def _classes(said: Draft | LotDraft, one: tuple[str, ...], several: tuple[str, ...]) -> dict[str, Any]:
    """What is bought and where, one code each or several; nothing where nothing is said."""
    found: dict[str, Any] = {name: getattr(said, name) for name in one} | {
        name: getattr(said, name).split() for name in several
    }
    return {name: value for name, value in found.items() if value}


def _route_content(draft: Draft) -> dict[str, Any]:
    """What the law that applies follows from, without who assessed conflicts of interest; nothing where nothing is
    said."""
    said = {name: as_text(getattr(draft, name)) for name in FACTS if name not in ("route", "conflicts_by")}
    return {name: value for name, value in said.items() if value}


def _amounts_content(draft: Draft) -> dict[str, Any]:
    """What amounts are; nothing in a call that was published before they said so."""
    if draft.amount_basis == Basis.NOT_STATED:
        return {}
    return {"amount_basis": draft.amount_basis, "above_budget": draft.above_budget}


def _rates_content(draft: Draft, lot: LotDraft) -> dict[str, Any]:
    vat = vat_of(draft, lot)
    gross = vat.gross(lot.budget)
    if gross is None or vat.rate is None:
        return {}
    options = {} if lot.options is None else {"options": written(lot.options)}
    return {"vat_rate": written(vat.rate), "budget_gross": written(gross), **options}


def _stage_content(stage: StageDraft, scheme: str | None) -> dict[str, Any]:
    plain = ("window", "number", "key", "title", "noun", "nouns", "sealed", "required", "names", "other_marks")
    return {
        **{name: getattr(stage, name) for name in plain},
        "steps": list(stage.steps),
        "shows": list(stage.shows),
        "ranks_by": dict(stage.ranks_by),
        "lots": windows.lots_of(stage),
        **{name: as_text(getattr(stage, name)) for name in ("opens_at", "closes_at", "assess_by")},
        **({"ask_by": as_text(stage.ask_by)} if stage.ask_by is not None else {}),
        **({"choose_by": as_text(stage.choose_by)} if stage.presents else {}),
        **({"moderate_from": stage.moderate_from} if stage.moderates else {}),
        **({"marks_of": stage.marks_of} if stage.marks_of else {}),
        "decide_by": _day(stage.decide_by),
        "readers": stage.readers,
        "hold_minutes": stage.hold_minutes,
        "criteria": [
            {"key": criterion.key, "description": text}
            for criterion, text in zip(stage.criteria, stage.descriptions, strict=True)
        ],
        "form": [to_plain(question) for question in stage.questions],
        **({"reasons": stage.reasons} if stage.reasons != "optional" else {}),
        "scheme_sha256": scheme,
    }


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
