"""Messages in the background: claim, hand over, finish."""

from procurement.jobs.bound import ports as bound
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import delivery
from procurement.services.act import perform


def deliver(message_id: int) -> bool:
    """The job that `services.messages` rings for."""
    return send(bound(), message_id)


def send(ports: Ports, message_id: int) -> bool:
    """Send one message if it waits; True when it was sent now. Harmless when run again."""
    taken = ports.database.write(lambda session: delivery.claim(session, message_id, at=ports.clock.unshifted()))
    if taken is None:
        return False
    error = delivery.work(ports, taken)
    ended = perform(ports, SYSTEM, ports.clock.now(), delivery.finish, taken, error, shown=ports.mailer.shown)
    return ended and not error
