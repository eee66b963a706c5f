"""Asks the PI REST web service of a Delft-FEWS for time series."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

import httpx

from steiger.adapters.fews.parser import Parameters, parse
from steiger.adapters.fews.words import SOURCE, VERSION
from steiger.engines.flood.network import Sensor
from steiger.engines.flood.network.series import Series
from steiger.lib.sources import Cache, HttpClient, Policy, iso_utc, session

TIMEOUT = httpx.Timeout(120, connect=10)
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
    filter_id: str = "",
    parameters: Parameters | None = None,
    client: HttpClient | None = None,
    cache: Cache | None = None,
    policy: Policy | None = None,
) -> tuple[Series, ...]:
    """Values of each sensor from `start` to `end`.

    Args:
        sensors: by key “location/parameter”.
        start, end: with a time zone.
        base: address of the service, up to and including “/rest/fewspiservice/v1”.
        filter_id: subset of the system's series, if it wants one.
        parameters: as for `parse`.
        client, cache, policy: how to ask; see `steiger.lib.sources`.

    Raises:
        SourceError: naming the sensor.
    """
    asked = {
        "startTime": iso_utc(start),
        "endTime": iso_utc(end),
        "documentFormat": "PI_JSON",
        "documentVersion": VERSION,
        "useDisplayUnits": "false",
    }
    if filter_id:
        asked["filterId"] = filter_id
    result: list[Series] = []
    with _session(client, cache=cache, policy=policy) as http:
        for key, sensor in sensors.items():
            location, _, parameter = key.rpartition("/")
            one = asked | {"locationIds": location, "parameterIds": parameter}
            data = http.get(f"{base}/timeseries", one, station=key)
            result.extend(parse(data, {key: sensor}, parameters=parameters))
    return tuple(result)
