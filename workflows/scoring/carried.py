"""What a stage ranks by: percents of its own total and of what earlier stages carry into it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from workflows.scoring.schemes import MOST_DECIMALS, WHOLE
from workflows.scoring.totals import half_up

Totals = Mapping[str, Decimal]  # by reference: published totals of a stage, in percent
FINEST = 10**MOST_DECIMALS


def check_percents(stage: str, percents: Mapping[str, int], before: Iterable[str]) -> None:
    """ValueError unless these are whole percents of this stage and of stages before it, and add up to 100. None at all
    are fine: the stage ranks by its own total alone."""
    if unknown := sorted(set(percents) - {stage, *before}):
        raise ValueError(f"{stage}: ranks by {', '.join(unknown)}, which is not before it")
    if any(type(percent) is not int or not 1 <= percent <= WHOLE for percent in percents.values()):
        raise ValueError(f"{stage}: {list(percents.values())} are not all whole percents")
    if percents and sum(percents.values()) != WHOLE:
        raise ValueError(f"{stage}: what it ranks by adds up to {sum(percents.values())}, not {WHOLE}")


@dataclass(frozen=True, slots=True)
class Carried:
    """Percents by stage, and the published totals of earlier stages.

    What is carried is a stage's *own* total (its marks by its scheme), never what that stage ranked by: so each stage
    counts once, by the percents that are written here. ValueError as `check_percents`.
    """

    stage: str  # the one that is ranked
    percents: Mapping[str, int]  # by stage, as published: adds up to 100; empty: its own total alone
    earlier: Mapping[str, Totals] = field(default_factory=dict)  # by stage; more than is needed does no harm

    def __post_init__(self) -> None:
        check_percents(self.stage, self.percents, self.earlier)

    def parts(self, ref: str, own: Decimal) -> dict[str, Decimal]:
        """The totals of a bid that count, by stage, in the order of the percents; ValueError where one is missing."""
        found: dict[str, Decimal] = {}
        for stage in self.percents or (self.stage,):
            total = own if stage == self.stage else self.earlier[stage].get(ref)
            if total is None:
                raise ValueError(f"{ref}: there is no total of {stage}, which {self.stage} ranks by")
            found[stage] = total
        return found

    def total(self, parts: Mapping[str, Decimal], decimals: int) -> Decimal:
        """What the parts come to in percent: exact, rounded once, half up, to the decimals of the ranked stage."""
        percents = self.percents or {self.stage: WHOLE}
        return half_up(sum(percents[key] * _finest(total) for key, total in parts.items()), WHOLE * FINEST, decimals)


def _finest(total: Decimal) -> int:
    """A published total in the finest units that a scheme can publish; ValueError if it is finer than that."""
    units = int(total * FINEST)
    if units != total * FINEST:
        raise ValueError(f"{total} has more than {MOST_DECIMALS} decimals")
    return units
