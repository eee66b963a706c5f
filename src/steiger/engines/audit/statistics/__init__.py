"""Estimates with intervals and the one-sided p-values that belong to them."""

from steiger.engines.audit.statistics.bootstrap import bootstrap_mean, bootstrap_statistic
from steiger.engines.audit.statistics.estimate import Estimate, exact, normal
from steiger.engines.audit.statistics.proportions import (
    binomial_bounds,
    paired_difference,
    proportion,
    proportion_difference,
    proportion_ratio,
)
from steiger.engines.audit.statistics.ranks import area_under_curve

__all__ = [
    "Estimate",
    "area_under_curve",
    "binomial_bounds",
    "bootstrap_mean",
    "bootstrap_statistic",
    "exact",
    "normal",
    "paired_difference",
    "proportion",
    "proportion_difference",
    "proportion_ratio",
]
