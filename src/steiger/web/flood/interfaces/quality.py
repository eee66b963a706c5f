"""How far the data can be trusted: every sensor with what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from steiger.engines.flood.sources.forms import Source
from steiger.web.flood.domain.feeds import feed_of, sources_of
from steiger.web.flood.interfaces import words
from steiger.web.flood.interfaces.gauge_page import SensorRow, gauge_url_of, sensor_row
from steiger.web.flood.interfaces.sources import Heard, heard
from steiger.web.flood.models import Network, Sensor


@dataclass(frozen=True, slots=True)
class QualityRow:
    """A sensor with how much of its last thirty days is usable."""

    sensor: SensorRow
    url: str
    share: str
    flags: tuple[tuple[str, str], ...]
    source: str
    heard: Heard | None


def quality_context(network: Network) -> dict[str, Any]:
    """All sensors, the troubled ones first, and how many are in which state."""
    order = {Sensor.State.MISSING: 0, Sensor.State.DOUBTFUL: 1, Sensor.State.OK: 2}
    sensors = sorted(network.sensors.all(), key=lambda s: (order[Sensor.State(s.state)], s.order))
    counts = {
        state: sum(sensor.state == state for sensor in sensors) for state in Sensor.State.values
    }
    sources = sources_of(network)
    return {
        "live": any(sensor.feed for sensor in sensors),
        "sensors": [_row(network, sensor, sources) for sensor in sensors],
        "counts": [(key, str(Sensor.State(key).label), number) for key, number in counts.items()],
        "total": len(sensors),
        "fine": counts[Sensor.State.OK],
    }


def _row(network: Network, sensor: Sensor, sources: Mapping[str, Source]) -> QualityRow:
    share = sensor.share_30d
    feed = feed_of(sensor, sources)
    return QualityRow(
        sensor=sensor_row(network, sensor),
        url=gauge_url_of(network, sensor),
        share=words.share_of(share, 1) if share is not None else "–",
        flags=tuple((words.told(flag), _when(flag)) for flag in sensor.flags),
        source=sources[feed.source].form.name if feed else "",
        heard=heard(sensor),
    )


def _when(flag: dict[str, str]) -> str:
    since = words.clock_text(words.moment_of(flag["since"]))
    if not flag.get("until"):
        return _("since %(time)s") % {"time": since}
    until = words.clock_text(words.moment_of(flag["until"]))
    return since if until == since else _("%(low)s to %(high)s") % {"low": since, "high": until}
