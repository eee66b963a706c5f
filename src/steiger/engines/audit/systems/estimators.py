"""Fitted estimators in scikit-learn's manner: how they are asked, and what they say of classes."""

from __future__ import annotations

from typing import Any

import numpy as np


def takes_names(estimator: Any) -> bool:
    """Whether it was fitted on named columns of different kinds."""
    steps = [estimator, *[step for _, step in getattr(estimator, "steps", [])]]
    return any(type(step).__name__ == "ColumnTransformer" for step in steps) and hasattr(
        estimator, "feature_names_in_"
    )


def class_text(value: Any) -> str:
    """A class as the audit writes it: whole numbers without a decimal point."""
    return f"{value:g}" if isinstance(value, (float, np.floating, np.integer)) else str(value)
