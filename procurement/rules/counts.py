"""How many applications there were: counts of one lot in one stage that awards, kept as they were when that stage was
told, whatever becomes of an application afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PublishedCounts:
    """How many applications to one lot were received in a window and found eligible, how many were assessed in its
    stage that awards (`stage`, a key), and whose those were. Publications of before counts were kept by stage have no
    key, and one line for each lot."""

    lot: str
    received: int
    eligible: int
    assessed: int
    assessed_sme: int
    assessed_vcse: int
    window: int = 1
    stage: str = ""


def kept(known: Sequence[PublishedCounts], now: Sequence[PublishedCounts]) -> tuple[PublishedCounts, ...]:
    """What is known stays as it was published; stages that were told since come after it.

    A line without a stage is of the one stage of its lot that was told then. Where there are several by now it cannot
    be told which, and they are taken as they are counted now.
    """
    stay = [each for each in known if each.stage or sum(other.lot == each.lot for other in now) <= 1]
    named = {(each.lot, each.stage) for each in stay}
    return (
        *stay,
        *(each for each in now if (each.lot, each.stage) not in named and (each.lot, "") not in named),
    )


def of_award(counts: Sequence[PublishedCounts], lot: str, stage: str) -> PublishedCounts | None:
    """The counts of the lot and the stage that made an award."""
    own = [each for each in counts if each.lot == lot and each.stage in (stage, "")]
    return own[-1] if own else None


def of_lots(counts: Sequence[PublishedCounts]) -> tuple[PublishedCounts, ...]:
    """One line for each lot: the windows added up, of each the last stage that awards."""
    by_lot: dict[str, dict[int, PublishedCounts]] = {}
    for each in counts:
        by_lot.setdefault(each.lot, {})[each.window] = each
    return tuple(
        PublishedCounts(
            lot=lot,
            received=sum(each.received for each in windows.values()),
            eligible=sum(each.eligible for each in windows.values()),
            assessed=sum(each.assessed for each in windows.values()),
            assessed_sme=sum(each.assessed_sme for each in windows.values()),
            assessed_vcse=sum(each.assessed_vcse for each in windows.values()),
        )
        for lot, windows in by_lot.items()
    )
