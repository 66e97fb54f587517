"""Up to which sum an approver may approve the publication of a call, or awards: for all of them, and for some by name.

The setting says it in one line, `500000 chief@city.example=2000000 deputy@city.example=none`: pounds with VAT, first
for every approver, then for single ones by their email address; `none` is no limit.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from procurement.rules.money import format_pounds
from workflows.facts import Sentence

NONE = "none"
SHAPE = re.compile(r"(?:none|[1-9]\d{0,11})(?: [^\s=@]+@[^\s=@]+=(?:none|[1-9]\d{0,11}))*", re.ASCII)
FORM = Sentence(
    "Enter pounds with VAT, or none; then for single approvers their email address, an equals sign and their own, with "
    "spaces between: 500000 chief@city.example=2000000"
)


@dataclass(frozen=True)
class Limits:
    """Pounds with VAT; None: without a limit. `people` by their email addresses, in small letters."""

    everybody: Decimal | None = None
    people: Mapping[str, Decimal | None] = field(default_factory=dict)

    @property
    def hold(self) -> bool:
        """Whether there is any limit at all."""
        return self.everybody is not None or any(each is not None for each in self.people.values())

    def of(self, email: str) -> Decimal | None:
        """The limit of one approver."""
        return self.people.get(email.casefold(), self.everybody)

    def barred(self, value: Decimal, approvers: Iterable[tuple[int, str]]) -> frozenset[int]:
        """Those of some approvers, by id and email address, who may not approve so much."""
        return frozenset(number for number, email in approvers if above(self.of(email), value) is not None)


def read(text: str) -> Limits:
    """What the setting says. Raises ValueError for what has not its form."""
    if not SHAPE.fullmatch(text):
        raise ValueError(f"no limits of approval: {text!r}")
    first, *others = text.split(" ")
    named = (each.rsplit("=", 1) for each in others)
    return Limits(_pounds(first), {email.casefold(): _pounds(most) for email, most in named})


def _pounds(text: str) -> Decimal | None:
    return None if text == NONE else Decimal(text)


def above(limit: Decimal | None, value: Decimal) -> Sentence | None:
    """Why somebody with a limit may not approve so much, or None."""
    if limit is None or value <= limit:
        return None
    return Sentence(
        "This comes to %(value)s, and you may approve up to %(limit)s. Somebody whose limit is higher must approve it.",
        value=format_pounds(value),
        limit=format_pounds(limit),
    )
