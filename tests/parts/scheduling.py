"""Which tests one process runs together, since they share what is dear to make: `--dist loadgroup` by files.

xdist writes a test's mark `xdist_group` behind its name, which pytest does not show any more since 9.2: the mark has no
effect there. A group begins first, so that it is not what everybody waits for at the end.
"""

from typing import Any

import pytest

GROUPS = {
    "tests/journeys/": "city",  # the demonstration city, seeded on each database
    "tests/rights/": "city",
    "tests/adapters/test_pdf.py": "pdf",  # a long document of every kind
}


def group_of(name: str) -> str:
    """The group of a test by its name; a test without one is its own."""
    return next((group for start, group in GROUPS.items() if name.startswith(start)), name)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return ByGroup(config, log)
