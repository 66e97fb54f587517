"""The demonstration's own clock and chance, and the order in which things happen on its timeline."""

import hashlib
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from procurement.adapters.mail import OutboxMailer
from procurement.adapters.queue import SilentBell
from procurement.queries import people as people_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Clock, Ports
from procurement.seeding.hands import Hands
from procurement.services.act import P, Result, Service, perform

SENDER = "no-reply@thousand-trades.example"
WEEK = timedelta(days=7)  # after so long the workers of the demonstration look at what waits


class SteppingClock:
    """A clock that stands at the instant of the act that is being made."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def unshifted(self) -> datetime:
        return self.at


class FixedRandomness:
    """The same bytes in the same order every time, so that the same city is made; never used outside the seed."""

    def __init__(self, name: str) -> None:
        self._name, self._drawn = name, 0

    def bytes(self, count: int) -> bytes:
        drawn = b""
        while len(drawn) < count:
            self._drawn += 1
            drawn += hashlib.sha256(f"{self._name}:{self._drawn}".encode()).digest()
        return drawn[:count]


@dataclass
class Timeline:
    """Acts wait here with their instants and are made in the order of time, across all calls. `outside` is the
    installation's own clock; `known` are those who have acted, as they are while nobody's roles or teams change."""

    ports: Ports
    clock: SteppingClock
    outside: Clock
    hands: Hands
    waiting: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    numbered: int = 0
    known: dict[str, Principal] = field(default_factory=dict)

    @classmethod
    def of(cls, ports: Ports, begins: datetime, since: datetime | None = None) -> "Timeline":
        """A timeline over the installation's own database and files; nothing is sent from it. `since`: see `Hands`."""
        clock = SteppingClock(begins)
        made = replace(
            ports,
            clock=clock,
            randomness=FixedRandomness("thousand trades"),
            bell=SilentBell(),
            mailer=OutboxMailer(SENDER),
        )
        return cls(made, clock, ports.clock, Hands(made, since))

    def at(self, instant: datetime, act: Callable[[], None]) -> None:
        """Make this act at that instant."""
        self.numbered += 1
        heapq.heappush(self.waiting, (instant, self.numbered, act))

    def play(self, until: datetime) -> None:
        """Make what lies before an instant, in order; the clock ends there. What lies later is not made."""
        looked = self.clock.at
        while self.waiting and self.waiting[0][0] <= until:
            instant, _, act = heapq.heappop(self.waiting)
            if instant - looked >= WEEK:
                looked = instant
                self._look()
            self.clock.at = max(self.clock.at, instant)
            act()
        self.clock.at = until
        self._look()
        self.hands.end_documents()
        self.hands.leave(self.outside.unshifted())

    def _look(self) -> None:
        """What the workers do: make the documents that were asked for, and hand over the messages that wait."""
        self.hands.end_documents()
        self.hands.begin_documents()
        self.hands.hand_over()

    def do(self, by: Principal, service: Service[P, Result], /, *args: P.args, **kwargs: P.kwargs) -> Result:
        """Let somebody do something, at the instant at which the timeline stands; see `perform`."""
        return perform(self.ports, by, self.clock.at, service, *args, **kwargs)

    def person(self, email: str, *, fresh: bool = False) -> Principal:
        """Somebody as they are now; `fresh`: who has just entered their password."""
        if email not in self.known:
            with self.ports.database.reading() as session:
                found = people_queries.find_by_email(session, email)
                if found is None:
                    raise ValueError(f"nobody has the address {email}")
                self.known[email] = people_queries.as_principal(session, found.id)
        principal = self.known[email]
        return replace(principal, fresh_until=self.clock.at + timedelta(minutes=10)) if fresh else principal
