"""A published call that was amended, as OCDS says it: `tender.amendments` with what changed and why."""

from datetime import date, datetime
from typing import Any

from procurement.rules.amendments import WORDS
from procurement.rules.published import PublishedAmendment, PublishedCall, instant
from procurement.rules.published_dates import saying, texts_since
from procurement.rules.standards import ocds_documents as documents
from procurement.rules.standards import ocds_parts as parts
from procurement.rules.standards.parties import filled
from workflows.facts import day_in_words, in_words

Release = dict[str, Any]


def _in_words(text: str) -> str:
    """A moved date as people read it; a number of assessors as it is."""
    if "T" in text:
        return in_words(datetime.fromisoformat(text))
    return day_in_words(date.fromisoformat(text)) if "-" in text else text


def amended(call: PublishedCall, amendment: PublishedAmendment) -> Release:
    """What changed: the new dates and texts, with an amendment that says what it was and why. The milestone of a stage
    has the day by which it is decided; the other dates, and what the data has no field for, are in its words. What is
    not material and moves no date is an update."""
    titles = {stage.key: stage.title for stage in call.stages}
    said = " ".join(f"{each}." for each in amendment.said) + " ".join(
        f"{titles.get(each.stage, each.stage)}: {WORDS[each.date]} {_in_words(each.after)}"
        + (f", before {_in_words(each.before)}." if each.before else ".")
        for each in amendment.changes
    )
    due = {each.stage: each.after for each in amendment.changes if each.date == "decide_by"}
    period = (amendment.opens_at, amendment.closes_at)
    tender = filled(
        {
            "id": call.reference,
            **_retold(call, amendment),
            "tenderPeriod": {"startDate": instant(period[0]), "endDate": instant(period[1])}
            if period != (amendment.opens_before, amendment.closes_before)
            else None,
            "milestones": [
                {"id": key, "dueDate": parts.days_of(None, date.fromisoformat(day)).get("endDate")}
                for key, day in due.items()
                if key in titles
            ],
            "documents": documents.of_amendment(amendment),
            "amendments": [
                {
                    "id": f"{call.reference}-{amendment.number}",
                    "date": instant(amendment.published_at),
                    "rationale": amendment.reason,
                    "description": documents.said_of(amendment, said),
                }
            ],
        }
    )
    return {"tag": "tenderAmendment" if amendment.material or amendment.changes else "tenderUpdate", "tender": tender}


def _retold(call: PublishedCall, amendment: PublishedAmendment) -> dict[str, Any]:
    """The texts, the money and the lots that an amendment changed, as they are since."""
    if (was := amendment.before) is None:
        return {}
    now = texts_since(call, amendment)
    since = saying(call, now)
    known = {each.reference: each for each in was.lots}
    return {
        "title": now.title if now.title != was.title else None,
        "description": now.summary if now.summary != was.summary else None,
        "value": parts.value_of(parts.total_of(since), since.budget_gross)
        if (now.budget, now.budget_gross) != (was.budget, was.budget_gross)
        else None,
        "lots": [
            parts.lot_of(lot)
            for lot, said in zip(since.lots, now.lots, strict=True)
            if known.get(lot.reference) != said
        ],
    }
