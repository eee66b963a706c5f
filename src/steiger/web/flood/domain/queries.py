"""Reads: networks, gauges with what is known of them now, series for charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from steiger.web.flood.domain.documents import GaugeForecast, gauges
from steiger.web.flood.models import Forecast, GaugeWarning, Network, Sensor, Step, WarningEvent

RAIN, LEVEL = "rain", "water_level"
#: A network whose cycle is older than this many of its own steps (in our time) stands still; a
#: real one if its latest values are.
STALE_STEPS = 6


@dataclass(frozen=True, slots=True)
class Gauge:
    """One gauge with what is known of it now.

    Attributes:
        level: the warning in force; 0 is none.
        reached: the level that the last value has reached.
        old: whether this was so when something was heard last, and nobody knows of now.
        forecast: of the network's latest forecast; None before the first one.
    """

    sensor: Sensor
    level: int
    since: datetime | None
    reached: int
    forecast: GaugeForecast | None
    old: bool = False

    @property
    def blind(self) -> bool:
        """Whether nothing is known of the gauge now."""
        return self.sensor.last_value is None or self.sensor.state == Sensor.State.MISSING

    @property
    def expected(self) -> int:
        """The highest level that the forecast's median reaches."""
        if self.forecast is None:
            return 0
        highest = self.forecast.highest()
        return level_reached(self.sensor, highest.median) if highest else 0


def level_reached(sensor: Sensor, value: float | None) -> int:
    """How many warning levels a value has reached."""
    if value is None:
        return 0
    return sum(value >= level for level in sensor.warning_levels)


def networks() -> list[Network]:
    """All networks, simulated ones first."""
    return list(Network.objects.all())


def network_or_first(key: str) -> Network | None:
    """The network with this key; without a key the first one; None if there is none."""
    if key:
        return Network.objects.filter(key=key).first()
    return Network.objects.first()


def latest_forecast(network: Network) -> Forecast | None:
    """The latest forecast in operation."""
    return network.forecasts.filter(purpose=Forecast.Purpose.LIVE).first()


def gauges_of(network: Network, forecast: Forecast | None) -> list[Gauge]:
    """All gauges that are forecast, from the source down."""
    by_id = gauges(forecast.document) if forecast else {}
    sensors = network.sensors.filter(target=True).select_related("warning")
    old = is_old(network)
    return [_gauge(sensor, by_id.get(sensor.source_id), old) for sensor in sensors]


def gauge_of(network: Network, key: str, forecast: Forecast | None) -> Gauge | None:
    """One gauge; None if the network has none of this name."""
    sensor = network.sensors.filter(target=True, key=key).select_related("warning").first()
    if sensor is None:
        return None
    by_id = gauges(forecast.document) if forecast else {}
    return _gauge(sensor, by_id.get(sensor.source_id), is_old(network))


def _gauge(sensor: Sensor, forecast: GaugeForecast | None, old: bool) -> Gauge:
    warning: GaugeWarning | None = getattr(sensor, "warning", None)
    return Gauge(
        sensor=sensor,
        level=warning.level if warning else 0,
        since=warning.since if warning else None,
        reached=level_reached(sensor, sensor.last_value),
        forecast=forecast,
        old=old,
    )


def warned_gauges(network: Network) -> QuerySet[Sensor]:
    """Gauges that are forecast and have warning levels."""
    return network.sensors.filter(target=True).exclude(warning_levels=[])


def steps_between(network: Network, first: datetime, last: datetime) -> list[Step]:
    """Steps with ``first <= time <= last``, in order."""
    return list(network.steps.filter(time__gte=first, time__lte=last).order_by("time"))


def series(steps: Sequence[Step], source_id: str) -> list[tuple[datetime, float | None]]:
    """One sensor's values."""
    return [(step.time, step.values.get(source_id)) for step in steps]


def rain_above(network: Network, sensor: Sensor) -> list[Sensor]:
    """Rain gauges whose rain reaches a gauge; all of the network if none is named above it."""
    # A total over a day says nothing of a single step.
    rain = [one for one in network.sensors.filter(kind=RAIN) if one.total_s <= network.step_s]
    above = sensors_above(network, sensor)
    named = [one for one in rain if one.key in above]
    return named or rain


def sensors_read(network: Network, sensor: Sensor) -> list[Sensor]:
    """Sensors that the forecast of a gauge reads, as its model in operation has learned.

    Before that is known: itself, what lies above, and the rain on that; every sensor, where nobody
    has written down what flows into what.
    """
    everything = list(network.sensors.all())
    model = network.models.filter(active=True).first()
    if model and (read := model.reads.get(sensor.source_id)):
        return [one for one in everything if one.source_id in read]
    above = sensors_above(network, sensor)
    if not above:
        return everything
    keys = above | {sensor.key} | {one.key for one in rain_above(network, sensor)}
    return [one for one in everything if one.key in keys]


def sensors_above(network: Network, sensor: Sensor) -> set[str]:
    """Keys of all sensors whose water reaches this one."""
    upstream = dict(network.sensors.values_list("key", "upstream"))
    found: set[str] = set()
    queue = list(sensor.upstream)
    while queue:
        key = queue.pop()
        if key not in found:
            found.add(key)
            queue.extend(upstream.get(key, ()))
    return found


def mean_rain(
    steps: Sequence[Step], gauges_: Sequence[Sensor]
) -> list[tuple[datetime, float | None]]:
    """Mean of several rain gauges per step, in mm; None where none of them reports."""
    rows: list[tuple[datetime, float | None]] = []
    for step in steps:
        known = [v for g in gauges_ if (v := step.values.get(g.source_id)) is not None]
        rows.append((step.time, sum(known) / len(known) if known else None))
    return rows


def hindcasts(network: Network) -> QuerySet[Forecast]:
    """Forecasts that look back on a past flood, the earliest first."""
    return network.forecasts.filter(purpose=Forecast.Purpose.HINDCAST).order_by("issue_time")


def events(network: Network | None = None, sensor: Sensor | None = None) -> QuerySet[WarningEvent]:
    """Changes of the state of warning and renewals of warnings, the latest first."""
    found = WarningEvent.objects.select_related("sensor", "network")
    if network is not None:
        found = found.filter(network=network)
    return found.filter(sensor=sensor) if sensor is not None else found


def changes(network: Network, sensor: Sensor | None = None) -> QuerySet[WarningEvent]:
    """The events that changed something, the latest first."""
    return events(network, sensor).exclude(kind=WarningEvent.Kind.RENEWED)


def stands_still(network: Network) -> bool:
    """Whether the cycle has not run for so long that people must be told."""
    if network.paused or network.clock is None:
        return False
    if not network.simulated:
        return timezone.now() - network.clock > STALE_STEPS * timedelta(seconds=network.step_s)
    pause = timedelta(seconds=max(60.0, STALE_STEPS * network.pace_s))
    return network.last_cycle_at is None or timezone.now() - network.last_cycle_at > pause


def is_old(network: Network) -> bool:
    """Whether what is known of a network is no longer its present state: it rests, stands still or
    has lost its files.

    A network of which nothing is known yet is not old; its gauges are blind.
    """
    stops = network.paused or network.without_files or stands_still(network)
    return network.clock is not None and stops


def troubled() -> QuerySet[Network]:
    """Networks in operation that do not go on by themselves, or not by their model."""
    running = Network.objects.filter(paused=False)
    return running.filter(Q(without_files=True) | ~Q(trouble=""))


def present(network: Network) -> datetime:
    """The time on the network's own clock; that of a real one is ours."""
    return network.clock if network.simulated and network.clock else timezone.now()
