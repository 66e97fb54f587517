"""How a call reads in public: its card in lists, its banner, its dates. Everything is computed from stored values."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from procurement.models.calls import Call
from procurement.rules import calls as rules
from procurement.rules.dates import uk_day
from procurement.rules.statuses import CallStatus
from procurement.web.filters import sentence, time_left, uk_date, uk_datetime
from workflows.catalogue import states


@dataclass(frozen=True)
class Card:
    """One call in a list."""

    ref: str
    title: str
    summary: str
    status: CallStatus
    kind: str
    theme: str
    budget: Decimal | None
    closes_at: datetime | None
    when: str
    left: str


def theme_words(key: str) -> str:
    return sentence(rules.THEMES[key]) if key in rules.THEMES else key


def kind_words(key: str) -> str:
    return sentence(rules.CALL_KINDS[key]) if key in rules.CALL_KINDS else key


def status_of(call: Call, now: datetime) -> CallStatus:
    return rules.status(call.state, call.opens_at, call.closes_at, call.told_at, now)


def card(call: Call, now: datetime) -> Card:
    """What a list shows of a call."""
    status = status_of(call, now)
    when = {
        CallStatus.UPCOMING: _("Opens %(when)s", when=uk_datetime(call.opens_at)),
        CallStatus.OPEN: _("Closes %(when)s", when=uk_datetime(call.closes_at)),
    }.get(status) or _("Closed %(when)s", when=uk_datetime(call.closes_at))
    if status is CallStatus.CANCELLED:
        when = ""
    left = time_left(call.closes_at, now) if status is CallStatus.OPEN and call.closes_at else ""
    return Card(
        call.ref,
        call.title,
        call.summary,
        status,
        kind_words(call.kind),
        theme_words(call.theme),
        call.budget,
        call.closes_at,
        when,
        left,
    )


def banner(call: Call, now: datetime) -> tuple[str, str]:
    """The sentence at the top of a call's page, and its kind (see `ui.inset`)."""
    status = status_of(call, now)
    words = {
        CallStatus.UPCOMING: (_("This call opens on %(when)s.", when=uk_datetime(call.opens_at)), ""),
        CallStatus.OPEN: (_("This call is open. It closes on %(when)s.", when=uk_datetime(call.closes_at)), "deadline"),
        CallStatus.CLOSED: (
            _("This call closed on %(when)s. Applications are opened by two people.", when=uk_datetime(call.closes_at)),
            "",
        ),
        CallStatus.IN_ASSESSMENT: (
            _(
                "This call is closed. The applications are being assessed; a decision is expected by %(day)s.",
                day=uk_date(call.decision_on),
            ),
            "",
        ),
        CallStatus.DECIDED: (
            _("The decision was made and all applicants were told on %(when)s.", when=uk_datetime(call.told_at)),
            "good",
        ),
        CallStatus.CANCELLED: (_("This call was cancelled: %(reason)s", reason=call.ended_reason), "problem"),
    }
    return words[status]


def key_dates(call: Call, now: datetime) -> list[dict[str, Any]]:
    """The dates that matter to an applicant, in order; the first that is still to come is marked."""
    opening = None if call.closes_at is None else call.closes_at + timedelta(minutes=call.hold_minutes)
    rows: list[tuple[str, datetime | date | None, str]] = [
        (_("Published"), call.published_at, ""),
        (_("Opens"), call.opens_at, _("From then on you can write and submit an application.")),
        (
            _("Closes"),
            call.closes_at,
            _(
                "Applications that arrive at this instant or later cannot be accepted. You can change and submit again "
                "until then."
            ),
        ),
        (_("Applications can be opened"), opening, _("By two people together; nobody can read them before.")),
        (_("Assessors are done"), call.assess_by, ""),
        (_("Decision"), call.decision_on, _("All applicants are told at the same time.")),
        (_("Work starts"), call.starts_on, ""),
        (_("Work ends"), call.ends_on, ""),
    ]
    items: list[dict[str, Any]] = []
    following = False
    for title, at, text in rows:
        if at is None:
            continue
        past = at <= now if isinstance(at, datetime) else at < uk_day(now)
        state = "past" if past else "" if following or call.state in states.call.cancelled else "next"
        following = following or not past
        when = uk_datetime(at) if isinstance(at, datetime) else uk_date(at)
        items.append({"title": title, "when": when, "text": text, "state": state})
    return items


def address(call: Call) -> str:
    return url_for("calls.show", ref=call.ref)
