"""One act: what a service needs besides what it is asked to do, and the one way to make one in a transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from procurement.rules.dates import uk_day
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports

P = ParamSpec("P")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Act:
    """Somebody's act in one transaction: made where the transaction is made, and handed down unchanged.

    `by` is who acts (SYSTEM where the clock does), `now` the one instant of the act: when the request was received, or
    the job begun. The act is over with its transaction; a transaction that is run again gets a new one.
    """

    session: Session
    ports: Ports
    by: Principal
    now: datetime

    @cached_property
    def unshifted(self) -> datetime:
        """The machine's own time, aware UTC: for sign-ins, which a demonstration's clock does not end."""
        return self.ports.clock.unshifted()

    @cached_property
    def today(self) -> date:
        """The UK's day of this act: by it dated settings hold, and what is written is dated."""
        return uk_day(self.now)

    def made_by(self, by: Principal) -> "Act":
        """What follows from this act, in the same transaction, made by somebody else: mostly by the service itself."""
        return replace(self, by=by)


Service = Callable[Concatenate[Act, P], Result]
_SERIALIZABLE: set[Callable[..., Any]] = set()


def serializable(service: Service[P, Result]) -> Service[P, Result]:
    """This act reads so much that it must see the database as if nobody else wrote: it always runs SERIALIZABLE.

    `perform` sees to that. Whoever begins the transaction in another way must ask for it, or the act raises
    RuntimeError, on SQLite too, where it would do no harm: `write(…, serializable=True)`.
    """

    @wraps(service)
    def guarded(act: Act, /, *args: P.args, **kwargs: P.kwargs) -> Result:
        if not act.session.info.get("serializable"):
            raise RuntimeError(f"{service.__name__} was called in a transaction that is not serializable")
        return service(act, *args, **kwargs)

    _SERIALIZABLE.add(guarded)
    return guarded


def perform(
    ports: Ports, by: Principal, now: datetime, service: Service[P, Result], /, *args: P.args, **kwargs: P.kwargs
) -> Result:
    """Make an act in a transaction of its own, which may be run again after a conflict (see `Database.write`).

    Raises whatever the service raises, with nothing changed.
    """
    return ports.database.write(
        lambda session: service(Act(session, ports, by, now), *args, **kwargs),
        serializable=service in _SERIALIZABLE,
    )
