"""Gradient boosted trees (LightGBM), with the same bits on any number of threads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


#: Penalty on the slopes in the leaves of model trees.
LINEAR_SHRINK = 30.0


@dataclass(frozen=True, slots=True)
class TreeSettings:
    """Size of a forest.

    `rounds` trees of `leaves` leaves, each weighted by `rate`; every tree sees the parts
    `columns` and `rows` of the data. `linear`: a straight line in each leaf (model trees; Shi et
    al. 2019, doi:10.24963/ijcai.2019/476).
    """

    rounds: int = 160
    leaves: int = 15
    rate: float = 0.05
    columns: float = 0.25
    rows: float = 0.7
    least_rows: int = 20
    bins: int = 63
    shrink: float = 5.0
    linear: bool = False

    def parameters(self, seed: int) -> dict[str, Any]:
        """For LightGBM. One thread: parallel work is done over gauges, not inside a tree."""
        return {
            "objective": "l2",
            "learning_rate": self.rate,
            "num_leaves": self.leaves,
            "min_data_in_leaf": self.least_rows,
            "feature_fraction": self.columns,
            "bagging_fraction": self.rows,
            "bagging_freq": 1,
            "lambda_l2": self.shrink,
            "max_bin": self.bins,
            "num_threads": 1,
            "deterministic": True,
            "force_row_wise": True,
            "seed": seed,
            "verbose": -1,
        } | ({"linear_tree": True, "linear_lambda": LINEAR_SHRINK} if self.linear else {})


class Trees:
    """A trained forest. Its text is LightGBM's own format, which other programs read too."""

    __slots__ = ("_booster", "text")

    def __init__(self, text: str) -> None:
        """From the text of a model; it is parsed when first used."""
        self.text = text
        self._booster: Any = None

    def __reduce__(self) -> tuple[type[Trees], tuple[str]]:
        """Only the text travels between processes."""
        return Trees, (self.text,)

    @property
    def booster(self) -> Any:
        """The model in LightGBM."""
        if self._booster is None:
            import lightgbm

            self._booster = lightgbm.Booster(model_str=self.text)
        return self._booster

    def predict(self, x: Array) -> Array:
        """Predictions (N,) for rows (N, F), NaN allowed."""
        if not len(x):
            return np.empty(0)
        found: Array = np.asarray(self.booster.predict(x, num_threads=1), dtype=np.float64)
        return found

    def contributions(self, x: Array) -> Array:
        """What each column contributes to each prediction, (N, F + 1); the last is the mean.

        TreeSHAP: Lundberg et al. (2020), doi:10.1038/s42256-019-0138-9.
        """
        found: Array = np.asarray(
            self.booster.predict(x, pred_contrib=True, num_threads=1), dtype=np.float64
        )
        return found


def grow(x: Array, y: Array, weights: Array, settings: TreeSettings, seed: int) -> Trees:
    """Train on rows (N, F), targets (N,) and weights (N,)."""
    import lightgbm

    parameters = settings.parameters(seed)
    data = lightgbm.Dataset(x, y, weight=weights, params=parameters)
    booster = lightgbm.train(parameters, data, settings.rounds)
    return Trees(booster.model_to_string())
