"""Fetches a run of ICON-D2-EPS from the DWD's open data server, which keeps one day of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import httpx

from steiger.adapters.icon_d2_eps.parser import (
    SOURCE,
    Cells,
    Sums,
    cells_of,
    opened,
    series_of,
    sums_of,
)
from steiger.engines.flood.network import Sensor
from steiger.engines.flood.network.series import Series
from steiger.lib.sources import Cache, HttpClient, Policy, in_utc, members, session

BASE = "https://opendata.dwd.de/weather/nwp/icon-d2-eps/grib"
TIMEOUT = httpx.Timeout(120, connect=10)
LONGEST = timedelta(hours=48)
NAME = "icon-d2-eps_germany_icosahedral"
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
    cells: Cells | None = None,
    areas: Mapping[str, Sequence[tuple[float, float]]] | None = None,
    client: HttpClient | None = None,
    cache: Cache | None = None,
    policy: Policy | None = None,
) -> tuple[Series, ...]:
    """Rain of each member at each sensor, from the run of `start` until `end`.

    A file of one hour has some 13 MB for all of Germany; it is reduced to the sensors before the
    next one is fetched.

    Args:
        sensors: by any key.
        start: the run: 0, 3, 6 … 21 o'clock UTC.
        end: the last hour that is wanted, at most 48 later.
        cells: centres of the cells from an earlier call of `cells_of`; else they are fetched.
        areas: as for `parse`.
        base, client, cache, policy: where and how to ask; see `steiger.lib.sources`.

    Raises:
        SourceError: naming the file; or the extra is missing.
        ValueError: `start` is no run, or `end` is too late.
    """
    run = in_utc(start)
    if run.hour % 3 or run.minute or run.second or run.microsecond:
        raise ValueError(f"{start} is no run; runs start at 0, 3, 6 … 21 o'clock UTC")
    if not timedelta(hours=1) <= end - start <= LONGEST:
        raise ValueError(f"a run reaches from 1 to 48 hours, not to {end}")
    found: list[Sums] = []
    with _session(client, cache=cache, policy=policy) as http:
        root, stamp = f"{base}/{run:%H}", f"{run:%Y%m%d%H}"
        if cells is None:
            centres = [
                http.get(f"{root}/{part}/{NAME}_time-invariant_{stamp}_000_0_{part}.grib2.bz2")
                for part in ("clat", "clon")
            ]
            cells = cells_of(*centres)
        for hour in range(int((end - start) / timedelta(hours=1)) + 1):
            name = f"{NAME}_single-level_{stamp}_{hour:03}_2d_tot_prec.grib2.bz2"
            data = http.get(f"{root}/tot_prec/{name}")
            for _, content in members(data, SOURCE.name):
                found.extend(
                    sums_of(dataset, sensors, cells=cells, areas=areas, where=name)
                    for dataset in opened(content, name)
                )
    return series_of(found, sensors)
