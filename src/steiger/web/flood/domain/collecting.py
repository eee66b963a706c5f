"""The worker asks a network's sources, keeps what is new, and forecasts from it.

Loads httpx and the forecasting libraries, so only the worker imports this module. Addresses are
typed by people, so only the open internet is asked (``adapters.open_internet``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import numpy as np
import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from steiger.adapters.asking import ask, ask_rain
from steiger.adapters.open_internet import OpenInternet
from steiger.engines.flood.network import Network as EngineNetwork
from steiger.engines.flood.network import NetworkError, read_observations, write_network
from steiger.engines.flood.network.series import Series, write_ensemble
from steiger.engines.flood.sources.collecting import (
    Ask,
    Outcome,
    collect,
    collecting_alone,
    key_of,
    sent_as,
    since,
)
from steiger.engines.flood.sources.filling import Ledger
from steiger.lib.sources import SourceError
from steiger.web.background.domain.policies import GiveUpError
from steiger.web.flood.domain import rain_files, taking_over
from steiger.web.flood.domain.cycle import KEEP_FORECASTS, KEEP_STEPS
from steiger.web.flood.domain.feeds import feed_of, sources_of
from steiger.web.flood.domain.folders import engine_network, folder_of
from steiger.web.flood.domain.observing import moment_of, news_of
from steiger.web.flood.domain.setting_up import KNOWN_BEFORE, keep_news
from steiger.web.flood.models import Forecast, Network, Sensor, Step

log = structlog.get_logger("steiger.flood")
Say = Callable[[int, int, str], None]
ASKING = gettext_noop("The sources are being asked.")
#: The download of all gauges of a state has a few megabytes, one hour of an ensemble some 15.
LARGEST, MOST_REQUESTS = 60_000_000, 2_000
TIMEOUT = httpx.Timeout(30, connect=10)
#: So long a source may need for its values; before that nobody is called silent.
GRACE = timedelta(hours=1)
#: So long a network goes on without any value at all. Then it stands still and says that its
#: values are old: a forecast from nothing would look sure of itself.
SILENT = timedelta(days=2)
#: Values that are shown when staff try a source.
SHOWN = 6


@contextmanager
def outside() -> Iterator[httpx.Client]:
    """A client that reaches public addresses by https only."""
    transport = OpenInternet(largest=LARGEST, most=MOST_REQUESTS)
    with httpx.Client(transport=transport, timeout=TIMEOUT) as client:
        yield client


def live_network(network: Network) -> EngineNetwork:
    """The engine's network with the sources that the rows name; its file says the same then."""
    engine = engine_network(network)
    sources = sources_of(network)
    feeds = {s.source_id: feed_of(s, sources) for s in network.sensors.all()}
    wanted = replace(
        engine,
        sources=tuple(sources.values()),
        sensors=tuple(replace(s, feed=feeds.get(s.id)) for s in engine.sensors),
        rain_forecast=network.rain_forecast if network.rain_forecast in sources else "",
    )
    if wanted != engine:
        write_network(folder_of(network), wanted)
    return wanted


def collect_network(network_pk: int, *, say: Say, now: datetime | None = None) -> str:
    """Ask the sources of a network and forecast anew; returns how many values came."""
    network = Network.objects.get(pk=network_pk)
    if network.paused or network.clock is None:
        return "rests"
    now = now or timezone.now()
    engine = live_network(network)
    total = sum(sensor.feed is not None for sensor in engine.sensors)
    outcomes: list[Outcome] = []
    # Before anything else: a turn that ends badly must not be tried again at once.
    Network.objects.filter(pk=network.pk).update(collected_at=now)
    try:
        with outside() as client, collecting_alone(folder_of(network)):
            network.refresh_from_db()
            if network.stage == Network.Stage.PLANNED:
                return "rests"  # newer files have come, and are read first
            asker: Ask = partial(ask, client=client)
            coming = collect(folder_of(network), engine, asker, now, seconds=time.monotonic)
            for outcome in coming:
                outcomes.append(outcome)
                say(len(outcomes), total, ASKING)
            rain = _rain(network, engine, client, now)
    except NetworkError as error:
        raise GiveUpError(str(error)) from error
    _keep_hearing(network, outcomes, now)
    take_in(network, engine, outcomes, now, rain=rain)
    came = sum(one.taken.new + one.taken.late for one in outcomes)
    failed = sum(bool(one.problem) for one in outcomes)
    log.info("flood.collect", network=network.key, values=came, failed=failed)
    return f"{came} values, {failed} of {total} failed"


