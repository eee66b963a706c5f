"""A pickled model as a system under test: opened and asked in a confined process, never here."""

from __future__ import annotations

import hashlib
import io
import os
import selectors
import subprocess
import sys
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import steiger
from steiger.engines.audit.data import AuditError, Table
from steiger.engines.audit.scan import scan_stream
from steiger.engines.audit.systems.apart.confining import possible
from steiger.engines.audit.systems.apart.frames import (
    LENGTHS,
    FrameError,
    array_of,
    frame,
    read_head,
    sizes,
)
from steiger.engines.audit.systems.shapes import as_outputs, from_labels

Floats = NDArray[np.float64]
CHILD = "steiger.engines.audit.systems.apart.child"
#: Isolated from the environment, so a package that is not installed has to be shown the way.
BEGIN = (
    f"import runpy, sys; sys.path.append({str(Path(steiger.__file__).parents[1])!r}); "
    f"runpy.run_module({CHILD!r}, run_name='__main__', alter_sys=True)"
)
LARGEST_FILE = 2_000_000_000
ENDED = "its process ended by itself or against a limit of time, memory or what it may do"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a model may cost: bytes of memory, seconds of the processor, seconds per answer."""

    memory: int = 4_000_000_000
    processor: int = 3600
    answer: float = 300.0


class Confined:
    """One confined process with one model in it; ends with this object."""

    def __init__(self, content: bytes, where: str, bounds: Bounds | None = None) -> None:
        """Start it and hand over the model.

        Raises:
            AuditError: processes cannot be confined here, or the model cannot be opened there.
        """
        self.where, self.bounds = where, bounds or Bounds()
        if not possible():
            raise AuditError(
                f"{where}: a pickle is only opened on Linux (x86_64, aarch64), where its process "
                "can be confined; give the model as ONNX, skops, LightGBM's text or safetensors"
            )
        folder = tempfile.TemporaryDirectory(prefix="steiger-model-")
        limits = (str(self.bounds.memory), str(self.bounds.processor))
        # The words of the command are our own; the model goes in as data.
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-c", BEGIN, *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder.name,
            env={
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
                "JOBLIB_MULTIPROCESSING": "0",
            },
            start_new_session=True,
        )
        self._end = weakref.finalize(self, _ended, self.process, folder)
        self.told, _ = self.exchange({}, content)
        if "error" in self.told:
            raise AuditError(
                f"{where}: cannot be opened in its confined process ({self.told['error']}); "
                "nothing of it reached this machine"
            )

    def close(self) -> None:
        """End the process."""
        self._end()

    def exchange(self, head: dict[str, Any], body: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Send one frame, take one.

        Raises:
            AuditError: no answer in time, none that is a frame, or the process has ended.
        """
        try:
            content = self._through(frame(head, body))
            length = LENGTHS.size + sizes(content[: LENGTHS.size])[0]
            return read_head(content[LENGTHS.size : length]), content[length:]
        except (FrameError, OSError) as error:
            self.close()
            raise AuditError(f"{self.where}: the model gave no answer ({error})") from None

    def _through(self, message: bytes) -> bytes:
        """Write and read by turns, so that neither side waits for the other for ever."""
        assert self.process.stdin is not None  # noqa: S101 - pipes, see above
        assert self.process.stdout is not None  # noqa: S101
        sink, source = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(sink, False)
        left, found, wanted = memoryview(message), bytearray(), LENGTHS.size
        with selectors.DefaultSelector() as both:
            both.register(sink, selectors.EVENT_WRITE)
            both.register(source, selectors.EVENT_READ)
            while len(found) < wanted:
                ready = both.select(self.bounds.answer)
                if not ready:
                    raise FrameError(f"none within {self.bounds.answer:g} s")
                for key, _ in ready:
                    if key.fd == sink:
                        left = left[_written(sink, left) :]
                        if not left:
                            both.unregister(sink)
                    else:
                        part = os.read(source, min(1 << 20, wanted - len(found)))
                        if not part:
                            raise FrameError(ENDED)
                        found += part
                if len(found) == LENGTHS.size == wanted:
                    wanted += sum(sizes(bytes(found)))
        return bytes(found)


def _written(sink: int, left: memoryview) -> int:
    try:
        return os.write(sink, left[: 1 << 16])
    except BrokenPipeError:
        raise FrameError(ENDED) from None


def _ended(process: subprocess.Popen[bytes], folder: tempfile.TemporaryDirectory[str]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                continue
    process.wait()
    folder.cleanup()


class PickledSystem:
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
                raise AuditError(f"{self.where}: knows classes {known}, not {list(classes)}")
            self.order = [known.index(name) for name in classes]

    def outputs(self, table: Table) -> Floats:
        """Probabilities, (N, K), or values, (N,).

        Raises:
            AuditError: the model fails, gives no answer, or one of another shape.
        """
        ask = "values" if not self.classes else "scores" if self.has_scores else "labels"
        head, body = self._question(table)
        answer, content = self.confined.exchange(head | {"ask": ask}, body)
        if "error" in answer:
            raise AuditError(f"{self.where}: the model cannot answer ({answer['error']})")
        try:
            values = array_of(answer.get("shape"), content)
        except FrameError as error:
            raise AuditError(f"{self.where}: the model's answer makes no sense ({error})") from None
        if len(values) != len(table):
            raise AuditError(f"{self.where}: answered {len(values)} rows instead of {len(table)}")
        if ask == "values":
            return as_outputs(values, (), self.where)
        if ask == "labels":
            return from_labels(_labels(answer, values, self.where), self.classes, self.where)
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
        values = table.matrix(numeric) if numeric else np.empty((len(table), 0))
        texts = {n: table[n].tolist() for n in self.features if n not in numeric}
        form = "frame" if named else "objects"
        head = {"form": form, "shape": list(values.shape), "order": list(self.features)}
        return head | {"texts": texts}, values.astype("<f8").tobytes()


def _labels(answer: dict[str, Any], places: Floats, where: str) -> NDArray[Any]:
    names = answer.get("labels")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise AuditError(f"{where}: the model's labels make no sense")
    if places.ndim != 1 or not np.isin(places, np.arange(len(names))).all():
        raise AuditError(f"{where}: the model's labels make no sense")
    return np.array(names, dtype=object)[places.astype(np.intp)]


def open_pickled(
    path: Path,
    *,
    features: tuple[str, ...],
    classes: tuple[str, ...],
    codes: dict[str, tuple[str, ...]],
    scale: float = 1.0,
    bounds: Bounds | None = None,
) -> PickledSystem:
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
    return PickledSystem(confined, features=features, classes=classes, codes=codes, scale=scale)
