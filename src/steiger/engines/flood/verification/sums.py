"""Scores from sums over blocks of time, so that thousands of resamples cost no more than one.

Each score is a function of a few sums (of squares, products, counts). They are kept per block;
a resample adds up other blocks. `steiger.lib.forecasting.scores` has the same scores over pairs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.verification.pairs import BLEND, Mask, Pairs
from steiger.engines.flood.verification.tables import QUANTILES, Array
from steiger.lib.forecasting import pinball_losses

SUMS = (
    *("n", "o", "oo", "f", "ff", "of", "ee", "crps", "pn", "pp", "pe", "both", "own", "blend"),
    *("fn", "fo", "foo", "fee", "fcrps", "fpp", "fpe"),
)
PLACE = {name: number for number, name in enumerate(SUMS)}
SCORES = (
    *("nse", "kge", "kge_2012", "persistence_index", "crps", "bias"),
    *("flood_nse", "flood_crps", "flood_persistence_index", "crps_skill_of_blend"),
)
BANDS = {"50": ("q25", "q75"), "80": ("q10", "q90"), "90": ("q05", "q95")}


def by_block(values: Array | Mask, blocks: NDArray[np.int64], count: int) -> Array:
    """Sums of the values per block; shape (count,)."""
    weights = np.asarray(values, dtype=np.float64)
    return np.asarray(np.bincount(blocks, weights, minlength=count), dtype=np.float64)


def score_sums(
    pairs: Pairs, method: str, centre: float, blocks: NDArray[np.int64], count: int
) -> Array:
    """What the scores of one method need, per block; shape (count, len(SUMS)).

    `centre` is taken off all values first (squares of small numbers lose no digits).
    """
    point, own, blend = pairs.points[method], pairs.crps[method], pairs.crps[BLEND]
    keep = np.isfinite(point) & np.isfinite(pairs.observed) & np.isfinite(own)
    o = np.where(keep, pairs.observed - centre, 0.0)
    f = np.where(keep, point - centre, 0.0)
    e = f - o
    last = keep & np.isfinite(pairs.known)
    p = np.where(last, pairs.known - pairs.observed, 0.0)
    crps = np.where(keep, own, 0.0)
    both = keep & np.isfinite(blend)
    flood = keep & pairs.flood
    columns = {
        "n": keep, "o": o, "oo": o * o, "f": f, "ff": f * f, "of": o * f, "ee": e * e,
        "crps": crps, "pn": last, "pp": p * p, "pe": np.where(last, e * e, 0.0),
        "both": both, "own": np.where(both, own, 0.0), "blend": np.where(both, blend, 0.0),
        "fn": flood, "fo": flood * o, "foo": flood * o * o, "fee": flood * e * e,
        "fcrps": flood * crps, "fpp": flood * p * p,
        "fpe": np.where(flood & last, e * e, 0.0),
    }  # fmt: skip
    return np.stack([by_block(columns[name], blocks, count) for name in SUMS], axis=1)


def scores_from(sums: Array, centres: Array) -> Array:
    """All scores; shape (…, gauges, len(SUMS)) gives (…, gauges, len(SCORES)).

    `centres` has shape (gauges,), see `score_sums`. NaN where a score is not defined.
    """
    s = {name: sums[..., number] for name, number in PLACE.items()}
    with np.errstate(divide="ignore", invalid="ignore"):
        n = s["n"]
        mean_o, mean_f = s["o"] / n, s["f"] / n
        var_o = np.maximum(s["oo"] / n - mean_o**2, 0.0)
        var_f = np.maximum(s["ff"] / n - mean_f**2, 0.0)
        r = (s["of"] / n - mean_o * mean_f) / np.sqrt(var_o * var_f)
        alpha = np.sqrt(var_f / var_o)
        beta = (mean_f + centres) / (mean_o + centres)
        flood_spread = s["foo"] - s["fo"] ** 2 / s["fn"]
        scores = {
            "nse": 1.0 - s["ee"] / _positive(n * var_o),
            "kge": 1.0 - np.sqrt((r - 1) ** 2 + (alpha - 1) ** 2 + (beta - 1) ** 2),
            "kge_2012": 1.0 - np.sqrt((r - 1) ** 2 + (alpha / beta - 1) ** 2 + (beta - 1) ** 2),
            "persistence_index": 1.0 - s["pe"] / _positive(s["pp"]),
            "crps": s["crps"] / n,
            "bias": mean_f - mean_o,
            "flood_nse": 1.0 - s["fee"] / _positive(flood_spread),
            "flood_crps": s["fcrps"] / s["fn"],
            "flood_persistence_index": 1.0 - s["fpe"] / _positive(s["fpp"]),
            "crps_skill_of_blend": 1.0 - s["blend"] / _positive(s["own"]),
        }
    result = np.stack([scores[name] for name in SCORES], axis=-1)
    return np.where(np.isfinite(result), result, np.nan)


def _positive(values: Array) -> Array:
    """NaN where there is nothing to divide by."""
    # What is left of a difference of sums after rounding is no spread.
    return np.where(values > 1e-12, values, np.nan)


BAND_SUMS = tuple(f"{where}{band}" for where in ("in", "flood_in") for band in BANDS)
CALIBRATION_SUMS = (
    "n", "flood_n", *BAND_SUMS, *QUANTILES, *(f"width{band}" for band in BANDS),
)  # fmt: skip


def calibration_sums(pairs: Pairs, blocks: NDArray[np.int64], count: int) -> Array:
    """What coverage and pinball need, per block; shape (count, len(CALIBRATION_SUMS))."""
    quantiles = pairs.forecasts.quantiles
    keep = np.isfinite(quantiles).all(axis=1) & np.isfinite(pairs.observed)
    observed = np.where(keep, pairs.observed, 0.0)
    columns: dict[str, Array | Mask] = {"n": keep, "flood_n": keep & pairs.flood}
    values = {
        name: np.where(keep, quantiles[:, number], 0.0) for number, name in enumerate(QUANTILES)
    }
    for band, (low, high) in BANDS.items():
        inside = keep & (observed >= values[low]) & (observed <= values[high])
        columns[f"in{band}"] = inside
        columns[f"flood_in{band}"] = inside & pairs.flood
        columns[f"width{band}"] = values[high] - values[low]
    for name, level in QUANTILES.items():
        columns[name] = np.where(keep, pinball_losses(values[name], observed, level), 0.0)
    return np.stack([by_block(columns[name], blocks, count) for name in CALIBRATION_SUMS], axis=1)


CALIBRATION = (
    *(f"coverage_{band}" for band in BANDS),
    *(f"flood_coverage_{band}" for band in BANDS),
    *(f"pinball_{name}" for name in QUANTILES),
    *(f"width_{band}" for band in BANDS),
)


def calibration_from(sums: Array) -> Array:
    """Coverages, pinball losses, widths; (…, len(CALIBRATION_SUMS)) gives (…, len(CALIBRATION))."""
    place = {name: number for number, name in enumerate(CALIBRATION_SUMS)}
    with np.errstate(divide="ignore", invalid="ignore"):
        n, flood = sums[..., place["n"]], sums[..., place["flood_n"]]
        parts = [
            *(sums[..., place[f"in{band}"]] / n for band in BANDS),
            *(sums[..., place[f"flood_in{band}"]] / flood for band in BANDS),
            *(sums[..., place[name]] / n for name in QUANTILES),
            *(sums[..., place[f"width{band}"]] / n for band in BANDS),
        ]
    return np.stack(parts, axis=-1)
