"""Scores: known values, and laws that hold for every series."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from steiger.lib.forecasting import (
    BrierParts,
    Contingency,
    block_bootstrap,
    brier,
    brier_parts,
    contingency,
    coverage,
    crps_from_quantiles,
    crps_losses,
    economic_value,
    interval_score,
    kge,
    mean_absolute_error,
    mean_squared_error,
    median_estimate,
    nan_median,
    nse,
    persistence_index,
    pinball,
    pit_counts,
    quantile_weights,
    reliability_table,
    wilson_interval,
)

Array = NDArray[np.float64]
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
OBSERVED = np.array([1.0, 2.0, 3.0, 4.0])

# Rounded, so that laws are not lost to the last bits of huge and tiny numbers.
value = st.integers(-10_000, 10_000).map(lambda n: n / 100)
series = st.integers(3, 30).flatmap(
    lambda n: st.tuples(*(arrays(np.float64, n, elements=value) for _ in range(3)))
)
factor = st.sampled_from([0.001, 0.01, 0.5, 3.0, 100.0])


def close(left: float, right: float) -> bool:
    if math.isnan(left) or math.isnan(right):
        return math.isnan(left) and math.isnan(right)
    return math.isclose(left, right, rel_tol=1e-6, abs_tol=1e-6)


def test_nse_of_known_series() -> None:
    # Errors 1, 0, 0, 1 against a spread of 5.
    assert nse([2.0, 2.0, 3.0, 3.0], OBSERVED) == pytest.approx(1 - 2 / 5)


def test_kge_of_known_series() -> None:
    # Twice the observation: r = 1, α = 2, β = 2; in 2012 γ = 1.
    assert kge(2 * OBSERVED, OBSERVED) == pytest.approx(1 - math.sqrt(2))
    assert kge(2 * OBSERVED, OBSERVED, variant=2012) == pytest.approx(0.0)
    # The mean, plus a breath of noise without correlation, is 1 − √2.
    noise = np.array([1.0, -1.0, -1.0, 1.0]) * 1e-9
    assert kge(2.5 + noise, OBSERVED) == pytest.approx(1 - math.sqrt(2))
    # Opposite: r = −1.
    assert kge(OBSERVED[::-1], OBSERVED) == pytest.approx(-1.0)


def test_persistence_index_of_known_series() -> None:
    assert persistence_index([1.5, 2.5], [2.0, 3.0], [1.0, 2.0]) == pytest.approx(0.75)


def test_pinball_of_known_values() -> None:
    assert pinball([1.0], [3.0], 0.9) == pytest.approx(1.8)
    assert pinball([3.0], [1.0], 0.9) == pytest.approx(0.2)


def test_weights_share_out_the_whole_interval() -> None:
    expected = [0.075, 0.1, 0.2, 0.25, 0.2, 0.1, 0.075]
    assert quantile_weights(LEVELS) == pytest.approx(expected)
    assert quantile_weights([0.5]) == pytest.approx([1.0])


def test_crps_of_many_quantiles_is_that_of_the_normal_distribution() -> None:
    from statistics import NormalDist

    normal = NormalDist()
    levels = [(i + 0.5) / 2000 for i in range(2000)]
    row = np.array([normal.inv_cdf(level) for level in levels])
    for observed in (0.0, 0.7, -2.0):
        # Gneiting and Raftery 2007, eq. 21, doi:10.1198/016214506000001437
        exact = (
            observed * (2 * normal.cdf(observed) - 1)
            + 2 * normal.pdf(observed)
            - 1 / math.sqrt(math.pi)
        )
        assert crps_from_quantiles(row[None], [observed], levels) == pytest.approx(exact, abs=1e-3)


def test_coverage_counts_the_borders() -> None:
    assert coverage([1, 1, 1, 1], [3, 3, 3, 3], OBSERVED) == 0.75


def test_interval_score_of_known_values() -> None:
    # Width 2; one above by 1 costs 2/0.2.
    assert interval_score([1, 1], [3, 3], [2, 4], nominal=0.8) == pytest.approx(2 + 10 / 2)


def test_brier_of_known_values() -> None:
    assert brier([0.0, 0.5, 1.0], [0, 1, 0]) == pytest.approx(1.25 / 3)


def test_reliability_table_counts_every_forecast_once() -> None:
    table = reliability_table([0.0, 0.01, 0.3, 0.35, 1.0], [0, 0, 1, 0, 1])
    assert [(b.low, b.high, b.count) for b in table] == [(0, 0.02, 2), (0.3, 0.4, 2), (0.9, 1, 1)]
    assert table[1].mean_probability == pytest.approx(0.325)
    assert table[1].observed_frequency == 0.5


def test_contingency_of_known_counts() -> None:
    table = contingency([1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 0])
    assert table == Contingency(2, 1, 1, 2)
    assert (table.pod, table.far, table.csi) == (2 / 3, 1 / 3, 0.5)
    assert (table.pofd, table.bias, table.events, table.alarms) == (1 / 3, 1.0, 3, 3)
    assert table + table == Contingency(4, 2, 2, 4)
    assert (table + Contingency(1, 1, 1)).quiet is None


def test_rates_are_undefined_without_cases() -> None:
    empty = Contingency(0, 0, 0)
    assert all(math.isnan(x) for x in (empty.pod, empty.far, empty.csi, empty.pofd, empty.bias))


@pytest.mark.parametrize(
    ("table", "ratio", "expected"),
    [
        (Contingency(10, 0, 0, 90), 0.3, 1.0),  # perfect
        (Contingency(0, 10, 0, 90), 0.3, 0.0),  # never: the cheaper choice above the base rate
        (Contingency(10, 0, 90, 0), 0.05, 0.0),  # always: the cheaper choice below it
        (Contingency(5, 5, 0, 90), 0.5, 0.5),
        # H = .8, F = .1, s = .1, α = .1: V = H − F (Richardson 2000, at α = s)
        (Contingency(8, 2, 9, 81), 0.1, 0.7),
    ],
)
def test_economic_value_of_known_tables(table: Contingency, ratio: float, expected: float) -> None:
    assert economic_value(table, ratio) == pytest.approx(expected)


def test_wilson_interval_of_known_values() -> None:
    # Newcombe 1998, 81 of 263 at 95 %: 0.2553 to 0.3662, doi:10.1002/(SICI)1097-0258
    assert wilson_interval(81, 263, confidence=0.95) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert wilson_interval(0, 5)[0] == 0.0


@given(series)
def test_perfect_forecast_gets_the_perfect_score(data: tuple[Array, ...]) -> None:
    observed, last, _ = data
    for score in (nse(observed, observed), persistence_index(observed, observed, last)):
        assert math.isnan(score) or score == 1.0
    perfect = kge(observed, observed)
    assert math.isnan(perfect) or perfect == pytest.approx(1.0)
    assert mean_absolute_error(observed, observed) == 0.0
    assert crps_from_quantiles(np.tile(observed[:, None], 7), observed, LEVELS) == 0.0


@given(series)
def test_the_mean_has_nse_0_and_persistence_has_index_0(data: tuple[Array, ...]) -> None:
    observed, last, _ = data
    mean = nse(np.full(observed.size, observed.mean()), observed)
    assert math.isnan(mean) or mean == pytest.approx(0.0, abs=1e-9)
    index = persistence_index(last, observed, last)
    assert math.isnan(index) or index == 0.0


@given(series, factor, value)
def test_nse_and_persistence_index_do_not_change_with_unit_or_zero(
    data: tuple[Array, ...], scale: float, shift: float
) -> None:
    forecast, observed, last = data
    moved = [scale * (x + shift) for x in data]
    assert close(nse(forecast, observed), nse(moved[0], moved[1])) or np.ptp(observed) < 1e-6
    assert close(persistence_index(forecast, observed, last), persistence_index(*moved))


@given(series, factor)
@example((np.array([0.0, 0.0, 0.01]), np.full(3, 0.91), np.zeros(3)), 0.001)
def test_scores_in_units_scale_with_the_unit(data: tuple[Array, ...], scale: float) -> None:
    forecast, observed, _ = data
    assert close(kge(forecast, observed), kge(scale * forecast, scale * observed))
    pairs: list[Callable[[Array, Array], float]] = [
        mean_absolute_error,
        lambda f, o: pinball(f, o, 0.9),
        lambda f, o: crps_from_quantiles(np.stack([f, 2 * np.abs(f) + f], 1), o, (0.3, 0.6)),
    ]
    for score in pairs:
        assert close(scale * score(forecast, observed), score(scale * forecast, scale * observed))
    squared = mean_squared_error(scale * forecast, scale * observed)
    assert close(scale**2 * mean_squared_error(forecast, observed), squared)


@given(series)
def test_worse_errors_never_score_better(data: tuple[Array, ...]) -> None:
    forecast, observed, last = data
    worse = observed + 2 * (forecast - observed)
    for score in (
        lambda f: nse(f, observed),
        lambda f: persistence_index(f, observed, last),
        lambda f: -mean_absolute_error(f, observed),
        lambda f: -pinball(f, observed, 0.25),
    ):
        good, bad = score(forecast), score(worse)
        assert math.isnan(good) or bad <= good + 1e-9


@given(series)
def test_crps_of_equal_quantiles_is_the_absolute_error(data: tuple[Array, ...]) -> None:
    forecast, observed, _ = data
    losses = crps_losses(np.tile(forecast[:, None], 7), observed, LEVELS)
    assert losses == pytest.approx(np.abs(forecast - observed))


@given(series, st.integers(0, 2))
def test_missing_values_are_left_out(data: tuple[Array, ...], place: int) -> None:
    forecast, observed, last = data
    gap = forecast.copy()
    gap[place] = np.nan
    rest = [np.delete(x, place) for x in (forecast, observed, last)]
    assert close(nse(gap, observed), nse(rest[0], rest[1]))
    assert close(persistence_index(gap, observed, last), persistence_index(*rest))


def test_nothing_left_is_nan_not_an_error() -> None:
    nothing = np.full(3, np.nan)
    for score in (nse, kge, mean_absolute_error, mean_squared_error):
        assert math.isnan(score(nothing, OBSERVED[:3]))
    assert math.isnan(persistence_index(nothing, nothing, nothing))
    assert math.isnan(coverage(nothing, nothing, nothing))
    assert math.isnan(pinball(nothing, nothing, 0.5))
    assert math.isnan(interval_score(nothing, nothing, nothing, nominal=0.8))
    assert math.isnan(crps_from_quantiles(nothing[:, None], nothing, [0.5]))
    assert math.isnan(brier([], []))
    assert math.isnan(brier_parts([], []).brier)
    assert np.isnan(pit_counts(nothing[:, None], nothing, [0.5])[0]).all()


probabilities = st.integers(1, 60).flatmap(
    lambda n: st.tuples(
        arrays(np.float64, n, elements=st.floats(0, 1, width=16)),
        arrays(np.bool_, n),
    )
)


@given(probabilities)
def test_brier_parts_add_up_exactly(data: tuple[Array, NDArray[np.bool_]]) -> None:
    probability, occurred = data
    parts: BrierParts = brier_parts(probability, occurred)
    total = parts.reliability - parts.resolution + parts.uncertainty
    total += parts.within_variance - parts.within_covariance
    assert total == pytest.approx(parts.brier, abs=1e-12)
    assert parts.brier == pytest.approx(brier(probability, occurred))
    assert sum(b.count for b in reliability_table(probability, occurred)) == probability.size


@given(arrays(np.bool_, st.integers(2, 50)))
def test_climatology_has_no_brier_skill_and_a_perfect_forecast_all(
    occurred: NDArray[np.bool_],
) -> None:
    base = np.full(occurred.size, occurred.mean())
    if 0 < occurred.mean() < 1:
        assert brier_parts(base, occurred).skill == pytest.approx(0.0, abs=1e-9)
        assert brier_parts(occurred.astype(float), occurred).skill == 1.0


counts = st.integers(0, 50)
tables = st.builds(Contingency, counts, counts, counts, counts)


@given(tables, st.floats(0.01, 0.99))
def test_value_is_at_most_1_and_csi_at_most_pod(table: Contingency, ratio: float) -> None:
    worth = economic_value(table, ratio)
    assert math.isnan(worth) or worth <= 1 + 1e-9
    assert math.isnan(table.pod) or math.isnan(table.csi) or table.csi <= table.pod + 1e-12


@given(tables)
def test_value_at_the_base_rate_is_hit_rate_minus_false_alarm_rate(table: Contingency) -> None:
    total = table.events + table.false_alarms + (table.quiet or 0)
    if 0 < table.events < total:
        worth = economic_value(table, table.events / total)
        assert worth == pytest.approx(table.pod - table.pofd, abs=1e-9)


@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.5, 0.99))
def test_wilson_interval_holds_the_share(hits: int, misses: int, confidence: float) -> None:
    low, high = wilson_interval(hits, hits + misses, confidence=confidence)
    share = hits / (hits + misses) if hits + misses else 0.5
    assert 0.0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1.0


@given(series)
def test_pit_of_all_forecasts_sums_to_one(data: tuple[Array, ...]) -> None:
    forecast, observed, _ = data
    quantiles = forecast[:, None] + np.linspace(-1, 1, 7)
    shares, expected = pit_counts(quantiles, observed, LEVELS)
    assert shares.sum() == pytest.approx(1.0)
    assert expected.sum() == pytest.approx(1.0)


def test_pit_of_a_tie_is_shared_out() -> None:
    shares, _ = pit_counts(np.array([[1.0, 1.0, 2.0]]), [1.0], [0.25, 0.5, 0.75])
    assert shares == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0.0])


def test_pit_of_a_calibrated_forecast_is_flat() -> None:
    from statistics import NormalDist

    rng = np.random.default_rng(4)
    row = np.array([NormalDist().inv_cdf(level) for level in LEVELS])
    shares, expected = pit_counts(np.tile(row, (20_000, 1)), rng.normal(size=20_000), LEVELS)
    assert shares == pytest.approx(expected, abs=0.01)


def mean_of(sums: Array) -> Array:
    result: Array = sums[..., 0] / sums[..., 1]
    return result[:, None]


def test_bootstrap_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    inside = 0
    for trial in range(200):
        sums = np.stack([rng.normal(5, 1, 40), np.ones(40)], axis=1)
        _, low, high = block_bootstrap(sums, mean_of, resamples=200, seed=trial)
        inside += bool(low[0] <= 5 <= high[0])
    assert 0.82 <= inside / 200 <= 0.96


def test_bootstrap_is_the_same_for_the_same_seed_and_starts_from_the_value() -> None:
    sums = np.random.default_rng(0).uniform(1, 2, (12, 2))
    one = block_bootstrap(sums, mean_of, seed=3)
    two = block_bootstrap(sums, mean_of, seed=3)
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    assert one[0][0] == pytest.approx(sums[:, 0].sum() / sums[:, 1].sum())
    assert one[1][0] < one[0][0] < one[2][0]


def test_bootstrap_of_one_block_has_no_width() -> None:
    value, low, high = block_bootstrap(np.array([[3.0, 2.0]]), mean_of)
    assert value[0] == low[0] == high[0] == 1.5


def test_bootstrap_of_a_score_that_is_mostly_undefined_has_no_interval() -> None:
    def rare(sums: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            share: Array = np.where(sums[..., 0] > 2, sums[..., 0] / sums[..., 1], np.nan)
        return share[:, None]

    sums = np.zeros((10, 2))
    sums[0] = (1.0, 1.0)
    _, low, high = block_bootstrap(sums, rare)
    assert np.isnan(low[0])
    assert np.isnan(high[0])


def test_median_estimate_is_over_gauges() -> None:
    sums = np.ones((8, 3, 2)) * np.array([[1.0, 1.0], [2.0, 1.0], [9.0, 1.0]])
    found = median_estimate(sums, lambda s: s[..., 0] / s[..., 1])
    assert (found.value, found.low, found.high) == (2.0, 2.0, 2.0)


@given(arrays(np.float64, (4, 5), elements=value | st.just(float("nan"))))
def test_median_leaves_out_what_is_missing(values: Array) -> None:
    for row, found in zip(values, nan_median(values), strict=True):
        finite = row[np.isfinite(row)]
        expected = np.median(finite) if finite.size else np.nan
        assert found == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: nse([1.0], [1.0, 2.0]), "shapes"),
        (lambda: kge([1.0], [1.0], variant=2010), "2010"),
        (lambda: pinball([1.0], [1.0], 1.0), "level"),
        (lambda: quantile_weights([]), "missing"),
        (lambda: quantile_weights([0.5, 0.5]), "ascend"),
        (lambda: quantile_weights([0.0, 0.5]), "ascend"),
        (lambda: crps_losses(np.ones((2, 2)), np.ones(2), [0.5]), "shape"),
        (lambda: crps_from_quantiles([1.0], [1.0], [0.5]), "fit"),
        (lambda: interval_score([1.0], [1.0], [1.0], nominal=1.0), "share"),
        (lambda: pit_counts(np.ones((2, 2)), np.ones(2), [0.5]), "fit"),
        (lambda: brier([1.1], [1]), "between 0 and 1"),
        (lambda: brier([0.5], [0.5]), "occurred"),
        (lambda: reliability_table([0.5], [1], (0.0, 0.5)), "bins"),
        (lambda: Contingency(-1, 0, 0), "negative"),
        (lambda: contingency([True], [True, False]), "shapes"),
        (lambda: economic_value(Contingency(1, 1, 1, 1), 0.0), "cost/loss"),
        (lambda: economic_value(Contingency(1, 1, 1), 0.5), "quiet"),
        (lambda: wilson_interval(3, 2), "no share"),
        (lambda: wilson_interval(1, 2, confidence=1.0), "confidence"),
        (lambda: block_bootstrap(np.ones((0, 1)), mean_of), "no block"),
        (lambda: block_bootstrap(np.ones((1, 2)), mean_of, resamples=0), "resample"),
    ],
)
def test_nonsense_is_refused(call: Callable[[], object], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        call()
