"""Where networks and models lie, and the engine's view of a network."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from steiger.web.flood.models import Network

if TYPE_CHECKING:
    from steiger.engines.flood.network import Network as EngineNetwork


def folder_of(network: Network) -> Path:
    """The network's folder in the data folder: ``network.toml``, observations, models."""
    return Path(settings.DATA_DIR) / "flood" / network.folder


def engine_network(network: Network) -> EngineNetwork:
    """The network as the engine reads it; read again when the file changes.

    Raises:
        NetworkError: the folder is missing or makes no sense.
    """
    folder = folder_of(network)
    file = folder / "network.toml"
    stamp = file.stat().st_mtime_ns if file.exists() else 0
    return _read(folder, stamp)


@lru_cache(maxsize=8)
def _read(folder: Path, _stamp: int) -> EngineNetwork:
    # The engine's readers load pyarrow, which pages need only for downloads.
    from steiger.engines.flood.network import read_network

    return read_network(folder)
