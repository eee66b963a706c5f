"""Marks at a time never depend on what came later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from factories.flood import make_network, make_observations, make_sensor
from steiger.engines.flood.network import Kind, Observations, read_network, read_observations
from steiger.engines.flood.quality import check_quality, online_mask
from steiger.engines.flood.quality.series import (
    back_to_start,
    past_quantile,
    run_starts,
    spans,
    window_sum,
)

NETWORK = make_network(
    make_sensor("level"),
    make_sensor("other"),
    make_sensor("third"),
    make_sensor("flow", Kind.DISCHARGE),
    make_sensor("rain", Kind.RAIN),
    make_sensor("wet", Kind.RAIN),
    make_sensor("total", Kind.RAIN, accumulation=timedelta(days=1), stamped="start"),
)


def faulty(seed: int, days: int) -> Observations:
    """Rivers with every kind of fault."""
    random = np.random.default_rng(seed)
    count = days * 24
    wave = 0.8 + 0.3 * np.sin(np.arange(count)[:, None] / random.uniform(20, 80, 4))
    values = np.round(wave + random.normal(0, 0.01, (count, 4)), int(random.integers(2, 4)))
    rain = random.gamma(0.05, 8.0, (count, 2)).round(1)
    total = np.repeat(random.gamma(0.5, 6.0, days), 24)[:, None]
    table = np.concatenate([values, rain, total], axis=1)
    for _ in range(25):
        column, begin = int(random.integers(7)), int(random.integers(count))
        length = int(random.integers(1, 700))
        part = table[begin : begin + length, column]
        match random.integers(6):
            case 0:
                part[:] = part[0]
            case 1:
                part[:] = 0.0
            case 2:
                part[:3] = -999.0
            case 3:
                part[:2] += 3.0
            case 4:
                part[:] = np.nan
            case _:
                part[:5] = -0.5
    return make_observations(NETWORK, dict(zip(NETWORK.ids, table.T, strict=True)))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(20, 160), st.floats(0, 1))
@example(0, 129, 1 / 256)  # fewer hours than a daily total is late
def test_mask_of_the_past_is_the_beginning_of_the_mask(seed: int, days: int, part: float) -> None:
    observations = faulty(seed, days)
    cut = int(part * (len(observations) - 1))
    mask = online_mask(NETWORK, observations)
    known = observations.until(observations.times[cut])
    seen = online_mask(NETWORK, known)
    # What was not known yet has no value, so there is nothing to mark.
    assert (seen | np.isnan(known.values) == mask[: cut + 1] | np.isnan(known.values)).all()


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000))
def test_what_is_known_at_once_is_still_known_at_the_end(seed: int) -> None:
    observations = faulty(seed, 90)
    flags = check_quality(NETWORK, observations)
    assert not (online_mask(NETWORK, observations) & ~flags.unusable).any()
    for flag in flags.items:
        assert flag.start <= flag.end
        assert flag.count >= 1
        assert all(flag.reason.values())


@pytest.mark.shared
@pytest.mark.parametrize("name", ["network_a", "wupper"])
def test_real_mask_of_the_past_is_the_beginning_of_the_mask(shared: Path, name: str) -> None:
    folder = shared / "data/flood" / name
    network = read_network(folder)
    observations = read_observations(folder, network)
    mask = online_mask(network, observations)
    for part in (0.03, 0.4, 0.77):
        cut = int(part * len(observations))
        known = observations.until(observations.times[cut])
        there = ~np.isnan(known.values)
        assert (online_mask(network, known)[there] == mask[: cut + 1][there]).all()


numbers = st.lists(st.sampled_from([0.0, 1.0, 2.0, float("nan")]), min_size=1, max_size=40)


@given(numbers)
def test_runs_are_as_long_as_they_look(values: list[float]) -> None:
    array = np.array(values)
    starts = run_starts(array)
    for index, start in enumerate(starts):
        if start < index:
            assert (array[start : index + 1] == array[index]).all()
        if start > 0:
            assert array[start - 1] != array[start]


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_spans_are_the_mask(bits: list[bool]) -> None:
    mask = np.array(bits)
    rebuilt = np.zeros_like(mask)
    for first, last in spans(mask):
        rebuilt[first : last + 1] = True
        assert first == 0 or not mask[first - 1]
    assert (rebuilt == mask).all()


@given(numbers, st.data())
def test_marks_go_back_to_the_start_of_their_run(values: list[float], data: st.DataObject) -> None:
    array = np.array(values)
    bits = data.draw(st.lists(st.booleans(), min_size=len(array), max_size=len(array)))
    mask, starts = np.array(bits), run_starts(array)
    expected = mask.copy()
    for index in np.flatnonzero(mask):
        expected[starts[index] : index + 1] = True
    assert (back_to_start(mask, starts) == expected).all()


@given(numbers, st.integers(1, 50))
def test_window_sum_counts_the_last_values(values: list[float], width: int) -> None:
    array = np.array(values)
    sums, counts = window_sum(array, width)
    for index in range(len(array)):
        part = array[max(0, index - width + 1) : index + 1]
        assert sums[index] == np.nansum(part)
        assert counts[index] == np.count_nonzero(~np.isnan(part))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000), st.sampled_from([0.5, 0.9, 0.998]), st.integers(100, 6000))
def test_quantile_of_the_past_is_a_quantile_of_the_past(seed: int, level: float, cut: int) -> None:
    random = np.random.default_rng(seed)
    values = random.exponential(1.0, 6000)
    values[random.random(6000) < 0.2] = np.nan
    times = np.datetime64("2020-01-05T00:00:00") + np.arange(6000) * np.timedelta64(1, "h")
    found = past_quantile(values, times, level)
    assert np.array_equal(found[:cut], past_quantile(values[:cut], times[:cut], level), True)
    changes = np.flatnonzero(np.diff(found) != 0) + 1
    for begin in changes[~np.isnan(found[changes])]:
        past = values[:begin]
        past = np.sort(past[~np.isnan(past)])
        assert found[begin] == past[int(level * (len(past) - 1))]
