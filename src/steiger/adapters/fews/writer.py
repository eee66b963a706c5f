"""Writes series as documents of the published interface of Delft-FEWS, XML and JSON.

What `parse` reads back is the same to the last bit: numbers are written with all their digits.
Quantiles of a forecast become series with a qualifier “q0.05”, members of an ensemble series with
`ensembleMemberIndex`; both carry `forecastDate`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np

from steiger.adapters.fews.words import FLAGS, NAMESPACE, PARAMETERS, VERSION
from steiger.engines.flood.network.series import Quality, Series, spacing

#: Control characters, halves of surrogate pairs, and what XML 1.0 leaves out besides.
NOT_XML = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
USUAL_MISSING = -999.0
MODULE = "Steiger"
ENSEMBLE = "Steiger"

Header = dict[str, Any]


def write_json(series: Iterable[Series], *, zone: float = 0.0) -> bytes:
    """A PI-JSON document in UTF-8.

    Args:
        series: written in this order.
        zone: hours east of UTC in which its times are written.

    Raises:
        ValueError: the zone is none.
    """
    blocks = [{"header": head, "events": events} for head, events in _blocks(series, zone)]
    content = {"version": VERSION, "timeZone": repr(float(zone)), "timeSeries": blocks}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def write_xml(series: Iterable[Series], *, zone: float = 0.0) -> bytes:
    """A PI-XML document in UTF-8.

    Args:
        series: written in this order.
        zone: hours east of UTC in which its times are written.

    Raises:
        ValueError: the zone is none, or a word holds characters that XML cannot.
    """
    root = Element("TimeSeries", {"xmlns": NAMESPACE, "version": VERSION})
    SubElement(root, "timeZone").text = repr(float(zone))
    for head, events in _blocks(series, zone):
        block = SubElement(root, "series")
        header = SubElement(block, "header")
        for name, value in head.items():
            if isinstance(value, dict):
                SubElement(header, name, value)
            else:
                for text in value if isinstance(value, list) else [value]:
                    SubElement(header, name).text = _plain(text)
        for event in events:
            SubElement(block, "event", event)
    indent(root, " ")
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _plain(text: str) -> str:
    if NOT_XML.search(text):
        raise ValueError(f"{text!r} holds characters that XML cannot")
    return text


def _blocks(series: Iterable[Series], zone: float) -> Iterable[tuple[Header, list[dict[str, str]]]]:
    if not -24 < zone < 24:
        raise ValueError(f"zone {zone} is no number of hours")
    shift = np.timedelta64(round(zone * 3600), "s")
    for one in series:
        missing = _missing(one)
        yield _header(one, shift, missing), list(_events(one, shift, missing))


def _header(series: Series, shift: np.timedelta64, missing: float) -> Header:
    said: dict[str, list[str]] = {}
    for name, value in series.attributes:
        said.setdefault(name, []).append(value)
    parameter, _ = PARAMETERS[series.kind]
    usual = "accumulative" if series.kind.is_total else "instantaneous"
    head: Header = {
        "type": said.get("type", [usual])[0],
        "moduleInstanceId": said.get("moduleInstanceId", [MODULE])[0],
        "locationId": series.sensor,
        "parameterId": said.get("parameterId", [parameter])[0],
    }
    qualifiers = list(said.get("qualifierId", []))
    if series.quantile is not None:
        qualifiers.append(f"q{series.quantile!r}")
    if qualifiers:
        head["qualifierId"] = qualifiers
    if series.member is not None or "ensembleId" in said:
        head["ensembleId"] = said.get("ensembleId", [ENSEMBLE])[0]
    if series.member is not None:
        head["ensembleMemberIndex"] = str(series.member)
    head["timeStep"] = _step(series)
    if len(series):
        head["startDate"] = _moment(series.times[0] + shift)
        head["endDate"] = _moment(series.times[-1] + shift)
    if series.issue_time is not None:
        head["forecastDate"] = _moment(series.issue_time + shift)
    head["missVal"] = repr(missing)
    if series.name:
        head["stationName"] = series.name
    if series.lat is not None and series.lon is not None:
        head["lat"], head["lon"] = repr(float(series.lat)), repr(float(series.lon))
    head["units"] = series.unit
    return head


def _step(series: Series) -> dict[str, str]:
    own = series.accumulation or _regular(series)
    if own is None:
        return {"unit": "nonequidistant"}
    return {"unit": "second", "multiplier": str(int(own.total_seconds()))}


def _regular(series: Series) -> timedelta | None:
    gaps = np.diff(series.times.astype(np.int64))
    return spacing(series.times) if len(gaps) and (gaps == gaps[0]).all() else None


def _missing(series: Series) -> float:
    """A number that no value is."""
    return float("nan") if (series.values == USUAL_MISSING).any() else USUAL_MISSING


def _moment(time: np.datetime64) -> dict[str, str]:
    date, _, clock = str(time.astype("datetime64[s]")).partition("T")
    return {"date": date, "time": clock}


def _events(series: Series, shift: np.timedelta64, missing: float) -> Iterable[dict[str, str]]:
    for time, value, mark in zip(series.times + shift, series.values, series.quality, strict=True):
        number = missing if np.isnan(value) else float(value)
        event = {**_moment(time), "value": repr(number)}
        if (quality := Quality(mark)) in FLAGS:
            event["flag"] = str(FLAGS[quality])
        yield event
