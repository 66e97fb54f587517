"""The ports for one command, closed at its end."""

from collections.abc import Iterator
from contextlib import contextmanager

from procurement.adapters.pdf import PdfRenderer
from procurement.cli.console import CannotGoOn
from procurement.config import Config
from procurement.rules.ports import Ports
from procurement.wiring import NotReady, build, require_ready


@contextmanager
def open_ports(config: Config, *, must_be_ready: bool = True) -> Iterator[Ports]:
    """Everything outside, for a database that is set up. Raises CannotGoOn."""
    try:
        ports = build(config)
    except NotReady as reason:
        raise CannotGoOn(str(reason)) from reason
    try:
        if must_be_ready:
            require_ready(config, ports)
        yield ports
    except NotReady as reason:
        raise CannotGoOn(str(reason)) from reason
    finally:
        if isinstance(ports.renderer, PdfRenderer):
            ports.renderer.close()  # its children would wait for documents as long as this process lasts
        ports.database.close()
