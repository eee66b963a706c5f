"""Forecasts with all that they were made from, so that each can be made again, bit by bit.

A folder:

    forecasts/<id>/forecast.json   as it was issued
    forecasts/<id>/record.json     names of what it was made from; written last
    networks/<digest>.toml         months/<digest>.parquet
    models/<digest>.zip            rain/<digest>.parquet

What is named by a digest is shared by many forecasts: hour after hour only the current month of
observations is new.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from steiger.engines.flood.forecasting.code import code_version
from steiger.engines.flood.forecasting.core import DEFAULT_CORE, ForecastError
from steiger.engines.flood.forecasting.document import Forecast
from steiger.engines.flood.forecasting.inputs import Rain, known, on_step
from steiger.engines.flood.forecasting.issue import core_rain, issue_forecast, longest_lead
from steiger.engines.flood.forecasting.model import Model, canonical_json
from steiger.engines.flood.forecasting.rain import RainEnsemble, read_rain
from steiger.engines.flood.forecasting.storage import pack_model, unpack_model
from steiger.engines.flood.network import (
    Network,
    NetworkError,
    Observations,
    joined,
    read_network,
    write_network,
)
from steiger.lib.atomic_files import write_atomically

FORMAT = "steiger-flood-record/1"
ID = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class Replay:
    """A stored forecast made again.

    `equal`: byte for byte. `differences` names gauges and what differs; `code_changed` says that
    the program is not the one that issued the forecast.
    """

    id: str
    equal: bool
    differences: tuple[str, ...]
    code_changed: bool
    stored: Forecast
    again: Forecast


class ForecastStore:
    """The folder; made when the first forecast is kept."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read or written yet."""
        self.folder = Path(folder)
        self._packed: dict[str, Future[bytes]] = {}

    @contextmanager
    def packing(self, model: Model) -> Iterator[None]:
        """Pack a model that is not kept yet beside what is done meanwhile; nothing is written.

        Packing takes a third of a first forecast, most of it without Python's lock: `keep` in here
        finds it done.
        """
        if self._model(model.digest).exists():
            yield
            return
        with ThreadPoolExecutor(1) as thread:
            self._packed[model.digest] = thread.submit(pack_model, model)
            try:
                yield
            finally:
                del self._packed[model.digest]

    def keep(
        self,
        forecast: Forecast,
        model: Model,
        network: Network,
        observations: Observations,
        rain: Rain = "none",
    ) -> Path:
        """Keep a forecast and what `issue_forecast` was given for it; gives its folder.

        Raises:
            ForecastError: the forecast was not made from these.
            OSError: the folder cannot be written.
        """
        at = on_step(observations, network, np.datetime64(forecast.issue_time.rstrip("Z"), "s"))
        used = known(network, observations, at, rain, longest_lead(model))
        digests = (network.digest(), used.digest(), model.digest)
        if digests != (
            forecast.network_digest,
            forecast.observations_digest,
            forecast.model["digest"],
        ):
            raise ForecastError(f"forecast {forecast.id[:12]} was not made from this input")
        for name in ("forecasts", "networks", "months", "models", "rain"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._keep_network(network)
        place = self._model(model.digest)
        if not place.exists():
            packed = self._packed.get(model.digest)
            write_atomically(place, packed.result() if packed else pack_model(model))
        record: dict[str, Any] = {
            "format": FORMAT,
            "id": forecast.id,
            "issue_time": forecast.issue_time,
            "network": network.digest(),
            "model": model.digest,
            "observations": used.digest(),
            "months": [self._keep_month(month) for month in _months(used)],
            "rain": forecast.rain,
            "rain_file": self._keep_rain(forecast, model, network, rain, at),
            **code_version(),
        }
        home = self.folder / "forecasts" / forecast.id
        home.mkdir(exist_ok=True)
        write_atomically(home / "forecast.json", forecast.to_json().encode())
        write_atomically(home / "record.json", canonical_json(record) + b"\n")
        return home

    def find(self, forecast_id: str) -> str:
        """The whole id of which this is the beginning (8 characters or more).

        Raises:
            ForecastError: none or several have it.
        """
        if not ID.fullmatch(forecast_id):
            raise ForecastError(
                f"{forecast_id!r} is no id of a forecast: 8 to 64 characters of 0–9 and a–f"
            )
        folder = self.folder / "forecasts"
        found = sorted(path.parent.name for path in folder.glob(f"{forecast_id}*/record.json"))
        if not found:
            raise ForecastError(f"no forecast {forecast_id!r} is kept in {self.folder}")
        if len(found) > 1:
            raise ForecastError(
                f"{len(found)} forecasts begin with {forecast_id!r}; give more of it"
            )
        return found[0]

    def replay(
        self,
        forecast_id: str,
        *,
        core: str = DEFAULT_CORE,
        done: Callable[[], object] = lambda: None,
    ) -> Replay:
        """Make a stored forecast again and compare.

        Raises:
            ForecastError: it is not kept, or what it was made from is missing or was changed.
        """
        whole = self.find(forecast_id)
        home = self.folder / "forecasts" / whole
        text = _bytes(home / "forecast.json")
        record = _json(home / "record.json")
        try:
            stored = Forecast.from_json(text)
        except ForecastError as error:
            raise ForecastError(f"{home / 'forecast.json'}: {error}") from None
        if stored.id != whole or record.get("id") != whole or stored.to_json().encode() != text:
            raise ForecastError(f"{home}: was changed: it is not the forecast {whole}")
        again = self._issue(record, home / "record.json", stored, core, done)
        return Replay(
            id=whole,
            equal=again.to_json().encode() == text,
            differences=tuple(_differences(stored, again)),
            code_changed=any(record.get(key) != value for key, value in code_version().items()),
            stored=stored,
            again=again,
        )

    def _issue(
        self,
        record: dict[str, Any],
        path: Path,
        stored: Forecast,
        core: str,
        done: Callable[[], object],
    ) -> Forecast:
        try:
            network = self._network(_name(record["network"]))
            place = self._model(_name(record["model"]))
            model = unpack_model(place, core=core)
            months = [self._month(_name(name), network) for name in record["months"]]
            observations = joined(months)
            rain: Rain = record["rain"]
            if record["rain_file"]:
                rain = self._rain(_name(record["rain_file"]), network)
            at = np.datetime64(str(record["issue_time"]).rstrip("Z"), "s")
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, ForecastError | NetworkError):
                raise
            raise ForecastError(f"{path}: is damaged ({error!r})") from None
        if model.digest != record["model"]:
            raise ForecastError(f"{place}: holds another model")
        again = issue_forecast(model, network, observations, at, rain, done=done)
        # Issued by the program that runs now, but to be compared with what the other one said.
        return replace(again, model={**stored.model, "digest": model.digest})

    def _model(self, digest: str) -> Path:
        return self.folder / "models" / f"{digest}.zip"

    def _keep_network(self, network: Network) -> None:
        path = self.folder / "networks" / f"{network.digest()}.toml"
        if path.exists():
            return
        with tempfile.TemporaryDirectory(prefix="steiger-flood-") as name:
            content = write_network(Path(name), network).read_bytes()
            if read_network(Path(name)).digest() != network.digest():
                raise ForecastError(f"network {network.name!r} cannot be written without a loss")
        write_atomically(path, content)

    def _network(self, digest: str) -> Network:
        path = self.folder / "networks" / f"{digest}.toml"
        with tempfile.TemporaryDirectory(prefix="steiger-flood-") as name:
            (Path(name) / "network.toml").write_bytes(_bytes(path))
            try:
                network = read_network(Path(name))
            except NetworkError as error:
                raise ForecastError(f"{path}: was changed: {error}") from None
        if network.digest() != digest:
            raise ForecastError(f"{path}: was changed: its digest is wrong")
        return network

    def _keep_month(self, month: Observations) -> str:
        digest = month.digest()
        path = self.folder / "months" / f"{digest}.parquet"
        if not path.exists():
            columns = {"time": pa.array(month.times).cast(pa.timestamp("s", tz="UTC"))}
            for number, name in enumerate(month.ids):
                columns[name] = pa.array(month.values[:, number], pa.float64(), from_pandas=True)
            write_atomically(path, _parquet(pa.table(columns)))
        return digest

    def _month(self, digest: str, network: Network) -> Observations:
        path = self.folder / "months" / f"{digest}.parquet"
        try:
            table = pq.read_table(io.BytesIO(_bytes(path)))
            times = table["time"].to_numpy().astype("datetime64[s]")
            ids = tuple(name for name in table.column_names if name != "time")
            values = np.column_stack([table[name].to_numpy() for name in ids])
            delays = [network.sensor(name).delay(network.step).total_seconds() for name in ids]
            month = Observations(times, ids, values, np.array(delays).astype("timedelta64[s]"))
        except (pa.ArrowException, OSError, ValueError, KeyError) as error:
            if isinstance(error, ForecastError):
                raise
            raise ForecastError(f"{path}: was changed: it cannot be read") from None
        if month.digest() != digest:
            raise ForecastError(f"{path}: was changed: its digest is wrong")
        return month

    def _keep_rain(
        self,
        forecast: Forecast,
        model: Model,
        network: Network,
        rain: Rain,
        at: np.datetime64,
    ) -> str:
        if not isinstance(rain, RainEnsemble):
            return ""
        _, digest = core_rain(model, rain, at, network)
        if digest != forecast.rain_digest:
            raise ForecastError(f"forecast {forecast.id[:12]} was not made from this rain")
        path = self.folder / "rain" / f"{digest}.parquet"
        if not path.exists():
            _, _, part = rain.at(at, network.steps(longest_lead(model)))
            write_atomically(path, _parquet(part.as_table()))
        return digest

    def _rain(self, digest: str, network: Network) -> RainEnsemble:
        # A changed value shows in the document, which holds the digest of the rain.
        return read_rain(self.folder / "rain" / f"{digest}.parquet", network)


