"""What the sensors of the valley show: levels through ratings, noise, resolution and faults."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.network import Kind, Network
from steiger.engines.flood.simulation.weather import first_hour, month_of

Array = NDArray[np.float64]
LEVEL_NOISE_M, FLOW_NOISE = 0.004, 0.02
#: Resolution by kind.
RESOLUTION = {
    Kind.WATER_LEVEL: 0.01,
    Kind.RAIN: 0.1,
    Kind.DISCHARGE: 0.01,
    Kind.RELEASE: 0.1,
    Kind.POTENTIAL_EVAPOTRANSPIRATION: 0.001,
}
#: fault → chance per sensor and month, shortest and longest duration in hours
FAULTS: dict[str, tuple[float, int, int]] = {
    "gap": (0.10, 2, 36),
    "frozen": (0.02, 24, 96),
    "spike": (0.03, 1, 1),
    "zero": (0.01, 3, 12),
    "code": (0.01, 1, 6),
    "dead": (0.01, 300, 700),
}
FAULTS_OF = {
    Kind.WATER_LEVEL: ("gap", "frozen", "spike", "zero", "code"),
    Kind.DISCHARGE: ("gap", "frozen", "code"),
    Kind.RAIN: ("gap", "dead"),
    Kind.RELEASE: ("gap",),
}
CODE = -999.0
SPIKE_M = 1.6


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of one sensor (column) in the hours begin … end − 1 (since 1970)."""

    column: int
    kind: str
    begin: int
    end: int


def faults_between(network: Network, seed: int, begin: int, end: int) -> list[Fault]:
    """Faults that touch the hours begin … end − 1; a fault never crosses the end of a month."""
    found = []
    for month in range(month_of(begin), month_of(max(begin, end - 1)) + 1):
        found += [
            fault
            for fault in _faults_of_month(network, seed, month)
            if fault.begin < end and fault.end > begin
        ]
    return found


@lru_cache(maxsize=64)
def _faults_of_month(network: Network, seed: int, month: int) -> tuple[Fault, ...]:
    random = np.random.default_rng([seed, month % 2**32, 3])
    start, end = first_hour(month), first_hour(month + 1)
    faults = []
    for column, sensor in enumerate(network.sensors):
        for kind in FAULTS_OF.get(sensor.kind, ()):
            chance, shortest, longest = FAULTS[kind]
            happens, place, length = random.random(3)
            if happens < chance:
                begin = start + int(place * (end - start))
                hours = shortest + int(length * (longest - shortest + 1))
                faults.append(Fault(column, kind, begin, min(begin + hours, end)))
    return tuple(faults)


def noise_between(network: Network, seed: int, begin: int, end: int) -> Array:
    """Standard normal noise (T, S) of the hours begin … end − 1, the same however asked for."""
    parts = []
    for month in range(month_of(begin), month_of(max(begin, end - 1)) + 1):
        start = first_hour(month)
        whole = _noise_of_month(len(network.sensors), seed, month)
        parts.append(whole[max(begin - start, 0) : max(end - start, 0)])
    return np.concatenate(parts)[: end - begin]


@lru_cache(maxsize=8)
def _noise_of_month(sensors: int, seed: int, month: int) -> Array:
    random = np.random.default_rng([seed, month % 2**32, 2])
    noise = random.standard_normal((first_hour(month + 1) - first_hour(month), sensors))
    noise.setflags(write=False)
    return noise


def shown(truth: Array, network: Network, noise: Array) -> Array:
    """True values (T, S) as healthy sensors show them."""
    values = truth.copy()
    for column, sensor in enumerate(network.sensors):
        if sensor.kind is Kind.WATER_LEVEL:
            values[:, column] += LEVEL_NOISE_M * noise[:, column]
        elif sensor.kind is Kind.DISCHARGE:
            values[:, column] *= np.maximum(1 + FLOW_NOISE * noise[:, column], 0.5)
        size = RESOLUTION[sensor.kind]
        # Divided by a whole number, so that 0.43 is the same bits as when read from a file.
        values[:, column] = np.round(values[:, column] / size) / round(1 / size)
    return values


def with_faults(values: Array, faults: list[Fault], begin: int, last: Array) -> Array:
    """The same with faults; `values` start at hour `begin`; before, `last` (S,) was shown."""
    faulty = values.copy()
    for fault in sorted(faults, key=lambda fault: (fault.begin, fault.kind)):
        first, end = max(fault.begin - begin, 0), fault.end - begin
        part = faulty[first:end, fault.column]
        if fault.kind == "gap":
            part[:] = np.nan
        elif fault.kind == "frozen":
            before = last if first == 0 else faulty[first - 1]
            if not np.isnan(before[fault.column]):
                part[:] = before[fault.column]
        elif fault.kind == "spike":
            part += SPIKE_M
        else:
            part[:] = CODE if fault.kind == "code" else 0.0
    return faulty
