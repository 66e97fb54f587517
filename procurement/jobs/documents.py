"""Documents in the background: claim, work, finish."""

from procurement.jobs.bound import ports as bound
from procurement.rules.ports import Ports
from procurement.services import rendering


def render(document_id: int) -> bool:
    """The job that `services.documents` rings for."""
    return make(bound(), document_id)


def make(ports: Ports, document_id: int) -> bool:
    """Make one document if it waits; True when it was made now. Harmless when run again."""
    taken = ports.database.write(lambda session: rendering.claim(session, document_id, at=ports.clock.unshifted()))
    if taken is None:
        return False
    made = rendering.work(ports, taken)
    ended = ports.database.write(
        lambda session: rendering.finish(session, taken, made, at=ports.clock.unshifted(), now=ports.clock.now())
    )
    return ended and bool(made.digest)
