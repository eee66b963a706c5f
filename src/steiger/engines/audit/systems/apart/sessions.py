"""An ONNX model within its own process: opened from bytes, asked by frames."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data.table import value_text
from steiger.engines.audit.systems.apart.columns import UnfitError, columns_of, places
from steiger.engines.audit.systems.apart.frames import array_of

NUMBERS: dict[str, type[np.generic]] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(int16)": np.int16,
    "tensor(int8)": np.int8,
    "tensor(uint8)": np.uint8,
    "tensor(bool)": np.bool_,
}


class Session:
    """onnxruntime on one processor, which gives the same for the same."""

    def __init__(self, content: bytes, beside: dict[str, int]) -> None:
        """Opens the model; the files beside it follow it in the same bytes."""
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        ends = np.cumsum([len(content) - sum(beside.values()), *beside.values()]).tolist()
        model = content[: ends[0]]
        # onnxruntime reads them while it opens the model; until then somebody has to hold them.
        files = [content[start:end] for start, end in pairwise(ends)]
        if files:
            options.add_external_initializers_from_files_in_memory(
                list(beside), files, list(beside.values())
            )
        self.session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        del files
        self.types = {one.name: one.type for one in self.session.get_inputs()}
        self.batch = self._batch()

    def _batch(self) -> int:
        """How many rows it takes at once, where it was written for so many only; else 0."""
        first = {one.shape[0] for one in self.session.get_inputs() if one.shape}
        size = first.pop() if len(first) == 1 else 0
        return size if isinstance(size, int) and size > 0 else 0

    def told(self) -> dict[str, Any]:
        """Names, types and shapes of what goes in and comes out."""

        def shape(one: Any) -> list[int]:
            return [size if isinstance(size, int) else -1 for size in one.shape or ()]

        return {
            "inputs": [[one.name, one.type, shape(one)] for one in self.session.get_inputs()],
            "outputs": [[one.name, one.type, shape(one)] for one in self.session.get_outputs()],
        }

    def answered(self, head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        """The answer to one question."""
        feed = self._feed(head, array_of(head["shape"], body))
        result = self._run(head["output"], feed, head["shape"][0])
        labels: list[str] = []
        if head["ask"] == "labels":
            labels, values = places(np.asarray(result))
        elif isinstance(result, list) and result and isinstance(result[0], dict):
            keys = list(result[0])
            labels = [value_text(key) for key in keys]
            values = np.array([[row[key] for key in keys] for row in result], dtype="<f8")
        else:
            values = np.asarray(result, dtype="<f8")
        if values.ndim > 2:
            values = values.reshape(len(values), -1)
        if values.ndim == 0:
            raise UnfitError("it gives one value for all rows together")
        values = np.ascontiguousarray(values)
        return {"shape": list(values.shape), "labels": labels}, values.tobytes()

    def _feed(self, head: dict[str, Any], numbers: NDArray[Any]) -> dict[str, NDArray[Any]]:
        if head["form"] == "matrix":
            ((name, kind),) = self.types.items()
            shaped = numbers.reshape(len(numbers), *head["as"])
            return {name: _typed(shaped, kind, name)}
        columns = columns_of(head, numbers)
        if head["form"] == "texts":
            ((name, _),) = self.types.items()
            side = np.column_stack(list(columns.values()))
            return {name: side.reshape(len(numbers), *head["as"])}
        return {
            name: _typed(columns[name].reshape(-1, 1), kind, name)
            for name, kind in self.types.items()
        }

    def _run(self, output: str, feed: dict[str, NDArray[Any]], rows: int) -> Any:
        if not self.batch or self.batch == rows:
            return self.session.run([output], feed)[0]
        found: list[Any] = []
        for start in range(0, rows, self.batch):
            # The last part is filled with its last row; what is said of that is left out.
            chosen = np.minimum(np.arange(start, start + self.batch), rows - 1)
            (part,) = self.session.run([output], {n: v[chosen] for n, v in feed.items()})
            if len(part) != self.batch:
                raise UnfitError(f"it gives {len(part)} values for {self.batch} rows")
            found.extend(part)
        return found[:rows]


def _typed(values: NDArray[Any], kind: str, name: str) -> NDArray[Any]:
    """Values as the model takes them.

    Raises:
        UnfitError: there is no such type, or a value is missing where there can be none.
    """
    if kind == "tensor(string)":
        texts = [value_text(value) for value in values.ravel()]
        return np.array(texts, dtype=object).reshape(values.shape)
    if kind not in NUMBERS:
        raise UnfitError(f"its input {name!r} is of the type {kind}, which is not asked here")
    if values.dtype.kind == "O":
        raise UnfitError(
            f"its input {name!r} takes numbers, the column holds texts such as "
            f"{str(values.ravel()[0])[:30]!r}; say which numbers stand for them: [model.codes]"
        )
    target = np.dtype(NUMBERS[kind])
    if target.kind != "f" and np.isnan(values).any():
        raise UnfitError(f"its input {name!r} takes whole numbers, so no value may be missing")
    return values.astype(target)
