"""One model in a confined process, which can do nothing but calculate; asked by frames."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import steiger
from steiger.engines.audit.data import AuditError
from steiger.engines.audit.systems.apart.confining import possible
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


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a model may cost: bytes of memory, seconds of the processor, seconds per answer."""

    memory: int = 4_000_000_000
    processor: int = 3600
    answer: float = 300.0


class Confined:
    """One confined process with one model in it; ends with this object."""

    def __init__(
        self, content: bytes, where: str, bounds: Bounds | None = None, *, kind: str = "pickle"
    ) -> None:
        """Start it and hand over the model, of kind `pickle`, `skops` or `lightgbm`.

        Raises:
            AuditError: processes cannot be confined here, or the model cannot be opened there.
        """
        self.where, self.bounds = where, bounds or Bounds()
        if not possible():
            raise AuditError(
                f"{where}: such a file is only opened on Linux (x86_64, aarch64), where its "
                "process can be confined; give the model as ONNX, skops or safetensors"
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
        self.told, _ = self.exchange({"kind": kind}, content)
        if "error" in self.told:
            raise AuditError(
                f"{where}: cannot be opened in its confined process ({self.told['error']}); "
                "nothing of it reached this machine"
            )

    def close(self) -> None:
        """End the process."""
        self._end()

    def ask(self, head: dict[str, Any], body: bytes, *, rows: int) -> tuple[dict[str, Any], Floats]:
        """Ask for the model's answer to so many rows: the head of it, and its values.

        Raises:
            AuditError: the model fails, gives no answer, or one of another shape.
        """
        answer, content = self.exchange(head, body)
        if "error" in answer:
            raise AuditError(f"{self.where}: the model cannot answer ({answer['error']})")
        try:
            values = array_of(answer.get("shape"), content)
        except FrameError as error:
            raise AuditError(f"{self.where}: the model's answer makes no sense ({error})") from None
        if len(values) != rows:
            raise AuditError(f"{self.where}: answered {len(values)} rows instead of {rows}")
        return answer, values

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
