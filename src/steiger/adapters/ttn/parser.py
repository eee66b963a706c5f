"""Reads uplinks of The Things Stack v3, from MQTT, webhooks or its storage.

Layout: https://www.thethingsindustries.com/docs/integrations/data-formats. What bites: empty
fields are left out, so the first frame counter and port 0 are missing, not 0, and the storage
leaves out what nobody asked it for; a frame heard by several gateways or delivered twice has the
same counter, but a device that is switched on again may count anew in the same session; the
console can *simulate* uplinks, which must never become a flood; the time of a gateway
(`settings.time`) is better than that of the network, because a gateway may have been offline for
hours, but it can also be plainly wrong.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from steiger.engines.flood.network import Kind, Sensor
from steiger.engines.flood.network.series import Quality, Series
from steiger.lib.sources import Source, SourceError, instant, number, read_json, unpack

SOURCE = Source(
    key="ttn",
    name="The Things Network",
    homepage="https://www.thethingsnetwork.org",
    licence="as the owner of the sensors states",
    licence_url="",
    attribution="the owner of the sensors",
    kinds=tuple(Kind),
)
#: A gateway's clock counts if it is not ahead of the network's by more than this …
AHEAD = timedelta(seconds=5)
#: … nor behind by more than this: no gateway keeps frames longer.
BEHIND = timedelta(hours=24)
#: A repeated delivery of a frame comes within this time; whoever counts the same later is new.
REPEATED = timedelta(hours=1)
MOST_LINES = 1_000_000
#: Fields that held no number are told up to this number.
MOST_TOLD = 100

#: Own decoder of a payload: bytes and port → values by name.
Decoder = Callable[[bytes, int], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink:
    """One report of one device: `time` is when it was sent, `values` what it says by name.

    `session` and `counter` (0 where they are not told) help to tell repeated deliveries.
    `late` is how long it was under way.
    """

    device: str
    time: np.datetime64
    received: np.datetime64
    session: str
    counter: int
    port: int
    values: Mapping[str, Any]

    @property
    def late(self) -> timedelta:
        """Time between sending and arrival at the network."""
        return timedelta(seconds=int((self.received - self.time).astype(np.int64)))


def read_uplink(data: bytes, *, decode: Decoder | None = None) -> Uplink | None:
    """The uplink in one message; None for messages of other kinds and simulated uplinks.

    Args:
        data: JSON.
        decode: reads the payload; without it the network's own decoder must have done so.

    Raises:
        SourceError: naming the device and the field.
    """
    return _uplink(read_json(data, SOURCE.name), decode)


def parse(
    data: bytes,
    sensors: Mapping[str, Sensor] | None = None,
    *,
    decode: Decoder | None = None,
) -> tuple[Series, ...]:
    """Series of the sensors, from one uplink, a list of them, or lines of the storage.

    Args:
        data: JSON, or one JSON document a line as the storage sends them (`{"result": …}`).
        sensors: by key “device/field”; a field inside another one is written “a.b”.
        decode: as for `read_uplink`.

    A wanted field that holds no number is missing at that time; others are not lost with it.

    Raises:
        SourceError: naming device and field, or the line; not a single wanted field is a number.
        ValueError: no sensors are given.
    """
    if not sensors:
        raise ValueError("uplinks have no units: say which sensor is which field of which device")
    collected = Uplinks(sensors)
    for message in _messages(data):
        uplink = _uplink(message, decode)
        if uplink is not None:
            collected.add(uplink)
    found = collected.series()
    if collected.refused and all(np.isnan(one.values).all() for one in found):
        raise collected.refused[0]
    return found


class Uplinks:
    """Uplinks in any order and also twice, and the series that they are.

    `refused` tells of wanted fields that held no number (the first hundred); there the series are
    missing.

    Args:
        sensors: as for `parse`.
        remember: how many uplinks are remembered to tell repeated ones.
    """

    def __init__(self, sensors: Mapping[str, Sensor], *, remember: int = 100_000) -> None:
        self._sensors, self._remember = sensors, remember
        self._rows: dict[str, list[tuple[np.datetime64, float, int]]] = {}
        self._seen: OrderedDict[tuple[object, ...], np.datetime64] = OrderedDict()
        self.refused: list[SourceError] = []

    def add(self, uplink: Uplink) -> bool:
        """Take an uplink; False if it was there before."""
        # Neither counter nor session is always there, and both may come again: time and content
        # tell.
        said = json.dumps(uplink.values, sort_keys=True, default=str)
        mark = (uplink.device, uplink.session, uplink.counter or str(uplink.time), said)
        before = self._seen.get(mark)
        if before is not None and abs(uplink.time - before) <= np.timedelta64(REPEATED):
            return False
        for key in self._sensors:
            device, _, field = key.partition("/")
            if device == uplink.device:
                self._take(key, uplink, field)
        self._seen[mark] = uplink.time
        if len(self._seen) > self._remember:
            self._seen.popitem(last=False)
        return True

    def _take(self, key: str, uplink: Uplink, field: str) -> None:
        try:
            value = _field(uplink, field)
        except SourceError as error:
            if len(self.refused) < MOST_TOLD:
                self.refused.append(error)
            value = np.nan
        if value is not None:
            row = (uplink.time, value, Quality.UNCHECKED)
            self._rows.setdefault(key, []).append(row)

    def series(self) -> tuple[Series, ...]:
        """What was reported so far, in order of time; one series for each sensor that reported."""
        return tuple(
            Series.of_rows(
                self._rows[key],
                sensor=sensor.id,
                kind=sensor.kind,
                unit=sensor.source_unit,
                name=sensor.name,
                lat=sensor.lat,
                lon=sensor.lon,
                accumulation=sensor.accumulation,
                stamped=sensor.stamped,
            )
            for key, sensor in self._sensors.items()
            if key in self._rows
        )


def _messages(data: bytes) -> Iterable[Any]:
    plain = unpack(data, SOURCE.name, limit=50_000_000)
    lines = [line for line in plain.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise SourceError(SOURCE.name, f"holds more than {MOST_LINES:,} lines")
    if len(lines) < 2 or not all(line.lstrip()[:1] == b"{" for line in lines):
        content = read_json(plain, SOURCE.name)
        return content if isinstance(content, list) else [content]
    return [_line(line, place) for place, line in enumerate(lines, start=1)]


def _line(line: bytes, place: int) -> Any:
    try:
        return read_json(line, SOURCE.name)
    except SourceError as error:
        raise SourceError(SOURCE.name, error.problem, where=f"line {place}") from None


def _uplink(message: Any, decode: Decoder | None) -> Uplink | None:
    if isinstance(message, dict) and isinstance(message.get("result"), dict):
        message = message["result"]
    if not isinstance(message, dict):
        raise SourceError(SOURCE.name, "a message is no object")
    if "end_device_ids" not in message:
        raise SourceError(SOURCE.name, "a message names no device")
    content = message.get("uplink_message")
    if content is None or message.get("simulated"):
        return None
    device = ""
    try:
        device = str(message["end_device_ids"]["device_id"])
        received = instant(content.get("received_at") or message["received_at"])
        return Uplink(
            device=device,
            time=_time(content, received),
            received=received,
            session=str(content.get("session_key_id") or ""),
            counter=int(content.get("f_cnt") or 0),
            port=int(content.get("f_port") or 0),
            values=_values(content, decode),
        )
    except KeyError as error:
        problem = f"an uplink has no {error.args[0]!r}"
    except (TypeError, AttributeError):
        problem = "an uplink is laid out otherwise than documented"
    except ValueError as error:
        problem = str(error)
    raise SourceError(SOURCE.name, problem, station=device)


def _time(content: Mapping[str, Any], received: np.datetime64) -> np.datetime64:
    said = (content.get("settings") or {}).get("time")
    if said is None:
        return received
    try:
        sent = instant(said)
    except ValueError:
        return received
    lateness = received - sent
    trusted = np.timedelta64(-AHEAD) <= lateness <= np.timedelta64(BEHIND)
    return sent if trusted else received


def _values(content: Mapping[str, Any], decode: Decoder | None) -> Mapping[str, Any]:
    if decode is None:
        decoded = content.get("decoded_payload")
        if decoded is None:
            return {}
        if not isinstance(decoded, dict):
            raise ValueError("decoded_payload is no object")
        return decoded
    try:
        payload = base64.b64decode(content.get("frm_payload") or "", validate=True)
    except binascii.Error as error:
        raise ValueError(f"frm_payload is no base64 ({error})") from None
    return decode(payload, int(content.get("f_port") or 0))


def _field(uplink: Uplink, field: str) -> float | None:
    value: Any = uplink.values
    for part in field.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    try:
        return number(value)
    except ValueError as error:
        raise SourceError(SOURCE.name, str(error), station=uplink.device, where=field) from None
