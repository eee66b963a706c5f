"""ONNX models by onnxruntime. Nothing in such a file can run code of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import AuditError, Table
from steiger.engines.audit.data.table import as_text
from steiger.engines.audit.systems.shapes import as_outputs, from_labels

Floats = NDArray[np.float64]
NUMBERS = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64}


class OnnxSystem:
    """One matrix as input, or one input per column (as skl2onnx writes pipelines)."""

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
            AuditError: it is no ONNX model, or its inputs are not the features.
        """
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self.session = ort.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # noqa: BLE001 - onnxruntime has a class per kind of damage
            reason = str(error).splitlines()[0][:200]
            raise AuditError(f"{path}: is no model that onnxruntime can open ({reason})") from None
        self.path, self.features, self.classes = path, features, classes
        self.codes, self.scale, self.logits = codes, scale, logits
        self.inputs = self.session.get_inputs()
        names = [one.name for one in self.inputs]
        if len(names) > 1 and set(names) - set(features):
            missing = ", ".join(sorted(set(names) - set(features)))
            raise AuditError(f"{path}: needs inputs that are no features: {missing}")
        outputs = self.session.get_outputs()
        # Converters write the label first and the probabilities after it.
        self.output = outputs[-1]
        self.has_scores = bool(
            len(outputs) > 1
            or not classes
            or self.output.type in {"tensor(float)", "tensor(double)"}
        )

    def outputs(self, table: Table) -> Floats:
        """Probabilities, (N, K), or values, (N,)."""
        (result,) = self.session.run([self.output.name], self._feed(table))
        if not self.has_scores:
            return from_labels(result, self.classes, str(self.path))
        return as_outputs(result, self.classes, str(self.path), logits=self.logits)

    def _feed(self, table: Table) -> dict[str, Any]:
        if len(self.inputs) == 1:
            one = self.inputs[0]
            matrix = table.matrix(self.features, self.codes) / self.scale
            shape = [size if isinstance(size, int) else -1 for size in one.shape[1:]]
            if len(shape) > 1:
                matrix = matrix.reshape(len(table), *shape)
            return {one.name: matrix.astype(NUMBERS.get(one.type, np.float32))}
        feed = {}
        for one in self.inputs:
            column = table[one.name]
            kind = NUMBERS.get(one.type)
            values = as_text(column) if kind is None else column.astype(kind)
            feed[one.name] = values.reshape(-1, 1)
        return feed
