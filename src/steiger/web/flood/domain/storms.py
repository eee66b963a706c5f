"""Storms that visitors start over a simulated valley."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from steiger.web.accounts.domain.audit import Actor, record
from steiger.web.flood.models import GaugeWarning, Network, Storm

#: Storms that all visitors together may start within an hour.
MOST_PER_HOUR = 12


class StormError(Exception):
    """No storm can be started now; ``reason`` says why.

    Reasons: ``real`` (no simulated network), ``waiting`` (nothing is measured yet), ``paused``,
    ``files`` (its folder is missing), ``under_way`` (one passes already), ``often`` (too many
    within an hour).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Shape:
    """How a storm runs, in steps of the network. ``total_mm``: areal rain of the whole storm."""

    wait: int
    rain: int
    drain: int
    total_mm: float


SHAPES = {
    Storm.Strength.HEAVY: Shape(wait=2, rain=10, drain=26, total_mm=75.0),
    Storm.Strength.EXTREME: Shape(wait=2, rain=18, drain=40, total_mm=165.0),
}


def start_storm(*, network: Network, strength: str, by: Actor) -> Storm:
    """Let it rain. The rivers answer over the next steps of the simulation.

    Raises:
        StormError: not now; see its ``reason``.
    """
    shape = SHAPES[Storm.Strength(strength)]
    try:
        with transaction.atomic():
            locked = Network.objects.select_for_update().get(pk=network.pk)
            _check(locked)
            step = timedelta(seconds=locked.step_s)
            assert locked.clock is not None  # noqa: S101 - checked above
            begins = locked.clock + shape.wait * step
            storm = Storm.objects.create(
                network=locked,
                strength=strength,
                begins=begins,
                rain_ends=begins + shape.rain * step,
                ends=begins + (shape.rain + shape.drain) * step,
            )
            record(by=by, act="flood.storm.start", on=storm)
    except IntegrityError as error:
        # Two visitors pressed in the same moment; the database lets one through.
        raise StormError("under_way") from error
    return storm


def _check(network: Network) -> None:
    if not network.simulated:
        raise StormError("real")
    if network.clock is None:
        raise StormError("waiting")
    if network.paused:
        raise StormError("paused")
    if network.without_files:
        raise StormError("files")
    if current_storm(network) is not None:
        raise StormError("under_way")
    lately = Storm.objects.filter(requested_at__gte=timezone.now() - timedelta(hours=1))
    if lately.count() >= MOST_PER_HOUR:
        raise StormError("often")


def current_storm(network: Network) -> Storm | None:
    """The storm that is under way."""
    return network.storms.filter(over_at=None).first()


def end_if_over(storm: Storm, clock: datetime) -> bool:
    """Mark a storm as over once its time is up and no warning is in force; whether it is.

    A storm that keeps a gauge above its level for very long ends after twice its time.
    """
    if clock < storm.ends:
        return False
    warned = GaugeWarning.objects.filter(sensor__network_id=storm.network_id, level__gt=0).exists()
    longest = storm.ends + (storm.ends - storm.begins)
    if warned and clock < longest:
        return False
    storm.over_at = timezone.now()
    storm.save(update_fields=["over_at"])
    return True
