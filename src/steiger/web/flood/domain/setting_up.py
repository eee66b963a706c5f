"""Setting a simulated valley up: rows first, then its past, then what a model learns from it.

Each part is done only if it is missing, so that work that was cut short goes on where it ended.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steiger.regions import Valley as Placed
from steiger.regions import load_flood_words
from steiger.web.accounts.domain.audit import SYSTEM, record
from steiger.web.flood.domain.cycle import SensorNews
from steiger.web.flood.domain.folders import engine_network, folder_of
from steiger.web.flood.models import Network, Sensor, Step

if TYPE_CHECKING:
    from steiger.engines.flood.network import Network as EngineNetwork
    from steiger.engines.flood.network import Observations

#: What the model may learn from ends before the flood on which it is judged.
PAST_BEGINS = datetime(2016, 7, 1, tzinfo=UTC)
LEARNS_UNTIL = datetime(2021, 6, 30, 20, tzinfo=UTC)
FLOOD_BEGINS, FLOOD_ENDS = datetime(2021, 7, 12, tzinfo=UTC), datetime(2021, 7, 18, tzinfo=UTC)
PAST_ENDS = FLOOD_ENDS + timedelta(days=3)
#: What the operation knows of the past when it begins.
KNOWN_BEFORE = timedelta(days=60)
BEFORE_FLOOD = timedelta(days=60)
#: Signs of a sensor's key at most (``Sensor.key``).
LONGEST_KEY = 64


def valley_is_missing() -> bool:
    """Whether the region has a valley to show that is not set up yet."""
    valley = load_flood_words(settings.REGION).valley
    return valley is not None and not Network.objects.filter(key=valley.key).exists()


@transaction.atomic
def set_up_valley() -> Network:
    """Write the rows of the region's valley; its past is made by the worker."""
    from steiger.engines.flood.simulation import network_of
    from steiger.web.flood.domain.valleys import placed_valley, simulated_valley

    placed = placed_valley()
    engine = network_of(simulated_valley())
    network = Network.objects.create(
        key=placed.key,
        name_de=placed.name_de,
        name_en=placed.name_en,
        note_de=placed.note_de,
        note_en=placed.note_en,
        river_de=placed.river_de,
        river_en=placed.river_en,
        folder=placed.key,
        simulated=True,
        licence=placed.licence,
        licence_url=placed.licence_url,
        attribution_de=placed.attribution_de,
        attribution_en=placed.attribution_en,
        course=[[list(point) for point in line] for line in placed.course],
        step_s=round(engine.step.total_seconds()),
    )
    write_sensors(network, engine, placed)
    record(by=SYSTEM, act="flood.network.set_up", on=network)
    return network


def write_sensors(network: Network, engine: EngineNetwork, placed: Placed | None = None) -> None:
    """A row for every sensor of the engine's network, named as the region names it.

    Rows that are there are brought up to date and keep their keys, so that subscriptions to their
    gauges and addresses of their pages stay.
    """
    names = {sensor.id: sensor for sensor in placed.sensors} if placed else {}
    keys = keys_of(engine.ids, dict(network.sensors.values_list("source_id", "key")))
    for order, sensor in enumerate(engine.sensors):
        known = names.get(sensor.id)
        name = sensor.name or sensor.id
        Sensor.objects.update_or_create(
            network=network,
            source_id=sensor.id,
            defaults={
                "key": keys[sensor.id],
                "order": order,
                "name_de": known.name_de if known else name[:120],
                "name_en": known.name_en if known else name[:120],
                "kind": str(sensor.kind),
                "unit": sensor.unit,
                "latitude": sensor.lat,
                "longitude": sensor.lon,
                "upstream": [keys[above] for above in sensor.upstream],
                "catchment_km2": sensor.catchment_km2,
                "gauge_zero_m": sensor.gauge_zero_m,
                "warning_levels": list(sensor.warning_levels),
                "target": sensor.target,
                "total_s": round(sensor.accumulation.total_seconds()) if sensor.accumulation else 0,
            },
        )


