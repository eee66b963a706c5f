"""Where a network's sensors are read: what staff choose, and when it is time to ask.

Rows are what counts in the room; the worker writes them into ``network.toml`` before it asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from steiger.engines.flood.sources.forms import (
    Feed,
    Source,
    SourceFormError,
    check_rain_forecast,
    parse_feed,
    parse_source,
)
from steiger.web.accounts.domain.audit import Actor, record
from steiger.web.flood.models import Network, Sensor

if TYPE_CHECKING:
    from steiger.engines.flood.network import Network as EngineNetwork

TRY_TASK = "steiger.web.flood.tasks.try_feed_task"
#: Nobody is asked more often than this, nor less often.
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=1)


class UsedError(Exception):
    """A source is still used; ``names`` says by what."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def sources_of(network: Network) -> dict[str, Source]:
    """The network's sources by name; ones that this version does not know are left out."""
    found = {}
    for name, table in network.sources.items():
        try:
            found[name] = parse_source(name, table)
        except SourceFormError:
            continue
    return found


def feed_of(sensor: Sensor, sources: Mapping[str, Source]) -> Feed | None:
    """Where a sensor is read; None if nowhere, or if that makes no sense any more."""
    try:
        return _parsed(sensor, sensor.feed, sources) if sensor.feed else None
    except SourceFormError:
        return None


def _parsed(sensor: Sensor, feed: Mapping[str, Any], sources: Mapping[str, Source]) -> Feed:
    return parse_feed(feed, sources, sensor.kind, placed=sensor.latitude is not None)


@transaction.atomic
def save_source(
    *, network: Network, name: str, table: Mapping[str, Any], by: Actor, before: str = ""
) -> Source:
    """Declare a source, or change that which was called ``before``.

    Raises:
        SourceFormError: naming the field.
    """
    source = parse_source(name, table)
    locked = Network.objects.select_for_update().get(pk=network.pk)
    if name != before and name in locked.sources:
        raise SourceFormError("name", f"the name {name!r} is taken")
    kept = {key: value for key, value in locked.sources.items() if key != before}
    old = locked.sources.get(before, {})
    locked.sources = kept | {name: source.as_dict()}
    if before and before != name:
        if locked.rain_forecast == before:
            locked.rain_forecast = name
        for sensor in locked.sensors.all():
            if sensor.feed.get("source") == before:
                sensor.feed["source"] = name
                sensor.save(update_fields=["feed"])
    locked.save(update_fields=["sources", "rain_forecast"])
    changes = {f"source {name}": [_told(old), _told(source.as_dict())]}
    record(by=by, act="flood.source.save", on=locked, changes=changes)
    return source


@transaction.atomic
def drop_source(*, network: Network, name: str, by: Actor) -> None:
    """Forget a source.

    Raises:
        UsedError: a sensor is read there, or it forecasts the rain.
    """
    locked = Network.objects.select_for_update().get(pk=network.pk)
    used = [s.name_de for s in locked.sensors.all() if s.feed.get("source") == name]
    if used or locked.rain_forecast == name:
        raise UsedError(used)
    old = locked.sources.pop(name, {})
    locked.save(update_fields=["sources"])
    record(by=by, act="flood.source.drop", on=locked, changes={f"source {name}": [_told(old), ""]})


@transaction.atomic
def save_feeds(
    *, network: Network, feeds: Mapping[str, Mapping[str, str]], rain_forecast: str, by: Actor
) -> dict[str, SourceFormError]:
    """Say where each sensor is read, by the sensor's key; an empty one is read nowhere.

    Returns what is wrong, by sensor (empty for the rain forecast); then nothing was written.
    """
    locked = Network.objects.select_for_update().get(pk=network.pk)
    sources = sources_of(locked)
    wrong: dict[str, SourceFormError] = {}
    changed: list[Sensor] = []
    changes: dict[str, Any] = {}
    for sensor in locked.sensors.all():
        wish = {k: v for k, v in feeds.get(sensor.key, {}).items() if v}
        if "source" not in wish:
            wish = {}
        try:
            told = _parsed(sensor, wish, sources).as_dict() if wish else {}
        except SourceFormError as error:
            wrong[sensor.key] = error
            continue
        if told != sensor.feed:
            changes[f"sensor {sensor.key}"] = [_told(sensor.feed), _told(told)]
            sensor.feed, sensor.hearing, sensor.tried, sensor.heard_at = told, {}, {}, None
            changed.append(sensor)
    try:
        rain = check_rain_forecast(rain_forecast, sources)
    except SourceFormError as error:
        wrong[""] = error
    if wrong:
        return wrong
    if rain != locked.rain_forecast:
        changes["rain_forecast"] = [locked.rain_forecast, rain]
        locked.rain_forecast, locked.rain_problem = rain, ""
    if changes:
        Sensor.objects.bulk_update(changed, ["feed", "hearing", "tried", "heard_at"])
        locked.save(update_fields=["rain_forecast", "rain_problem"])
        record(by=by, act="flood.feeds.save", on=locked, changes=changes)
    return {}


def keep_declared(network: Network, engine: EngineNetwork) -> None:
    """Take over what the network's file says; one that says nothing leaves the rows as they are."""
    if not engine.sources:
        return
    network.sources = {source.name: source.as_dict() for source in engine.sources}
    network.rain_forecast = engine.rain_forecast
    network.save(update_fields=["sources", "rain_forecast"])
    feeds = {s.id: s.feed.as_dict() if s.feed else {} for s in engine.sensors}
    for sensor in network.sensors.all():
        sensor.feed = feeds.get(sensor.source_id, {})
        sensor.save(update_fields=["feed"])


@transaction.atomic
def ask_try(*, sensor: Sensor, by: Actor) -> None:
    """Have the worker ask a sensor's source, without keeping what comes."""
    sensor.tried = {"at": timezone.now().isoformat(), "state": "waiting"}
    sensor.save(update_fields=["tried"])
    record(by=by, act="flood.feed.try", on=sensor.network, changes={"sensor": ["", sensor.key]})
    import_string(TRY_TASK).enqueue(sensor.pk)


def pause_of(network: Network) -> timedelta:
    """How long a network's sources are left in peace."""
    return min(max(timedelta(seconds=network.step_s), SHORTEST), LONGEST)


def is_live(network: Network) -> bool:
    """Whether a network is read from sources."""
    return not network.simulated and network.sensors.exclude(feed={}).exists()


def collect_due(network: Network, now: datetime | None = None) -> bool:
    """Whether it is time to ask the sources."""
    if network.paused or network.clock is None or not is_live(network):
        return False
    if network.stage == Network.Stage.PLANNED:
        return False
    if network.collected_at is None:
        return True
    return (now or timezone.now()) - network.collected_at >= pause_of(network)


def _told(table: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in table.items())


def asked_from_here(table: Mapping[str, Any]) -> bool:
    """Whether the worker asks a source's address at all: https on its usual port.

    ``adapters.open_internet`` decides, also about hosts that are not public; this only tells why.
    """
    try:
        parts = urlsplit(str(table.get("base", "")))
        port = parts.port
    except ValueError:
        return False
    return not parts.geturl() or (parts.scheme == "https" and port in {None, 443})
