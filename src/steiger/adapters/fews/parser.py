"""Reads time series of the published interface of Delft-FEWS, XML and JSON.

Layout: https://publicwiki.deltares.nl, "Delft-Fews Published Interface timeseries Format",
schema pi_timeseries.xsd. What bites: times carry no zone, the document has one for all of them, in
hours and often that of winter (“1.0”); numbers are texts in JSON; `missVal` may be any number or
NaN, so it is compared as a number; a series without flags has not been validated, one with flag 0
has; units are often missing; location ids may hold spaces and anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta, timezone
from typing import Any

import numpy as np

from steiger.adapters.fews.words import ATTRIBUTES, KINDS, QUALITIES, QUANTILE, SOURCE, UNITS
from steiger.engines.flood.network import Kind, NetworkError, Sensor
from steiger.engines.flood.network.series import Quality, Series
from steiger.lib.sources import SourceError, each, instant, number, place, read_json, read_xml
from steiger.lib.sources.unpacking import unpack

LARGEST = 50_000_000

Row = tuple[np.datetime64, float, int]
Parameters = Mapping[str, tuple[Kind, str]]


def parse(
    data: bytes,
    sensors: Mapping[str, Sensor] | None = None,
    *,
    parameters: Parameters | None = None,
) -> tuple[Series, ...]:
    """The series in a PI document.

    Args:
        data: XML or JSON, plain, gzip or bzip2.
        sensors: by key “location/parameter” or “location”; series of others are left out.
            Without it every series is given, named by its location.
        parameters: parameter → kind and unit, for names that do not begin as usual (H, Q, P …);
            the unit counts where the document has none.

    Raises:
        SourceError: naming series and event, or line and column.
    """
    plain = unpack(data, SOURCE.name, limit=LARGEST)
    if plain.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        zone, blocks = _of_xml(plain)
    else:
        zone, blocks = _of_json(plain)
    hours = _zone(zone)
    found = each(
        blocks, lambda b: _series(b, hours, sensors, parameters or {}), SOURCE.name, what="series"
    )
    return tuple(one for one in found if one is not None)


def _of_json(data: bytes) -> tuple[object, object]:
    content = read_json(data, SOURCE.name)
    if not isinstance(content, dict) or "timeSeries" not in content:
        raise SourceError(SOURCE.name, "holds no timeSeries")
    return content.get("timeZone"), content["timeSeries"]


def _of_xml(data: bytes) -> tuple[object, object]:
    root = read_xml(data, SOURCE.name)
    if _local(root.tag) != "TimeSeries":
        problem = f"holds {_local(root.tag)!r}, not TimeSeries"
        raise SourceError(SOURCE.name, problem)
    zone: str | None = None
    blocks: list[Any] = []
    for child in root:
        if _local(child.tag) == "timeZone":
            zone = child.text
        elif _local(child.tag) == "series":
            blocks.append(_block(child))
    return zone, blocks


def _block(series: Any) -> dict[str, Any]:
    header: dict[str, Any] = {}
    events = []
    for child in series:
        if _local(child.tag) == "event":
            events.append(dict(child.attrib))
        elif _local(child.tag) == "header":
            for item in child:
                name = _local(item.tag)
                if name == "qualifierId":
                    header.setdefault(name, []).append((item.text or "").strip())
                else:
                    header[name] = dict(item.attrib) if item.attrib else (item.text or "").strip()
    return {"header": header, "events": events}


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _zone(value: object) -> timezone:
    """The document's zone; the interface's default is UTC."""
    try:
        hours = number(value)
        return timezone(timedelta(hours=0.0 if np.isnan(hours) else hours))
    except ValueError:
        problem = f"the time zone {str(value)[:40]!r} is no number of hours"
        raise SourceError(SOURCE.name, problem) from None


def _series(
    block: Any, zone: timezone, sensors: Mapping[str, Sensor] | None, parameters: Parameters
) -> Series | None:
    header = block["header"]
    location, parameter = str(header["locationId"]), str(header["parameterId"])
    sensor = None
    if sensors is not None:
        sensor = sensors.get(f"{location}/{parameter}") or sensors.get(location)
        if sensor is None:
            return None
    kind, unit = _meaning(header, parameter, sensor, parameters)
    missing = number(header.get("missVal"))

    def read(event: Any) -> Row:
        value = number(event["value"])
        time = _time(event, zone)
        said = _quality(event.get("flag"))
        if np.isnan(value) or value == missing or said is Quality.MISSING:
            return time, np.nan, Quality.MISSING
        return time, value, said

    name = f"{location}/{parameter}"
    rows = each(block.get("events") or [], read, SOURCE.name, what="event", station=name)
    qualifiers = list(_qualifiers(header))
    quantile = next((float(m[1]) for q in qualifiers if (m := QUANTILE.fullmatch(q))), None)
    issued = header.get("forecastDate")
    lat, lon = place(header.get("lat"), header.get("lon"))
    try:
        return Series.of_rows(
            rows,
            sensor=sensor.id if sensor else location,
            kind=kind,
            unit=unit,
            name=str(header.get("stationName") or ""),
            lat=lat,
            lon=lon,
            accumulation=_step(header, name) if kind.is_total else None,
            issue_time=None if issued is None else _time(issued, zone),
            member=None if quantile is not None else _member(header),
            quantile=quantile,
            attributes=tuple(_attributes(header, qualifiers)),
        )
    except NetworkError as error:
        raise ValueError(f"{name}: {error}") from None


def _meaning(
    header: Mapping[str, Any], parameter: str, sensor: Sensor | None, parameters: Parameters
) -> tuple[Kind, str]:
    written = str(header.get("units") or "")
    if sensor is not None:
        return sensor.kind, written or sensor.source_unit
    # “WATHTE [m] [NAP]” and “H.meting” begin with the word that says what it is.
    words = parameter.split(" ", maxsplit=1)[0]
    known = parameters.get(parameter) or KINDS.get(words) or KINDS.get(words.split(".")[0])
    if known is None:
        raise ValueError(f"parameter {parameter!r} is unknown: say its kind and unit")
    return known[0], written or known[1]


def _time(event: Any, zone: timezone) -> np.datetime64:
    return instant(f"{event['date']}T{event['time']}", zone=zone)


def _quality(flag: object) -> Quality:
    code = number(flag)
    if np.isnan(code):
        return Quality.UNCHECKED
    return QUALITIES.get(int(code), Quality.UNCHECKED)


def _member(header: Mapping[str, Any]) -> int | None:
    """The member's number; a member that is named, not numbered, is one by the digits in it."""
    said = header.get("ensembleMemberIndex")
    if said is None:
        named = str(header.get("ensembleMemberId") or "")
        return int(named) if named.isascii() and named.isdigit() and len(named) < 10 else None
    index = number(said)
    if index != index // 1 or not 0 <= index < 1e6:
        raise ValueError(f"ensembleMemberIndex {said!r} is no number of a member")
    return int(index)


def _step(header: Mapping[str, Any], name: str) -> timedelta | None:
    step = header.get("timeStep") or {}
    unit = step.get("unit") if isinstance(step, dict) else None
    if unit not in UNITS:
        return None
    length = number(step.get("multiplier") or 1) / number(step.get("divider") or 1)
    if not 0 < length < 1e6:
        raise ValueError(f"{name}: timeStep {step!r} has no length")
    return UNITS[unit] * length


def _qualifiers(header: Mapping[str, Any]) -> Iterator[str]:
    said = header.get("qualifierId") or []
    yield from (str(one) for one in (said if isinstance(said, list) else [said]))


def _attributes(header: Mapping[str, Any], qualifiers: list[str]) -> Iterator[tuple[str, str]]:
    for name in ATTRIBUTES:
        if name == "qualifierId":
            yield from ((name, one) for one in qualifiers if not QUANTILE.fullmatch(one))
        elif header.get(name) not in {None, ""}:
            yield name, str(header[name])
