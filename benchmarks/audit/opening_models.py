"""Damaged and hostile ONNX and skops files, opened and asked as `steiger audit run` does.

    python benchmarks/audit/opening_models.py [--onnx 2000] [--skops 1000] [--each 1]

Every file is made of one of several honest models by a seeded change (bytes, lengths, shapes,
attributes, names, trees, places of data; see `onnx_mutants.py`, `skops_mutants.py`), or is one of
the built ones (loops, numbers that grow without end, files that unfold). Each is scanned, opened
and asked in a process that is watched: `crash` it ended by a signal, `hang` it took longer than
30 s, `memory` it held more than 2 GB, `traceback` an error that is no `AuditError`. What a confined
process does within its bounds (here 10 s of the processor) harms nobody. `--each` takes every n-th
only. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

# Threads that were begun before a process is copied are missing in the copy.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from onnx_mutants import onnx_cases  # beside this file
from opening_mutants import FEATURES, Case
from skops_mutants import skops_cases

from steiger.engines.audit.data import AuditError, Table
from steiger.engines.audit.scan import scan_file
from steiger.engines.audit.systems import ModelFile, open_system
from steiger.engines.audit.systems.apart import process

MOST_SECONDS, MOST_BYTES, AT_ONCE = 30.0, 2_000_000_000, 2
HARM = ("crash", "hang", "memory", "traceback")
PAGE = os.sysconf("SC_PAGE_SIZE")
ROWS = Table({n: np.random.default_rng(at).normal(size=20) for at, n in enumerate(FEATURES)})


# Whoever waits for 300 s has not been harmed, but this would.
process.Bounds = partial(process.Bounds, processor=10, answer=15.0)  # type: ignore[misc, assignment]


def looked_at(path: Path, kind: str, classes: tuple[str, ...]) -> str:
    """Scan, open and ask; what came of it."""
    scan_file(path)
    file = ModelFile(kind=kind, path=path, features=FEATURES, classes=classes)
    try:
        system = open_system(file)
    except AuditError as error:
        return f"refused: {error}"
    try:
        system.outputs(ROWS)
    except AuditError as error:
        return f"refused: {error}"
    except Exception as error:  # noqa: BLE001 - an audit does the same, see running/loading.py
        return f"refused: cannot answer: {type(error).__name__}: {error}"
    return "answered"


def watched(case: Case, kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Yields nothing until the process has ended, then what came of it in one word and in many."""
    folder.mkdir()
    path = folder / f"model.{kind}"
    path.write_bytes(case.content)
    for name, content in case.beside:
        (folder / name).write_bytes(content)
    said, told = os.pipe()
    child = os.fork()
    if not child:
        os.close(said)
        for number in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
        try:
            words = looked_at(path, kind, case.classes)
        except BaseException as error:  # noqa: BLE001 - that is what is looked for
            words = f"traceback: {type(error).__name__}: {error}"
        os.write(told, words.encode("utf-8", "replace")[:4000])
        os._exit(0)
    os.close(told)
    begin, end = time.monotonic(), ""
    while not end:
        number, status = os.waitpid(child, os.WNOHANG)
        if number:
            end = f"crash: signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else "done"
            break
        if time.monotonic() - begin > MOST_SECONDS:
            end = f"hang: {MOST_SECONDS:g} s"
        elif _held(child) > MOST_BYTES:
            end = f"memory: {_held(child):,} bytes"
        if end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        else:
            yield "", ""
    words = os.read(said, 4000).decode("utf-8", "replace") if end == "done" else end
    os.close(said)
    for left in folder.iterdir():
        left.unlink()
    folder.rmdir()
    yield words.partition(":")[0], words


def _held(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def measured(cases: Iterator[Case], kind: str, home: Path, log: Any) -> dict[str, Any]:
    """All cases, some at once; counts, and the names of those that did harm."""
    counts: Counter[str] = Counter()
    harm: dict[str, list[str]] = {}
    running: dict[str, tuple[Case, Iterator[tuple[str, str]]]] = {}
    number, more = 0, True
    while more or running:
        while more and len(running) < AT_ONCE:
            case = next(cases, None)
            more = case is not None
            if case is not None:
                number += 1
                place = home / f"{kind}{number}"
                running[case.name] = case, watched(case, kind, place)
        time.sleep(0.005)
        for name, (_, steps) in list(running.items()):
            word, words = next(steps)
            if word:
                del running[name]
                counts[word] += 1
                print(f"{kind}\t{name}\t{words[:300]!r}", file=log, flush=True)
                if word in HARM:
                    harm.setdefault(word, []).append(name)
    return {
        "files": number,
        **{word: counts[word] for word in ("answered", "refused", *HARM)},
        "which": {word: sorted(names)[:40] for word, names in harm.items()},
    }


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--onnx", type=int, default=2000)
    options.add_argument("--skops", type=int, default=1000)
    options.add_argument("--each", type=int, default=1)
    options.add_argument("--log", type=Path, default=Path(os.devnull))
    chosen = options.parse_args()
    # Loaded once, so that every process that is made of this one begins with them.
    import onnxruntime  # noqa: F401
    import pandas as pd  # noqa: F401
    import skops.io  # noqa: F401

    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as name, chosen.log.open("w") as log:
        found = {
            kind: measured(
                (case for at, case in enumerate(cases) if at % chosen.each == 0),
                kind,
                Path(name),
                log,
            )
            for kind, cases in (
                ("onnx", onnx_cases(chosen.onnx)),
                ("skops", skops_cases(chosen.skops)),
            )
            if getattr(chosen, kind)
        }
    print(json.dumps({**found, "seconds": round(time.monotonic() - begin)}, indent=1))


if __name__ == "__main__":
    main()
