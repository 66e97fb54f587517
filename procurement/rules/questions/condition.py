"""A condition of participation that hangs on a question: what its answer must be, and what follows where it is not.

Procurement Act 2023 s. 22: a condition is a proportionate means of seeing that a supplier can do the work; why it is
one, its author writes down for whoever approves the call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from procurement.rules.money import parse_number, written


class Effect(StrEnum):
    """What follows where a condition is not met: the answer excludes, or an officer looks at it."""

    EXCLUDE = "exclude"
    WARN = "warn"


class Demand(StrEnum):
    """What a condition may ask of an answer: one of some choices, one of them among those that were chosen, a number
    within bounds, a day within bounds, a file that is in date."""

    CHOICE = "choice"
    INCLUDES = "includes"
    BOUND = "bound"
    DAY = "day"
    IN_DATE = "in_date"


@dataclass(frozen=True)
class Condition:
    """What an answer must be. `accepts`: the choices, as they are stored; `least`, `most`: inclusive bounds;
    `earliest`, `latest`: the same of a day; `in_date_on`: the last day on which a file must still be in date.
    `why`: why it is proportionate, for the approver; it is not published."""

    effect: Effect
    accepts: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    in_date_on: date | None = None
    why: str = ""
    earliest: date | None = None
    latest: date | None = None

    @property
    def excludes(self) -> bool:
        return self.effect is Effect.EXCLUDE


def condition_to_plain(condition: Condition) -> dict[str, Any]:
    """A condition as it is published and frozen, with nothing left out but why; the bounds of a day came later, so
    that a condition without them says nothing of them."""
    days = {name: getattr(condition, name) for name in ("earliest", "latest")}
    return {
        "effect": condition.effect.value,
        "accepts": list(condition.accepts),
        "least": None if condition.least is None else written(condition.least),
        "most": None if condition.most is None else written(condition.most),
        "in_date_on": None if condition.in_date_on is None else condition.in_date_on.isoformat(),
        **{name: day.isoformat() for name, day in days.items() if day is not None},
    }


def condition_to_keep(condition: Condition) -> dict[str, Any]:
    """A condition as its row keeps it: as it is published, and why."""
    return {**condition_to_plain(condition), "why": condition.why}


def read_condition(plain: Mapping[str, Any]) -> Condition:
    """Plain values -> a condition. Raises ValueError for an effect, a bound or a day that is none."""
    return Condition(
        effect=Effect(plain.get("effect") or ""),
        accepts=tuple(str(each) for each in plain.get("accepts") or ()),
        least=bound_of(plain.get("least")),
        most=bound_of(plain.get("most")),
        in_date_on=day_of(plain.get("in_date_on")),
        why=str(plain.get("why") or ""),
        earliest=day_of(plain.get("earliest")),
        latest=day_of(plain.get("latest")),
    )


def day_of(value: Any) -> date | None:
    """A day as it is kept; None for none. Raises ValueError for what is no day."""
    return date.fromisoformat(str(value)) if value else None


def bound_of(value: Any) -> Decimal | None:
    """A bound as it is kept; None for none. Raises ValueError for what is no number."""
    if value is None or value == "":
        return None
    number = parse_number(str(value))
    if number is None:
        raise ValueError(f"{value!r} is not a number")
    return number
