"""Fitted estimators in scikit-learn's manner: how they are asked."""

from __future__ import annotations

from typing import Any


def takes_names(estimator: Any) -> bool:
    """Whether it was fitted on named columns of different kinds."""
    steps = [estimator, *[step for _, step in getattr(estimator, "steps", [])]]
    return any(type(step).__name__ == "ColumnTransformer" for step in steps) and hasattr(
        estimator, "feature_names_in_"
    )


def takes_texts(estimator: Any) -> bool:
    """Whether it takes one text per row, which it takes apart itself."""
    first = next(iter(getattr(estimator, "steps", [("", estimator)])))[1]
    return type(first).__name__ in {"CountVectorizer", "TfidfVectorizer", "HashingVectorizer"}
