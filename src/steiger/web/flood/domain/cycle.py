"""One cycle of a network: a step is measured, a forecast made, the warnings advanced, mails queued.

What is costly is computed first, from a snapshot. Then everything is written in one transaction
that begins by asking whether the network's clock still stands where the snapshot took it. So a
crash leaves either the state before the cycle or the state after it, two workers never advance the
same step, and whoever was warned is warned once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steiger.engines.flood.warning import (
    VALID_FOR,
    GaugeState,
    WarningPolicy,
    advance,
    outlook_of,
)
from steiger.engines.flood.warning import WarningEvent as Change
from steiger.regions import load_flood_words
from steiger.web.flood.domain.documents import moment
from steiger.web.flood.domain.messages import cap_text
from steiger.web.flood.domain.storms import current_storm, end_if_over
from steiger.web.flood.domain.troubles import lacks_files, note_failure
from steiger.web.flood.domain.warn import tell_all
from steiger.web.flood.models import (
    Forecast,
    GaugeWarning,
    Network,
    Sensor,
    Step,
    WarningEvent,
)

#: How long steps and forecasts of the operation are kept, in the network's own time.
KEEP_STEPS, KEEP_FORECASTS = timedelta(days=60), timedelta(days=14)
#: Every so many steps old ones are forgotten.
PRUNE_EVERY = 24


@dataclass(frozen=True, slots=True)
class SensorNews:
    """What the latest step says of one sensor. ``trend``: change per hour, in the unit."""

    state: str
    flags: list[dict[str, Any]] = field(default_factory=list)
    last_time: datetime | None = None
    last_value: float | None = None
    trend: float | None = None
    share_30d: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one cycle will write. ``expected``: the clock of the snapshot."""

    expected: datetime
    time: datetime
    values: Mapping[str, float | None]
    flags: Mapping[str, list[str]]
    news: Mapping[str, SensorNews]
    document: Mapping[str, Any]
    inputs: Mapping[str, Any]
    simulation: Mapping[str, Any]
    rain_outlook: Mapping[str, Any]
    #: Digest of a model that this version of the program cannot use; it is taken out of operation.
    unusable_model: str = ""
    #: Why the forecast is not the model's, for staff.
    note: str = ""


def due(network: Network, now: datetime | None = None) -> bool:
    """Whether it is time for the network's next step."""
    if network.paused or network.clock is None or not network.simulated:
        return False
    if network.last_cycle_at is None:
        return True
    pace = network.storm_pace_s if current_storm(network) else network.pace_s
    return (now or timezone.now()) - network.last_cycle_at >= timedelta(seconds=pace)


def run_due() -> int:
    """Advance every network whose time has come; returns how many were advanced.

    The worker calls this every second. A network whose cycle fails says why on its page and is
    tried again at its next turn; the others go on.
    """
    advanced = 0
    for network in Network.objects.exclude(clock=None).filter(paused=False, simulated=True):
        if not due(network) or lacks_files(network):
            continue
        try:
            advanced += run_cycle(network)
        except Exception as error:  # noqa: BLE001 - the other networks go on
            note_failure(network, error)
    return advanced


def run_cycle(network: Network) -> bool:
    """Advance a network by one step; whether it was this process that did it."""
    from steiger.web.flood.domain.forecasting import note_reads
    from steiger.web.flood.domain.producing import produce

    begin = time.perf_counter()
    plan = produce(network)
    note_reads(network, plan.document)
    return commit(network, plan, computed_ms=round((time.perf_counter() - begin) * 1000))


