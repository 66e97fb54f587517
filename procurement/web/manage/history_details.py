"""What an event was about, beside its name: criterion, award, amount, lot, day, whose scorecard, what was found."""

from datetime import date, datetime

from flask_babel import gettext as _

from procurement.models.history import Event
from procurement.queries.history import OF_LOTS, WRITTEN, About
from procurement.rules.money import format_pounds
from procurement.rules.reasons import is_paragraph
from procurement.rules.requests import ReviewOutcome
from procurement.web.filters import uk_date, uk_datetime

# What follows from what somebody did is nobody's own act: who made it follow stands with the event before it.
FOLLOWS = frozenset({"register.publish", "award.begin"})


def details(event: Event, about: About) -> str:
    """In a few words; empty where the name of the event says all."""
    if event.tag in WRITTEN:
        criterion = str(event.data.get("criterion", ""))
        return "" if is_paragraph(criterion) or not criterion else about.name("criterion", criterion)
    if event.tag in OF_LOTS:
        return _of_claim(event, about)
    if event.tag == "register.publish":
        ref, number = event.data.get("public_id", ""), event.data.get("number", "")
        return _("%(ref)s, publication %(number)s", ref=ref, number=number)
    if event.tag == "entry.decide_review":
        return _found(event)
    if event.tag in ("panel.call", "panel.change") and (held := _instant(event.data.get("held_at"))):
        return uk_datetime(held)
    if event.tag in ("stage.add_person", "stage.remove_person"):
        return about.people.get(event.data.get("person", 0), "")
    if event.subject == "award" and event.subject_id in about.amounts:
        return format_pounds(about.amounts[event.subject_id])
    if event.subject == "assignment" and event.tag != "assignment.begin":
        return about.readers.get(event.subject_id, "")
    return ""


def _of_claim(event: Event, about: About) -> str:
    """The lot, and the day of the order that lifts its suspension."""
    lot = about.lots.get(event.data.get("lot", 0), "")
    said = _("lot %(lot)s", lot=lot) if lot else ""
    day = event.data.get("ordered_on")
    ordered = _("by what was decided on %(day)s", day=uk_date(date.fromisoformat(day))) if day else ""
    return ", ".join(filter(None, (said, ordered)))


def _found(event: Event) -> str:
    """What a review found."""
    said = {
        ReviewOutcome.UPHELD: _("it stands"),
        ReviewOutcome.REVERSED: _("it does not stand, and is undone"),
    }
    outcome = event.data.get("outcome", "")
    return said.get(outcome, _("it was not right, and cannot be undone any more")) if outcome else ""


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
