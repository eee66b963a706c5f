"""Asks PEGELONLINE. Measurements reach back 31 days; the service sends ETags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from urllib.parse import quote

import httpx

from steiger.adapters.pegelonline.parser import KINDS, SOURCE, parse, parse_stations
from steiger.engines.flood.network import Sensor
from steiger.engines.flood.network.series import Series
from steiger.lib.sources import Cache, HttpClient, Policy, iso_utc, session

BASE = "https://www.pegelonline.wsv.de/webservices/rest-api/v2"
TIMEOUT = httpx.Timeout(30, connect=10)
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
    """Raw values of each sensor from `start` to `end`.

    Args:
        sensors: by key “UUID/W”; also “station number/W”.
        start, end: with a time zone.
        base, client, cache, policy: where and how to ask; see `steiger.lib.sources`.

    Raises:
        SourceError: naming the station.
    """
    period = {"start": iso_utc(start), "end": iso_utc(end)}
    result: list[Series] = []
    with _session(client, cache=cache, policy=policy) as http:
        for key, sensor in sensors.items():
            station, _, series = key.partition("/")
            url = f"{base}/stations/{quote(station, safe='')}/{quote(series, safe='')}"
            data = http.get(f"{url}/measurements.json", period, station=key)
            result.extend(parse(data, {key: sensor}))
    return tuple(result)


def fetch_stations(
    waters: Sequence[str] = (),
    *,
    base: str = BASE,
    client: HttpClient | None = None,
    cache: Cache | None = None,
    policy: Policy | None = None,
) -> dict[str, Sensor]:
    """Sensors on these waters (“RHEIN”, “RUHR”), or on all, by key “UUID/W”.

    Raises:
        SourceError: naming the station.
    """
    asked = {
        "timeseries": ",".join(KINDS),
        "includeTimeseries": "true",
        "includeCharacteristicValues": "true",
        "prettyprint": "false",
    }
    if waters:
        asked["waters"] = ",".join(waters)
    with _session(client, cache=cache, policy=policy) as http:
        return parse_stations(http.get(f"{base}/stations.json", asked))
