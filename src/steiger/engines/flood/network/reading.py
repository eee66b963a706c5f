"""`network.toml`: a network as a file that people write."""

from __future__ import annotations

import json
import math
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from steiger.engines.flood.network.types import Kind, Network, NetworkError, Sensor
from steiger.engines.flood.network.units import Unit, unit_of
from steiger.engines.flood.sources.forms import (
    Feed,
    Source,
    SourceFormError,
    check_rain_forecast,
    parse_feed,
    parse_source,
)
from steiger.lib.atomic_files import write_atomically

FILE = "network.toml"
LARGEST_FILE = 20_000_000
DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|sec|min|h|d)\s*")
SECONDS = {"s": 1, "sec": 1, "min": 60, "h": 3600, "d": 86400}
TOP = {"name", "step", "note", "sensor", "source", "rain_forecast"}
#: key in the file → field; several spellings of an area and a gauge zero are in use.
KEYS = {
    "id": "id",
    "kind": "kind",
    "unit": "unit",
    "name": "name",
    "lat": "lat",
    "lon": "lon",
    "upstream": "upstream",
    "catchment_km2": "catchment_km2",
    "catchment_area_km2": "catchment_km2",
    "gauge_zero": "gauge_zero_m",
    "gauge_zero_m": "gauge_zero_m",
    "warning_levels": "warning_levels",
    "target": "target",
    "accumulation": "accumulation",
    "stamped": "stamped",
    "available_after": "available_after",
    "note": "note",
    "source": "feed",
}


def parse_duration(text: object) -> timedelta:
    """A duration such as “15min”, “1h”, “24h” or “2d”.

    Raises:
        NetworkError: it is no such text.
    """
    match = DURATION.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise NetworkError(f"{text!r} is no duration such as “15min”, “1h” or “1d”")
    try:
        return timedelta(seconds=float(match[1]) * SECONDS[match[2]])
    except OverflowError:
        raise NetworkError(f"{text!r} is too long") from None


