"""The one place that reads the machine's clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's own time, for an installation that is not a demonstration."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def unshifted(self) -> datetime:
        return datetime.now(UTC)


class OffsetClock:
    """A demonstration's clock: ahead of the machine's by the offset that the database stores.

    `offset` is asked at every reading, since another process may have moved the clock forward in the meantime.
    It never runs backwards: an offset below nothing counts as nothing, since what has happened and what has fallen due
    cannot be taken back.
    """

    def __init__(self, offset: Callable[[], timedelta]) -> None:
        self._offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + max(self._offset(), timedelta(0))

    def unshifted(self) -> datetime:
        return datetime.now(UTC)
