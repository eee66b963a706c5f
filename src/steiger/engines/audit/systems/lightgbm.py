"""LightGBM models in LightGBM's own text (`Booster.save_model`), which holds trees and no code.

LightGBM believes what the text says: a damaged one ends the process that opens it, and one that was
forged leads beyond its memory. So it is opened in a confined process.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import AuditError, Table
from steiger.engines.audit.systems.apart.process import Confined
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
        content = path.read_bytes()
        if not content.startswith(b"tree\n"):
            raise AuditError(f"{path}: is no text of LightGBM; write it with save_model")
        self.confined = Confined(content, str(path), kind="lightgbm")
        self.path, self.classes, self.codes = path, classes, codes
        self.scale, self.logits = scale, logits
        told = self.confined.told
        self.features = self._in_its_order(features, told["features"])
        known = {tuple(part) for part in told["categories"]}
        for name, values in codes.items():
            if known and values not in known:
                raise AuditError(
                    f"{path}: [model.codes] {name}: {list(values)} are not the model's categories; "
                    f"it has {', '.join(str(list(part)) for part in sorted(known))}"
                )

    def _in_its_order(self, features: tuple[str, ...], names: list[str]) -> tuple[str, ...]:
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
        head = {"form": "matrix", "shape": list(inputs.shape), "ask": "values"}
        _, result = self.confined.ask(head, inputs.astype("<f8").tobytes(), rows=len(table))
        return as_outputs(result, self.classes, str(self.path), logits=self.logits)
