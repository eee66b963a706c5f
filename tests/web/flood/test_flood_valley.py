"""The region’s simulated valley: set up, advanced, forecast, computed again by the real parts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client

from steiger.web.accounts.domain.audit import VISITOR
from steiger.web.accounts.models import LogEntry
from steiger.web.flood.domain import plain, setting_up
from steiger.web.flood.domain.cycle import run_cycle
from steiger.web.flood.domain.producing import produce
from steiger.web.flood.domain.setting_up import record_past, set_up_valley, valley_is_missing
from steiger.web.flood.domain.storms import start_storm
from steiger.web.flood.domain.trail import ask_check, canonical, check
from steiger.web.flood.models import (
    Forecast,
    Network,
    Sensor,
    Step,
    Storm,
    TrainedModel,
    WarningEvent,
)
from steiger.web.flood.tasks import ensure_prepared

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder for the whole file: the past is computed once."""
    return tmp_path_factory.mktemp("valley")


@pytest.fixture
def valley(settings: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    """The valley with a shortened past."""
    settings.DATA_DIR = folder
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr(setting_up, "PAST_BEGINS", datetime(2020, 7, 1, tzinfo=UTC))
    network = set_up_valley()
    record_past(network)
    return Network.objects.get()


def advance(network: Network, steps: int) -> Network:
    for _ in range(steps):
        assert run_cycle(Network.objects.get(pk=network.pk)) is True
    return Network.objects.get(pk=network.pk)


def test_rows_are_named_by_the_region_and_placed_on_its_map(valley: Network) -> None:
    gauge = Sensor.objects.get(key="beispielstadt")
    assert (gauge.name_de, gauge.unit, gauge.target) == ("Beispielstadt", "m", True)
    assert Sensor.objects.get(key="regen_sperre").name_en == "Beispielsperre rain"
    assert 7.0 < (gauge.longitude or 0) < 7.6
    assert 51.0 < (gauge.latitude or 0) < 51.4
    assert valley.simulated is True
    assert not valley_is_missing()


def test_past_flood_lies_in_the_steps(valley: Network) -> None:
    in_flood = Step.objects.filter(time=datetime(2021, 7, 14, 20, tzinfo=UTC)).get()
    assert in_flood.values["beispielstadt"] > 3.2
    assert valley.stage == Network.Stage.RECORDED


def test_setting_up_twice_changes_nothing(valley: Network) -> None:
    before = Step.objects.count()
    record_past(valley)
    assert Step.objects.count() == before


def test_preparation_is_queued_once(valley: Network) -> None:
    assert [ensure_prepared(), ensure_prepared()] == [1, 0]
    Network.objects.update(stage=Network.Stage.READY)
    assert ensure_prepared() == 0


def test_cycle_measures_checks_and_forecasts(valley: Network) -> None:
    after = advance(valley, 2)
    assert after.clock == (valley.clock or datetime.now(UTC)) + timedelta(hours=2)
    forecast = Forecast.objects.filter(purpose="live").first()
    assert forecast is not None
    assert forecast.model_digest == plain.DIGEST
    assert len(forecast.document["gauges"]) == 8
    assert len(after.rain_outlook["rows"]) == 24
    assert Sensor.objects.filter(last_time=after.clock).count() >= 15


def test_same_snapshot_gives_the_same_plan(valley: Network) -> None:
    first, second = produce(valley), produce(valley)
    assert canonical(first.document) == canonical(second.document)
    assert first.values == second.values
    assert canonical(first.simulation) == canonical(second.simulation)


@pytest.mark.parametrize(("strength", "level"), [("heavy", 2), ("extreme", 3)])
def test_storm_brings_the_flood_that_it_promises(
    valley: Network, strength: str, level: int
) -> None:
    start_storm(network=valley, strength=strength, by=VISITOR)
    storm = Storm.objects.get()
    steps = round((storm.rain_ends - (valley.clock or storm.begins)) / timedelta(hours=1)) + 6
    advance(valley, steps)
    levels = {s.key: s.warning_levels[level - 1] for s in Sensor.objects.filter(target=True)}
    rows = [step.values for step in Step.objects.filter(time__gt=valley.clock)]
    # At some hours a gauge of the valley is out of order for weeks.
    shown = {key: [v for row in rows if (v := row[key]) is not None] for key in levels}
    highest = [max(values) >= levels[key] for key, values in shown.items() if values]
    assert len(highest) >= len(levels) - 2
    assert sum(highest) * 2 > len(highest)
    assert WarningEvent.objects.filter(after__gte=level).exists()
    assert all(event.cap for event in WarningEvent.objects.all())


def test_storm_counts_once_however_often_the_cycle_is_computed(valley: Network) -> None:
    start_storm(network=valley, strength="heavy", by=VISITOR)
    produce(valley)
    after = advance(valley, 1)
    assert len(after.simulation["state"]["storms"]) == 1
    assert len(advance(after, 1).simulation["state"]["storms"]) == 1


def test_stored_forecast_is_computed_again_equal(valley: Network) -> None:
    advance(valley, 2)
    forecast = Forecast.objects.order_by("issue_time").first()
    assert forecast is not None
    ask_check(forecast=forecast, by=VISITOR)
    forecast.refresh_from_db()
    assert forecast.check_result == "waiting"
    assert check(forecast.pk) == "equal"
    acts = LogEntry.objects.filter(act="flood.forecast.check")
    assert acts.count() == 2


def test_changed_forecast_is_found_out(valley: Network) -> None:
    advance(valley, 1)
    forecast = Forecast.objects.get()
    forecast.document["gauges"][0]["leads"][0]["q50"] += 0.001
    forecast.save()
    assert check(forecast.pk) == "different"


def test_forecast_whose_inputs_are_gone_cannot_be_checked(valley: Network) -> None:
    advance(valley, 1)
    Step.objects.order_by("-time")[:1].get().delete()
    assert check(Forecast.objects.get().pk) == "impossible"


def test_changed_measurement_is_found_out(valley: Network) -> None:
    advance(valley, 1)
    step = Step.objects.order_by("-time")[0]
    step.values["beispielstadt"] += 0.01
    step.save()
    assert check(Forecast.objects.get().pk) == "impossible"


@pytest.mark.parametrize("form", ["geojson", "sensorthings", "pi", "vorhersage"])
def test_downloads_hold_every_gauge(client: Client, valley: Network, form: str) -> None:
    advance(valley, 1)
    answer = client.get(f"/hochwasser/daten/beispieltal/{form}")
    assert answer.status_code == 200
    assert "beispielstadt" in answer.content.decode()
    json.loads(answer.content)


def test_cap_message_can_be_fetched(client: Client, valley: Network) -> None:
    start_storm(network=valley, strength="extreme", by=VISITOR)
    advance(valley, 12)
    event = WarningEvent.objects.first()
    assert event is not None
    answer = client.get(f"/hochwasser/warnungen/{event.pk}/cap.xml")
    assert answer.headers["Content-Type"].startswith("application/cap+xml")
    assert b"<status>Exercise</status>" in answer.content


def test_model_of_another_version_is_retired_and_the_plain_rule_goes_on(valley: Network) -> None:
    TrainedModel.objects.create(
        network=valley,
        digest="a" * 64,
        folder="models/gone",
        trained_until=datetime(2021, 6, 30, tzinfo=UTC),
    )
    Network.objects.update(stage=Network.Stage.READY)
    after = advance(valley, 1)
    assert Forecast.objects.get().model_digest == plain.DIGEST
    assert after.stage == Network.Stage.RECORDED
    assert not TrainedModel.objects.filter(active=True).exists()
    assert after.trouble
    assert ensure_prepared() == 1
    assert advance(valley, 1).trouble == ""


# --- the plain rule -------------------------------------------------------------------------------
def test_plain_rule_stays_or_falls_and_its_bands_widen() -> None:
    hours = np.arange(2000)
    series = 0.5 + np.abs(np.sin(hours / 40)) ** 8 * 2
    rule = plain.fit({"g": series}, 60)
    document = plain.forecast(
        rule=rule,
        network={"name": "n", "digest": "0" * 64},
        gauges=[
            {
                "id": "g",
                "name": "G",
                "unit": "m",
                "warning_levels": (1.5, 2.0),
                "last": {"time": "2026-01-01T00:00:00Z", "value": 1.4},
                "gained": -0.2,
            }
        ],
        at=datetime(2026, 1, 1, tzinfo=UTC),
        observations_digest="",
    )
    leads = document["gauges"][0]["leads"]
    widths = [lead["q95"] - lead["q05"] for lead in leads]
    assert leads[-1]["q50"] < 1.4
    assert widths[0] < widths[-1]
    assert all(lead["p_levels"][0] >= lead["p_levels"][1] for lead in leads)


def test_plain_rule_without_a_value_is_blind() -> None:
    document = plain.forecast(
        rule={},
        network={"name": "n", "digest": ""},
        gauges=[
            {
                "id": "g",
                "name": "G",
                "unit": "m",
                "warning_levels": (1.5,),
                "last": None,
                "gained": None,
            }
        ],
        at=datetime(2026, 1, 1, tzinfo=UTC),
        observations_digest="",
    )
    assert (document["gauges"][0]["state"], document["gauges"][0]["leads"]) == ("blind", [])
