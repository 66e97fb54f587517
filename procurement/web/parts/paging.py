"""A list in pages: how many there are, and the links to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

NEAR = 2  # pages on each side of the one that is shown


def pages_of(total: int, size: int) -> int:
    """How many pages a list has; an empty one has one."""
    return max(1, -(-total // size))


@dataclass(frozen=True)
class Pager:
    """What `ui.pagination` and `ui.page_of` show; `address` gives the address of a page, `asked` is the one that was
    asked for, which need not be there."""

    number: int
    last: int
    address: Callable[[int], str]
    asked: int = 0

    @property
    def beyond(self) -> int:
        """The page that was asked for, if the list ends before it; 0 otherwise."""
        return self.asked if self.asked > self.last else 0

    @property
    def numbers(self) -> list[dict[str, Any] | None]:
        """The first page, the last, and those around this one; None where some are left out."""
        found: list[dict[str, Any] | None] = []
        before = 0
        for number in range(1, self.last + 1):
            if number not in (1, self.last) and abs(number - self.number) > NEAR:
                continue
            if number - before > 1:
                found.append(None)
            found.append({"number": number, "href": self.address(number), "current": number == self.number})
            before = number
        return found

    @property
    def previous(self) -> str:
        return self.address(self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        return self.address(self.number + 1) if self.number < self.last else ""
