"""Writes what of docs/ is made from the code: `python -m docs.write`. A test says when that has to be done again."""

import re
from pathlib import Path

from workflows import catalogue
from workflows.catalogue import LIFECYCLES, PROCEDURES, source
from workflows.definition import STAGED, STEPS, Shape
from workflows.drawing import diagram, procedures_table, sets_table, table, words_table

DOCS = Path(__file__).parent


def blocks() -> dict[str, str]:
    """What stands between `<!-- name -->` and `<!-- end -->` on a page, by its name."""
    made = {"procedures": procedures_table(PROCEDURES.values()), "steps": steps_table()}
    for key, workflow in LIFECYCLES.items():
        made[f"{key}: moves"] = table(workflow)
        if key in STAGED:
            made[f"{key}: otherwise"] = otherwise(key)
        made[f"{key}: words"] = words_table(workflow)
        made[f"{key}: sets"] = sets_table(source.LIFECYCLES[key]["sets"])
    return made


def steps_table() -> str:
    """The states that each step adds to a stage and to its entries, as a table in Markdown."""
    lines = ["| step | a stage that has it is | its entries are |", "|---|---|---|"]
    for step in (*STEPS, ""):
        cells = [", ".join(_added(subject, step)) or "–" for subject in STAGED]
        lines.append(f"| {step or 'always there'} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _added(subject: str, step: str) -> list[str]:
    return [
        state["key"]
        for state in source.LIFECYCLES[subject]["state"]
        if ("" if state.get("always", False) else state["step"]) == step
    ]


def otherwise(subject: str) -> str:
    """The moves of a stage that is not sealed and for which nothing has to be handed in, where they are others."""
    whole, other = (
        table(catalogue.workflow(subject, Shape(STEPS, is_so, is_so))).splitlines() for is_so in (True, False)
    )
    return "\n".join([*whole[:2], *(line for line in other if line not in whole)])


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
