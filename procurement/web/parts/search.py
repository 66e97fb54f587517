"""A search as an address says it: words, what is chosen of each group, an order, a page."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from procurement.rules.numbers import MOST_DIGITS, whole_number

LONGEST_WORDS = 200


class Nonsense(StrEnum):
    """Why a part of an address was left out."""

    NAME = "name"
    CHOICE = "choice"
    NUMBER = "number"
    ORDER = "order"


@dataclass(frozen=True)
class Ignored:
    why: Nonsense
    name: str
    value: str

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

    def words(self, name: str = "q", longest: int = LONGEST_WORDS) -> str:
        return " ".join(self._given.get(name, "").split())[:longest]

    def one(self, name: str, known: Collection[str]) -> str:
        """What is chosen of a group of which one can be; empty if nothing is."""
        value = self._given.get(name, "")
        if value and value not in known:
            self.ignored.append(Ignored(Nonsense.CHOICE, name, value))
            return ""
        return value

    def several(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """What is chosen of a group of which several can be, in the group's order."""
        given = [value for value in self._given.getlist(name) if value]
        self.ignored += [Ignored(Nonsense.CHOICE, name, value) for value in given if value not in known]
        return tuple(value for value in known if value in given)

    def number(self, name: str, longest: int = MOST_DIGITS) -> int | None:
        """A number from 1; None if there is none."""
        value = self._given.get(name, "")
        found = whole_number(value, longest) or None
        if value and found is None:
            self.ignored.append(Ignored(Nonsense.NUMBER, name, value))
        return found

    def numbers(self, name: str) -> tuple[int, ...]:
        """Every number that is given for a group; what is none is left out."""
        return tuple(found for value in self._given.getlist(name) if (found := whole_number(value)) is not None)

    def order(self, known: Collection[str]) -> str:
        """The order; the first of the known ones if there is none."""
        first = next(iter(known))
        value = self._given.get("sort", "") or first
        if value not in known:
            self.ignored.append(Ignored(Nonsense.ORDER, "sort", value))
            return first
        return value


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
