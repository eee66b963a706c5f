"""One model in a confined process, which can do nothing but calculate; asked by frames."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import steiger
from steiger.engines.audit.data import AuditError
from steiger.engines.audit.systems.apart.confining import DEMANDING, possible
from steiger.engines.audit.systems.apart.frames import (
    LENGTHS,
    Floats,
    FrameError,
    array_of,
    frame,
    read_head,
    sizes,
)

CHILD = "steiger.engines.audit.systems.apart.child"
#: Isolated from the environment, so a package that is not installed has to be shown the way.
BEGIN = (
    f"import runpy, sys; sys.path.append({str(Path(steiger.__file__).parents[1])!r}); "
    f"runpy.run_module({CHILD!r}, run_name='__main__', alter_sys=True)"
)
ENDED = "its process ended by itself or against a limit of time, memory or what it may do"
#: What opening a model takes, in sizes of its file: the bytes, what is read of them, a copy.
COPIES = 4


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a model may cost.

    Attributes:
        memory: bytes, beside what its file takes.
        processor: seconds of it in all.
        answer: seconds until an answer.
        row: seconds more for each row that is asked.
    """

    memory: int = 4_000_000_000
    processor: int = 14_400
    answer: float = 300.0
    row: float = 0.02


class Confined:
    """One confined process with one model in it; ends with this object."""

    def __init__(
        self,
        content: bytes,
        where: str,
        bounds: Bounds | None = None,
        *,
        kind: str = "pickle",
        beside: Mapping[str, bytes] | None = None,
    ) -> None:
        """Start it and hand over the model, of kind `pickle`, `skops`, `onnx` or `lightgbm`.

        Args:
            content: the model.
            where: its name in errors.
            bounds: what it may cost.
            kind: who reads it. Where a machine knows no walls, ONNX and skops are opened without.
            beside: further files that the model names, by the names that it has for them.

        Raises:
            AuditError: processes cannot be confined here, or the model cannot be opened there.
        """
        self.where, self.bounds = where, bounds or Bounds()
        if kind in DEMANDING and not possible():
            raise AuditError(
                f"{where}: such a file is only opened on Linux (x86_64, aarch64), where its "
                "process can be confined; give the model as ONNX, skops or safetensors"
            )
        further = dict(beside or {})
        head = {"kind": kind, "beside": {name: len(part) for name, part in further.items()}}
        body = b"".join((content, *further.values()))
        folder = tempfile.TemporaryDirectory(prefix="steiger-model-")
        memory = self.bounds.memory + COPIES * len(body)
        limits = (str(memory), str(self.bounds.processor))
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
        self.told, _ = self.exchange(head, body)
        if "error" in self.told:
            raise AuditError(
                f"{where}: cannot be opened in its own process ({self.told['error']}); "
                "nothing of it reached this machine"
            )

    @property
    def walled(self) -> bool:
        """Whether the process gave up all that is demanded of it."""
        return {"limits", "calls"} <= set(self.told.get("walls") or ())

    def close(self) -> None:
        """End the process."""
        self._end()

    def ask(self, head: dict[str, Any], body: bytes, *, rows: int) -> tuple[dict[str, Any], Floats]:
        """Ask for the model's answer to so many rows: the head of it, and its values.

        Raises:
            AuditError: the model fails, gives no answer, or one of another shape.
        """
        answer, content = self.exchange(head, body, rows=rows)
        if "error" in answer:
            raise AuditError(f"{self.where}: the model cannot answer ({answer['error']})")
        try:
            values = array_of(answer.get("shape"), content)
        except FrameError as error:
            raise AuditError(f"{self.where}: the model's answer makes no sense ({error})") from None
        if len(values) != rows:
            raise AuditError(f"{self.where}: answered {len(values)} rows instead of {rows}")
        return answer, values

    def exchange(
        self, head: dict[str, Any], body: bytes = b"", *, rows: int = 0
    ) -> tuple[dict[str, Any], bytes]:
        """Send one frame, take one.

        Raises:
            AuditError: no answer in time, none that is a frame, or the process has ended.
        """
        try:
            seconds = self.bounds.answer + self.bounds.row * rows
            content = self._through(frame(head, body), seconds)
            length = LENGTHS.size + sizes(content[: LENGTHS.size])[0]
            return read_head(content[LENGTHS.size : length]), content[length:]
        except (FrameError, OSError) as error:
            self.close()
            raise AuditError(f"{self.where}: the model gave no answer ({error})") from None

    def _through(self, message: bytes, seconds: float) -> bytes:
        """Write and read by turns, so that neither side waits for the other for ever."""
        assert self.process.stdin is not None  # noqa: S101 - pipes, see above
        assert self.process.stdout is not None  # noqa: S101
        sink, source = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(sink, False)
        left, found, wanted = memoryview(message), bytearray(), LENGTHS.size
        end = time.monotonic() + seconds
        with selectors.DefaultSelector() as both:
            both.register(sink, selectors.EVENT_WRITE)
            both.register(source, selectors.EVENT_READ)
            while len(found) < wanted:
                # Of the whole answer: a byte now and then is none.
                ready = both.select(max(0.0, end - time.monotonic()))
                if not ready:
                    raise FrameError(f"none within {seconds:g} s")
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
