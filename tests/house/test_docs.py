"""What docs/ prints from the code is what the code says."""

import re

import pytest

from docs.write import DOCS, blocks, filled, pictures

PAGE = (DOCS / "workflows.md").read_text(encoding="utf-8")
AGAIN = "run `python -m docs.write`"


def test_the_tables_of_the_workflows_are_current_and_all_there() -> None:
    assert re.findall(r"<!-- (?!end )(.+?) -->", PAGE) == list(blocks())
    assert filled(PAGE) == PAGE, AGAIN


@pytest.mark.parametrize("name", pictures())
def test_the_pictures_of_the_workflows_are_current_and_shown(name: str) -> None:
    assert (DOCS / "workflows" / name).read_text(encoding="utf-8") == pictures()[name], AGAIN
    assert f"](workflows/{name})" in PAGE


def test_no_picture_is_left_of_a_workflow_that_is_gone() -> None:
    assert sorted(path.name for path in (DOCS / "workflows").iterdir()) == sorted(pictures())
