"""Models of scikit-learn and LightGBM in skops files: only types of an allow-list are ever built.

The list is that of the scan (``scan/allowed.toml``), which gives the reason for each name. A file
with a LightGBM model in it is opened in the confined process, see :mod:`.lightgbm`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import AuditError, Table
from steiger.engines.audit.data.table import value_text
from steiger.engines.audit.scan.allowed import harmless_in_skops
from steiger.engines.audit.systems.apart import ConfinedSystem
from steiger.engines.audit.systems.apart.process import Confined
from steiger.engines.audit.systems.estimators import takes_names
from steiger.engines.audit.systems.shapes import as_outputs, from_labels

Floats = NDArray[np.float64]


def open_skops(
    path: Path,
    *,
    features: tuple[str, ...],
    classes: tuple[str, ...],
    codes: dict[str, tuple[str, ...]],
    scale: float = 1.0,
) -> SkopsSystem | ConfinedSystem:
    """The model in a skops file.

    Raises:
        AuditError: it is no skops file, holds types that are not trusted, or no such model.
    """
    content = path.read_bytes()
    asked = _types(content, path)
    if any(name.startswith("lightgbm.") for name in asked):
        confined = Confined(content, str(path), kind="skops")
        return ConfinedSystem(
            confined, features=features, classes=classes, codes=codes, scale=scale
        )
    from skops.io import loads

    try:
        estimator = loads(content, trusted=asked)
    except Exception as error:  # noqa: BLE001 - a damaged file fails in many ways
        raise AuditError(f"{path}: cannot be opened ({error})") from None
    return SkopsSystem(
        estimator, path, features=features, classes=classes, codes=codes, scale=scale
    )


def _types(content: bytes, path: Path) -> list[str]:
    """The types that skops asks about, all of them on the allow-list."""
    from skops.io import get_untrusted_types

    try:
        asked: list[str] = get_untrusted_types(data=content)
    except Exception as error:  # noqa: BLE001 - a damaged file fails in many ways
        raise AuditError(f"{path}: is no skops file ({error})") from None
    strange = [name for name in asked if not harmless_in_skops(name)]
    if strange:
        raise AuditError(
            f"{path}: holds types that are not trusted: {', '.join(strange)}; known are those "
            "of scikit-learn and LightGBM. Give the model as ONNX, or its predictions"
        )
    return asked


class SkopsSystem:
    """A fitted estimator or pipeline that takes the features in their order."""

    def __init__(
        self,
        estimator: Any,
        path: Path,
        *,
        features: tuple[str, ...],
        classes: tuple[str, ...],
        codes: dict[str, tuple[str, ...]],
        scale: float = 1.0,
    ) -> None:
        """Ties what the model knows to what the audit declares.

        Raises:
            AuditError: it knows other classes.
        """
        self.estimator = estimator
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
