"""`forecasts.parquet`: many forecasts of many gauges, checked row by row."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from steiger.engines.flood.network import Network, NetworkError
from steiger.engines.flood.network.columns import instants, is_number, plain, whole_numbers
from steiger.engines.flood.verification.settings import VerificationError

Array = NDArray[np.float64]
Times = NDArray[np.datetime64]

QUANTILES = {"q05": 0.05, "q10": 0.1, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q90": 0.9, "q95": 0.95}
EXPERT = re.compile(r"x_[a-z][a-z0-9_]*")
P_LEVEL = re.compile(r"p_level_([1-9]\d?)")
#: Quantiles may cross by this much, in the gauge's unit: rounding.
SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class LeadForecasts:
    """All forecasts of one gauge for one lead time, by issue time.

    `issued` has shape (n,), UTC. `quantiles` (n, 7) and `experts` (each (n,)) are in the gauge's
    unit, `p_levels` is (n, levels); NaN where nothing was forecast.
    """

    gauge: str
    minutes: int
    issued: Times
    quantiles: Array
    p_levels: Array
    experts: dict[str, Array]
    regimes: NDArray[np.str_]

    @property
    def median(self) -> Array:
        """The 0.5 quantile, shape (n,)."""
        return self.quantiles[:, list(QUANTILES).index("q50")]

    @property
    def valid(self) -> Times:
        """The times that the forecasts are for."""
        return self.issued + np.timedelta64(self.minutes, "m")


@dataclass(frozen=True, slots=True)
class ForecastTable:
    """A file of forecasts, its rows sorted by gauge, lead time and issue time."""

    columns: dict[str, NDArray[Any]]
    experts: tuple[str, ...]
    levels: int
    gauges: tuple[str, ...]
    leads: tuple[int, ...]
    digest: str

    def __len__(self) -> int:
        """Number of rows."""
        return int(self.columns["lead_minutes"].size)

    def parts(self, gauge: str) -> Iterator[LeadForecasts]:
        """The forecasts of one gauge, lead time by lead time."""
        code = self.gauges.index(gauge)
        first, last = np.searchsorted(self.columns["gauge"], [code, code + 1])
        minutes = self.columns["lead_minutes"][first:last]
        for lead in np.unique(minutes):
            low, high = first + np.searchsorted(minutes, [lead, lead + 1])
            chosen = slice(int(low), int(high))
            p_names = [f"p_level_{number}" for number in range(1, self.levels + 1)]
            count = int(high - low)
            yield LeadForecasts(
                gauge=gauge,
                minutes=int(lead),
                issued=self.columns["issue_time"][chosen],
                quantiles=np.stack([self.columns[name][chosen] for name in QUANTILES], axis=1),
                p_levels=np.stack([self.columns[name][chosen] for name in p_names], axis=1)
                if p_names
                else np.empty((count, 0)),
                experts={name: self.columns[name][chosen] for name in self.experts},
                regimes=self.columns["regime"][chosen],
            )


def read_forecasts(path: Path, network: Network) -> ForecastTable:
    """The forecasts in a Parquet file, for gauges of this network.

    Raises:
        VerificationError: naming file, column, gauge and issue time.
    """
    try:
        table = pq.read_table(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        raise VerificationError(f"{path}: does not exist") from None
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise VerificationError(f"{path}: is no readable Parquet file ({reason})") from None
    try:
        return _checked(table, network, digest)
    except VerificationError as error:
        raise VerificationError(f"{path}: {error}") from None


def _checked(table: Any, network: Network, digest: str) -> ForecastTable:
    if not table.num_rows:
        raise VerificationError("holds no forecast")
    names = set(table.column_names)
    missing = sorted({"issue_time", "gauge", "lead_minutes", *QUANTILES} - names)
    if missing:
        raise VerificationError(f"lacks the column {missing[0]!r}")
    experts = tuple(sorted(name for name in names if EXPERT.fullmatch(name)))
    levels = _levels(names)
    gauges, codes = _gauges(table, network)
    try:
        issued = instants("issue_time", table["issue_time"])
        leads = whole_numbers("lead_minutes", table["lead_minutes"])
    except NetworkError as error:
        raise VerificationError(str(error)) from None
    columns: dict[str, NDArray[Any]] = {
        "gauge": codes,
        "issue_time": issued,
        "lead_minutes": leads,
        "regime": _regimes(table),
    }
    p_names = [f"p_level_{number}" for number in range(1, levels + 1)]
    for name in (*QUANTILES, *p_names, *experts):
        columns[name] = _floats(table, name)
    order = np.lexsort((columns["issue_time"], columns["lead_minutes"], columns["gauge"]))
    columns = {name: values[order] for name, values in columns.items()}
    _check_rows(columns, gauges, p_names, network)
    minutes = tuple(int(lead) for lead in np.unique(columns["lead_minutes"]))
    return ForecastTable(columns, experts, levels, gauges, minutes, digest)


def _levels(names: set[str]) -> int:
    numbers = sorted(int(match[1]) for name in names if (match := P_LEVEL.fullmatch(name)))
    if numbers != list(range(1, len(numbers) + 1)):
        raise VerificationError(f"p_level columns {numbers} do not count from 1 without a gap")
    return len(numbers)


def _gauges(table: Any, network: Network) -> tuple[tuple[str, ...], NDArray[Any]]:
    column = table["gauge"]
    if column.null_count:
        raise VerificationError("a row names no gauge")
    try:
        encoded = pc.dictionary_encode(column.cast(pa.string())).combine_chunks()
    except pa.ArrowException:
        raise VerificationError("the column 'gauge' holds no text") from None
    found = encoded.dictionary.to_pylist()
    known = set(network.ids)
    unknown = sorted(set(found) - known)
    if unknown:
        raise VerificationError(f"gauge {unknown[0]!r} is not in network {network.name!r}")
    # The network's order, not that of the file, so that shuffled rows give the same result.
    gauges = tuple(name for name in network.ids if name in set(found))
    position = np.array([gauges.index(name) for name in found], dtype=np.int64)
    return gauges, position[encoded.indices.to_numpy(zero_copy_only=False)]


def _regimes(table: Any) -> NDArray[Any]:
    if "regime" not in table.column_names:
        return np.full(table.num_rows, "", dtype="<U8")
    values = table["regime"].cast(pa.string()).fill_null("").to_pylist()
    return np.asarray(values, dtype="<U16")


def _floats(table: Any, name: str) -> Array:
    column = plain(table[name])
    if pa.types.is_null(column.type):
        return np.full(table.num_rows, np.nan)
    if not is_number(column.type):
        raise VerificationError(f"column {name!r} holds {column.type}, not numbers")
    values = np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    if np.isinf(values).any():
        raise VerificationError(f"column {name!r} holds an infinite value")
    return values


def _check_rows(
    columns: dict[str, NDArray[Any]], gauges: tuple[str, ...], p_names: list[str], network: Network
) -> None:
    def refuse(rows: NDArray[np.bool_], what: str) -> None:
        if rows.any():
            row = int(np.flatnonzero(rows)[0])
            gauge = gauges[columns["gauge"][row]]
            raise VerificationError(
                f"gauge {gauge!r}, issued {columns['issue_time'][row]}Z, "
                f"lead {columns['lead_minutes'][row]} min: {what}"
            )

    step = round(network.step.total_seconds())
    leads = columns["lead_minutes"]
    refuse(leads < 1, "the lead time is not above 0")
    refuse(leads * 60 % step != 0, f"the lead time is no multiple of the step {network.step}")
    keys = (columns["gauge"], leads, columns["issue_time"].astype(np.int64))
    same = np.logical_and.reduce([key[1:] == key[:-1] for key in keys])
    refuse(np.append(False, same), "occurs twice")
    names = list(QUANTILES)
    for lower, upper in pairwise(names):
        refuse(columns[upper] < columns[lower] - SLACK, f"{upper} is below {lower}")
    for name in p_names:
        refuse((columns[name] < 0) | (columns[name] > 1), f"{name} is no probability")
