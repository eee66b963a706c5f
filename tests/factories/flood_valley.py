"""A small simulated valley, its folder, and a model of it by the small core."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from factories import flood_core
from steiger.engines.flood.forecasting import Model, train
from steiger.engines.flood.network import (
    Network,
    Observations,
    read_observations,
    write_network,
    write_observations,
)
from steiger.engines.flood.simulation import beispieltal, history

START = datetime(2021, 5, 1, tzinfo=UTC)
END = datetime(2021, 7, 20, tzinfo=UTC)
UNTIL = datetime(2021, 7, 1, tzinfo=UTC)
AT = datetime(2021, 7, 10, 6, tzinfo=UTC)
LEADS = (timedelta(hours=1), timedelta(hours=3), timedelta(hours=12))


@cache
def valley(*, faults: bool = True) -> tuple[Network, Observations]:
    """Eleven weeks of the Beispieltal."""
    network, observations, _ = history(
        beispieltal(), START, END, seed=7, faults=faults, spin_up=30 * 24
    )
    with tempfile.TemporaryDirectory() as name:
        # As they are read from a file: in whole tenths of a millimetre.
        write_observations(Path(name), network, observations)
        return network, read_observations(Path(name), network)


def settings(**more: Any) -> flood_core.ModelSettings:
    """Of the small core."""
    return flood_core.ModelSettings(leads=LEADS, **more)


@cache
def small_model() -> Model:
    """The valley's model by the small core."""
    network, observations = valley()
    return train(network, observations.until(UNTIL), settings(), core=flood_core.NAME)


def valley_folder(folder: Path) -> Path:
    """The valley as network.toml and observations.parquet."""
    network, observations = valley()
    folder.mkdir(parents=True, exist_ok=True)
    write_network(folder, network)
    write_observations(folder, network, observations)
    return folder
