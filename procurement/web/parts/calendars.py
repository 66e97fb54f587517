"""Calendar files of deadlines and appointments, which Outlook, Apple and Google take in and keep up to date.

The UID of an appointment names what it is about and stays for ever, whatever the service's address is; who takes in a
later revision gets the same appointment, changed, not a second one.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from workflows.facts import UK

ZONE = "Europe/London"
MAKER = "-//Thousand Trades//dates//EN"
Change = TimezoneDaylight | TimezoneStandard
SUMMER, WINTER = timedelta(hours=1), timedelta(0)


@dataclass(frozen=True)
class Appointment:
    """`revision` counts its changes from 1, `revised_at` is when the last of them was made."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    description: str
    page: str
    revision: int
    revised_at: datetime


@dataclass(frozen=True)
class Deadline:
    """An instant, or a whole day, of which everybody may know. `revision` and `revised_at` as of an appointment."""

    uid: str
    title: str
    at: datetime | date
    description: str
    page: str
    revision: int
    revised_at: datetime
    cancelled: bool


def calendar(appointments: list[Appointment], name: str) -> bytes:
    """A file (RFC 5545) of appointments in UK time."""
    return _file([_event(each) for each in appointments], name)


def calendar_of(deadlines: list[Deadline], name: str) -> bytes:
    """A file of deadlines; without one it still says its zone, since a calendar that holds nothing is none."""
    return _file([_deadline(each) for each in deadlines], name)


def _file(events: list[Event], name: str) -> bytes:
    whole = Calendar()
    whole.add("prodid", MAKER)
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", name)
    whole.add("x-wr-timezone", ZONE)
    whole.add_component(london())
    for each in events:
        whole.add_component(each)
    return bytes(whole.to_ical())


def london() -> Timezone:
    """UK time by the two rules that have held since 1996, not by a list of days that ends some year."""
    zone = Timezone()
    zone.add("tzid", ZONE)
    zone.add("x-lic-location", ZONE)
    zone.add_component(_rule(TimezoneDaylight(), "BST", datetime(1996, 3, 31, 1), 3, WINTER, SUMMER))  # noqa: DTZ001
    zone.add_component(_rule(TimezoneStandard(), "GMT", datetime(1996, 10, 27, 2), 10, SUMMER, WINTER))  # noqa: DTZ001
    return zone


def _rule(
    part: TimezoneDaylight | TimezoneStandard,
    name: str,
    begins: datetime,
    month: int,
    before: timedelta,
    after: timedelta,
) -> TimezoneDaylight | TimezoneStandard:
    """The clocks change on the last Sunday of a month; `begins` is local time before the change, without a zone."""
    part.add("tzname", name)
    part.add("dtstart", begins)
    part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    return part


def _deadline(each: Deadline) -> Event:
    event = _begun(each)
    event.add("dtstart", each.at.astimezone(UK) if isinstance(each.at, datetime) else each.at)
    event.add("summary", each.title)
    event.add("description", each.description)
    event.add("url", each.page)
    event.add("status", "CANCELLED" if each.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _begun(each: Appointment | Deadline) -> Event:
    event = Event()
    event.add("uid", each.uid)
    event.add("dtstamp", each.revised_at)
    event.add("last-modified", each.revised_at)
    event.add("sequence", each.revision - 1)
    return event


def _event(each: Appointment) -> Event:
    event = _begun(each)
    event.add("dtstart", each.starts_at.astimezone(UK))
    event.add("dtend", each.ends_at.astimezone(UK))
    event.add("summary", each.title)
    if each.place:
        event.add("location", each.place)
    event.add("description", each.description)
    event.add("url", each.page)
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    return event
