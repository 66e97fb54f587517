"""What a web process says of itself minute by minute while it lives: a thread of its own, which asks for nothing."""

import logging
import os
import secrets
import socket
import threading

from sqlalchemy.exc import SQLAlchemyError

from procurement.rules.outages import BEAT
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import heartbeats
from procurement.services.act import perform

log = logging.getLogger(__name__)


def start(ports: Ports) -> str:
    """Begin to say so, at once and then every minute until the process ends; returns the name of the process."""
    process = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    threading.Thread(target=beat_for_ever, args=(ports, process), name="heartbeat", daemon=True).start()
    return process


def beat_for_ever(ports: Ports, process: str, ended: threading.Event | None = None) -> None:
    """One heartbeat a minute. A database that does not answer is a silence, which is what it is for everybody."""
    over = ended or threading.Event()
    while True:
        try:
            perform(ports, SYSTEM, ports.clock.now(), heartbeats.beat, process)
        except SQLAlchemyError:
            log.exception("the heartbeat of %s was not written; the next one is in a minute", process)
        if over.wait(BEAT.total_seconds()):
            return
