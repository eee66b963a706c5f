"""What takes long to make is made once, also if several processes run the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import filelock
import pytest


def folder_made_once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]
) -> Path:
    """The folder that `make` filled; whoever else needs it meanwhile waits for it.

    It is for copying only: processes share it.
    """
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # of the run, not of this process
    folder, unfinished = root / name, root / f"{name}-unfinished"
    with filelock.FileLock(root / f"{name}.lock"):
        if not folder.exists():
            shutil.rmtree(unfinished, ignore_errors=True)  # of a process that failed here
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder
