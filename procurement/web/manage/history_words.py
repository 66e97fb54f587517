"""What some events say beyond their name: which decision, from when to when a date moved, what was found."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _

from procurement.models.history import Event
from procurement.rules import checks
from procurement.rules.amendments import DATE_WORDS
from procurement.rules.money import format_pounds
from procurement.rules.statuses import Outcome
from procurement.web.filters import sentence
from workflows.facts import shown

LOOKED_UP = "entry.record_check"


def proposed(event: Event) -> str:
    """Which decision was proposed, with its amount since events keep it."""
    amount = event.data.get("amount")
    if amount:
        return _("Proposed to fund it with %(amount)s", amount=format_pounds(Decimal(amount)))
    said = {
        Outcome.FUND: _("Proposed to fund it"),
        Outcome.ADVANCE: _("Proposed that it goes on"),
        Outcome.RESERVE: _("Proposed to hold it in reserve"),
        Outcome.DECLINE: _("Proposed to decline it"),
    }
    return said.get(event.data.get("outcome", ""), _("Proposed a decision"))


def moved(event: Event) -> str:
    """Which dates of a stage moved, from when to when."""
    dates, before, after = (event.data.get(name, []) for name in ("dates", "before", "after"))
    lines = [
        _("%(date)s: from %(before)s to %(after)s", date=sentence(DATE_WORDS[name]), before=_day(old), after=_day(new))
        for name, old, new in zip(dates, before, after, strict=False)
    ]
    return _("Moved the dates of a stage") + (f" – {'; '.join(lines)}" if lines else "")


def looked_up(event: Event) -> str:
    """What was looked up of a bid, and what was found."""
    kind, finding = event.data.get("kind", ""), event.data.get("finding", "")
    if kind not in set(checks.CheckKind) or finding not in set(checks.Finding):
        return _("Recorded what was looked up")
    return _(
        "Looked up: %(kind)s. %(finding)s",
        kind=sentence(checks.KINDS[checks.CheckKind(kind)]),
        finding=sentence(checks.FINDINGS[checks.Finding(finding)]),
    )


def note_of(event: Event) -> str:
    """The words beside an event. Those of a look-up are kept as fields, so that their digest can be proved."""
    text = "" if event.note is None else event.note.text
    return " · ".join(_fields(json.loads(text))) if event.tag == LOOKED_UP and text else text


def _fields(said: dict[str, str]) -> Iterator[str]:
    if said["about"]:
        yield said["about"]
    if said["tie"] in set(checks.Tie):
        yield sentence(checks.TIES[checks.Tie(said["tie"])])
    if said["ground"] in checks.GROUNDS:
        yield sentence(checks.GROUNDS[said["ground"]])
    if said["in_date_until"]:
        yield _("in date until %(day)s", day=shown(date.fromisoformat(said["in_date_until"])))
    yield from (said[name] for name in ("source", "note") if said[name])


def _day(text: str) -> str:
    """A day or an instant, as an event keeps it."""
    if not text:
        return _("no date")
    return shown(datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text))
