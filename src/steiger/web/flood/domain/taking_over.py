"""From a draft to a network in operation: rows, latest values, a forecast, a model of its own."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.utils import timezone

from steiger.lib.atomic_files import write_atomically
from steiger.web.accounts.domain.audit import Actor, record
from steiger.web.flood.domain.cycle import advance_warnings, write_forecast
from steiger.web.flood.domain.drafts import (
    GOOD,
    NETWORK_FILE,
    VALUES_FILE,
    Draft,
    drop_draft,
)
from steiger.web.flood.domain.feeds import is_live, keep_declared
from steiger.web.flood.domain.folders import engine_network, folder_of
from steiger.web.flood.domain.setting_up import KNOWN_BEFORE, keep_news, steps_of, write_sensors
from steiger.web.flood.domain.warn import tell_all
from steiger.web.flood.models import Network

if TYPE_CHECKING:
    from steiger.engines.flood.network import Network as EngineNetwork

log = structlog.get_logger("steiger.flood")
#: The table before newer files came, until what was collected is put back.
COLLECTED_FILE = "collected.parquet"
#: Quality control of the latest values looks back so far.
CHECKED = timedelta(days=30)


class RefusedError(Exception):
    """A draft cannot be taken over; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def take_over(*, draft: Draft, by: Actor) -> Network:
    """Make a network of a draft, or give a real network that is there its newer files.

    Values, forecasts and the model follow in the worker (``tasks.ensure_prepared``).

    Raises:
        RefusedError: the draft was not found good, its key is that of a simulated network, or
            the network's sources are being asked just now.
    """
    from steiger.engines.flood.network import NetworkError, read_network
    from steiger.engines.flood.sources.collecting import collecting_alone

    if draft.state != GOOD:
        raise RefusedError("not_good")
    engine = read_network(draft.folder)
    with transaction.atomic():
        network, _new = Network.objects.select_for_update().get_or_create(
            key=draft.key,
            defaults={"folder": draft.key, "step_s": round(engine.step.total_seconds())},
        )
        if network.simulated:
            raise RefusedError("simulated")
        network.name_de = network.name_en = engine.name[:120]
        network.note_de = network.note_en = engine.note
        network.attribution_de = network.attribution_en = draft.attribution
        network.licence, network.licence_url = draft.licence, draft.licence_url
        network.stage, network.preparing_run = Network.Stage.PLANNED, None
        network.save()
        write_sensors(network, engine)
        keep_declared(network, engine)
        changes = {"files": ["", f"{draft.summary['rows']} × {len(engine.ids)}"]}
        record(by=by, act="flood.network.take_over", on=network, changes=changes)
        folder_of(network).mkdir(parents=True, exist_ok=True)
        try:
            with collecting_alone(folder_of(network)):
                _move_files(draft, network)
        except NetworkError:
            raise RefusedError("collecting") from None
    drop_draft(draft)
    return network


def _move_files(draft: Draft, network: Network) -> None:
    """Each file appears whole; what was learned from older ones stays until it is replaced."""
    folder = folder_of(network)
    if is_live(network) and (folder / VALUES_FILE).exists():
        # What was collected and is not in the new file is put back by the worker.
        (folder / VALUES_FILE).replace(folder / COLLECTED_FILE)
    for name in (VALUES_FILE, NETWORK_FILE):
        fresh = folder / f".{name}"
        shutil.copyfile(draft.folder / name, fresh)
        fresh.replace(folder / name)


def begin_operation(network: Network) -> None:
    """Keep the latest values and the plain rule; a second time changes nothing."""
    from steiger.engines.flood.network import read_observations
    from steiger.engines.flood.quality import masked
    from steiger.web.flood.domain import plain
    from steiger.web.flood.domain.observing import moment_of, news_of

    engine = engine_network(network)
    _put_back(network, engine)
    seen = read_observations(folder_of(network), engine)
    clean = masked(engine, seen)
    rule = plain.fit({s.id: clean.column(s.id) for s in engine.targets}, network.step_s // 60)
    text = json.dumps(rule, sort_keys=True)
    write_atomically(folder_of(network) / "plain.json", text.encode())
    last = moment_of(seen.times[-1])
    news, _broken = news_of(engine, seen.between(last - CHECKED, last))
    lately = seen.between(last - KNOWN_BEFORE, last)
    with transaction.atomic():
        locked = Network.objects.select_for_update().get(pk=network.pk)
        locked.steps.all().delete()
        locked.steps.bulk_create(steps_of(locked, lately), batch_size=500)
        keep_news(locked, news)
        locked.clock, locked.stage = last, Network.Stage.RECORDED
        locked.last_cycle_at = timezone.now()
        locked.save(update_fields=["clock", "stage", "last_cycle_at"])
    network.refresh_from_db()


def _put_back(network: Network, engine: EngineNetwork) -> None:
    """Fill the new table with what was collected and is not in it; where both say, it counts."""
    from steiger.engines.flood.network import NetworkError
    from steiger.engines.flood.sources.filling import Ledger

    path = folder_of(network) / COLLECTED_FILE
    if not path.exists():
        return
    ledger = Ledger.open(folder_of(network), engine)
    try:
        ledger.fill_from(path)
    except NetworkError as error:
        # The network has changed beyond it; the old table stays beside the new one.
        log.warning("flood.put_back", network=network.key, problem=str(error))
        path.replace(path.with_suffix(".kept.parquet"))
        return
    ledger.save()
    path.unlink()


def forecast_now(network: Network, *, rain: str = "") -> None:
    """Forecast from the latest values on, by the model or, without one, by the plain rule.

    ``rain`` names a kept rain forecast (``rain_files``).
    """
    from steiger.web.flood.domain import forecasting, rain_files
    from steiger.web.flood.domain.observing import observations, window

    assert network.clock is not None  # noqa: S101 - an operation that has begun has a clock
    engine = engine_network(network)
    at = network.clock
    seen = observations(engine, window(network, engine, at - forecasting.WINDOW, at), at)
    ahead = rain_files.read(network, rain) if rain else None
    document, unusable, note = forecasting.issue_somehow(network, engine, seen, at, ahead)
    inputs = forecasting.inputs_of(seen, None) | ({"rain": rain} if ahead is not None else {})
    sensors = {sensor.source_id: sensor for sensor in network.sensors.all()}
    with transaction.atomic():
        forecasting.note_reads(network, document)
        write_forecast(network, "live", document, inputs)
        advance_warnings(network, sensors, document)
        tell_all(network)
        network.models.filter(digest=unusable).update(active=False)
        Network.objects.filter(pk=network.pk).update(trouble=note[:255])


def leads_of(network: Network, usual: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    """The usual leads that the network's step allows."""
    step = timedelta(seconds=network.step_s)
    return tuple(lead for lead in usual if not lead % step) or (step,)
