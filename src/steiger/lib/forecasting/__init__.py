"""Forecasting without a domain: scores and their confidence intervals, baselines, backtests."""

from steiger.lib.forecasting.contingency import (
    Contingency,
    contingency,
    economic_value,
    wilson_interval,
)
from steiger.lib.forecasting.intervals import (
    Estimate,
    block_bootstrap,
    median_estimate,
    nan_median,
)
from steiger.lib.forecasting.probability_scores import (
    BrierParts,
    ReliabilityBin,
    brier,
    brier_parts,
    reliability_table,
)
from steiger.lib.forecasting.scores import (
    coverage,
    crps_from_quantiles,
    crps_losses,
    interval_score,
    kge,
    mean_absolute_error,
    mean_squared_error,
    nse,
    persistence_index,
    pinball,
    pinball_losses,
    pit_counts,
    quantile_weights,
)

__all__ = [
    "BrierParts",
    "Contingency",
    "Estimate",
    "ReliabilityBin",
    "block_bootstrap",
    "brier",
    "brier_parts",
    "contingency",
    "coverage",
    "crps_from_quantiles",
    "crps_losses",
    "economic_value",
    "interval_score",
    "kge",
    "mean_absolute_error",
    "mean_squared_error",
    "median_estimate",
    "nan_median",
    "nse",
    "persistence_index",
    "pinball",
    "pinball_losses",
    "pit_counts",
    "quantile_weights",
    "reliability_table",
    "wilson_interval",
]
