"""A search as an address says it: words, what is chosen of each group, an order, a page."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from procurement.rules.dates import start_of_day
from procurement.rules.numbers import MOST_DIGITS, whole_number
from procurement.web.errors import NotUnderstood, Part

LONGEST_WORDS = 200
_DAY = re.compile(r"(?:19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INSTANT = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII)


class Nonsense(StrEnum):
    """Why a part of an address was left out."""

    NAME = "name"
    CHOICE = "choice"
    NUMBER = "number"
    ORDER = "order"
    TWICE = "twice"
    LENGTH = "length"
    MOMENT = "moment"


@dataclass(frozen=True)
class Ignored:
    """`takes`: in a sentence what the parameter takes."""

    why: Nonsense
    name: str
    value: str
    takes: str = ""

    @property
    def shown(self) -> str:
        """The part as the address has it, short enough to be shown."""
        return (self.name if self.why is Nonsense.NAME else f"{self.name}={self.value}")[:60]


class Parameters:
    """The parameters of an address, read one by one; what makes no sense is left out and kept in `ignored`."""

    def __init__(self, given: "MultiDict[str, str]") -> None:
        self._given = given
        self.ignored: list[Ignored] = []

    def only(self, known: Collection[str]) -> None:
        """Name what the search does not know."""
        self.ignored += [Ignored(Nonsense.NAME, name, "") for name in self._given if name not in known]

    def refuse(self) -> None:
        """For a program: raise NotUnderstood where something made no sense, instead of leaving it out."""
        if self.ignored:
            raise NotUnderstood([Part(each.name, each.value, each.takes) for each in self.ignored])

    def _only(self, name: str) -> str:
        """The value of a parameter that is given once; of several the first, and the others are named."""
        first, *others = self._given.getlist(name) or [""]
        self.ignored += [Ignored(Nonsense.TWICE, name, each, "It is taken once.") for each in others]
        return first

    def words(self, name: str = "q", longest: int = LONGEST_WORDS) -> str:
        value = " ".join(self._only(name).split())
        if len(value) > longest:
            self.ignored.append(Ignored(Nonsense.LENGTH, name, value, f"It takes at most {longest} characters."))
        return value[:longest]

    def one(self, name: str, known: Collection[str]) -> str:
        """What is chosen of a group of which one can be; empty if nothing is."""
        value = self._only(name)
        if value and value not in known:
            self.ignored.append(Ignored(Nonsense.CHOICE, name, value, _one_of(known)))
            return ""
        return value

    def several(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """What is chosen of a group of which several can be, in the group's order."""
        given = [value for value in self._given.getlist(name) if value]
        self.ignored += [Ignored(Nonsense.CHOICE, name, each, _one_of(known)) for each in given if each not in known]
        return tuple(value for value in known if value in given)

    def number(self, name: str, longest: int = MOST_DIGITS) -> int | None:
        """A number from 1; None if there is none."""
        value = self._only(name)
        found = whole_number(value, longest) or None
        if value and found is None:
            takes = f"It takes a whole number from 1, of at most {longest} digits."
            self.ignored.append(Ignored(Nonsense.NUMBER, name, value, takes))
        return found

    def moment(self, name: str, *, end: bool = False) -> datetime | None:
        """An instant (`2027-03-01T09:00:00Z`), or a day of the UK (`2027-03-01`): its first instant, or with `end` the
        first after it. None if there is none."""
        value = self._only(name)
        if not value:
            return None
        try:
            if _DAY.fullmatch(value):
                return start_of_day(date.fromisoformat(value) + timedelta(days=int(end)))
            if _INSTANT.fullmatch(value):
                return datetime.fromisoformat(value)
        except ValueError:  # as the 30th of February
            pass
        takes = "It takes a day such as 2027-03-01, or an instant such as 2027-03-01T09:00:00Z."
        self.ignored.append(Ignored(Nonsense.MOMENT, name, value, takes))
        return None

    def numbers(self, name: str) -> tuple[int, ...]:
        """Every number that is given for a group; what is none is left out."""
        return tuple(found for value in self._given.getlist(name) if (found := whole_number(value)) is not None)

    def order(self, known: Collection[str]) -> str:
        """The order; the first of the known ones if there is none."""
        first = next(iter(known))
        value = self._only("sort") or first
        if value not in known:
            self.ignored.append(Ignored(Nonsense.ORDER, "sort", value, _one_of(known)))
            return first
        return value


def _one_of(known: Collection[str]) -> str:
    return f"It takes one of: {', '.join(str(each) for each in known)}."


def query(given: Mapping[str, object], **changes: object) -> str:
    """`?q=air&status=open`: the parameters with some of them changed, without the empty ones; "" if none is left."""
    kept = {name: value for name, value in {**given, **changes}.items() if value not in (None, "", ())}
    return f"?{urlencode(kept, doseq=True)}" if kept else ""


@dataclass(frozen=True)
class Choice:
    """One value of a group, with how many choosing it would show (None: not counted)."""

    value: str
    text: str
    count: int | None
    chosen: bool

    @property
    def label(self) -> str:
        return self.text if self.count is None else f"{self.text} ({self.count})"


@dataclass(frozen=True)
class Facet:
    """One group of a search as `ui.facet` shows it: a list of which one is chosen, or boxes."""

    name: str
    title: str
    choices: tuple[Choice, ...]
    several: bool

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(each.value, each.label) for each in self.choices]

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(each.value for each in self.choices if each.chosen)


def facet(
    name: str,
    title: str,
    counted: Iterable[tuple[str, str, int | None]],
    chosen: Collection[str],
    *,
    several: bool = False,
) -> Facet:
    """A group from (value, words, count)."""
    choices = tuple(Choice(value, text, count, value in chosen) for value, text, count in counted)
    return Facet(name, title, choices, several)


def chips(facets: Iterable[Facet], address: Callable[..., str]) -> list[dict[str, str]]:
    """Each chosen filter with the address of the search without it; `address` takes what changes, by name."""
    return [
        {
            "group": each.title,
            "text": choice.text,
            "href": address(**{each.name: tuple(value for value in each.chosen if value != choice.value)}),
        }
        for each in facets
        for choice in each.choices
        if choice.chosen
    ]