def keys_of(sensor_ids: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """Each sensor's id as part of an address, no two alike.

    Other signs than letters, digits, - and _ become -. Where that makes two ids alike, a number
    tells them apart. ``known``: keys that are in use; they stay.
    """
    keys = dict(known)
    taken = set(keys.values())
    for sensor_id in sensor_ids:
        if sensor_id in keys:
            continue
        plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in sensor_id)
        plain = plain.lower()
        key, number = plain[:LONGEST_KEY], 1
        while key in taken:
            number += 1
            end = f"-{number}"
            key = plain[: LONGEST_KEY - len(end)] + end
        keys[sensor_id] = key
        taken.add(key)
    return keys


def record_past(network: Network) -> None:
    """Simulate the past into the network's folder and let the operation begin."""
    folder = folder_of(network)
    if not (folder / "plain.json").exists():
        _write_folder(network, folder)
    if network.clock is None:
        _begin_operation(network)


def _write_folder(network: Network, folder: Path) -> None:
    """Network, observations and the plain rule; the folder appears whole or not at all."""
    from steiger.engines.flood.network import write_network, write_observations
    from steiger.engines.flood.quality import masked
    from steiger.engines.flood.simulation import history
    from steiger.web.flood.domain import plain
    from steiger.web.flood.domain.valleys import placed_valley, simulated_valley

    engine, seen, _state = history(
        simulated_valley(), PAST_BEGINS, PAST_ENDS, seed=placed_valley().seed
    )
    learned = masked(engine, seen.until(LEARNS_UNTIL))
    rule = plain.fit({s.id: learned.column(s.id) for s in engine.targets}, network.step_s // 60)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        write_network(draft, engine)
        write_observations(draft, engine, seen)
        (draft / "plain.json").write_text(json.dumps(rule, sort_keys=True), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        draft.chmod(0o755)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _begin_operation(network: Network) -> None:
    """Bring the valley to this very hour and keep what its sensors showed lately."""
    from steiger.engines.flood.simulation import advance, begin
    from steiger.web.flood.domain.observing import news_of
    from steiger.web.flood.domain.valleys import placed_valley, simulated_valley

    valley = simulated_valley()
    now = timezone.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    before = begin(valley, now - KNOWN_BEFORE, seed=placed_valley().seed)
    state, seen = advance(valley, before, round(KNOWN_BEFORE / timedelta(hours=1)))
    past = _past(network)
    engine = engine_network(network)
    news, _broken = news_of(engine, seen.between(now - timedelta(days=30), now))
    with transaction.atomic():
        locked = Network.objects.select_for_update().get(pk=network.pk)
        if locked.clock is not None:
            return
        rows = [*steps_of(network, past), *steps_of(network, seen)]
        Step.objects.bulk_create(rows, batch_size=500)
        keep_news(locked, news)
        locked.clock = now
        locked.stage = Network.Stage.RECORDED
        locked.simulation = {
            "state": state.to_json(),
            "injected": [],
            "live_since": now.isoformat(),
        }
        locked.save(update_fields=["clock", "stage", "simulation"])
    network.refresh_from_db()


def _past(network: Network) -> Observations:
    """The flood that visitors look back on, with what forecasts of its first days read."""
    from steiger.engines.flood.network import read_observations

    engine = engine_network(network)
    first = FLOOD_BEGINS - BEFORE_FLOOD
    return read_observations(folder_of(network), engine, start=first, end=PAST_ENDS)


def keep_news(network: Network, news: Mapping[str, SensorNews]) -> None:
    """Keep what the latest values say of each sensor."""
    for sensor in network.sensors.all():
        item = news[sensor.source_id]
        sensor.state, sensor.flags, sensor.trend = item.state, item.flags, item.trend
        sensor.last_time, sensor.last_value = item.last_time, item.last_value
        sensor.share_30d = item.share_30d
        sensor.save()


def steps_of(network: Network, seen: Any) -> list[Step]:
    """Observations as steps, not yet written."""
    import numpy as np

    from steiger.web.flood.domain.observing import moment_of

    rows = []
    for time, values in zip(seen.times, seen.values, strict=True):
        known = {
            name: None if np.isnan(value) else float(value)
            for name, value in zip(seen.ids, values.tolist(), strict=True)
        }
        rows.append(Step(network=network, time=moment_of(time), values=known))
    return rows
