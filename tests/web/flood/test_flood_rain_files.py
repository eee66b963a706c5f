"""Rain forecasts of a live network: kept for computing again, and never in the way of values."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import numpy as np
import pytest

from steiger.adapters.asking import client as asking
from steiger.engines.flood.network import Kind
from steiger.engines.flood.network.series import Quality, Series
from steiger.engines.flood.sources.forms import parse_source
from steiger.lib.sources import SourceError
from steiger.web.accounts.domain import audit
from steiger.web.flood.domain import collecting, feeds, rain_files
from steiger.web.flood.domain.trail import check
from steiger.web.flood.models import Forecast, Network
from web.flood.test_flood_collecting import (  # noqa: F401 - fixtures
    LAST,
    Answer,
    _own_folder,
    answers,
    collect,
    levels,
    network,
)

pytestmark = pytest.mark.django_db


def member(number: int) -> Series:
    """Half a day of drizzle."""
    issued = np.datetime64(LAST.replace(tzinfo=None), "s")
    rows = [
        (issued + np.timedelta64(h, "h"), 0.5 * number, Quality.UNCHECKED) for h in range(1, 13)
    ]
    return Series.of_rows(
        rows,
        sensor="regen",
        kind=Kind.RAIN,
        unit="mm",
        accumulation=timedelta(hours=1),
        issue_time=issued,
        member=number,
    )


@pytest.fixture
def forecaster(network: Network) -> Network:  # noqa: F811 - the fixture
    """The network with somebody who forecasts its rain."""
    table = {"adapter": "icon_d2_eps"}
    feeds.save_source(network=network, name="wetter", table=table, by=audit.SYSTEM)
    wish = {"opladen": {"source": "bund", "key": "eins/W"}}
    feeds.save_feeds(network=network, feeds=wish, rain_forecast="wetter", by=audit.SYSTEM)
    network.refresh_from_db()
    return network


def test_forecast_with_rain_is_computed_again_from_the_kept_file(
    forecaster: Network,
    answers: Callable[[Answer], None],  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers(levels({1: 60.0}))
    monkeypatch.setattr(collecting, "ask_rain", lambda *_, **__: [member(0), member(1)])
    collect(forecaster, LAST + timedelta(hours=1, minutes=5))
    forecast = forecaster.forecasts.get(issue_time=LAST + timedelta(hours=1))
    table = rain_files.read(forecaster, forecast.inputs["rain"])
    assert table is not None
    assert table.num_rows == 24
    assert check(forecast.pk) == Forecast.Check.EQUAL
    (rain_files.rain_folder(forecaster) / forecast.inputs["rain"]).unlink()
    Forecast.objects.filter(pk=forecast.pk).update(model_digest="plain")
    assert check(forecast.pk) == Forecast.Check.IMPOSSIBLE


def test_rain_that_does_not_come_is_told_and_stops_nothing(
    forecaster: Network,
    answers: Callable[[Answer], None],  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise SourceError("ICON-D2-EPS", "cannot be reached", away=True)

    answers(levels({1: 60.0}))
    monkeypatch.setattr(collecting, "ask_rain", fails)
    collect(forecaster, LAST + timedelta(hours=1, minutes=5))
    assert "cannot be reached" in forecaster.rain_problem
    assert forecaster.clock == LAST + timedelta(hours=1)
    assert forecaster.forecasts.get(issue_time=forecaster.clock).inputs.get("rain") is None


def test_old_rain_forecasts_are_not_used_and_forgotten(forecaster: Network) -> None:
    folder = rain_files.rain_folder(forecaster)
    folder.mkdir()
    (folder / "a.parquet").write_bytes(b"a")
    old = (LAST - timedelta(days=1)).timestamp()
    os.utime(folder / "a.parquet", (old, old))
    assert rain_files.newest(forecaster, LAST) == ""
    assert rain_files.newest(forecaster, LAST - timedelta(hours=20)) == "a.parquet"
    rain_files.prune(forecaster, LAST)
    assert list(folder.iterdir()) == []


def test_run_that_is_not_there_yet_gives_way_to_the_one_before(forecaster: Network) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(404)

    source = parse_source("wetter", {"adapter": "icon_d2_eps"})
    engine = collecting.live_network(forecaster)
    client = httpx.Client(transport=httpx.MockTransport(answer))
    with pytest.raises(SourceError, match="no rain sensor of the network has lat and lon"):
        asking.ask_rain(source, engine, LAST, client=client)
    placed = replace(
        engine,
        sensors=tuple(replace(sensor, lat=51.2, lon=7.1) for sensor in engine.sensors),
    )
    with pytest.raises(SourceError, match="knows nothing there"):
        asking.ask_rain(source, placed, LAST + timedelta(minutes=30), client=client)
    runs = [path.split("/grib/")[1][:2] for path in asked]
    assert list(dict.fromkeys(runs)) == ["21", "18", "15", "12"]
