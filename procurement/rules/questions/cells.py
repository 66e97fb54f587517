"""Answers that are typed into several inputs of one row: the one text in which they are stored, and back."""

from collections.abc import Mapping, Sequence

from procurement.rules.questions.texts import one_line

BETWEEN = " | "


def joined(cells: Sequence[str]) -> str:
    """The cells as one line; empty where all of them are. A stroke in a cell would make two of it."""
    tidy = [" ".join(each.replace("|", "/").split()) for each in cells]
    return BETWEEN.join(tidy).strip() if any(tidy) else ""


def cells_of(text: str, count: int) -> tuple[str, ...]:
    """The cells of a stored or typed line, as many as there are inputs."""
    cells = [each.strip() for each in one_line(text).split("|", count - 1)]
    return tuple([*cells, *[""] * count][:count])


def typed_into(sent: Mapping[str, str], name: str, inputs: Sequence[str]) -> str:
    """What was typed into the inputs of these names (`<name>-<input>`), as one line; or the line, sent whole."""
    if name in sent:
        return sent[name]
    return joined([sent.get(f"{name}-{each}", "") for each in inputs])
