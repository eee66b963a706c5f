"""A trained model: plain files per gauge, what they were made from, and digests of both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from steiger.engines.flood.forecasting.code import code_digest
from steiger.engines.flood.forecasting.core import DEFAULT_CORE, ForecastError, load_core
from steiger.engines.flood.network import Network

Files = dict[str, bytes]


def canonical_json(data: Any) -> bytes:
    """The same bytes for the same data: sorted keys, shortest numbers, no NaN."""
    text = json.dumps(
        data, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.encode()


def sha256(content: bytes) -> str:
    """SHA-256 (hex)."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Model:
    """What training has learned.

    `origin` says from what: name and digest of the network, its sensors as the model knows them,
    digest and end of the observations, settings, and version of the code. `shared` and `gauges`
    hold the core's files, by name. Equal input gives an equal `digest`.
    """

    origin: Mapping[str, Any]
    shared: Files
    gauges: Mapping[str, Files]
    core: str = field(default=DEFAULT_CORE, compare=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of origin and files."""
        return sha256(canonical_json(self.manifest()))

    def manifest(self) -> dict[str, Any]:
        """Everything but the files' contents, for which their digests stand."""
        return {
            "format": "steiger-flood-model/1",
            "origin": dict(self.origin),
            "gauges": list(self.gauges),
            "files": {path: sha256(content) for path, content in sorted(self.files().items())},
        }

    def files(self) -> Files:
        """All files by their path in the model's folder."""
        files = {f"shared/{name}": content for name, content in self.shared.items()}
        for number, (gauge, own) in enumerate(self.gauges.items(), start=1):
            folder = gauge_folder(number, gauge)
            files |= {f"gauges/{folder}/{name}": content for name, content in own.items()}
        return files

    @cached_property
    def shared_part(self) -> Any:
        """The core's part that all gauges share.

        Raises:
            ForecastError: the core cannot read the files.
        """
        return self._read(load_core(self.core).shared_from_files, self.shared)

    def sensors_of(self, gauge: str) -> tuple[str, ...]:
        """Ids of the sensors from which a gauge's forecast is made, the gauge itself first.

        Raises:
            ForecastError: the core cannot read the gauge's files.
            KeyError: the model does not know the gauge.
        """
        return load_core(self.core).sensors_of(self.gauge_part(gauge))

    @cached_property
    def _read_gauges(self) -> dict[str, Any]:
        return {}

    def gauge_part(self, gauge: str) -> Any:
        """The core's model of a gauge, read once.

        Raises:
            ForecastError: the core cannot read the files.
        """
        parts = self._read_gauges
        if gauge not in parts:
            parts[gauge] = self._read(load_core(self.core).model_from_files, self.gauges[gauge])
        return parts[gauge]

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Whatever fails in here with a model that other code has trained is told in one line.

        Raises:
            ForecastError: the model does not fit this version of the program.
        """
        try:
            yield
        except Exception as error:
            if isinstance(error, ForecastError) or self.origin["code"] == code_digest():
                raise
            raise ForecastError(
                f"the model was trained by another version of the program ({error}); train again"
            ) from error

    @staticmethod
    def _read(read: Callable[[Files], Any], files: Files) -> Any:
        try:
            return read(files)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise ForecastError(
                f"the model cannot be read by this version of the program ({error}); train again"
            ) from None

    def check_fits(self, network: Network) -> None:
        """The network still is the one that the model was trained for.

        Names, places and warning levels may change; what a number means may not.

        Raises:
            ForecastError: naming the sensor.
        """
        if self.origin["step_seconds"] != network.step.total_seconds():
            raise ForecastError(
                f"the model knows a step of {self.origin['step_seconds']:g} s, the network has "
                f"{network.step}: train again"
            )
        known = {sensor.id: sensor for sensor in network.sensors}
        for name, meaning in self.origin["sensors"].items():
            sensor = known.get(name)
            if sensor is None:
                raise ForecastError(
                    f"sensor {name!r} is known to the model but missing in network.toml; "
                    "leave it there without values, or train again"
                )
            if meaning != meaning_of(sensor):
                raise ForecastError(
                    f"sensor {name!r} was {' in '.join(meaning[:2])} when the model was trained, "
                    "or timed otherwise: train again"
                )

    def __getstate__(self) -> dict[str, Any]:
        # What was read from the files is read again where it is needed.
        parts = {"shared_part", "_read_gauges"}
        return {key: value for key, value in self.__dict__.items() if key not in parts}


def meaning_of(sensor: Any) -> list[Any]:
    """What the numbers of a sensor mean, as far as a model depends on it."""
    total = sensor.accumulation.total_seconds() if sensor.accumulation else None
    return [str(sensor.kind), sensor.unit, total, sensor.stamped]


def gauge_folder(number: int, gauge: str) -> str:
    """A folder name that differs between gauges on every file system, whatever their ids are."""
    return f"{number:04d}_{gauge}"