def _rain(network: Network, engine: EngineNetwork, client: httpx.Client, now: datetime) -> str:
    """Fetch the rain forecast; its file, empty if there is none now."""
    source = next((s for s in engine.sources if s.name == engine.rain_forecast), None)
    if source is None:
        return ""
    draft = folder_of(network) / ".rain.parquet"
    problem, name = "", ""
    try:
        write_ensemble(draft, ask_rain(source, engine, now, client=client), engine.step)
        name = rain_files.keep(network, draft)
    except (SourceError, NetworkError) as error:
        problem = str(error)
    finally:
        draft.unlink(missing_ok=True)
    Network.objects.filter(pk=network.pk).update(rain_problem=problem[:500])
    # An earlier one is better than none as long as it reaches ahead.
    return name or rain_files.newest(network, now)


def _keep_hearing(network: Network, outcomes: list[Outcome], now: datetime) -> None:
    found = {one.sensor: one for one in outcomes}
    changed = []
    for sensor in network.sensors.all():
        one = found.get(sensor.source_id)
        if one is None:
            continue
        if one.kind not in {"away", "source"}:
            sensor.heard_at = now
        sensor.hearing = hearing(one, sensor.hearing, now)
        changed.append(sensor)
    Sensor.objects.bulk_update(changed, ["heard_at", "hearing"])


