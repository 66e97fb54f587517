"""Who might read what: readers spread evenly over what is to be read, nobody where a conflict stands in the way."""

from collections.abc import Collection, Mapping, Sequence


def spread(
    wanted: Sequence[tuple[int, int]],
    readers: Sequence[int],
    load: Mapping[int, int],
    barred: Collection[tuple[int, int]],
    last: Collection[tuple[int, int]] = frozenset(),
) -> dict[int, list[int]]:
    """So many readers as each thing still needs (`wanted`: its id and how many), by its id; fewer where fewer can.

    Whoever has the least to read comes first (`load`: what each has already), in the order of `readers` where that is
    equal; what the fewest can read is given out first. `barred`: (thing, reader) that must not be; `last`: those that
    are chosen only when nobody else is left.
    """
    has = {reader: load.get(reader, 0) for reader in readers}
    order = {reader: place for place, reader in enumerate(readers)}
    free = {thing: [each for each in readers if (thing, each) not in barred] for thing, _ in wanted}
    given: dict[int, list[int]] = {thing: [] for thing, _ in wanted}
    for thing, count in sorted(wanted, key=lambda each: len(free[each[0]])):
        ranked = sorted(free[thing], key=lambda each: ((thing, each) in last, has[each], order[each]))
        given[thing] = ranked[:count]
        for each in given[thing]:
            has[each] += 1
    return given
