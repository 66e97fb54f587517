"""How long is left until an instant, in words that go on while a page stays open (static/js/time-left.js)."""

from datetime import datetime, timedelta

from flask import Flask
from flask_babel import gettext, ngettext
from markupsafe import Markup

from procurement.web.filters import capitalised, iso, uk_time

WEEKS_AWAY = 14  # days: from here on hours say nothing


def time_left(until: datetime, now: datetime) -> str:
    """How long is left, in the two largest units that matter: `2 days 4 hours left`; `closed` when it is past."""
    rest = until - now
    if rest <= timedelta(0):
        return gettext("closed")
    minutes = int(rest.total_seconds() // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if minutes < 1:
        return gettext("less than 1 minute left")
    if days >= WEEKS_AWAY:
        return gettext("%(time)s left", time=ngettext("%(num)s day", "%(num)s days", days))
    large, small = (days, hours) if days else (hours, minutes % 60)
    names = (_days, _hours) if days else (_hours, _minutes)
    parts = [name(number) for name, number in zip(names, (large, small), strict=True) if number]
    return gettext("%(time)s left", time=" ".join(parts))


def left(until: datetime, now: datetime, *, first: bool = False) -> Markup:
    """How long is left, in an element that the page's script keeps up; without script the page says as of when it
    is. `first`: a sentence begins with it."""
    words = time_left(until, now)
    span = Markup('<span class="app-left" data-until="{}" data-now="{}"{}>{}</span><noscript> ({})</noscript>')
    return span.format(
        iso(until),
        iso(now),
        Markup(" data-first") if first else "",
        capitalised(words) if first else words,
        gettext("as of %(time)s", time=uk_time(now)),
    )


def left_words() -> dict[str, str | list[str]]:
    """The words of `time_left` for the page's script: what one is called, and several."""
    return {
        "left": gettext("%(time)s left", time="{time}"),
        "less": gettext("less than 1 minute left"),
        "closed": gettext("closed"),
        "days": [_days(1), _days(2).replace("2", "{num}")],
        "hours": [_hours(1), _hours(2).replace("2", "{num}")],
        "minutes": [_minutes(1), _minutes(2).replace("2", "{num}")],
    }


def _days(number: int) -> str:
    return ngettext("%(num)s day", "%(num)s days", number)


def _hours(number: int) -> str:
    return ngettext("%(num)s hour", "%(num)s hours", number)


def _minutes(number: int) -> str:
    return ngettext("%(num)s minute", "%(num)s minutes", number)


def install(app: Flask) -> None:
    """Give the templates the filter, and the frame the words for its script."""
    app.jinja_env.filters["left"] = left
    app.jinja_env.globals["left_words"] = left_words
