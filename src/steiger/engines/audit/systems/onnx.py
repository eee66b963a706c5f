"""ONNX models by onnxruntime, in a process of their own.

Nothing in such a file is code, but it says how much is to be calculated: loops without end, numbers
that fill the memory, places beyond an array. See `benchmarks/audit/opening_models.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import AuditError, Table
from steiger.engines.audit.scan.onnx_files import NotOnnxError, external_files
from steiger.engines.audit.systems.apart.columns import columns_told, labels_of, names_of, parted
from steiger.engines.audit.systems.apart.frames import FrameError
from steiger.engines.audit.systems.apart.process import Confined
from steiger.engines.audit.systems.shapes import as_outputs, from_labels

Floats = NDArray[np.float64]
FLOATS = frozenset({"tensor(float)", "tensor(double)", "tensor(float16)"})
LARGEST = 2_000_000_000
#: Bytes that no file's name exceeds.
LONGEST_NAME = 200


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
        output: str = "",
    ) -> None:
        """Opens the file.

        Raises:
            AuditError: it is no ONNX model, or its inputs are not the features.
        """
        content = path.read_bytes()
        files = {name: (path.parent / name).read_bytes() for name in _beside(path, content)}
        self.confined = Confined(content, str(path), kind="onnx", beside=files)
        self.path, self.features, self.classes = path, features, classes
        self.codes, self.scale, self.logits = codes, scale, logits
        self.inputs = _parts(self.confined.told.get("inputs"), path)
        outputs = _parts(self.confined.told.get("outputs"), path)
        self.columns = {} if len(self.inputs) == 1 else self._columns()
        self.shape = self._row_shape() if len(self.inputs) == 1 else []
        self.output, kind = self._answering(outputs, output)
        self.has_scores = not classes or kind in FLOATS or kind.startswith("seq(map(")

    def _columns(self) -> dict[str, str]:
        """Input → feature; converters write other signs than letters and digits as _."""
        plain = {re.sub(r"\W", "_", name): name for name in self.features}
        named = plain if len(plain) == len(self.features) else {}
        named |= {name: name for name in self.features}
        missing = sorted(name for name, _, _ in self.inputs if name not in named)
        if missing:
            raise AuditError(
                f"{self.path}: needs inputs that are no features: {', '.join(missing[:12])}"
            )
        return {name: named[name] for name, _, _ in self.inputs}

    def _row_shape(self) -> list[int]:
        """How the numbers of one row are laid for a single input."""
        _, _, shape = self.inputs[0]
        row, count = shape[1:], len(self.features)
        if not row:
            # One value per row without a dimension of its own, or any shape at all.
            return [] if shape and count == 1 else [-1]
        if -1 not in row and int(np.prod(row, dtype=object)) != count:
            size = " × ".join(map(str, row))
            raise AuditError(
                f"{self.path}: takes {size} values per row, but there are {count} features "
                f"({', '.join(self.features[:12])}); name those that it was trained on: "
                "[model] features"
            )
        if row.count(-1) > 1:
            raise AuditError(
                f"{self.path}: leaves several sizes of a row open; export it so that only the "
                "number of rows is open"
            )
        return row

    def _answering(self, outputs: list[tuple[str, str, list[int]]], wanted: str) -> tuple[str, str]:
        """Name and type of the output that is asked for."""
        known = {name: kind for name, kind, _ in outputs}
        if wanted:
            if wanted not in known:
                raise AuditError(
                    f"{self.path}: [model] output {wanted!r}: the outputs are {', '.join(known)}"
                )
            return wanted, known[wanted]
        # Converters write the label first and the probabilities after it.
        scores = [
            (name, kind, shape)
            for name, kind, shape in outputs
            if kind in FLOATS or kind.startswith("seq(map(")
        ]
        fitting = [one for one in scores if one[2][1:] == [len(self.classes)]]
        left = fitting if len(scores) > 1 and len(fitting) == 1 else scores
        if len(left) > 1:
            raise AuditError(
                f"{self.path}: has several outputs ({', '.join(known)}); say which one gives what "
                'is examined: [model] output = "…"'
            )
        if left:
            return left[0][0], left[0][1]
        if not outputs:
            raise AuditError(f"{self.path}: gives no output")
        return outputs[-1][0], outputs[-1][1]

    def outputs(self, table: Table) -> Floats:
        """Probabilities, (N, K), or values, (N,).

        Raises:
            AuditError: the model fails, gives no answer, or one of another shape.
        """
        where = str(self.path)
        answers = [self._asked(part) for part in parted(table)]
        try:
            if not self.has_scores:
                said = np.concatenate([labels_of(head, values) for head, values in answers])
                return from_labels(said, self.classes, where)
            names = names_of(answers[0][0])
        except FrameError as error:
            raise AuditError(f"{where}: the model's answer makes no sense ({error})") from None
        values = np.concatenate([values for _, values in answers])
        if names and self.classes:
            values = values[:, self._order(names)]
        return as_outputs(values, self.classes, where, logits=self.logits)

    def _order(self, names: list[str]) -> list[int]:
        if set(names) != set(self.classes):
            raise AuditError(
                f"{self.path}: gives classes {sorted(names)}, not {sorted(self.classes)}"
            )
        return [names.index(name) for name in self.classes]

    def _asked(self, table: Table) -> tuple[dict[str, Any], Floats]:
        head, body = self._question(table)
        ask = "values" if self.has_scores else "labels"
        head |= {"ask": ask, "output": self.output, "as": self.shape}
        return self.confined.ask(head, body, rows=len(table))

    def _question(self, table: Table) -> tuple[dict[str, Any], bytes]:
        if len(self.inputs) == 1 and self.inputs[0][1] == "tensor(string)":
            head, body = columns_told(table, self.features)
            return head | {"form": "texts"}, body
        if len(self.inputs) == 1:
            table.coded(self.features, self.codes, str(self.path))
            matrix = table.matrix(self.features, self.codes) / self.scale
            return {"form": "matrix", "shape": list(matrix.shape)}, matrix.astype("<f8").tobytes()
        columns = {}
        for name, kind, _ in self.inputs:
            feature = self.columns[name]
            coded = feature in self.codes and kind != "tensor(string)"
            columns[name] = table.matrix([feature], self.codes)[:, 0] if coded else table[feature]
        head, body = columns_told(Table(columns), tuple(columns))
        return head | {"form": "columns"}, body


def _parts(told: Any, path: Path) -> list[tuple[str, str, list[int]]]:
    """Names, types and shapes, from a process that may say anything."""
    found = []
    for one in told if isinstance(told, list) else ():
        match one:
            case [str(name), str(kind), [*shape]] if all(type(size) is int for size in shape):
                found.append((name, kind, shape))
            case _:
                raise AuditError(f"{path}: what the model says of itself makes no sense")
    return found


def weights_beside(path: Path) -> list[Path]:
    """The files in which a model says that its weights lie.

    Raises:
        AuditError: it is no ONNX model, names another place, or one of them is missing.
    """
    return [path.parent / name for name in _beside(path, path.read_bytes())]


def _beside(path: Path, content: bytes) -> Iterable[str]:
    """Names of the files with its weights: in its own folder, nowhere else.

    Raises:
        AuditError: it is no ONNX model, names another place, or one of them is missing.
    """
    try:
        names = sorted(external_files(content))
    except NotOnnxError as error:
        raise AuditError(f"{path}: is no ONNX model ({error})") from None
    home, size = path.parent.resolve(), len(content)
    for name in names:
        place = Path(name)
        odd = "\0" in name or len(name) > LONGEST_NAME or place.is_absolute()
        if odd or not (home / place).resolve().is_relative_to(home):
            raise AuditError(f"{path}: names weights outside its own folder ({name[:100]!r})")
        file = home / place
        if not file.is_file():
            raise AuditError(
                f"{path}: its weights lie in the file {name!r}, which is not beside it; hand it "
                "over, too, or export the model into one file"
            )
        size += file.stat().st_size
    if size > LARGEST:
        raise AuditError(f"{path}: has {size:,} bytes with its weights; at most {LARGEST:,}")
    return names
