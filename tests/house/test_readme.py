"""What the README prints from the code is what the code says."""

import re

import pytest

from procurement.cli import COMMANDS
from procurement.config import PROJECT_ROOT
from workflows.catalogue import ALL
from workflows.drawing import table

README = (PROJECT_ROOT / "README.md").read_text()


@pytest.mark.parametrize("key", sorted(ALL))
def test_each_workflow_is_printed_as_it_is(key: str) -> None:
    printed = re.search(rf"<!-- workflow {key} -->\n(.*?)\n<!-- end -->", README, re.DOTALL)
    assert printed is not None
    assert printed[1] == table(ALL[key])


def test_every_command_is_named() -> None:
    assert [name for name in COMMANDS if f"`procurement {name}" not in README] == []


def test_every_picture_is_there() -> None:
    assert [name for name in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README) if not (PROJECT_ROOT / name).is_file()] == []
