"""Documents in the background: claim, work, finish."""

from procurement.jobs.bound import ports as bound
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import rendering
from procurement.services.act import perform


def render(document_id: int) -> bool:
    """The job that `services.documents` rings for."""
    return make(bound(), document_id)


def make(ports: Ports, document_id: int) -> bool:
    """Make one document if it waits; True when it was made now. Harmless when run again."""
    taken = ports.database.write(lambda session: rendering.claim(session, document_id, at=ports.clock.unshifted()))
    if taken is None:
        return False
    made = rendering.work(ports, taken)
    ended = perform(ports, SYSTEM, ports.clock.now(), rendering.finish, taken, made)
    return ended and bool(made.digest)
