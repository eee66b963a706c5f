"""From a draft to a network in operation: rows, latest values, a forecast, a model of its own."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

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
from steiger.web.flood.domain.folders import engine_network, folder_of
from steiger.web.flood.domain.setting_up import KNOWN_BEFORE, keep_news, steps_of, write_sensors
from steiger.web.flood.domain.warn import tell_all
from steiger.web.flood.models import Network

PREPARE = "steiger.web.flood.tasks.ensure_prepared"
#: Quality control of the latest values looks back so far.
CHECKED = timedelta(days=30)
#: Firms are warned by mail only of values that are not older than this.
FRESH = timedelta(hours=6)


class RefusedError(Exception):
    """A draft cannot be taken over; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def take_over(*, draft: Draft, by: Actor) -> Network:
    """Make a network of a draft, or give a real network that is there its newer files.

    Values, forecasts and the model follow in the worker.

    Raises:
        RefusedError: the draft was not found good, or its key is that of a simulated network.
    """
    from steiger.engines.flood.network import read_network

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
        changes = {"files": ["", f"{draft.summary['rows']} × {len(engine.ids)}"]}
        record(by=by, act="flood.network.take_over", on=network, changes=changes)
        _move_files(draft, network)
    drop_draft(draft)
    import_string(PREPARE)()
    return network


def _move_files(draft: Draft, network: Network) -> None:
    """Each file appears whole; what was learned from older ones stays until it is replaced."""
    folder = folder_of(network)
    folder.mkdir(parents=True, exist_ok=True)
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


def forecast_now(network: Network) -> None:
    """Forecast from the latest values on, by the model or, without one, by the plain rule."""
    from steiger.web.flood.domain import forecasting
    from steiger.web.flood.domain.observing import observations, window

    assert network.clock is not None  # noqa: S101 - an operation that has begun has a clock
    engine = engine_network(network)
    at = network.clock
    seen = observations(engine, window(network, engine, at - forecasting.WINDOW, at), at)
    document, unusable, note = forecasting.issue_somehow(network, engine, seen, at, None)
    sensors = {sensor.source_id: sensor for sensor in network.sensors.all()}
    with transaction.atomic():
        write_forecast(network, "live", document, forecasting.inputs_of(seen, None))
        events = advance_warnings(network, sensors, document)
        if timezone.now() - at <= FRESH:
            tell_all(events)
        network.models.filter(digest=unusable).update(active=False)
        Network.objects.filter(pk=network.pk).update(trouble=note[:255])


def leads_of(network: Network, usual: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    """The usual leads that the network's step allows."""
    step = timedelta(seconds=network.step_s)
    return tuple(lead for lead in usual if not lead % step) or (step,)