def hearing(one: Outcome, before: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What came of a sensor, for people; ``since``: when this problem began."""
    same = bool(one.kind) and before.get("kind") == one.kind
    return {
        "kind": one.kind,
        "problem": one.problem[:500],
        "since": before.get("since") if same else now.isoformat(),
        "new": one.taken.new,
        "late": one.taken.late,
        "changed": [
            {"time": change.time.isoformat(), "known": change.known, "sent": change.sent}
            for change in one.taken.changed[:SHOWN]
        ],
        "changes": len(one.taken.changed),
        "ahead": one.taken.ahead,
    }


def present(network: Network, outcomes: list[Outcome], now: datetime) -> datetime:
    """From when on is forecast: the latest value, or our clock less what sources may need.

    The latter only for a while after the last value of any sensor.
    """
    assert network.clock is not None  # noqa: S101 - a network that collects has a clock
    step = timedelta(seconds=network.step_s)
    grace = now - max(GRACE, 2 * step)
    known = [sensor.last_time for sensor in network.sensors.all() if sensor.last_time]
    grace = min(grace, max(known, default=network.clock) + SILENT)
    whole = (grace - network.clock) // step
    silent = network.clock + max(0, whole) * step
    came = [one.taken.last for one in outcomes if one.taken.last and one.taken.last <= now]
    return max([silent, network.clock, *came])


def take_in(
    network: Network,
    engine: EngineNetwork,
    outcomes: list[Outcome],
    now: datetime,
    *,
    rain: str = "",
) -> bool:
    """Bring the room's steps up to date with the table, and forecast; whether anything is new.

    Steps without any value are there, too, so that sensors that are silent are seen to be.
    """
    at = present(network, outcomes, now)
    first = at - KNOWN_BEFORE
    seen = read_observations(folder_of(network), engine, start=first, end=at)
    values = {
        moment_of(time): {
            name: float(value)
            for name, value in zip(seen.ids, row.tolist(), strict=True)
            if not np.isnan(value)
        }
        for time, row in zip(seen.times, seen.values, strict=True)
    }
    with transaction.atomic():
        locked = Network.objects.select_for_update().get(pk=network.pk)
        if locked.paused or locked.clock is None:
            return False
        new = _write_steps(locked, engine, values, at)
        moved = at > locked.clock
        locked.clock = at
        locked.last_cycle_at = now
        locked.save(update_fields=["clock", "last_cycle_at"])
        _forget(locked, at)
    network.refresh_from_db()
    rows = _rows(network, engine, at)
    news, _broken = news_of(engine, rows)
    with transaction.atomic():
        keep_news(network, news)
    if moved or new:
        taking_over.forecast_now(network, rain=rain)
    return moved or new


def _rows(network: Network, engine: EngineNetwork, at: datetime) -> Any:
    from steiger.web.flood.domain.observing import observations, window

    first = at - taking_over.CHECKED
    return observations(engine, window(network, engine, first, at), at)


def _write_steps(
    network: Network,
    engine: EngineNetwork,
    values: Mapping[datetime, Mapping[str, float]],
    at: datetime,
) -> bool:
    """Add steps and fill gaps; what is there is left. Whether anything came."""
    assert network.clock is not None  # noqa: S101 - asked by the caller
    first = at - KNOWN_BEFORE
    known = {step.time: step for step in network.steps.filter(time__gte=first, time__lte=at)}
    fresh, filled = [], []
    # Our clock, not that of the turn: forecasts are told apart by when they were made.
    came = timezone.now().isoformat()
    # The first step of the window; a network may have slept for years.
    time = network.clock + -((network.clock - first) // engine.step) * engine.step
    while time <= at:
        sent = values.get(time, {})
        step = known.get(time)
        if step is None:
            late = dict.fromkeys(sent, came) if time <= network.clock else {}
            whole = {name: sent.get(name) for name in engine.ids}
            fresh.append(Step(network=network, time=time, values=whole, arrived=late))
        else:
            gaps = [name for name in sent if step.values.get(name) is None]
            if gaps:
                step.values |= {name: sent[name] for name in gaps}
                step.arrived |= dict.fromkeys(gaps, came)
                filled.append(step)
        time += engine.step
    Step.objects.bulk_create(fresh, batch_size=500)
    Step.objects.bulk_update(filled, ["values", "arrived"], batch_size=500)
    return bool(fresh or filled)


def _forget(network: Network, at: datetime) -> None:
    network.steps.filter(time__lt=at - KEEP_STEPS).delete()
    old = at - KEEP_FORECASTS
    network.forecasts.filter(purpose=Forecast.Purpose.LIVE, issue_time__lt=old).delete()
    rain_files.prune(network, old)


def try_feed(sensor_pk: int, *, now: datetime | None = None) -> str:
    """Ask a sensor's source for what is new and keep nothing but what came, for staff to see."""
    sensor = Sensor.objects.select_related("network").filter(pk=sensor_pk).first()
    if sensor is None:
        return "gone"
    now = now or timezone.now()
    with outside() as client:
        told = _tried(sensor, partial(ask, client=client), now)
    sensor.tried = {"at": now.isoformat(), **told}
    sensor.save(update_fields=["tried"])
    return str(told["state"])


def _tried(sensor: Sensor, asker: Ask, now: datetime) -> dict[str, Any]:
    network = sensor.network
    try:
        engine = live_network(network)
        mine = engine.sensor(sensor.source_id)
        source = next(s for s in engine.sources if mine.feed and s.name == mine.feed.source)
        ledger = Ledger.open(folder_of(network), engine)
        first = since(ledger.last(mine.id), mine, source, now)
        first = max(first, now - source.form.window)
        found = list(asker(source, {key_of(mine): sent_as(mine)}, first, now))
        came = [one for one in found if one.sensor == mine.id]
        taken = ledger.take(mine, came, now)
    except StopIteration:
        return {"state": "failed", "kind": "none", "problem": ""}
    except SourceError as error:
        kind = "away" if error.away else "source"
        return {"state": "failed", "kind": kind, "problem": str(error)[:500]}
    except NetworkError as error:
        return {"state": "failed", "kind": "sense", "problem": str(error)[:500]}
    return {
        "state": "came",
        "count": sum(int((~np.isnan(one.values)).sum()) for one in came),
        "new": taken.new + taken.late,
        "changes": len(taken.changed),
        "ahead": taken.ahead,
        "rows": _shown(came),
    }


def _shown(series: list[Series]) -> list[list[Any]]:
    """The latest values as the source sent them: time, value, unit."""
    rows = [
        [datetime.fromtimestamp(int(time), UTC).isoformat(), float(value), one.unit]
        for one in series
        for time, value in zip(one.times.astype(np.int64), one.values, strict=True)
        if not np.isnan(value)
    ]
    return sorted(rows)[-SHOWN:]
