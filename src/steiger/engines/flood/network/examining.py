"""A dry run: everything that is wrong with a network's folder, each with its place.

Reading ends at the first mistake. Whoever prepares the files of a real network wants to see all of
them at once, by file, sensor, row and field.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from steiger.engines.flood.network import reading, tables
from steiger.engines.flood.network.observations import Observations, read_observations
from steiger.engines.flood.network.reading import network_problems, read_network
from steiger.engines.flood.network.tables import table_problems
from steiger.engines.flood.network.types import Network, NetworkError

#: More of them do not help anybody to mend the first ones.
MOST_PROBLEMS = 100
SENSOR = re.compile(r"(?:sensor|column) (?:no\. (\d+)|'([^']*)'|\"([^\"]*)\"|“([^”]*)”)")
ROW = re.compile(r"\brow (\d+)\b")
FIELD = re.compile(rf"\b({'|'.join([*reading.KEYS, *reading.TOP, 'time'])})\b")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `sensor`, `row` (from 1) and `field` are empty where it concerns none."""

    file: str
    sensor: str
    row: int | None
    field: str
    text: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """What came of it: either problems, or the network with its observations."""

    problems: tuple[Problem, ...]
    network: Network | None = None
    observations: Observations | None = None


def examine(folder: Path) -> Examination:
    """Read a network's folder and collect what is wrong with it; nothing in it is changed."""
    found = [located(reading.FILE, text) for text in network_problems(folder)]
    if found:
        return Examination(tuple(found[:MOST_PROBLEMS]))
    network = read_network(folder)
    path = Path(folder) / tables.FILE
    found = [located(tables.FILE, text) for text in table_problems(path, network)]
    if found:
        return Examination(tuple(found[:MOST_PROBLEMS]))
    try:
        observations = read_observations(folder, network)
    except NetworkError as error:
        text = str(error).removeprefix(f"{path}: ")
        return Examination((located(tables.FILE, text),))
    return Examination((), network, observations)


def located(file: str, text: str) -> Problem:
    """A mistake with its place, which the texts of `NetworkError` name in one form."""
    sensor, row = SENSOR.search(text), ROW.search(text)
    rest = text[sensor.end() :] if sensor else text
    field = FIELD.search(rest) if file == reading.FILE else None
    name = next((part for part in sensor.groups() if part), "") if sensor else ""
    if not field and file == tables.FILE and "“time”" in text:
        return Problem(file, "", _row(row), "time", text)
    return Problem(file, name, _row(row), field[1] if field else "", text)


def _row(match: re.Match[str] | None) -> int | None:
    return int(match[1]) if match else None
