"""Statistics that at every time use the past only, so that marks cannot know the future."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.quality.flags import Mask

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
#: How often a running quantile is computed anew. Counted from 1970, so that it does not depend on
#: where the data begins or ends.
REFRESH_DAYS = 60
#: Values before which a quantile says nothing.
LEAST_PAST = 100


def spans(mask: Mask) -> list[tuple[int, int]]:
    """First and last index of every unbroken run of True in (T,)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def run_starts(values: Array) -> Ints:
    """For every time the index at which its run of equal values began, (T,).

    A missing value is a run of its own.
    """
    index = np.arange(len(values))
    new = np.ones(len(values), dtype=bool)
    new[1:] = values[1:] != values[:-1]  # NaN differs from everything
    starts: Ints = np.maximum.accumulate(np.where(new, index, 0))
    return starts


def back_to_start(mask: Mask, starts: Ints) -> Mask:
    """The mask (T,), spread back over the whole run to which each marked time belongs."""
    change = np.zeros(len(mask) + 1, dtype=np.int64)
    marked = np.flatnonzero(mask)
    np.add.at(change, starts[marked], 1)
    np.subtract.at(change, marked + 1, 1)
    whole: Mask = np.cumsum(change[:-1]) > 0
    return whole


def held(given: Mask, width: int) -> Mask:
    """Where one of the last `width` times was `given`, (T,): a total holds for all its time."""
    newest = np.maximum.accumulate(np.where(given, np.arange(len(given)), -width))
    within: Mask = np.arange(len(given)) - newest < width
    return within


def previous_valid(values: Array) -> Array:
    """The last value before each time that is not missing, (T,); NaN where there is none."""
    index = np.where(np.isnan(values), -1, np.arange(len(values)))
    last = np.maximum.accumulate(index)
    before = np.concatenate([[-1], last[:-1]])
    return np.where(before < 0, np.nan, values[before])


def window_sum(values: Array, width: int) -> tuple[Array, Ints]:
    """Sum and number of the values that are not missing in the last `width` times, (T,) each."""
    given = ~np.isnan(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(given, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(given)])
    end = np.arange(1, len(values) + 1)
    begin = np.maximum(end - width, 0)
    # Differences of long sums leave dust: a dry month must be exactly dry.
    total = np.where(sums[end] - sums[begin] < 1e-6, 0.0, sums[end] - sums[begin])
    return total, counts[end] - counts[begin]


def past_quantile(values: Array, times: NDArray[np.datetime64], level: float) -> Array:
    """The quantile of all earlier values, (T,), refreshed every `REFRESH_DAYS` days.

    NaN in the first stretch, where there is no past.
    """
    block = times.astype("datetime64[D]").astype(np.int64) // REFRESH_DAYS
    begins = np.flatnonzero(np.diff(block)) + 1
    result = np.full(len(values), np.nan)
    # Only the largest values can ever be the answer; the rest need not be carried along.
    keep = int((1 - level) * len(values)) + 2
    largest, count, done = np.empty(0), 0, 0
    ends = np.append(begins, len(values))[1:]
    for begin, end in zip(begins, ends, strict=True):
        fresh = values[done:begin]
        fresh = fresh[~np.isnan(fresh)]
        largest, count, done = np.concatenate([largest, fresh]), count + len(fresh), int(begin)
        if len(largest) > keep:
            largest = np.partition(largest, len(largest) - keep)[-keep:]
        if count >= LEAST_PAST:
            from_top = count - 1 - int(level * (count - 1))
            place = len(largest) - 1 - from_top
            result[begin:end] = np.partition(largest, place)[place]
    return result
