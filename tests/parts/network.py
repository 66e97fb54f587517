"""No test reaches beyond this machine: a connection or a look-up that would is an error where it is made."""

import ipaddress
import sys
from typing import Any


class NetworkRefused(RuntimeError):
    """A test tried to reach another machine."""


def refuse_network() -> None:
    """From here on, for the rest of this process; what the tests start as programs of their own is not covered."""
    sys.addaudithook(_look)


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        _must_be_here(arguments[1][0])
    elif event == "socket.getaddrinfo":
        _must_be_here(arguments[0])


def _must_be_here(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host or "localhost"
    try:
        here = ipaddress.ip_address(name).is_loopback or name in {"0.0.0.0", "::"}  # noqa: S104  names this machine
    except ValueError:
        here = name == "localhost"
    if not here:
        raise NetworkRefused(f"a test tried to reach {name}")
