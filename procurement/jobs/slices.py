"""What acts on many things have put off, in the background: claim a part, make it in one transaction."""

import logging

from procurement.jobs.bound import ports as bound
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import making
from procurement.services.act import perform

log = logging.getLogger(__name__)


def make(slice_id: int) -> bool:
    """The job that `services.slices` rings for."""
    return make_part(bound(), slice_id)


def make_part(ports: Ports, slice_id: int) -> bool:
    """Make one part if it waits; True when it was made now. Harmless when run again."""
    taken = ports.database.write(lambda session: making.claim(session, slice_id, at=ports.clock.unshifted()))
    if taken is None:
        return False
    try:
        return perform(ports, SYSTEM, ports.clock.now(), making.finish, taken)
    except Exception:  # nothing of it was made; that it failed must be seen where the others are counted
        log.exception("slice %s", slice_id)
        perform(ports, SYSTEM, ports.clock.now(), making.fail, taken)
        return False
