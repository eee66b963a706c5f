"""Fair turns: among those who are always free and fit equally, loads differ by at most one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.engines.advice import Candidate, in_turn

START = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.integers(1, 9), st.integers(0, 200))
def test_loads_differ_by_at_most_one(people: int, bookings: int) -> None:
    state = {n: Candidate(n, 0) for n in range(people)}
    for number in range(bookings):
        first = in_turn(state.values())[0]
        state[first.key] = Candidate(first.key, first.load + 1, START + timedelta(minutes=number))
        loads = [one.load for one in state.values()]
        assert max(loads) - min(loads) <= 1


@given(st.integers(2, 6), st.lists(st.sets(st.integers(0, 5), min_size=1), max_size=150))
def test_who_was_away_catches_up_and_then_all_are_even(people: int, free: list[set[int]]) -> None:
    state = {n: Candidate(n, 0) for n in range(people)}

    def book(among: list[Candidate], number: int) -> None:
        first = in_turn(among)[0]
        state[first.key] = Candidate(first.key, first.load + 1, START + timedelta(minutes=number))

    for number, some in enumerate(free):
        among = [state[n] for n in sorted(some) if n in state]
        if among:
            book(among, number)
    for number in range(200 * people):
        book(list(state.values()), 1000 + number)
    loads = [one.load for one in state.values()]
    assert max(loads) - min(loads) <= 1


def test_among_equals_who_has_waited_longest() -> None:
    one, two = Candidate(1, 3, START), Candidate(2, 3, START - timedelta(days=1))
    assert [c.key for c in in_turn([one, two, Candidate(3, 3)])] == [3, 2, 1]


def test_a_negative_load_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Candidate(1, -1)
