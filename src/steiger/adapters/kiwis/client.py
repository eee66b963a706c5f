"""Asks a KISTERS KiWIS, whose address the operator of the network knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

import httpx

from steiger.adapters.kiwis.parser import SOURCE, parse, parse_stations
from steiger.engines.flood.network import Sensor
from steiger.engines.flood.network.series import Quality, Series
from steiger.lib.sources import Cache, HttpClient, Policy, iso_utc, session

TIMEOUT = httpx.Timeout(60, connect=10)
AT_ONCE = 20
COMMON = {"service": "kisters", "type": "queryServices", "datasource": "0", "format": "json"}
METADATA = "ts_unitsymbol,station_name,station_latitude,station_longitude"
_session = partial(
    session,
    SOURCE.name,
    make=partial(httpx.Client, timeout=TIMEOUT),
    transient=(httpx.RequestError,),
)


def fetch(
    sensors: Mapping[str, Sensor],
    start: datetime,
    end: datetime,
    *,
    base: str,
    quality: Mapping[int, Quality] | None = None,
    client: HttpClient | None = None,
    cache: Cache | None = None,
    policy: Policy | None = None,
) -> tuple[Series, ...]:
    """Values of each series from `start` to `end`.

    Args:
        sensors: by `ts_id`.
        start, end: with a time zone.
        base: address of the service, such as “https://…/KiWIS/KiWIS”.
        quality: what the operator's quality codes mean.
        client, cache, policy: how to ask; see `steiger.lib.sources`.

    Raises:
        SourceError: naming the series.
    """
    asked = COMMON | {
        "request": "getTimeseriesValues",
        "from": iso_utc(start),
        "to": iso_utc(end),
        "timezone": "UTC",
        "returnfields": "Timestamp,Value,Quality Code",
        "metadata": "true",
        "md_returnfields": METADATA,
    }
    result: list[Series] = []
    keys = list(sensors)
    with _session(client, cache=cache, policy=policy) as http:
        for first in range(0, len(keys), AT_ONCE):
            group = ",".join(keys[first : first + AT_ONCE])
            data = http.get(base, asked | {"ts_id": group}, station=group)
            result.extend(parse(data, sensors, quality=quality))
    return tuple(result)


def fetch_stations(
    stations: str = "*",
    *,
    base: str,
    client: HttpClient | None = None,
    cache: Cache | None = None,
    policy: Policy | None = None,
) -> dict[str, Sensor]:
    """Series of the stations with this name (“*” for any letters), by `ts_id`.

    Raises:
        SourceError: naming the entry.
    """
    asked = COMMON | {
        "request": "getTimeseriesList",
        "station_name": stations,
        "returnfields": f"ts_id,ts_name,{METADATA}",
    }
    with _session(client, cache=cache, policy=policy) as http:
        return parse_stations(http.get(base, asked))
