"""Asks a 52°North timeseries API; that of the Wupperverband is preset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from urllib.parse import quote

import httpx

from steiger.adapters.sos52north.parser import SOURCE, parse, parse_stations
from steiger.engines.flood.network import Sensor
from steiger.engines.flood.network.series import Series
from steiger.lib.sources import Cache, HttpClient, Policy, iso_utc, session

WUPPERVERBAND = "https://www.fluggs.de/sos2/api/v1"
TIMEOUT = httpx.Timeout(60, connect=10)
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
    base: str = WUPPERVERBAND,
    client: HttpClient | None = None,
    cache: Cache | None = None,
    policy: Policy | None = None,
) -> tuple[Series, ...]:
    """Values of each time series from `start` to `end`.

    Args:
        sensors: by id of the time series.
        start, end: with a time zone.
        base: address of the API, up to and including “/api/v1”.
        client, cache, policy: how to ask; see `steiger.lib.sources`.

    Raises:
        SourceError: naming the series.
    """
    asked = {"timespan": f"{iso_utc(start)}/{iso_utc(end)}", "expanded": "true"}
    result: list[Series] = []
    with _session(client, cache=cache, policy=policy) as http:
        for key, sensor in sensors.items():
            url = f"{base}/timeseries/{quote(key, safe='')}/getData"
            result.extend(parse(http.get(url, asked, station=key), {key: sensor}))
    return tuple(result)


def fetch_stations(
    *,
    base: str = WUPPERVERBAND,
    client: HttpClient | None = None,
    cache: Cache | None = None,
    policy: Policy | None = None,
) -> dict[str, Sensor]:
    """All time series that are understood, by id.

    Raises:
        SourceError: naming the entry.
    """
    with _session(client, cache=cache, policy=policy) as http:
        return parse_stations(http.get(f"{base}/timeseries", {"expanded": "true"}))
