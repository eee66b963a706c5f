"""Blocks of time and forecasts that any better method has to beat."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.lib.forecasting.backtests import blocked_folds
from steiger.lib.forecasting.baselines import climatology, damped_trend, persistence


@given(
    st.lists(st.integers(0, 5000), min_size=10, max_size=200, unique=True),
    st.integers(2, 5),
    st.integers(0, 100),
    st.booleans(),
)
def test_every_row_is_tested_once_and_no_neighbour_is_learned_from(
    places: list[int], count: int, gap: int, even: bool
) -> None:
    at = np.array(sorted(places))
    folds = list(blocked_folds(at, count, gap, even=even))
    assert np.sum([fold.test for fold in folds], axis=0).tolist() == [1] * len(at)
    for fold in folds:
        assert not (fold.train & fold.test).any()
        if fold.train.any() and fold.test.any():
            apart = np.abs(at[fold.train][:, None] - at[fold.test][None, :])
            assert apart.min() > 0
            edge = (at[fold.test].min(), at[fold.test].max())
            inside = (at[fold.train] > edge[0]) & (at[fold.train] < edge[1])
            assert not inside.any()


def test_gap_is_kept_on_both_sides() -> None:
    middle = list(blocked_folds(np.arange(90), 3, 5))[1]
    assert np.flatnonzero(middle.test).tolist() == list(range(30, 60))
    assert np.flatnonzero(middle.train).tolist() == [*range(25), *range(65, 90)]


def test_even_blocks_hold_as_many_rows_whatever_holes_lie_between() -> None:
    at = np.concatenate([np.arange(60), [9000, 9001, 9002]])
    assert [int(fold.test.sum()) for fold in blocked_folds(at, 3, 5)] == [60, 0, 3]
    folds = list(blocked_folds(at, 3, 5, even=True))
    assert [int(fold.test.sum()) for fold in folds] == [21, 21, 21]
    assert np.flatnonzero(folds[0].train)[0] == 26


@pytest.mark.parametrize(
    ("places", "count", "word"),
    [([1, 2, 3], 1, "at least two"), ([1], 2, "cannot be split"), ([3, 1, 2], 2, "sort")],
)
def test_folds_without_sense_are_refused(places: list[int], count: int, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        list(blocked_folds(places, count, 0))


def test_persistence_keeps_the_last_known_value() -> None:
    found = persistence([np.nan, 1.0, np.nan, 3.0], 2)
    assert found[1:].tolist() == [[1.0, 1.0], [1.0, 1.0], [3.0, 3.0]]
    assert np.isnan(found[0]).all()


def test_damped_trend_levels_out() -> None:
    found = damped_trend([0.0, 1.0], 3, damping=0.5)
    assert found[1].tolist() == [1.5, 1.75, 1.875]


def test_damping_outside_of_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="damping"):
        damped_trend([1.0], 1, damping=1.0)


def test_climatology_is_the_quantiles_of_the_past() -> None:
    assert climatology([1.0, np.nan, 3.0], [0.0, 0.5, 1.0]).tolist() == [1.0, 2.0, 3.0]
    assert np.isnan(climatology([np.nan], [0.5])).all()
