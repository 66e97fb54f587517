"""What the README prints from the code is what the code says."""

import re

from procurement.cli import COMMANDS
from procurement.config import PROJECT_ROOT

README = (PROJECT_ROOT / "README.md").read_text()


def test_every_command_is_named() -> None:
    assert [name for name in COMMANDS if f"`procurement {name}" not in README] == []


def test_every_picture_is_there() -> None:
    assert [name for name in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README) if not (PROJECT_ROOT / name).is_file()] == []
