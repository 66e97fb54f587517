"""An answer that reads as a table: its head, its rows and its foot, as every page and document lays them out."""

from collections.abc import Callable
from dataclasses import dataclass

from workflows.facts import Sentence

Words = Sentence | str


@dataclass(frozen=True)
class Grid:
    """A table as people read it: the first cell of a row names it; `numeric` are the places of columns of figures.
    `foot` are rows of totals. As a text it has a line for each row, with each cell under its column's name."""

    caption: Words
    head: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]
    numeric: frozenset[int] = frozenset()
    foot: tuple[tuple[Words, ...], ...] = ()

    def __str__(self) -> str:
        return self.text(str)

    def text(self, said: Callable[[Words], str]) -> str:
        """Line by line; `said` puts our words into the reader's language."""
        heads = [said(each) for each in self.head]
        lines = [said(self.caption)]
        for row in (*self.rows, *self.foot):
            first, *rest = map(said, row)
            cells = (f"{head} {cell}" for head, cell in zip(heads[1:], rest, strict=False) if cell)
            lines.append(f"{first}: {'; '.join(cells)}")
        return "\n".join(lines)
