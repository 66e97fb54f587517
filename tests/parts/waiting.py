"""Waiting for what another process does. The bound only ends a test that would hang; it is no budget of anything."""

import time
from collections.abc import Callable

WITHIN = 300.0  # seconds: sixty were too few once, on two processors with sixteen wanting them
HANGS = 600  # seconds that a whole test may take that waits so, for `pytest.mark.timeout`


def until(holds: Callable[[], bool], meanwhile: Callable[[], object] = lambda: None) -> None:
    """Return as soon as it holds; `meanwhile` is done between two looks, and may raise why it never will hold."""
    deadline = time.monotonic() + WITHIN
    while not holds():
        assert time.monotonic() < deadline, f"it did not happen within {WITHIN:.0f} seconds"
        meanwhile()
        time.sleep(0.02)
