"""A fitted estimator, pickled or in skops, as a system under test in a confined process."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import AuditError, Table
from steiger.engines.audit.scan import scan_stream
from steiger.engines.audit.systems.apart.columns import columns_told, labels_of, parted
from steiger.engines.audit.systems.apart.frames import FrameError
from steiger.engines.audit.systems.apart.process import Bounds, Confined
from steiger.engines.audit.systems.shapes import as_outputs, from_labels

Floats = NDArray[np.float64]
LARGEST_FILE = 2_000_000_000


class ConfinedSystem:
    """A fitted estimator in a confined process, asked in the manner of scikit-learn."""

    def __init__(
        self,
        confined: Confined,
        *,
        features: tuple[str, ...],
        classes: tuple[str, ...],
        codes: dict[str, tuple[str, ...]],
        scale: float = 1.0,
    ) -> None:
        """Ties what the model says of itself to what the audit declares.

        Raises:
            AuditError: it knows other classes.
        """
        self.confined, self.features, self.classes = confined, features, classes
        self.codes, self.scale, self.where = codes, scale, confined.where
        told = confined.told
        self.has_scores = not classes or bool(told.get("scores"))
        self.order: list[int] | None = None
        known = told.get("classes")
        if classes and self.has_scores:
            if not isinstance(known, list) or set(known) != set(classes):
                raise AuditError(
                    f"{self.where}: knows classes {known}, not {list(classes)}; write the target "
                    "of all data with the model's classes"
                )
            self.order = [known.index(name) for name in classes]

    def outputs(self, table: Table) -> Floats:
        """Probabilities, (N, K), or values, (N,).

        Raises:
            AuditError: the model fails, gives no answer, or one of another shape.
        """
        ask = "values" if not self.classes else "scores" if self.has_scores else "labels"
        answers = []
        for part in parted(table):
            head, body = self._question(part)
            answers.append(self.confined.ask(head | {"ask": ask}, body, rows=len(part)))
        if ask == "labels":
            try:
                said = np.concatenate([labels_of(head, values) for head, values in answers])
            except FrameError as error:
                raise AuditError(f"{self.where}: the model's labels make no sense") from error
            return from_labels(said, self.classes, self.where)
        values = np.concatenate([values for _, values in answers])
        if ask == "values":
            return as_outputs(values, (), self.where)
        if values.ndim != 2 or values.shape[1] != len(self.order or ()):
            raise AuditError(f"{self.where}: gives another number of probabilities than classes")
        return as_outputs(values[:, self.order], self.classes, self.where)

    def _question(self, table: Table) -> tuple[dict[str, Any], bytes]:
        """Rows as numbers, and as texts where the model takes them."""
        numeric = [name for name in self.features if table.is_number(name)]
        named = bool(self.confined.told.get("names"))
        if not named and (self.codes or len(numeric) == len(self.features)):
            values = table.matrix(self.features, self.codes) / self.scale
            return {"form": "matrix", "shape": list(values.shape)}, values.astype("<f8").tobytes()
        head, body = columns_told(table, self.features)
        form = "frame" if named else "texts" if self.confined.told.get("texts") else "objects"
        return head | {"form": form}, body


def open_pickled(
    path: Path,
    *,
    features: tuple[str, ...],
    classes: tuple[str, ...],
    codes: dict[str, tuple[str, ...]],
    scale: float = 1.0,
    bounds: Bounds | None = None,
) -> ConfinedSystem:
    """The model in a pickle or joblib file, after its scan, in a confined process.

    The bytes that were scanned are the bytes that are opened: the file is read once.

    Raises:
        AuditError: the scan does not call it safe; it is too large; it cannot be opened.
    """
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise AuditError(f"{path}: has {size:,} bytes; at most {LARGEST_FILE:,} are opened")
    content = path.read_bytes()
    result = scan_stream(io.BytesIO(content), path.name)
    if result.verdict != "safe" or result.sha256 != hashlib.sha256(content).hexdigest():
        reasons = "; ".join(reason.text() for reason in result.reasons[:3])
        raise AuditError(f"{path}: the scan does not call it safe, so it is not opened ({reasons})")
    confined = Confined(content, str(path), bounds)
    return ConfinedSystem(confined, features=features, classes=classes, codes=codes, scale=scale)
