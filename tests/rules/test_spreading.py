"""Readers are spread evenly, never against a conflict, and as many as there can be."""

from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.spreading import spread


@given(some.integers(0, 30), some.integers(1, 4), some.integers(1, 9))
def test_without_conflicts_everything_is_read_enough_and_nobody_reads_two_more_than_another(things, each, people):
    found = spread([(thing, each) for thing in range(things)], range(people), {}, frozenset())
    assert {len(readers) for readers in found.values()} <= {min(each, people)}
    loads = [sum(person in readers for readers in found.values()) for person in range(people)]
    assert max(loads) - min(loads) <= 1


@given(some.data())
def test_nobody_is_chosen_against_a_conflict_or_twice_and_nothing_lacks_who_could_read_it(data):
    things, people = data.draw(some.integers(1, 12)), data.draw(some.integers(1, 6))
    pairs = some.tuples(some.integers(0, things - 1), some.integers(0, people - 1))
    barred, last = data.draw(some.sets(pairs)), data.draw(some.sets(pairs))
    wanted = [(thing, data.draw(some.integers(0, 4))) for thing in range(things)]
    found = spread(wanted, range(people), {0: 3}, barred, last)
    for thing, count in wanted:
        able = {person for person in range(people) if (thing, person) not in barred}
        chosen = found[thing]
        assert len(set(chosen)) == len(chosen) == min(count, len(able))
        assert set(chosen) <= able
        usual = {person for person in able if (thing, person) not in last}
        assert len(usual & set(chosen)) == min(count, len(usual))


def test_who_has_less_to_read_already_reads_more_now():
    assert spread([(1, 1), (2, 1)], [7, 8, 9], {7: 2, 8: 0, 9: 1}, frozenset()) == {1: [8], 2: [8]}
    assert spread([(1, 2), (2, 1)], [7, 8, 9], {}, {(2, 7), (2, 8)}) == {2: [9], 1: [7, 8]}
