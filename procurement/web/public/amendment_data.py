"""What of a call changed since its publication, for programs: dates that moved, and what else was amended."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.queries import amendments as amendments_queries
from procurement.queries import call_amendments as call_amendments_queries
from procurement.rules.amended_words import summary
from procurement.rules.call_amendments import read_rows
from procurement.web.filters import iso


def amendments_of(session: Session, call: Call) -> list[dict[str, Any]]:
    """The first one first; dates that moved with an amendment stand beside it, each stage by itself."""
    moved = [(each.at, _moved(each)) for each in amendments_queries.of_call(session, call.id)]
    said = [
        (
            each.approved_at,
            {
                "at": _plain(each.approved_at),
                "version": each.version,
                "reason": each.reason,
                "material": each.material,
                "said": [str(line) for line in summary(read_rows(each.changes))],
            },
        )
        for each in call_amendments_queries.published(session, call.id)
        if each.approved_at is not None
    ]
    return [body for _at, body in sorted([*moved, *said], key=lambda each: each[0])]


def _moved(moved: amendments_queries.Moved) -> dict[str, Any]:
    return {
        "at": _plain(moved.at),
        "stage": moved.stage.key,
        "reason": moved.reason,
        "changes": [
            {"date": each.field, "before": _plain(each.before), "after": _plain(each.after)} for each in moved.changes
        ],
    }


def _plain(value: datetime | date | int | None) -> str | int | None:
    """As JSON has it: an instant or a day as ISO text, a number of assessors as it is."""
    return value if value is None or isinstance(value, int) else iso(value)
