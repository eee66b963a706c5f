"""Invented applicants, and systems that are formulas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.context import Context, Modality, Predictions, Task
from steiger.engines.audit.data import Table

Floats = NDArray[np.float64]
FEATURES = ("income", "debt", "tenure", "height", "region")
REGIONS = ("Nord", "Süd", "West")


@dataclass(frozen=True, slots=True)
class FormulaSystem:
    """A system whose probability of "yes" is a formula of the table."""

    formula: Callable[[Table], Floats]
    has_scores: bool = True

    def outputs(self, table: Table) -> Floats:
        """Probabilities of no and yes, (N, 2)."""
        yes = self.formula(table)
        return np.column_stack([1 - yes, yes])


def people(count: int, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Columns of so many applicants; sex and origin have nothing to do with the rest."""
    return {
        "income": rng.normal(0, 1, count),
        "debt": rng.normal(0, 1, count),
        "tenure": rng.normal(0, 1, count),
        "height": rng.normal(0, 1, count),
        "region": rng.choice(np.array(REGIONS, dtype=object), count),
        "sex": rng.choice(np.array(["f", "m"], dtype=object), count),
        "origin": rng.choice(np.array(["a", "b", "c"], dtype=object), count, p=[0.5, 0.3, 0.2]),
    }


def logit(columns: Any) -> Floats:
    """How creditworthy someone really is."""
    return np.asarray(1.5 * columns["income"] - 1.2 * columns["debt"] + 0.8 * columns["tenure"])


def sigmoid(values: Floats) -> Floats:
    """Logit to probability."""
    return np.asarray(1 / (1 + np.exp(-values)))


def drawn(columns: dict[str, NDArray[Any]], rng: np.random.Generator, pull: float = 2.0) -> Table:
    """With an outcome "y" that follows the logit, the more strictly the larger `pull`."""
    yes = rng.random(len(columns["income"])) < sigmoid(pull * logit(columns))
    return Table({**columns, "y": np.where(yes, "yes", "no").astype(object)})


def context(test: Table, **given: Any) -> Context:
    """An audit of such a table."""
    system = given.pop("system", None)
    predictions = given.pop("predictions", None)
    if predictions is None and system is not None:
        predictions = Predictions(outputs=system.outputs(test))
    settings: dict[str, Any] = {
        "task": Task.CLASSIFICATION,
        "modality": Modality.TABULAR,
        "target": "y",
        "features": FEATURES,
        "classes": ("no", "yes"),
        "favourable": "yes",
        "protected": ("sex", "origin"),
    }
    return Context(
        **{**settings, "test": test, "system": system, "predictions": predictions, **given}
    )


def fair_system(pull: float = 2.0) -> FormulaSystem:
    """Says the true probability."""
    return FormulaSystem(lambda table: sigmoid(pull * logit(table)))
