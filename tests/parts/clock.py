"""A clock that stands still until a test moves it."""

from datetime import datetime, timedelta


class StandingClock:
    """Says the same instant until it is moved; the unshifted time follows unless the test sets it apart."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._offset = timedelta(0)

    def now(self) -> datetime:
        return self._now + self._offset

    def unshifted(self) -> datetime:
        return self._now

    def set(self, instant: datetime) -> None:
        """To an instant, as if the machine's own clock had gone there."""
        self._now = instant

    def forward(self, **step: float) -> datetime:
        """On by days, hours, minutes …, as if time had passed; returns the new instant."""
        self._now += timedelta(**step)
        return self.now()

    def shift(self, **step: float) -> datetime:
        """On as a demonstration's clock is moved: only the service's time goes, the machine's stays."""
        self._offset += timedelta(**step)
        return self.now()
