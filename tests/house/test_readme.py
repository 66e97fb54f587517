"""The README says what it is and leads on; everything longer stands in docs/."""

import re

from docs.write import DOCS
from procurement.config import PROJECT_ROOT

README = (PROJECT_ROOT / "README.md").read_text()


def test_it_is_read_in_two_minutes() -> None:
    assert len(README.splitlines()) < 150


def test_the_two_commands_come_first() -> None:
    assert re.findall(r"^    make (\w+)", README, re.MULTILINE) == ["run", "test"]
    assert README.index("    make test") < README.index("![") < README.index("\n## ")


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    assert len(pictures) > 1
    assert [name for name in pictures if not (PROJECT_ROOT / name).is_file()] == []


def test_it_leads_to_every_page_of_the_docs() -> None:
    assert [path.name for path in DOCS.glob("*.md") if f"](docs/{path.name})" not in README] == []
