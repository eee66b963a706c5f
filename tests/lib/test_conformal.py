"""Quantiles of past errors: known values, guarantees and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steiger.lib.forecasting.conformal import (
    conformal_quantiles,
    effective_number,
    probability_above,
    weighted_quantiles,
)

LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
numbers = st.floats(-1e6, 1e6, allow_nan=False)


def test_weighted_quantiles_of_equal_weights() -> None:
    found = weighted_quantiles([1.0, 2.0, 3.0, 4.0], np.ones(4), [0.125, 0.5, 0.875])
    assert found.tolist() == [1.0, 2.5, 4.0]


@given(st.lists(numbers, min_size=1, max_size=30), st.integers(2, 5))
def test_weight_is_the_same_as_repetition_in_the_middle(values: list[float], times: int) -> None:
    weighted = weighted_quantiles(values, np.full(len(values), float(times)), [0.5])
    plain = weighted_quantiles(values, np.ones(len(values)), [0.5])
    assert weighted == pytest.approx(plain)


@given(st.lists(numbers, min_size=1, max_size=40))
def test_quantiles_never_fall(values: list[float]) -> None:
    found = conformal_quantiles(values, np.ones(len(values)), LEVELS)
    assert (np.diff(found) >= 0).all()


def test_missing_values_and_weights_are_left_out() -> None:
    found = weighted_quantiles([1.0, np.nan, 5.0, 9.0], [1.0, 1.0, 1.0, 0.0], [0.5])
    assert found.tolist() == [3.0]


@pytest.mark.parametrize(
    ("values", "weights", "levels", "word"),
    [
        ([np.nan], [1.0], [0.5], "weight"),
        ([1.0], [0.0], [0.5], "weight"),
        ([1.0], [1.0], [1.5], "probabilities"),
    ],
)
def test_quantiles_of_nothing_are_refused(
    values: list[float], weights: list[float], levels: list[float], word: str
) -> None:
    with pytest.raises(ValueError, match=word):
        weighted_quantiles(values, weights, levels)


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_conformal_band_covers_what_it_promises(seed: int) -> None:
    draw = np.random.default_rng(seed)
    covered = []
    for _ in range(200):
        errors = draw.gamma(2.0, size=31)
        low, high = conformal_quantiles(errors[:30], np.ones(30), [0.1, 0.9])
        covered.append(low <= errors[30] <= high)
    assert np.mean(covered) > 0.70


def test_few_errors_move_outer_quantiles_outwards() -> None:
    errors = np.arange(20.0)
    plain = weighted_quantiles(errors, np.ones(20), [0.1, 0.5, 0.9])
    found = conformal_quantiles(errors, np.ones(20), [0.1, 0.5, 0.9])
    assert found[0] < plain[0]
    assert found[1] == plain[1]
    assert found[2] > plain[2]


def test_effective_number_of_unequal_weights() -> None:
    assert effective_number([2.0, 2.0, 2.0]) == pytest.approx(3.0)
    assert effective_number([1.0, 0.0, np.nan]) == 1.0
    assert effective_number([]) == 1.0


def test_probability_above_at_the_quantiles_themselves() -> None:
    quantiles = np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]])
    for level, value in zip(LEVELS, quantiles[0], strict=True):
        assert probability_above(quantiles, LEVELS, value)[0] == pytest.approx(1 - level)


@given(
    st.lists(st.floats(-50, 50), min_size=7, max_size=7), st.lists(numbers, min_size=2, max_size=20)
)
def test_probability_never_rises_with_the_threshold(
    values: list[float], thresholds: list[float]
) -> None:
    quantiles = np.sort(np.array([values]), axis=1)
    found = [probability_above(quantiles, LEVELS, t)[0] for t in sorted(thresholds)]
    assert all(0.0 <= p <= 1.0 for p in found)
    assert (np.diff(found) <= 1e-12).all()


def test_probability_of_an_unknown_band_is_unknown() -> None:
    assert np.isnan(probability_above(np.full((1, 7), np.nan), LEVELS, 1.0)[0])