def _months(observations: Observations) -> Iterator[Observations]:
    months = observations.times.astype("datetime64[M]")
    edges = [0, *(np.flatnonzero(np.diff(months)) + 1).tolist(), len(months)]
    for begin, end in pairwise(edges):
        yield replace(
            observations,
            times=observations.times[begin:end],
            values=observations.values[begin:end],
        )


def _parquet(table: pa.Table) -> bytes:
    target = io.BytesIO()
    pq.write_table(table, target, compression="zstd")
    return target.getvalue()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ForecastError(f"{path}: cannot be read ({error.strerror})") from None


def _json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(_bytes(path))
    except ValueError as error:
        raise ForecastError(f"{path}: is no valid JSON: {error}") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ForecastError(f"{path}: is no record of a forecast")
    return data


def _name(value: Any) -> str:
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise ValueError(f"{value!r} is no digest")
    return value


def _differences(stored: Forecast, again: Forecast) -> Iterator[str]:
    before, after = stored.as_dict(), again.as_dict()
    for key in before:
        if key not in {"gauges", "id"} and before[key] != after[key]:
            yield f"{key}: {before[key]!r} became {after[key]!r}"
    if [gauge.id for gauge in stored.gauges] != [gauge.id for gauge in again.gauges]:
        yield "other gauges"
        return
    for one, two in zip(stored.gauges, again.gauges, strict=True):
        old, new = one.as_dict(), two.as_dict()
        changed = [key for key in old if old[key] != new[key]]
        if changed:
            yield f"gauge {one.id!r}: {', '.join(changed)}"
