"""Forecasts of a network: by its trained model, or by the plain rule until there is one.

Loads the forecasting libraries, so only the worker imports this module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import structlog

from steiger.engines.flood.forecasting import (
    ForecastError,
    Model,
    issue_forecast,
    load_model,
    rain_from_table,
)
from steiger.engines.flood.forecasting.code import code_version
from steiger.engines.flood.quality import masked
from steiger.engines.flood.simulation import Valley, ValleyState, rain_ensemble
from steiger.web.flood.domain import plain, rain_files
from steiger.web.flood.domain.documents import moment
from steiger.web.flood.domain.folders import folder_of
from steiger.web.flood.models import Forecast, Network, TrainedModel

if TYPE_CHECKING:
    import pyarrow as pa

    from steiger.engines.flood.network import Network as EngineNetwork
    from steiger.engines.flood.network import Observations

log = structlog.get_logger("steiger.flood")

PLAIN_FILE = "plain.json"
#: How much of the past a forecast reads; the longest sums of rain are over thirty days.
WINDOW = timedelta(days=45)
LEAD_HOURS, MEMBERS = 24, 12
#: The ensemble of an hour is always the same; this is no secret.
ENSEMBLE_SEED = 7


class GoneError(Exception):
    """What a forecast was made from is no longer kept."""


def rain_ahead(valley: Valley, state: ValleyState) -> pa.Table:
    """The rain forecast of this hour, as an ensemble."""
    return rain_ensemble(valley, state, lead_hours=LEAD_HOURS, members=MEMBERS, seed=ENSEMBLE_SEED)


def issue(
    network: Network,
    engine: EngineNetwork,
    seen: Observations,
    at: datetime,
    rain: pa.Table | None,
    *,
    digest: str = "",
) -> dict[str, Any]:
    """A forecast document.

    Args:
        network: whose.
        engine: the same as the engine knows it.
        seen: everything that was known, up to ``at``.
        at: the issue time.
        rain: the ensemble that is in force; None where nobody forecasts the rain.
        digest: of the model; by default the one in operation.

    Raises:
        GoneError: there is no such model any more.
    """
    model = _model(network, digest)
    if model is None:
        return plain_document(network, engine, seen, at)
    if rain is None:
        return issue_forecast(model, engine, seen, at).as_dict()
    return issue_forecast(model, engine, seen, at, rain_from_table(rain, engine)).as_dict()


def issue_somehow(
    network: Network,
    engine: EngineNetwork,
    seen: Observations,
    at: datetime,
    rain: pa.Table | None,
) -> tuple[dict[str, Any], str, str]:
    """A forecast in any case: where the model cannot make it, the plain rule does.

    Returns the document, the digest of a model that another version of the program has trained and
    that has to be trained anew, and why the forecast is not the model's; both empty if all is well.
    """
    try:
        return issue(network, engine, seen, at, rain), "", ""
    except (ForecastError, GoneError, OSError) as error:
        log.warning("flood.model", network=network.key, problem=str(error))
        row = active_model(network)
        outdated = row is not None and _outdated(folder_of(network) / row.folder)
        document = plain_document(network, engine, seen, at)
        return document, row.digest if row and outdated else "", str(error)


def _outdated(folder: Path) -> bool:
    """Whether a model is gone, damaged, or was made by another version of the program."""
    try:
        return bool(load_model(folder).origin["code"] != code_version()["code"])
    except (ForecastError, OSError, KeyError):
        return True


def _model(network: Network, digest: str) -> Model | None:
    if digest == plain.DIGEST:
        return None
    rows = network.models.filter(digest=digest) if digest else network.models.filter(active=True)
    row = rows.first()
    if row is None:
        if digest:
            raise GoneError(digest)
        return None
    return loaded(folder_of(network) / row.folder, row.digest)


@lru_cache(maxsize=3)
def loaded(folder: Path, digest: str) -> Model:
    """A model from its files, read once.

    Raises:
        GoneError: its folder holds another model.
    """
    model = load_model(folder)
    if model.digest != digest:
        raise GoneError(digest)
    return model


def reads_of(model: Model) -> dict[str, list[str]]:
    """The sensors from which each gauge's forecast is made, by gauge."""
    return {gauge: list(model.sensors_of(gauge)) for gauge in model.gauges}


