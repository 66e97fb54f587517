"""What tells equal totals apart where money or contracts are given, which cannot be shared.

First the criteria that the published scheme names, in its order, by their published means; then, where a seed is given,
a draw that anybody can do again: `sha256(seed, line feed, reference)` in UTF-8, the lowest first. The seed is published
and nobody's choice: the log's checkpoint at the lock of the marks. Without a seed whoever is still equal stays equal.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Broken:
    """A tie that was broken: who shared it, in the order of their references, and what told them apart."""

    lot: str | int
    refs: tuple[str, ...]
    by: str | None  # the key of a criterion; None: it was drawn


def draw(seed: str, ref: str) -> str:
    """What a reference draws, in hexadecimal; ascending, the first has the better place."""
    return hashlib.sha256(f"{seed}\n{ref}".encode()).hexdigest()


def separated(
    lot: str | int,
    means: Mapping[str, Mapping[str, Decimal]],
    breakers: Sequence[str],
    seed: str,
) -> tuple[list[list[str]], list[Broken]]:
    """Equals (their means by criterion, by reference) as groups, the best first, with what told them apart.

    Whoever shares a group is still equal. Groups and what is broken are in the order of references within.
    """
    groups, broken = [sorted(means)], []
    for key in breakers:
        parted = []
        for group in groups:
            found = [
                list(same)
                for _, same in groupby(
                    sorted(group, key=lambda ref: (-means[ref][key], ref)), key=lambda ref: means[ref][key]
                )
            ]
            if len(found) > 1:
                broken.append(Broken(lot, tuple(group), key))
            parted += found
        groups = parted
    if not seed:
        return groups, broken
    broken += [Broken(lot, tuple(group), None) for group in groups if len(group) > 1]
    return [[ref] for group in groups for ref in sorted(group, key=lambda ref: draw(seed, ref))], broken