def format_duration(duration: timedelta) -> str:
    """The text that `parse_duration` reads back."""
    seconds = round(duration.total_seconds())
    for name, size in (("h", 3600), ("min", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{name}"
    return f"{seconds}s"


def read_network(folder: Path) -> Network:
    """The network in `folder/network.toml`, in canonical units.

    Raises:
        NetworkError: naming file, sensor and field.
    """
    path = Path(folder) / FILE
    data = _data(path)
    try:
        return _network(data)
    except NetworkError as error:
        raise NetworkError(f"{path}: {error}") from None


def network_problems(folder: Path) -> list[str]:
    """Everything that is wrong with `folder/network.toml`, as texts without the file's name.

    What concerns single sensors is told for all of them; what concerns the whole network (a name
    that occurs twice, water that runs in a circle) only when each sensor makes sense by itself.
    """
    path = Path(folder) / FILE
    try:
        data = _data(path)
    except NetworkError as error:
        return [str(error).removeprefix(f"{path}: ")]
    found = _refused(_head, data)
    entries = data.get("sensor")
    # Any step will do to judge the sensors by themselves.
    step = timedelta(hours=1) if found else _head(data)
    declared = data.get("source", {})
    sources = {}
    for name, table in declared.items() if isinstance(declared, dict) else ():
        wrong = _refused(_source, name, table)
        found += wrong
        if not wrong:
            sources[name] = _source(name, table)
    if isinstance(entries, list):
        # A sensor is not blamed for a source that makes no sense itself.
        known = {**dict.fromkeys(declared if isinstance(declared, dict) else ()), **sources}
        for row, entry in enumerate(entries, start=1):
            if isinstance(entry, dict):
                found += _refused(_sensor, _judged(entry, known), row, step, sources)
    # With a sensor that makes no sense this would only tell the first of them again.
    return found or _refused(_network, data)


def _judged(entry: dict[str, Any], known: dict[str, Source | None]) -> dict[str, Any]:
    feed = entry.get("source")
    name = feed.get("source") if isinstance(feed, dict) else None
    if isinstance(name, str) and name in known and known[name] is None:
        return {key: value for key, value in entry.items() if key != "source"}
    return entry


def _refused(parse: Any, *arguments: Any) -> list[str]:
    try:
        parse(*arguments)
    except NetworkError as error:
        return [str(error)]
    return []


def _data(path: Path) -> dict[str, Any]:
    """What stands in the file."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise NetworkError(f"{path}: is larger than {LARGEST_FILE // 1_000_000} MB")
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NetworkError(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NetworkError(f"{path}: is no valid TOML: {error}") from None


def _head(data: dict[str, Any]) -> timedelta:
    """The step, if what stands above the sensors makes sense."""
    unknown = sorted(set(data) - TOP)
    if unknown:
        raise NetworkError(f"{unknown[0]!r} is unknown; known are {', '.join(sorted(TOP))}")
    for key in ("name", "step", "sensor"):
        if key not in data:
            raise NetworkError(f"{key!r} is missing")
    step: timedelta = _named("step", parse_duration, data["step"])
    return step


def _network(data: dict[str, Any]) -> Network:
    step = _head(data)
    entries = data["sensor"]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise NetworkError("sensors are written as [[sensor]] tables")
    sources = _sources(data.get("source", {}))
    sensors = tuple(
        _sensor(entry, row, step, sources) for row, entry in enumerate(entries, start=1)
    )
    name, note = _text(data, "name"), _text(data, "note")
    try:
        rain = check_rain_forecast(data.get("rain_forecast", ""), sources)
    except SourceFormError as error:
        raise NetworkError(str(error)) from None
    return Network(
        name=name,
        step=step,
        sensors=sensors,
        note=note,
        sources=tuple(sources.values()),
        rain_forecast=rain,
    )


def _sources(declared: object) -> dict[str, Source]:
    if not isinstance(declared, dict):
        raise NetworkError("sources are written as [source.NAME] tables")
    return {name: _source(name, table) for name, table in declared.items()}


def _source(name: str, table: object) -> Source:
    try:
        return parse_source(name, table)
    except SourceFormError as error:
        raise NetworkError(f"source {name!r}: {error}") from None


def _sensor(entry: dict[str, Any], row: int, step: timedelta, sources: dict[str, Source]) -> Sensor:
    where = f"sensor {entry['id']!r}" if isinstance(entry.get("id"), str) else f"sensor no. {row}"
    try:
        return _typed(entry, step, sources)
    except NetworkError as error:
        text = str(error)
        raise NetworkError(text if text.startswith("sensor ") else f"{where}: {text}") from None


def _typed(entry: dict[str, Any], step: timedelta, sources: dict[str, Source]) -> Sensor:
    unknown = sorted(set(entry) - set(KEYS))
    if unknown:
        raise NetworkError(f"{unknown[0]!r} is unknown; known are {', '.join(sorted(KEYS))}")
    for key in ("id", "kind", "unit"):
        if key not in entry:
            raise NetworkError(f"{key!r} is missing")
    fields: dict[str, Any] = {"id": _text(entry, "id"), "name": _text(entry, "name")}
    kind = _kind(entry["kind"])
    for key in ("accumulation", "available_after"):
        if key in entry:
            fields[key] = _named(key, parse_duration, entry[key])
    source = _text(entry, "unit").strip()
    unit = unit_of(kind, source, step, fields.get("accumulation"))
    for key in ("lat", "lon", "catchment_km2", "catchment_area_km2", "gauge_zero", "gauge_zero_m"):
        if key in entry:
            fields[KEYS[key]] = _number(entry[key], key)
    fields["warning_levels"] = _levels(entry.get("warning_levels", []), unit)
    fields["upstream"] = _names(entry.get("upstream", []))
    fields["target"] = entry.get("target", False)
    if not isinstance(fields["target"], bool):
        raise NetworkError(f"target is {fields['target']!r}, neither true nor false")
    if "stamped" in entry:
        fields["stamped"] = _text(entry, "stamped")
    if "source" in entry:
        fields["feed"] = _feed(entry, kind, unit, step, sources)
    return Sensor(kind=kind, unit=unit.canonical, source_unit=source, **fields)


def _feed(
    entry: dict[str, Any], kind: Kind, unit: Unit, step: timedelta, sources: dict[str, Source]
) -> Feed:
    placed = "lat" in entry and "lon" in entry
    try:
        feed = parse_feed(entry["source"], sources, str(kind), placed=placed)
    except SourceFormError as error:
        raise NetworkError(str(error)) from None
    if feed.unit:
        try:
            sent = unit_of(kind, feed.unit, step)
        except NetworkError as error:
            raise NetworkError(f"source: {error}") from None
        if sent.canonical != unit.canonical:
            raise NetworkError(f"source: unit {feed.unit!r} cannot become {unit.canonical!r}")
    return feed


def _kind(value: object) -> Kind:
    try:
        return Kind(value)  # type: ignore[arg-type]
    except ValueError:
        raise NetworkError(f"kind {value!r} is unknown; known are {', '.join(Kind)}") from None


def _named(key: str, parse: Any, value: object) -> Any:
    try:
        return parse(value)
    except NetworkError as error:
        raise NetworkError(f"{key}: {error}") from None


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise NetworkError(f"{key} is {value!r}, not a text")
    return value


def _number(value: object, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NetworkError(f"{key} holds {value!r}, not a finite number")
    return float(value)


def _levels(value: object, unit: Unit) -> tuple[float, ...]:
    if not isinstance(value, list):
        raise NetworkError(f"warning_levels is {value!r}, not a list of numbers")
    levels = np.array([_number(level, "warning_levels") for level in value], dtype=np.float64)
    if (np.diff(levels) < 0).any():  # told here in the unit of the file
        raise NetworkError(f"warning_levels {value} do not ascend")
    return tuple(float(level) for level in unit.to_canonical(levels))


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise NetworkError(f"upstream is {value!r}, not a list of sensor ids")
    return tuple(value)


def write_network(folder: Path, network: Network) -> Path:
    """Write `folder/network.toml`, in the units of each sensor's source; gives its path."""
    lines = [f"name = {_quoted(network.name)}", f'step = "{format_duration(network.step)}"']
    if network.note:
        lines.append(f"note = {_quoted(network.note)}")
    if network.rain_forecast:
        lines.append(f"rain_forecast = {_quoted(network.rain_forecast)}")
    for source in network.sources:
        lines += ["", f"[source.{source.name}]"]
        lines += [f"{key} = {_plain(value)}" for key, value in source.as_dict().items()]
    for sensor in network.sensors:
        lines += ["", "[[sensor]]", *_lines(sensor, network.step)]
    path = Path(folder) / FILE
    write_atomically(path, ("\n".join(lines) + "\n").encode())
    return path


def _plain(value: str | int) -> str:
    return str(value) if isinstance(value, int) else _quoted(value)


def _quoted(text: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _lines(sensor: Sensor, step: timedelta) -> list[str]:
    unit = unit_of(sensor.kind, sensor.source_unit, step, sensor.accumulation)
    lines = [f"id = {_quoted(sensor.id)}", f'kind = "{sensor.kind}"']
    lines.append(f"unit = {_quoted(sensor.source_unit)}")
    if sensor.name:
        lines.append(f"name = {_quoted(sensor.name)}")
    for key in ("lat", "lon", "catchment_km2", "gauge_zero_m"):
        value = getattr(sensor, key)
        if value is not None:
            lines.append(f"{key} = {float(value)!r}")
    if sensor.upstream:
        lines.append(f"upstream = [{', '.join(_quoted(name) for name in sensor.upstream)}]")
    if sensor.warning_levels:
        levels = unit.to_source(np.array(sensor.warning_levels, dtype=np.float64))
        lines.append(f"warning_levels = [{', '.join(repr(float(x)) for x in levels)}]")
    if sensor.target:
        lines.append("target = true")
    if sensor.accumulation is not None:
        lines.append(f'accumulation = "{format_duration(sensor.accumulation)}"')
    if sensor.stamped != "end":
        lines.append(f'stamped = "{sensor.stamped}"')
    if sensor.available_after:
        lines.append(f'available_after = "{format_duration(sensor.available_after)}"')
    if sensor.feed is not None:
        told = (f"{key} = {_quoted(value)}" for key, value in sensor.feed.as_dict().items())
        lines.append(f"source = {{ {', '.join(told)} }}")
    return lines
