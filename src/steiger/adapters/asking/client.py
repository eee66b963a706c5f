"""Finds the adapter that a network names and asks it. A new adapter with a form needs nothing here.

What bites: sources are asked one sensor after another with a short pause, because some lock out
whoever asks quickly; a run of ICON-D2-EPS is there about two hours after its time, so the newest
may be missing; keys of an API come from the environment, never from a file.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from steiger.engines.flood.network import Kind, Network, NetworkError, Sensor
from steiger.engines.flood.network.series import Series
from steiger.engines.flood.sources.forms import Source
from steiger.lib.sources import HttpClient, Policy, SourceError

#: Between two questions to the same source.
PAUSE = 0.5
#: Somebody waits, or the next turn comes soon: no long patience with one address.
POLICY = Policy(attempts=2, first_pause=2.0, longest_pause=10.0, total_time=60.0)
RAIN_POLICY = replace(POLICY, total_time=300.0)
RUN = timedelta(hours=3)
#: A rain forecast reaches so far ahead, and runs older than this are of no use.
AHEAD, OLDEST_RUN = timedelta(hours=24), timedelta(hours=9)


def ask(
    source: Source,
    sensors: Mapping[str, Sensor],
    start: datetime,
    end: datetime,
    *,
    client: HttpClient | None = None,
    policy: Policy = POLICY,
    environment: Mapping[str, str] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[Series, ...]:
    """What a source says of these sensors from `start` to `end`.

    Raises:
        SourceError: it fails, or what it sends makes no sense; one line for people.
    """
    more = _settings(source, environment)
    fetch = importlib.import_module(f"steiger.adapters.{source.adapter}.client").fetch
    try:
        found: tuple[Series, ...] = fetch(sensors, start, end, client=client, policy=policy, **more)
    except NetworkError as error:
        raise SourceError(source.form.name, str(error), station=", ".join(sensors)) from error
    finally:
        sleep(PAUSE)
    return found


def ask_rain(
    source: Source,
    network: Network,
    now: datetime,
    *,
    client: HttpClient | None = None,
    policy: Policy = RAIN_POLICY,
    environment: Mapping[str, str] | None = None,
) -> tuple[Series, ...]:
    """The newest rain forecast for the network's rain sensors that have a place.

    Raises:
        SourceError: it fails, or no sensor could take it.
    """
    rain = {s.id: s for s in network.of_kind(Kind.RAIN) if s.lat is not None}
    if not rain:
        raise SourceError(source.form.name, "no rain sensor of the network has lat and lon")
    more = _settings(source, environment)
    fetch = importlib.import_module(f"steiger.adapters.{source.adapter}.client").fetch
    gone: SourceError | None = None
    for first, last in _issues(source, now):
        try:
            found: tuple[Series, ...] = fetch(
                rain, first, last, client=client, policy=policy, **more
            )
        except SourceError as error:
            if error.status != 404:
                raise
            gone = error
        else:
            return found
    raise gone or SourceError(source.form.name, "has no forecast")


def _issues(source: Source, now: datetime) -> list[tuple[datetime, datetime]]:
    """Which forecasts may be there, the newest first: from when to when they are asked."""
    if source.adapter == "radolan":
        # Issued every five minutes for two hours; the last ones may not be there yet.
        return [(now - timedelta(minutes=20), now)]
    seconds = int(RUN.total_seconds())
    newest = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
    runs = [newest - number * RUN for number in range(OLDEST_RUN // RUN + 1)]
    return [(run, now.astimezone(UTC) + AHEAD) for run in runs]


def _settings(source: Source, environment: Mapping[str, str] | None) -> dict[str, Any]:
    """The adapter's own arguments, with keys from the environment in place of their names."""
    found: dict[str, Any] = dict(source.settings)
    name = found.pop("key_env", None)
    if name is not None:
        key = (os.environ if environment is None else environment).get(name, "")
        if not key:
            raise SourceError(source.form.name, f"the environment has no variable {name}")
        found["key"] = key
    return found
