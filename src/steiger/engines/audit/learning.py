"""Models that an audit trains itself, to see what can be learnt from data: boosted trees."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
ROUNDS = 60
MOST_ROWS = 20_000
#: Without a thread pool and by rows, so that the same data gives the same trees everywhere.
SETTINGS: dict[str, Any] = {
    "verbosity": -1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "learning_rate": 0.1,
    "num_leaves": 15,
    "min_data_in_leaf": 10,
    "max_bin": 127,
}


def fitted_scores(
    inputs: Floats, codes: Codes, asked: Floats, *, classes: int, seed: int, rounds: int = ROUNDS
) -> Floats:
    """Probabilities of classes for `asked`, (M, K), learnt from inputs (N, F) and codes (N,)."""
    import lightgbm as lgb

    settings = {**SETTINGS, "seed": seed}
    if classes > 2:
        settings |= {"objective": "multiclass", "num_class": classes}
    else:
        settings |= {"objective": "binary"}
    booster = lgb.train(settings, lgb.Dataset(inputs, codes), num_boost_round=rounds)
    scores = np.asarray(booster.predict(asked), dtype=np.float64)
    return scores if scores.ndim == 2 else np.column_stack([1 - scores, scores])


def out_of_fold(
    inputs: Floats, codes: Codes, *, classes: int, rng: np.random.Generator, folds: int = 4
) -> Floats:
    """Probabilities for each row from models that did not see it, (N, K)."""
    place = rng.permutation(len(inputs)) % folds
    scores = np.zeros((len(inputs), classes))
    for fold in range(folds):
        out = place == fold
        scores[out] = fitted_scores(
            inputs[~out], codes[~out], inputs[out], classes=classes, seed=fold
        )
    return scores


def halves(count: int, rng: np.random.Generator) -> tuple[Codes, Codes]:
    """Two random halves of the rows: one to search in, one to judge on."""
    order = rng.permutation(count).astype(np.intp)
    return np.sort(order[: count // 2]), np.sort(order[count // 2 :])


def sample(count: int, most: int, rng: np.random.Generator) -> Codes:
    """At most so many rows, in their order."""
    if count <= most:
        return np.arange(count, dtype=np.intp)
    return np.sort(rng.choice(count, most, replace=False)).astype(np.intp)
