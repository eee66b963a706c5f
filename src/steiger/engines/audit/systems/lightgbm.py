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
from steiger.engines.audit.systems.apart.columns import parted
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
        known = {tuple(part): None for part in told["categories"]}
        for name, values in codes.items():
            if known and values not in known:
                raise AuditError(
                    f"{path}: [model.codes] {name}: {list(values)} are not the model's categories; "
                    f"it has {', '.join(str(list(part)) for part in sorted(known))}"
                )

    def _coded(self, table: Table) -> dict[str, tuple[str, ...]]:
        """Codes as declared, or as the model knows its categories: in the order of its columns."""
        texts = [name for name in self.features if not table.is_number(name)]
        known = [tuple(part) for part in self.confined.told["categories"]]
        if not self.codes and texts and len(texts) == len(known):
            return dict(zip(texts, known, strict=True))
        table.coded(self.features, self.codes, str(self.path))
        return self.codes

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
        result = np.concatenate([self._asked(part) for part in parted(table)])
        return as_outputs(result, self.classes, str(self.path), logits=self.logits)

    def _asked(self, table: Table) -> Floats:
        inputs = table.matrix(self.features, self._coded(table)) / self.scale
        head = {"form": "matrix", "shape": list(inputs.shape), "ask": "values"}
        return self.confined.ask(head, inputs.astype("<f8").tobytes(), rows=len(table))[1]
