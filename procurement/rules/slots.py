"""The times of interviews and demonstrations: how they are laid out, how long one may be chosen, what was noted."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from workflows.facts import Sentence, in_words

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=8)
MOST_AT_ONCE = 50  # in one series
MOST_OF_A_STAGE = 500
LONGEST_PLACE, LONGEST_JOINING = 300, 500  # characters
REMINDED_BEFORE = timedelta(days=2)
# RFC 3986
_JOINING = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?")


class Attendance(StrEnum):
    """What an officer noted when the time was there."""

    CAME = "came"
    DID_NOT_COME = "did_not_come"


@dataclass(frozen=True)
class Time:
    """From one instant to another, aware."""

    starts_at: datetime
    ends_at: datetime

    @property
    def words(self) -> str:
        return times_in_words(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class Offer:
    """Times that an officer offers, each at the same place. `joining` is an address for whoever takes part from afar;
    `lot_id` is the one lot that they are for, or None for all lots of the stage."""

    times: tuple[Time, ...]
    place: str = ""
    joining: str = ""
    lot_id: int | None = None


def series(first: datetime, *, minutes: int, pause: int, count: int) -> tuple[Time, ...]:
    """As many times as asked for, one after the other, with a pause between two of them."""
    long, apart = timedelta(minutes=minutes), timedelta(minutes=minutes + pause)
    return tuple(Time(begins, begins + long) for begins in (first + apart * number for number in range(count)))


def faults(offer: Offer, now: datetime) -> list[Sentence]:
    """What is wrong with an offer by itself: sentences for whoever made it."""
    found = where_faults(offer.place, offer.joining)
    if not 1 <= len(offer.times) <= MOST_AT_ONCE:
        found.append(Sentence("Offer from 1 to %(most)s times at once.", most=MOST_AT_ONCE))
    if any(time.starts_at <= now for time in offer.times):
        found.append(Sentence("The times must lie ahead."))
    if any(not SHORTEST <= time.ends_at - time.starts_at <= LONGEST for time in offer.times):
        found.append(Sentence("A time lasts from 5 minutes to 8 hours."))
    ordered = sorted(offer.times, key=lambda time: time.starts_at)
    if any(later.starts_at < earlier.ends_at for earlier, later in pairwise(ordered)):
        found.append(Sentence("Two of these times overlap."))
    return found


def where_faults(place: str, joining: str) -> list[Sentence]:
    """What is wrong with where a time is."""
    found = []
    if not place and not joining:
        found.append(Sentence("Say where it is, or give a link to join from afar."))
    if len(place) > LONGEST_PLACE:
        found.append(Sentence("Keep the place to %(most)s characters or fewer.", most=LONGEST_PLACE))
    if joining and (len(joining) > LONGEST_JOINING or not _JOINING.fullmatch(joining)):
        found.append(Sentence("Enter the link to join as it is, beginning with https://."))
    return found


def times_in_words(starts_at: datetime, ends_at: datetime) -> str:
    """ "Friday 12 March 2027 from 10am to 10:45am (UK time)"."""
    day, starts = split(starts_at)
    last, ends = split(ends_at)
    return f"{day} from {starts} to {ends} (UK time)" if day == last else f"{day} at {starts} to {in_words(ends_at)}"


def where_in_words(place: str, *, joining: bool) -> str:
    """Where it is, for a message: the link itself stands on the page, behind the sign-in."""
    online = "online, by the link on the page of your application"
    if not joining:
        return place
    return f"{place}, or {online}" if place else online


def split(instant: datetime) -> tuple[str, str]:
    """The day and the time of day in the UK, each as people read it."""
    day, _, time = in_words(instant).rpartition(" at ")
    return day, time.removesuffix(" (UK time)")


def chosen_until(starts_at: datetime, choose_by: datetime | None) -> datetime:
    """Until when a team may choose a time, or give it up for another: what was published, and not after it began."""
    return starts_at if choose_by is None else min(starts_at, choose_by)
