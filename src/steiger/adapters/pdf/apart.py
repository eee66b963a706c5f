"""Reads a stranger's PDF in a process of its own, with little memory and little time.

A file may be made to fill the memory (a kilobyte that unpacks to terabytes) or to break the library
that reads it; then only that process ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass

from steiger.adapters.pdf.types import Inspection, PdfRefusedError


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost: bytes of the file, bytes of memory, seconds."""

    file: int = 25_000_000
    memory: int = 1_200_000_000
    seconds: int = 30


def inspect_apart(data: bytes, limits: Limits | None = None) -> Inspection:
    """Like :func:`.inspection.inspect`, but the file cannot do any harm.

    Raises:
        PdfRefusedError: see there; also when it takes too much memory or time ("large").
    """
    limits = limits or Limits()
    if len(data) > limits.file:
        raise PdfRefusedError("large")
    if b"%PDF-" not in data[:1024]:
        raise PdfRefusedError("not_pdf")
    command = [sys.executable, "-m", __name__, str(limits.memory), str(limits.seconds)]
    try:
        # The words of the command are our own; the file goes in as data.
        done = subprocess.run(  # noqa: S603
            command, input=data, capture_output=True, timeout=limits.seconds + 10, check=False
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else {"refused": "large"}
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise PdfRefusedError("large") from error
    if "refused" in answer:
        raise PdfRefusedError(answer["refused"])
    return Inspection(
        **answer
        | {
            "pages_without_text": tuple(answer["pages_without_text"]),
            "texts": tuple(answer["texts"]),
        }
    )


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # not on every system; the time limit of the parent still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _main() -> None:
    from steiger.adapters.pdf.inspection import inspect

    data = sys.stdin.buffer.read()
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    try:
        answer = asdict(inspect(data))
    except PdfRefusedError as error:
        answer = {"refused": error.reason}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    _main()
