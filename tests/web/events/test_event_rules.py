"""Laws of quota and waiting list, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.web.events.domain.rules import (
    QuotaError,
    Waiting,
    checked_quota,
    may_take,
    next_offers,
    servable,
)


def queue(*seats: int) -> list[Waiting]:
    return [Waiting(number, wanted) for number, wanted in enumerate(seats)]


@pytest.mark.parametrize(
    ("quota", "taken", "wanted", "offered"),
    [
        (10, 10, (1, 1), []),
        (10, 9, (1, 1), [0]),
        (10, 8, (1, 1), [0, 1]),
        (10, 8, (3, 1), []),  # the group waits for its third seat, and nobody overtakes it
        (10, 7, (3, 1), [0]),
        (10, 6, (3, 1), [0, 1]),
        (2, 0, (3, 1, 1), [1, 2]),  # a group larger than the quota can never be served
        (0, 0, (1,), []),
    ],
)
def test_next_offers(quota: int, taken: int, wanted: tuple[int, ...], offered: list[int]) -> None:
    found = next_offers(quota=quota, taken=taken, queue=queue(*wanted))
    assert [one.key for one in found] == offered


@pytest.mark.parametrize(
    ("quota", "taken", "wanted", "seats", "free"),
    [
        (3, 2, (), 1, True),
        (3, 2, (), 2, False),
        (3, 1, (3,), 1, False),
        (3, 1, (4,), 2, True),
    ],
)
def test_may_take(quota: int, taken: int, wanted: tuple[int, ...], seats: int, free: bool) -> None:
    assert may_take(quota=quota, taken=taken, queue=queue(*wanted), seats=seats) == free


def test_quota_below_what_is_given_is_refused() -> None:
    assert checked_quota(quota=3, taken=3) == 3
    with pytest.raises(QuotaError) as refused:
        checked_quota(quota=2, taken=3)
    assert refused.value.taken == 3


def test_nobody_waits_with_no_seat() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Waiting("x", 0)


@given(
    quota=st.integers(0, 30),
    taken=st.integers(0, 30),
    wanted=st.lists(st.integers(1, 8), max_size=12),
)
def test_offers_keep_order_and_quota(quota: int, taken: int, wanted: list[int]) -> None:
    waiting = queue(*wanted)
    offers = next_offers(quota=quota, taken=taken, queue=waiting)
    # A beginning of those who can be served, without a gap.
    assert offers == servable(quota, waiting)[: len(offers)]
    if offers:
        assert taken + sum(one.seats for one in offers) <= quota
    rest = servable(quota, waiting)[len(offers) :]
    if rest:
        assert taken + sum(one.seats for one in offers) + rest[0].seats > quota
