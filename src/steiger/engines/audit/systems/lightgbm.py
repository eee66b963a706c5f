"""LightGBM models in LightGBM's own text (`Booster.save_model`), which holds trees and no code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import AuditError, Table
from steiger.engines.audit.data.table import value_text
from steiger.engines.audit.systems.shapes import as_outputs

Floats = NDArray[np.float64]
#: What LightGBM calls the columns of an array.
NAMELESS = re.compile(r"Column_\d+")


class LightgbmSystem:
    """A booster that takes the features as numbers, by its own names where it has some."""

    has_scores = True

    def __init__(
        self,
        path: Path,
        *,
        features: tuple[str, ...],
        classes: tuple[str, ...],
        codes: dict[str, tuple[str, ...]],
        scale: float = 1.0,
        logits: bool = False,
    ) -> None:
        """Opens the file.

        Raises:
            AuditError: it is no such text, or its features or categories are others.
        """
        from lightgbm import Booster
        from lightgbm.basic import LightGBMError

        try:
            if not path.read_bytes().startswith(b"tree\n"):
                raise AuditError(f"{path}: is no text of LightGBM; write it with save_model")
            self.booster: Any = Booster(model_file=path, params={"num_threads": 1})
        except (LightGBMError, ValueError) as error:
            if isinstance(error, AuditError):
                raise
            raise AuditError(f"{path}: LightGBM cannot open it ({error})") from None
        self.path, self.classes, self.codes = path, classes, codes
        self.scale, self.logits = scale, logits
        self.features = self._in_its_order(features)
        known = {tuple(map(value_text, part)) for part in self.booster.pandas_categorical or ()}
        for name, values in codes.items():
            if known and values not in known:
                raise AuditError(
                    f"{path}: [model.codes] {name}: {list(values)} are not the model's categories; "
                    f"it has {', '.join(str(list(part)) for part in sorted(known))}"
                )

    def _in_its_order(self, features: tuple[str, ...]) -> tuple[str, ...]:
        names = self.booster.feature_name()
        # LightGBM writes no spaces into its text.
        ours = {name.replace(" ", "_"): name for name in features}
        if len(names) == len(features) and set(names) == set(ours):
            return tuple(ours[name] for name in names)
        if len(names) == len(features) and all(map(NAMELESS.fullmatch, names)):
            return features
        raise AuditError(
            f"{self.path}: takes {len(names)} features ({', '.join(names[:12])}), but [model] "
            f"features are {len(features)} ({', '.join(features[:12])})"
        )

    def outputs(self, table: Table) -> Floats:
        """Probabilities, (N, K), or values, (N,)."""
        inputs = table.matrix(self.features, self.codes) / self.scale
        result = self.booster.predict(inputs, num_threads=1)
        return as_outputs(result, self.classes, str(self.path), logits=self.logits)
