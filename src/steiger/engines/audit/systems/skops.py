"""Models of scikit-learn and LightGBM in skops files: only types of an allow-list are ever built.

The list is that of the scan (``scan/allowed.toml``), which gives the reason for each name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import AuditError, Table
from steiger.engines.audit.data.table import value_text
from steiger.engines.audit.scan.allowed import harmless_in_skops
from steiger.engines.audit.systems.estimators import takes_names
from steiger.engines.audit.systems.shapes import as_outputs, from_labels

Floats = NDArray[np.float64]


class SkopsSystem:
    """A fitted estimator or pipeline that takes the features in their order."""

    def __init__(
        self,
        path: Path,
        *,
        features: tuple[str, ...],
        classes: tuple[str, ...],
        codes: dict[str, tuple[str, ...]],
        scale: float = 1.0,
    ) -> None:
        """Opens the file.

        Raises:
            AuditError: it is no skops file, holds types that are not trusted, or no such model.
        """
        from skops.io import get_untrusted_types, load

        try:
            asked = get_untrusted_types(file=path)
        except Exception as error:  # noqa: BLE001 - a damaged file fails in many ways
            raise AuditError(f"{path}: is no skops file ({error})") from None
        strange = [name for name in asked if not harmless_in_skops(name)]
        if strange:
            raise AuditError(
                f"{path}: holds types that are not trusted: {', '.join(strange)}; known are those "
                "of scikit-learn and LightGBM. Give the model as ONNX, or its predictions"
            )
        try:
            self.estimator: Any = load(path, trusted=asked)
        except Exception as error:  # noqa: BLE001 - as above
            raise AuditError(f"{path}: cannot be opened ({error})") from None
        self.path, self.features, self.classes = path, features, classes
        self.codes, self.scale = codes, scale
        self.has_scores = not classes or hasattr(self.estimator, "predict_proba")
        self.order: list[int] | None = None
        if classes and self.has_scores:
            known = [value_text(value) for value in self.estimator.classes_]
            if set(known) != set(classes):
                raise AuditError(f"{path}: knows classes {known}, not {list(classes)}")
            self.order = [known.index(name) for name in classes]

    def _frame(self, table: Table) -> Any:
        try:
            import pandas as pd
        except ImportError:
            raise AuditError(
                f"{self.path}: takes columns by name, for which pandas must be installed"
            ) from None
        return pd.DataFrame({name: table[name] for name in self.features})

    def outputs(self, table: Table) -> Floats:
        """Probabilities, (N, K), or values, (N,)."""
        numbers = bool(self.codes) or all(table.is_number(name) for name in self.features)
        inputs: Any
        if takes_names(self.estimator):
            inputs = self._frame(table)
        elif numbers:
            inputs = table.matrix(self.features, self.codes) / self.scale
        else:
            inputs = np.column_stack([table[name].astype(object) for name in self.features])
        where = str(self.path)
        if not self.classes:
            return as_outputs(self.estimator.predict(inputs), (), where)
        if self.order is None:
            return from_labels(self.estimator.predict(inputs), self.classes, where)
        return as_outputs(self.estimator.predict_proba(inputs)[:, self.order], self.classes, where)
