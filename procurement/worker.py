"""The processes in the background: `main` renders and sends, `sweep` starts again what was left undone."""

import logging
import os
import secrets
import signal
import socket
import threading
import time

from sqlalchemy.exc import SQLAlchemyError

from procurement import wiring
from procurement.adapters import queue
from procurement.config import Config
from procurement.jobs import bound
from procurement.jobs import sweep as sweeping
from procurement.rules.ports import Ports

EVERY = 3.0  # seconds between two rounds of the sweep
TIDY_EVERY = 3600.0  # seconds
BEHIND = 10  # steps of niceness: where cores are few, a press of Submit goes before the laying out of receipts

log = logging.getLogger(__name__)


def main() -> None:
    """Be a worker until a signal asks for the end. Raises NotReady."""
    config, ports = _ready()
    if not config.redis_url:
        raise wiring.NotReady(
            "REDIS_URL is not set. A worker needs Redis or Valkey; `procurement up` starts one itself."
        )
    os.nice(BEHIND)
    bound.bind(ports)
    queue.serve(queue.connect(config.redis_url), {waiting.job for waiting in sweeping.WAITING})


def sweep(*, once: bool = False) -> None:
    """Sweep every few seconds until a signal asks for the end, or once. Raises NotReady."""
    _, ports = _ready()
    holder = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    tidy_at = 0.0
    while True:
        try:
            if sweeping.sweep(ports, holder) is not None and time.monotonic() >= tidy_at:
                tidy_at = time.monotonic() + TIDY_EVERY
                sweeping.tidy(ports)
        except SQLAlchemyError:
            log.exception("a round of the sweep failed; the next one begins in %s seconds", EVERY)
        if once or ended.wait(EVERY):
            break
    ports.database.write(lambda session: sweeping.let_go(session, holder))


def _ready() -> tuple[Config, Ports]:
    config = Config.from_environment()
    ports = wiring.build(config)
    wiring.require_ready(config, ports)
    return config, ports
