"""Sums, changes and extremes over the recent past of a series.

Rain is counted in whole units of 0.1 µm, so that a sum over a window is the same to the last bit
wherever the series begins: a forecast from a month of data equals one from ten years of it.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Units per mm in which water is counted.
PER_MM = 10_000.0
#: A window's sum is unknown if more than this part of its values is missing.
MOST_MISSING = 0.25


def lagged(values: Array, steps: int) -> Array:
    """The value `steps` rows earlier (T,); NaN before the first row."""
    if steps == 0:
        return values
    earlier = np.full_like(values, np.nan)
    if steps < len(values):
        earlier[steps:] = values[:-steps]
    return earlier


def carried(values: Array, steps: int) -> Array:
    """Missing values replaced by the last known one, at most `steps` rows old."""
    index = np.where(np.isnan(values), -1, np.arange(len(values)))
    last = np.maximum.accumulate(index) if len(values) else index
    fresh = (last >= 0) & (np.arange(len(values)) - last <= steps)
    return np.where(fresh, values[np.maximum(last, 0)], np.nan)


def age(values: Array) -> Array:
    """Rows since the last known value (T,); infinite before the first."""
    index = np.where(np.isnan(values), -1, np.arange(len(values)))
    last = np.maximum.accumulate(index) if len(values) else index
    return np.where(last >= 0, np.arange(len(values)) - last, np.inf)


class Counted:
    """A series of water depths (T,) in mm, ready for exact sums over any window."""

    def __init__(self, values: ArrayLike) -> None:
        """Missing values (NaN) count as unknown, not as dry."""
        series = np.asarray(values, dtype=np.float64)
        known = ~np.isnan(series)
        units = np.rint(np.where(known, series, 0.0) * PER_MM).astype(np.int64)
        self.sums: Ints = np.concatenate([[0], np.cumsum(units)])
        self.known: Ints = np.concatenate([[0], np.cumsum(known)])
        self.units = units

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.units)

    def between(self, older: int, newer: int, rows: Ints) -> Array:
        """Sum over the rows t − older + 1 … t − newer of each t in `rows`, mm.

        Windows that begin before the first row or miss more than a quarter are NaN; a smaller
        part that is missing is taken to be like the rest.
        """
        end, begin = rows + 1 - newer, rows + 1 - older
        inside = begin >= 0
        first, last = np.maximum(begin, 0), np.maximum(end, 0)
        known = self.known[last] - self.known[first]
        total = (self.sums[last] - self.sums[first]) / PER_MM
        width = older - newer
        enough = inside & (known >= (1.0 - MOST_MISSING) * width)
        return np.where(enough, total * (width / np.maximum(known, 1)), np.nan)

    def mean(self, width: int, rows: Ints) -> Array:
        """Mean of what is known in the last `width` rows up to each of `rows`; NaN without any."""
        first, last = np.maximum(rows + 1 - width, 0), rows + 1
        known = self.known[last] - self.known[first]
        total = (self.sums[last] - self.sums[first]) / PER_MM
        return np.where(known > 0, total / np.maximum(known, 1), np.nan)


def highest(values: Array, width: int, rows: Ints) -> Array:
    """Largest known value of the last `width` rows before and including each row."""
    padded = np.concatenate([np.full(width - 1, -np.inf), np.nan_to_num(values, nan=-np.inf)])
    found = sliding_window_view(padded, width)[rows].max(axis=1)
    return np.where(np.isfinite(found), found, np.nan)


def lowest(values: Array, width: int, rows: Ints) -> Array:
    """Smallest known value of the last `width` rows before and including each row."""
    return -highest(-values, width, rows)
