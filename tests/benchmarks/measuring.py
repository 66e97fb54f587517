"""Rounds in alternation, medians and their spread, and the table that is printed at the end."""

import gc
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from procurement.config import PROJECT_ROOT

ROUNDS = 5


@dataclass(frozen=True)
class Compared:
    """Rates (how many a second) of ours and of the bare thing, round by round."""

    ours: tuple[float, ...]
    bare: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        return [ours / bare for ours, bare in zip(self.ours, self.bare, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)


@dataclass
class Table:
    """What was measured, as markdown."""

    lines: list[Sequence[str]] = field(default_factory=list)
    statements: list[Sequence[str]] = field(default_factory=list)

    def add(self, what: str, bare: str, found: Compared) -> None:
        self.lines.append(
            (
                what,
                rate(statistics.median(found.ours)),
                bare,
                rate(statistics.median(found.bare)),
                f"{found.ratio:.2f}",
                f"{min(found.ratios):.2f}–{max(found.ratios):.2f}",
            )
        )

    def text(self) -> str:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
        ).stdout.strip()
        loads = " ".join(f"{load:.1f}" for load in os.getloadavg())
        head = (
            f"{datetime.now(UTC):%Y-%m-%d}, commit {commit or 'unknown'}, {os.cpu_count()} cores, Python "
            f"{platform.python_version()}, load {loads}; medians of {ROUNDS} alternating rounds"
        )
        table = markdown(("what", "ours", "compared with", "bare", "ratio", "spread"), self.lines)
        counts = markdown(("page", "statements"), self.statements) if self.statements else ""
        return "\n\n".join(filter(None, (head, table, counts)))


def markdown(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def rate(per_second: float) -> str:
    return f"{per_second:,.0f} /s" if per_second >= 10 else f"{per_second:.2f} /s"


def alternating(ours: Callable[[], float], bare: Callable[[], float], rounds: int = ROUNDS) -> Compared:
    """Both measured in turn, after one round of each that does not count; each call returns a rate."""
    ours(), bare()
    first, second = [], []
    for number in range(rounds):
        for measure, kept in ((ours, first), (bare, second)) if number % 2 else ((bare, second), (ours, first)):
            gc.collect()
            kept.append(measure())
    return Compared(tuple(first), tuple(second))


def timed(acts: Sequence[Callable[[], object]], clock: Callable[[], float] = time.perf_counter) -> float:
    """How many of these a second, one after the other; `time.process_time` for what one process does alone."""
    began = clock()
    for act in acts:
        act()
    return len(acts) / (clock() - began)
