"""Asks the flood portal of NRW. A week file holds seven days; the portal sends Last-Modified."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from urllib.parse import quote

import httpx

from steiger.adapters.nrw_flood_portal.parser import SOURCE, parse, parse_stations
from steiger.engines.flood.network import Sensor
from steiger.engines.flood.network.series import Series
from steiger.lib.sources import Cache, HttpClient, Policy, session

BASE = "https://www.hochwasserportal.nrw/data"
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
    base: str = BASE,
    client: HttpClient | None = None,
    cache: Cache | None = None,
    policy: Policy | None = None,
) -> tuple[Series, ...]:
    """Levels of each gauge from `start` to `end`, as far as its week file reaches back.

    Args:
        sensors: by key “site/number”, as `fetch_stations` gives them.
        start, end: with a time zone.
        base, client, cache, policy: where and how to ask; see `steiger.lib.sources`.

    Raises:
        SourceError: naming the station.
    """
    result: list[Series] = []
    with _session(client, cache=cache, policy=policy) as http:
        for key, sensor in sensors.items():
            site, _, number = key.partition("/")
            path = f"{quote(site, safe='')}/{quote(number, safe='')}/S/week.json"
            data = http.get(f"{base}/internet/stations/{path}", station=key)
            result.extend(parse(data, {key: sensor}))
    return tuple(series.between(start, end) for series in result)


def fetch_all(
    sensors: Mapping[str, Sensor] | None = None,
    *,
    base: str = BASE,
    client: HttpClient | None = None,
    cache: Cache | None = None,
    policy: Policy | None = None,
) -> tuple[Series, ...]:
    """The last seven days of all gauges of the state in one request (the open-data download).

    Prefer this to many single week files: it is one packed megabyte, renewed every few minutes.

    Raises:
        SourceError: naming station and line.
    """
    with _session(client, cache=cache, policy=policy) as http:
        return parse(http.get(f"{base}/downloads/messwerte.zip"), sensors)


def fetch_stations(
    *,
    base: str = BASE,
    client: HttpClient | None = None,
    cache: Cache | None = None,
    policy: Policy | None = None,
) -> dict[str, Sensor]:
    """All level gauges with their information values, by key “site/number”.

    Raises:
        SourceError: naming the entry.
    """
    with _session(client, cache=cache, policy=policy) as http:
        return parse_stations(http.get(f"{base}/internet/layers/10/index.json"))
