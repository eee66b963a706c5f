"""Fetches composites from the DWD's open data server, which keeps about two days of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import httpx

from steiger.adapters.radolan.parser import SOURCE, parse, times_between
from steiger.engines.flood.network import Sensor
from steiger.engines.flood.network.series import Series
from steiger.lib.sources import Cache, HttpClient, Policy, SourceError, session

BASE = "https://opendata.dwd.de/weather/radar"
TIMEOUT = httpx.Timeout(60, connect=10)
#: Product → path with its time, minute of the first in an hour, time between two.
PRODUCTS = {
    "RW": ("radolan/rw/raa01-rw_10000-{:%y%m%d%H%M}-dwd---bin.bz2", 50, timedelta(hours=1)),
    "RY": ("radolan/ry/raa01-ry_10000-{:%y%m%d%H%M}-dwd---bin.bz2", 0, timedelta(minutes=5)),
    "SF": ("radolan/sf/raa01-sf_10000-{:%y%m%d%H%M}-dwd---bin.bz2", 50, timedelta(hours=1)),
    "RV": ("composite/rv/DE1200_RV{:%y%m%d%H%M}.tar.bz2", 0, timedelta(minutes=5)),
}
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
    product: str = "RW",
    areas: Mapping[str, Sequence[tuple[float, float]]] | None = None,
    around: int = 0,
    client: HttpClient | None = None,
    cache: Cache | None = None,
    policy: Policy | None = None,
) -> tuple[Series, ...]:
    """Rain at each sensor, from all composites between `start` and `end`.

    A composite that the server does not have is a gap; if it has none at all, that is an error.

    Args:
        sensors: by any key.
        start, end: with a time zone; for RV the issue times.
        product: RW (hourly, adjusted to gauges), RY (5 minutes), SF (daily), RV (forecast).
        areas, around: as for `parse`.
        base, client, cache, policy: where and how to ask; see `steiger.lib.sources`.

    Raises:
        SourceError: naming the composite.
        ValueError: the product is unknown.
    """
    if product not in PRODUCTS:
        raise ValueError(f"product {product!r} is unknown; known: {', '.join(PRODUCTS)}")
    path, minute, every = PRODUCTS[product]
    gone: SourceError | None = None
    found: list[Series] = []
    with _session(client, cache=cache, policy=policy) as http:
        for time in times_between(start, end, minute=minute, every=every):
            try:
                data = http.get(f"{base}/{path.format(time)}")
            except SourceError as error:
                if error.status != 404:
                    raise
                gone = error
                continue
            found.extend(parse(data, sensors, areas=areas, around=around))
    if not found and gone is not None:
        raise gone
    return Series.joined(found)