@transaction.atomic
def commit(network: Network, plan: Plan, *, computed_ms: int = 0) -> bool:
    """Write a cycle whole; False if another process was faster and nothing was written."""
    locked = Network.objects.select_for_update().get(pk=network.pk)
    if locked.clock != plan.expected or locked.paused:
        return False
    Step.objects.create(
        network=locked, time=plan.time, values=dict(plan.values), flags=dict(plan.flags)
    )
    sensors = {sensor.source_id: sensor for sensor in locked.sensors.all()}
    _write_news(sensors, plan.news)
    write_forecast(locked, Forecast.Purpose.LIVE, plan.document, plan.inputs)
    advance_warnings(locked, sensors, plan.document)
    tell_all(locked)
    storm = current_storm(locked)
    if storm:
        end_if_over(storm, plan.time)
    _prune(locked, plan.time)
    locked.clock = plan.time
    locked.simulation = dict(plan.simulation)
    locked.rain_outlook = dict(plan.rain_outlook)
    locked.last_cycle_at = timezone.now()
    locked.cycle_ms = computed_ms
    locked.trouble = plan.note[:255]
    if plan.unusable_model:
        locked.models.filter(digest=plan.unusable_model).update(active=False)
        locked.stage, locked.preparing_run = Network.Stage.RECORDED, None
    locked.save(
        update_fields=[
            "clock",
            "simulation",
            "rain_outlook",
            "last_cycle_at",
            "cycle_ms",
            "trouble",
            "stage",
            "preparing_run",
        ]
    )
    return True


def _write_news(sensors: Mapping[str, Sensor], news: Mapping[str, SensorNews]) -> None:
    changed = []
    for source_id, sensor in sensors.items():
        item = news.get(source_id)
        if item is None:
            continue
        sensor.state = item.state
        sensor.flags = item.flags
        if item.last_time is not None:
            sensor.last_time, sensor.last_value = item.last_time, item.last_value
        sensor.trend = item.trend
        if item.share_30d is not None:
            sensor.share_30d = item.share_30d
        changed.append(sensor)
    fields = ["state", "flags", "last_time", "last_value", "trend", "share_30d"]
    Sensor.objects.bulk_update(changed, fields)


def write_forecast(
    network: Network, purpose: str, document: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Forecast:
    """Keep a forecast with its digests; one of the same purpose and time is replaced."""
    issue_time = moment(document["issue_time"])
    network.forecasts.filter(purpose=purpose, issue_time=issue_time).delete()
    return Forecast.objects.create(
        forecast_id=document["id"],
        network=network,
        purpose=purpose,
        issue_time=issue_time,
        document=dict(document),
        network_digest=document["network_digest"],
        observations_digest=document["observations_digest"],
        model_digest=document["model"]["digest"],
        inputs=dict(inputs),
    )


def advance_warnings(
    network: Network, sensors: Mapping[str, Sensor], document: Mapping[str, Any]
) -> None:
    """Take a forecast into account and write what is in force now and what changed."""
    rows = {
        row.sensor.source_id: row
        for row in GaugeWarning.objects.select_for_update(of=("self",))
        .select_related("sensor")
        .filter(sensor__network=network)
    }
    before = {key: GaugeState.from_dict(row.memory) for key, row in rows.items() if row.memory}
    after, changes = advance(before, outlook_of(dict(document)), policy())
    for source_id, state in after.items():
        sensor = sensors.get(source_id)
        if sensor is None:
            continue
        row = rows.get(source_id) or GaugeWarning(sensor=sensor)
        row.level, row.since, row.memory = state.level, state.since, state.as_dict()
        row.save()
    for change in changes:
        _write_event(network, sensors[change.gauge], change)


def _write_event(network: Network, sensor: Sensor, change: Change) -> None:
    WarningEvent.objects.create(
        event_id=change.id,
        network=network,
        sensor=sensor,
        issue_time=change.issue_time,
        kind=str(change.change),
        before=change.level_before,
        after=change.level_after,
        document=change.as_dict(),
        cap=cap_text(network, change),
    )


def policy() -> WarningPolicy:
    """The rules of the state machine; its texts use the installation's time and region's words."""
    words = load_flood_words(settings.REGION)
    return WarningPolicy(
        valid_for=VALID_FOR,
        time_zone=str(timezone.get_default_timezone()),
        level_de=words.level_word_de,
        level_en=words.level_word_en,
    )


def _prune(network: Network, clock: datetime) -> None:
    """Forget old steps and forecasts of the operation; what belongs to a past flood stays."""
    if (clock.timestamp() // network.step_s) % PRUNE_EVERY:
        return
    live_since = network.simulation.get("live_since")
    steps = network.steps.filter(time__lt=clock - KEEP_STEPS)
    if live_since:
        steps.filter(time__gt=moment(live_since)).delete()
    network.forecasts.filter(
        purpose=Forecast.Purpose.LIVE, issue_time__lt=clock - KEEP_FORECASTS
    ).delete()