def note_reads(network: Network, document: Mapping[str, Any]) -> None:
    """Write down for the pages what the model of a forecast reads, if that was not done yet."""
    row = network.models.filter(digest=document["model"]["digest"], reads={}).first()
    if row is not None:
        row.reads = reads_of(loaded(folder_of(network) / row.folder, row.digest))
        row.save(update_fields=["reads"])


def plain_document(
    network: Network, engine: EngineNetwork, seen: Observations, at: datetime
) -> dict[str, Any]:
    """The forecast of the plain rule."""
    clean = masked(engine, seen)
    back = max(1, round(timedelta(hours=3) / engine.step))
    gauges = [_last(sensor, clean.column(sensor.id), at, engine, back) for sensor in engine.targets]
    return plain.forecast(
        rule=_rule(folder_of(network) / PLAIN_FILE),
        network={"name": engine.name, "digest": engine.digest()},
        gauges=gauges,
        at=at.astimezone(UTC),
        observations_digest=seen.until(at).digest(),
    )


def _last(
    sensor: Any, values: Any, at: datetime, engine: EngineNetwork, back: int
) -> dict[str, Any]:
    """The last usable value of a gauge, if it is not too old, and what it gained before."""
    known = np.flatnonzero(np.isfinite(values))
    last, gained = None, None
    if known.size and len(values) - 1 - known[-1] <= back:
        time = at - (len(values) - 1 - int(known[-1])) * engine.step
        last = {
            "time": time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "value": round(float(values[known[-1]]), 4),
        }
        before = values[max(0, known[-1] - back)]
        gained = float(values[known[-1]] - before) if np.isfinite(before) else None
    return {
        "id": sensor.id,
        "name": sensor.name,
        "unit": sensor.unit,
        "warning_levels": sensor.warning_levels,
        "last": last,
        "gained": gained,
    }


@lru_cache(maxsize=4)
def _rule(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def again(
    forecast: Forecast, engine: EngineNetwork, seen: Observations, valley: Valley | None
) -> Mapping[str, Any]:
    """The same forecast anew, from what it was made from; ``valley`` is None of a real network.

    Raises:
        GoneError: its model or its rain is no longer kept.
    """
    rain = None
    if valley is not None:
        state = forecast.inputs.get("state")
        if state is None:
            raise GoneError(forecast.forecast_id)
        rain = rain_ahead(valley, ValleyState.from_json(state))
    elif name := forecast.inputs.get("rain"):
        rain = rain_files.read(forecast.network, name)
        if rain is None:
            raise GoneError(name)
    at, digest = forecast.issue_time, forecast.model_digest
    return issue(forecast.network, engine, seen, at, rain, digest=digest)


def inputs_of(seen: Observations, state: ValleyState | None) -> dict[str, Any]:
    """What has to be kept to make a forecast again: the rest stands in the steps.

    ``state`` is the simulated valley's, from which its rain forecast follows; a real one has none.
    """
    first = seen.times[0].astype("datetime64[s]").astype(datetime).replace(tzinfo=UTC)
    known = {"first": first.isoformat()}
    return known | ({"state": state.to_json()} if state is not None else {})


def first_of(forecast: Forecast) -> datetime:
    """Begin of the values that a forecast read.

    Raises:
        GoneError: it was not noted.
    """
    first = forecast.inputs.get("first")
    if not first:
        raise GoneError(forecast.forecast_id)
    return moment(first)


def active_model(network: Network) -> TrainedModel | None:
    """The model in operation."""
    return network.models.filter(active=True).first()
