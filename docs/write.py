"""Writes what of docs/ is made from the code: `python -m docs.write`. A test says when that has to be done again."""

import re
from pathlib import Path

from workflows.catalogue import LIFECYCLES, PROCEDURES, source
from workflows.drawing import diagram, procedures_table, sets_table, table, words_table

DOCS = Path(__file__).parent


def blocks() -> dict[str, str]:
    """What stands between `<!-- name -->` and `<!-- end -->` on a page, by its name."""
    made = {"procedures": procedures_table(PROCEDURES.values())}
    for key, workflow in LIFECYCLES.items():
        made[f"{key}: moves"] = table(workflow)
        made[f"{key}: words"] = words_table(workflow)
        made[f"{key}: sets"] = sets_table(source.LIFECYCLES[key]["sets"])
    return made


def filled(page: str) -> str:
    """The page with its blocks as they are now; KeyError for a name that nobody makes."""
    made = blocks()
    return re.sub(
        r"(?<=<!-- )(?!end )([^>]+)( -->\n).*?(?=<!-- end -->)",
        lambda found: f"{found[1]}{found[2]}{made[found[1]]}\n",
        page,
        flags=re.DOTALL,
    )


def pictures() -> dict[str, str]:
    """The pictures of docs/workflows by their names, on white: a reader's dark page would swallow the black lines."""
    paper = '</defs>\n<rect width="100%" height="100%" fill="#fff"/>'
    return {f"{key}.svg": diagram(each).replace("</defs>", paper, 1) + "\n" for key, each in LIFECYCLES.items()}


if __name__ == "__main__":
    page = DOCS / "workflows.md"
    page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
    for name, picture in pictures().items():
        DOCS.joinpath("workflows", name).write_text(picture, encoding="utf-8")
