"""Intervals and their tests agree with each other and with published examples."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steiger.engines.audit.statistics import (
    Estimate,
    area_under_curve,
    binomial_bounds,
    bootstrap_mean,
    bootstrap_statistic,
    exact,
    normal,
    paired_difference,
    proportion,
    proportion_difference,
    proportion_ratio,
)
from steiger.engines.audit.statistics.two_shares import (
    Model,
    difference,
    paired,
    ratio,
    worst_tail,
)

ALPHA = 0.05


def agrees(estimate: Estimate, threshold: float) -> bool:
    """A threshold outside of the interval is rejected at α/2, one inside is not."""
    at_most, at_least = estimate.tails(threshold)
    room = 1e-9
    if threshold < estimate.low - room and at_most > ALPHA / 2 + 1e-6:
        return False
    if threshold > estimate.high + room and at_least > ALPHA / 2 + 1e-6:
        return False
    inside = estimate.low + room < threshold < estimate.high - room
    # Exact tails of small tables fall in uneven steps; the interval spans all that is not rejected.
    return not inside or min(at_most, at_least) >= ALPHA / 2 - 0.003


def test_share_as_published() -> None:
    # Newcombe (1998, Statistics in Medicine 17, 857-872), table I, method 5: 81 of 263.
    found = proportion(81, 263, level=0.95)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2527, 0.3676)


def test_nothing_wrong_still_leaves_room() -> None:
    found = proportion(0, 20, level=0.95)
    assert found.low == 0
    assert round(found.high, 4) == 0.1684


def two_groups(count: int, other: int, share: float, second: float) -> np.ndarray:
    """Probability of each (hits, other hits)."""
    from scipy.stats import binom

    one = binom.pmf(np.arange(count + 1), count, share)
    return np.outer(one, binom.pmf(np.arange(other + 1), other, second))


def test_exact_difference_sums_all_tables_that_are_as_extreme() -> None:
    """The same p-value from every table of two groups of ten, ordered by the pooled score, which is
    Farrington and Manning's at a difference of 0."""
    x, y = np.meshgrid(np.arange(11), np.arange(11), indexing="ij")
    pooled = (x + y) / 20
    spread = np.sqrt(np.maximum(pooled * (1 - pooled) / 5, 1e-300))
    score = np.where(pooled * (1 - pooled) > 0, (x - y) / 10 / spread, 0)
    extreme = score >= score[9, 3] - 1e-9
    p = max(two_groups(10, 10, q, q)[extreme].sum() for q in np.linspace(0.01, 0.99, 99))
    found = proportion_difference(9, 10, 3, 10, level=0.95).tails(0.0)[0]
    assert found == pytest.approx(p, rel=5e-3)


def test_exact_pairs_sum_all_tables_that_are_as_extreme() -> None:
    """At no difference: McNemar's score, exact without a condition (Suissa and Shuster 1991)."""
    from scipy.stats import multinomial

    count, seen = 25, (9, 2)
    tables = [(a, b, count - a - b) for a in range(count + 1) for b in range(count + 1 - a)]
    score = [(a - b) / math.sqrt(a + b) if a + b else 0 for a, b, _ in tables]
    bar = (seen[0] - seen[1]) / math.sqrt(sum(seen)) - 1e-9
    extreme = [table for table, z in zip(tables, score, strict=True) if z >= bar]
    p = max(
        multinomial.pmf(extreme, count, (q, q, 1 - 2 * q)).sum() for q in np.linspace(0.01, 0.5, 99)
    )
    found = paired_difference(7, *seen, 7, level=0.95).tails(0.0)[0]
    assert found == pytest.approx(p, rel=1e-2)


def all_tails(model: Model, sizes: tuple[int, int], threshold: float) -> np.ndarray:
    """Both p-values of every table, (first hits, second hits, 2); nan where there is no table."""
    found = np.full((sizes[0] + 1, sizes[1] + 1, 2), np.nan)
    for x, y in np.ndindex(found.shape[:2]):
        if x <= model.trials(np.array([float(y)]))[0]:
            found[x, y] = [worst_tail(model, x, y, threshold, above=way) for way in (True, False)]
    return found


@pytest.mark.parametrize(("make", "threshold"), [(difference, 0.1), (ratio, 0.8)])
def test_tests_of_two_groups_never_err_more_often_than_they_say(
    make: Callable[[int, int], Model], threshold: float
) -> None:
    """Every table of two small, unequal groups. Newcombe's and Katz's intervals erred up to .06
    and .1 at .025 in such groups."""
    sizes = (10, 20)
    tails = all_tails(make(*sizes), sizes, threshold)
    for second in np.linspace(0.0, 0.9, 46):
        first = second + threshold if make is difference else second * threshold
        chance = two_groups(*sizes, float(first), float(second))
        for level in (0.025, 0.1):
            assert [chance[tails[..., way] <= level].sum() <= level for way in (0, 1)] == [True] * 2


