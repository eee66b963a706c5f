"""Rain forecasts of a real network: kept as files, so that a forecast can be computed again."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from steiger.lib.atomic_files import write_atomically
from steiger.web.flood.domain.folders import folder_of
from steiger.web.flood.models import Network

if TYPE_CHECKING:
    import pyarrow as pa

#: A rain forecast that was fetched longer ago is of no use.
USEFUL = timedelta(hours=9)


def rain_folder(network: Network) -> Path:
    """Where they lie."""
    return folder_of(network) / "rain"


def keep(network: Network, file: Path) -> str:
    """Keep a file under the digest of its content; returns its name."""
    content = file.read_bytes()
    name = f"{hashlib.sha256(content).hexdigest()[:32]}.parquet"
    rain_folder(network).mkdir(exist_ok=True)
    path = rain_folder(network) / name
    if not path.exists():
        write_atomically(path, content)
    return name


def newest(network: Network, now: datetime) -> str:
    """Name of the one that was fetched last, unless that is too long ago."""
    files = list(rain_folder(network).glob("*.parquet"))
    last = max(files, key=lambda path: path.stat().st_mtime, default=None)
    if last is None or last.stat().st_mtime < (now - USEFUL).timestamp():
        return ""
    return last.name


def read(network: Network, name: str) -> pa.Table | None:
    """A kept rain forecast; None if it is gone."""
    import pyarrow.parquet as pq

    path = rain_folder(network) / Path(name).name
    return pq.read_table(path) if path.exists() else None


def prune(network: Network, before: datetime) -> None:
    """Forget those that no kept forecast can have read."""
    for path in rain_folder(network).glob("*.parquet"):
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