def test_tests_of_pairs_never_err_more_often_than_they_say() -> None:
    """Every outcome of 20 pairs; Newcombe's interval erred up to .09 at .025 here."""
    from scipy.stats import multinomial

    count, threshold = 20, 0.1
    tails = all_tails(paired(count), (count, count), threshold)
    x, y = np.nonzero(~np.isnan(tails[..., 0]))
    for second in np.linspace(0.0, 0.45, 46):
        shares = (second + threshold, second, max(0.9 - 2 * second, 0.0))
        chance = multinomial.pmf(np.stack([x, y, count - x - y], axis=1), count, shares)
        for way in (0, 1):
            assert chance[tails[x, y, way] <= 0.025].sum() <= 0.025


def test_paired_interval_is_narrow_where_answers_agree() -> None:
    together = paired_difference(80, 5, 2, 13, level=0.95)
    apart = paired_difference(70, 15, 12, 3, level=0.95)
    assert together.value == pytest.approx(0.03)
    assert together.high - together.low < apart.high - apart.low


@pytest.mark.parametrize("small", [0, 1, 9])
def test_small_group_is_never_decided(small: int) -> None:
    difference = proportion_difference(0, small, 500, 500, level=0.95)
    ratio = proportion_ratio(0, small, 500, 500, level=0.95)
    for threshold in (-0.9, 0.0, 0.1, 0.8):
        assert difference.tails(threshold) == (1.0, 1.0)
        assert ratio.tails(threshold) == (1.0, 1.0)
        assert difference.absolute().tails(abs(threshold))[1] > 0.5


def test_few_rows_leave_a_bootstrap_open() -> None:
    rng = np.random.default_rng(0)
    found = bootstrap_mean(np.zeros(19), level=0.95, rng=rng, possible=(-1.0, 1.0))
    assert (found.low, found.high, found.tails(0.5)) == (-1.0, 1.0, (1.0, 1.0))


def test_impossible_count_is_refused() -> None:
    with pytest.raises(ValueError, match="5 hits among 4"):
        proportion(5, 4, level=0.95)


def test_clopper_pearson_as_published() -> None:
    low, high = binomial_bounds(0, 10, alpha=0.025)
    assert (low, round(high, 4)) == (0.0, 0.3085)


@pytest.mark.parametrize(("count", "share"), [(20, 0.9), (50, 0.95), (137, 0.3), (400, 0.98)])
def test_tests_of_a_share_never_err_more_often_than_they_say(count: int, share: float) -> None:
    from scipy.stats import binom

    tails = [proportion(hits, count, level=0.95).tails(share) for hits in range(count + 1)]
    chance = binom.pmf(np.arange(count + 1), count, share)
    for level in (0.001, 0.025, 0.05, 0.2):
        for side in (0, 1):
            assert chance[[tail[side] <= level for tail in tails]].sum() <= level


def test_bca_equals_scipy() -> None:
    from scipy.stats import bootstrap

    values = np.random.default_rng(3).exponential(size=90)
    mine = bootstrap_mean(values, level=0.95, rng=np.random.default_rng(1), repeats=9000)
    other = bootstrap(
        (values,), np.mean, method="BCa", n_resamples=9000, rng=np.random.default_rng(2)
    ).confidence_interval
    assert mine.low == pytest.approx(other.low, abs=0.015)
    assert mine.high == pytest.approx(other.high, abs=0.03)


def test_bca_pulls_a_skewed_interval_as_scipy_does() -> None:
    from scipy.stats import bootstrap

    values = np.random.default_rng(3).exponential(size=120)
    mine = bootstrap_statistic(
        lambda rows: float(values[rows].var()),
        120,
        level=0.9,
        rng=np.random.default_rng(1),
        repeats=6000,
    )
    bca, plain = (
        bootstrap(
            (values,),
            np.var,
            method=method,
            confidence_level=0.9,
            n_resamples=6000,
            rng=np.random.default_rng(2),
        ).confidence_interval
        for method in ("BCa", "percentile")
    )
    # Without the acceleration the lower end would lie near the plain one; the upper end is where
    # few resamples are, so it is held less tightly.
    assert abs(mine.low - bca.low) < 0.35 * (bca.low - plain.low)
    assert mine.high == pytest.approx(bca.high, rel=0.03)


def test_mean_and_general_bootstrap_agree() -> None:
    values = np.random.default_rng(3).exponential(size=60)
    one = bootstrap_mean(values, level=0.9, rng=np.random.default_rng(1), repeats=4000)
    two = bootstrap_statistic(
        lambda rows: float(values[rows].mean()),
        60,
        level=0.9,
        rng=np.random.default_rng(2),
        repeats=4000,
    )
    assert one.low == pytest.approx(two.low, abs=0.02)


def test_blocks_widen_where_neighbours_agree() -> None:
    values = np.repeat(np.random.default_rng(0).normal(size=60), 10)
    alone = bootstrap_mean(values, level=0.95, rng=np.random.default_rng(1))
    blocks = bootstrap_mean(values, level=0.95, rng=np.random.default_rng(1), block=20)
    assert blocks.count == 30
    assert blocks.high - blocks.low > 2 * (alone.high - alone.low)


def test_area_under_curve_counts_pairs() -> None:
    rng = np.random.default_rng(0)
    scores, positive = rng.integers(0, 6, 80).astype(float), rng.random(80) < 0.4
    pairs = np.sign(scores[positive][:, None] - scores[~positive][None, :])
    assert area_under_curve(scores, positive, level=0.95).value == pytest.approx(
        (pairs.mean() + 1) / 2
    )


def test_perfect_separation_is_not_certain() -> None:
    scores = np.arange(30.0)
    found = area_under_curve(scores, scores >= 15, level=0.95)
    assert found.value == 1.0
    assert found.low < 0.99


def test_whole_count_has_no_error_and_meets_its_own_threshold() -> None:
    met = exact(0.0, level=0.95, count=50).against(0.0, "below", check="c", name="n")
    missed = exact(0.1, level=0.95, count=50).against(0.0, "below", check="c", name="n")
    assert (met.p_met, met.p_violated) == (0.0, 1.0)
    assert (missed.p_met, missed.p_violated) == (1.0, 0.0)
    full = exact(1.0, level=0.95, count=9).against(1.0, "above", check="c", name="n")
    assert full.p_met == 0.0


def test_direction_of_the_threshold() -> None:
    found = normal(0.9, 0.01, level=0.95, count=100)
    above = found.against(0.8, "above", check="c", name="n")
    below = found.against(0.8, "below", check="c", name="n")
    assert above.p_met < 1e-6 < above.p_violated
    assert below.p_violated < 1e-6 < below.p_met


share = st.integers(10, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
line = st.floats(0.01, 0.99)


@given(share, line)
def test_law_interval_and_test_of_a_share_agree(counts: tuple[int, int], threshold: float) -> None:
    assert agrees(proportion(*counts, level=0.95), threshold)


@settings(max_examples=15)
@given(share, share, st.floats(-0.99, 0.99))
def test_law_interval_and_test_of_a_difference_agree(
    one: tuple[int, int], two: tuple[int, int], threshold: float
) -> None:
    found = proportion_difference(*one, *two, level=0.95)
    assert found.low <= found.value <= found.high
    assert agrees(found, threshold)


@settings(max_examples=15)
@given(share, share, st.floats(0.05, 5))
def test_law_interval_and_test_of_a_ratio_agree(
    one: tuple[int, int], two: tuple[int, int], threshold: float
) -> None:
    assert agrees(proportion_ratio(*one, *two, level=0.95), threshold)


@settings(max_examples=15)
@given(st.tuples(*[st.integers(0, 60)] * 4), st.floats(-0.9, 0.9))
def test_law_interval_and_test_of_pairs_agree(
    cells: tuple[int, int, int, int], threshold: float
) -> None:
    assert agrees(paired_difference(*cells, level=0.95), threshold)


@settings(max_examples=15)
@given(share, share, st.floats(0.0, 0.9))
def test_law_size_without_sign(
    one: tuple[int, int], two: tuple[int, int], threshold: float
) -> None:
    found = proportion_difference(*one, *two, level=0.95).absolute()
    other = proportion_difference(*two, *one, level=0.95).absolute()
    assert found.low <= found.value <= found.high
    assert found.value == pytest.approx(other.value)
    # Only such shares of the second group are looked at as its own count leaves possible, so the
    # order of the groups shows a little in a tail, but never turns a clear verdict.
    for mine, theirs in zip(found.tails(threshold), other.tails(threshold), strict=True):
        assert min(mine, theirs) > ALPHA / 4 or max(mine, theirs) < ALPHA
    at_most, at_least = found.tails(threshold)
    # Rejecting "at most t" implies that t lies below the interval, and the other way round above.
    assert at_most >= ALPHA / 2 - 1e-6 or threshold < found.low + 1e-9
    assert at_least >= ALPHA / 2 - 1e-6 or threshold > found.high - 1e-9


@settings(max_examples=15)
@given(st.integers(0, 1000), st.floats(0.2, 2.0))
def test_law_interval_and_test_of_a_bootstrap_agree(seed: int, threshold: float) -> None:
    values = np.random.default_rng(seed).exponential(size=60)
    found = bootstrap_mean(values, level=0.95, rng=np.random.default_rng(seed), repeats=1000)
    at_most, at_least = found.tails(threshold)
    # The resamples are a staircase: agreement up to one step.
    assert threshold >= found.low - 0.02 or at_most <= ALPHA / 2 + 0.003
    assert threshold <= found.high + 0.02 or at_least <= ALPHA / 2 + 0.003


def test_error_rate_at_the_threshold_is_held() -> None:
    """A thousand samples exactly at the threshold: each direction errs in α/2, up to chance."""
    rng = np.random.default_rng(7)
    hits = rng.binomial(400, 0.8, 1000)
    wrong = [proportion(int(k), 400, level=0.95).tails(0.8) for k in hits]
    assert np.mean([at_most < 0.025 for at_most, _ in wrong]) < 0.04
    assert np.mean([at_least < 0.025 for _, at_least in wrong]) < 0.04
