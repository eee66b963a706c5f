"""Pages of gauges, warnings, data; all readable without a script."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from factories.flood_room import BEGIN, make_network, make_past, plan, run
from steiger.web.flood.domain.cycle import commit
from steiger.web.flood.interfaces.gauge_page import sensor_rows
from steiger.web.flood.models import Forecast, Network, Sensor, TrainedModel, WarningEvent

pytestmark = pytest.mark.django_db
PEGEL = "/hochwasser/pegel/beispieltal/mittelwerk/"


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture
def flood(network: Network) -> Network:
    """A network in which the water rises, with one rain gauge silent."""
    run(network, [0.7, 0.9])
    commit(network, plan(network, 1.3, peak=2.0, rain=5.0, missing=["regen_tal"]))
    network.refresh_from_db()
    return network


@pytest.mark.parametrize(
    "path",
    [
        "",
        "lage/",
        "warnungen/",
        "daten/",
        "daten/qualitaet/",
        "nachricht/",
        "pegel/beispieltal/mittelwerk/",
        "pegel/beispieltal/mittelwerk/rueckblick/",
    ],
)
@pytest.mark.parametrize("language", ["", "/en"])
def test_every_page_says_that_it_is_a_simulation(
    client: Client, flood: Network, path: str, language: str
) -> None:
    assert "Simulation" in text_of(client, f"{language}/hochwasser/{path}")


@pytest.mark.parametrize("path", ["", "lage/", "warnungen/", "daten/", "daten/qualitaet/"])
def test_pages_before_there_is_a_network(client: Client, db: None, path: str) -> None:
    assert "Noch kein Gewässer" in text_of(client, f"/hochwasser/{path}")


def test_pages_before_anything_is_measured(client: Client, network: Network) -> None:
    Network.objects.update(clock=None, stage=Network.Stage.PLANNED)
    assert "Das Tal wird eingerichtet" in text_of(client, "/hochwasser/")
    assert "wird eingerichtet" in text_of(client, PEGEL)
    assert client.get(f"{PEGEL}verlauf.json").status_code == 404
    assert client.get("/hochwasser/daten/beispieltal/geojson").status_code == 404


def test_learning_model_is_not_hidden(client: Client, flood: Network) -> None:
    Network.objects.update(stage=Network.Stage.RECORDED)
    assert "Das Vorhersagemodell lernt noch" in text_of(client, "/hochwasser/")


def test_overview_lists_every_gauge_with_shape_and_word(client: Client, flood: Network) -> None:
    text = text_of(client, "/hochwasser/")
    assert text.count('class="st-gauge st-gauge--1"') == 3
    assert "kleines Hochwasser" in text
    assert 'class="st-shape st-shape--1"' in text
    assert "steigt" in text


def test_gauge_shows_hydrograph_and_the_same_numbers_as_a_table(
    client: Client, flood: Network
) -> None:
    text = text_of(client, PEGEL)
    assert text.count('role="img"') >= 2
    for part in ("st-chart__band--90", "st-chart__level--2", "st-chart__now", "st-chart__rain"):
        assert part in text, part
    assert "Regen der letzten 6 Stunden" in text
    assert "Es kommt kein Wert an." in text


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        (["regen_tal"], "Der Vorhersage fehlt: Regen Tal. Ihre Bänder sind deshalb breiter."),
        ([], "Einige Werte kamen später als üblich. Die Bänder der Vorhersage sind deshalb"),
    ],
)
def test_wider_bands_are_explained(
    client: Client, flood: Network, missing: list[str], text: str
) -> None:
    forecast = Forecast.objects.first()
    assert forecast is not None
    for gauge in forecast.document["gauges"]:
        gauge |= {"state": "degraded", "missing": missing}
    forecast.save()
    page = text_of(client, PEGEL)
    assert text in page
    assert "fehlt: ." not in page


def test_gauge_json_holds_bands_levels_and_rain(client: Client, flood: Network) -> None:
    data = json.loads(text_of(client, f"{PEGEL}verlauf.json"))
    assert [level["value"] for level in data["levels"]] == [1.2, 1.8, 2.4]
    assert data["leads"][0]["q05"] < data["leads"][0]["q50"] < data["leads"][0]["q95"]
    assert data["observed"][-1][1] == 1.3
    assert data["rain"][-1][1] == 5.0, "the silent rain gauge does not count as dry"


@pytest.mark.parametrize(
    "path",
    [
        "pegel/beispieltal/gibtsnicht/",
        "pegel/gibtsnicht/mittelwerk/",
        "pegel/beispieltal/regen_tal/",
        "warnungen/999/",
        "daten/beispieltal/xls",
        "?netz=gibtsnicht",
        "pegel/beispieltal/mittelwerk/rueckblick.json?zeit=gibtsnicht",
    ],
)
def test_what_is_not_there_is_404(client: Client, flood: Network, path: str) -> None:
    assert client.get(f"/hochwasser/{path}").status_code == 404


def test_two_networks_can_be_chosen(client: Client, flood: Network) -> None:
    other = make_network("wupper", simulated=False)
    run(other, [0.5])
    text = text_of(client, "/hochwasser/?netz=wupper")
    assert "/hochwasser/pegel/wupper/mittelwerk/" in text
    assert "?netz=beispieltal" in text
    assert "Unwetter starten" not in text, "it never rains at a visitor's wish over a real river"


# --- what is old or unknown -----------------------------------------------------------------------
@pytest.fixture
def river(network: Network) -> Network:
    """A real network with a warning in force, whose last values are of July 2021."""
    Network.objects.all().delete()
    old = make_network("wupper", simulated=False)
    Network.objects.update(clock=datetime(2021, 7, 14, 16, tzinfo=UTC))
    run(old, [1.3, 2.5])
    Sensor.objects.update(trend=0.3)
    return Network.objects.get()


def test_old_values_are_not_told_as_the_present(client: Client, river: Network) -> None:
    unknown = "Zustand unbekannt. Zuletzt (Mi, 14.07.2021, 20:00) galt eine Warnung"
    for path in ("", "warnungen/", "lage/"):
        text = text_of(client, f"/hochwasser/{path}")
        assert f"{unknown}: Informationswert 3." in text
        assert "gilt eine Warnung" not in text
        assert "steigt" not in text
    overview = text_of(client, "/hochwasser/")
    assert overview.count("st-gauge--unknown") == 3
    assert "zuletzt: großes Hochwasser" in overview
    assert "Gemessen Mi, 14.07.2021, 20:00." in overview
    assert "Jetzt gilt" not in text_of(client, "/hochwasser/warnungen/")


def test_page_of_a_gauge_dates_what_is_old(client: Client, river: Network) -> None:
    text = text_of(client, "/hochwasser/pegel/wupper/mittelwerk/")
    assert "seit Mi, 14.07.2021, 19:00" in text
    assert "letzter Stand, 14.07.2021" in text
    assert ">jetzt<" not in text
    assert "Trend unbekannt" in text
    assert ">erreicht<" not in text
    assert (
        json.loads(text_of(client, "/hochwasser/pegel/wupper/mittelwerk/verlauf.json"))["at"]
        == "letzter Stand, 14.07.2021"
    )


def test_network_at_rest_says_how_it_was_last(client: Client, flood: Network) -> None:
    run(flood, [0.6] * 12)
    assert "Zurzeit gilt keine Hochwasserwarnung." in text_of(client, "/hochwasser/")
    Network.objects.update(paused=True)
    text = text_of(client, "/hochwasser/")
    assert "Zustand unbekannt. Zuletzt (Di, 10.03.2026, 22:00) galt keine" in text
    assert "Zurzeit gilt keine" not in text


def test_network_that_was_not_read_yet_is_unknown(client: Client, network: Network) -> None:
    Network.objects.update(simulated=False, clock=None, stage=Network.Stage.PLANNED)
    assert "Zustand unbekannt: Von keinem Pegel liegt ein Wert vor." in text_of(
        client, "/hochwasser/"
    )


def test_silent_gauges_are_not_told_to_be_calm(client: Client, network: Network) -> None:
    commit(network, plan(network, 0.6, missing=["talmund"]))
    assert "von einem Pegel ist nichts bekannt" in text_of(client, "/hochwasser/")


# --- looking back ---------------------------------------------------------------------------------
def test_replay_steps_through_a_past_flood_without_script(client: Client, flood: Network) -> None:
    make_past(flood)
    first = text_of(client, f"{PEGEL}rueckblick/?zeit=flut&stand=2021-07-13T12:00Z")
    assert "stand=2021-07-13T15:00Z" in first
    assert 'aria-disabled="true"' in first, "there is no earlier one"
    assert "<option" in first
    assert "Juli 2021" in first


def test_replay_says_how_early_the_flood_was_seen(client: Client, flood: Network) -> None:
    make_past(flood)
    text = text_of(client, f"{PEGEL}rueckblick/?zeit=flut")
    assert "vorher vorhergesagt" in text
    assert "st-chart__later" in text


def test_replay_json_holds_all_forecasts_and_the_truth(client: Client, flood: Network) -> None:
    make_past(flood)
    data = json.loads(text_of(client, f"{PEGEL}rueckblick.json?zeit=flut"))
    assert len(data["forecasts"]) == 12
    assert max(value for _time, value in data["observed"]) == 2.8
    assert data["forecasts"][0]["stamp"] == "2021-07-13T12:00Z"


# --- warnings -------------------------------------------------------------------------------------
def test_warnings_show_reasons_and_can_be_narrowed(client: Client, flood: Network) -> None:
    text = text_of(client, "/hochwasser/warnungen/")
    assert text.count('class="st-change"') == 3
    narrowed = text_of(client, "/hochwasser/warnungen/?pegel=talmund")
    assert narrowed.count('class="st-change"') == 1
    none = text_of(client, "/hochwasser/warnungen/?art=all_clear")
    assert "Keine Warnung passt" in none


def test_wrong_filter_narrows_nothing(client: Client, flood: Network) -> None:
    text = text_of(client, "/hochwasser/warnungen/?pegel=gibtsnicht&art=quatsch")
    assert text.count('class="st-change"') == 3


def test_event_names_forecast_and_reasons(client: Client, flood: Network) -> None:
    event = WarningEvent.objects.first()
    assert event is not None
    text = text_of(client, f"/hochwasser/warnungen/{event.pk}/")
    assert event.document["reasons"]["de"][0] in text
    assert event.document["forecast_id"][:16] in text


def test_reasons_call_sensors_as_the_page_does(client: Client, flood: Network) -> None:
    """The engine knows one name of each sensor; the region also knows the English one."""
    event = WarningEvent.objects.select_related("sensor").filter(after__gt=0).latest("pk")
    name = event.sensor.name_de
    event.sensor.name_en = "Mouth of the valley"
    event.sensor.save()
    event.document["reasons"] = {
        "de": [f"{name}: Pegel {name} steigt, {name}weg nicht"],
        "en": [f"{name}: Gauge {name} rises, {name}weg does not"],
    }
    event.save()
    german = text_of(client, f"/hochwasser/warnungen/{event.pk}/")
    english = text_of(client, f"/en/hochwasser/warnungen/{event.pk}/")
    assert f"{name}: Pegel {name} steigt" in german
    assert f"Mouth of the valley: Gauge Mouth of the valley rises, {name}weg does not" in english


def test_drivers_call_sensors_as_the_page_does(client: Client, flood: Network) -> None:
    forecast = Forecast.objects.filter(network=flood).latest("issue_time")
    above = flood.sensors.exclude(key="mittelwerk").first()
    assert above is not None
    above.name_en = "Upper gauge"
    above.save()
    for gauge in forecast.document["gauges"]:
        gauge["drivers"] = [
            {
                "key": above.source_id,
                "contribution": 0.5,
                "text": {
                    "de": f"Pegel {above.name_de} steigt",
                    "en": f"Gauge {above.name_de} rises",
                },
            }
        ]
    forecast.save()
    german = text_of(client, f"{PEGEL}")
    english = text_of(client, f"/en{PEGEL}")
    assert f"Pegel {above.name_de} steigt" in german
    assert "Gauge Upper gauge rises" in english


# --- data -----------------------------------------------------------------------------------------
def test_forecast_document_can_be_taken_along(client: Client, flood: Network) -> None:
    data = json.loads(text_of(client, "/hochwasser/daten/beispieltal/vorhersage"))
    assert data["format"] == "steiger-flood-forecast/1"


def test_quality_lists_troubled_sensors_first(client: Client, flood: Network) -> None:
    text = text_of(client, "/hochwasser/daten/qualitaet/")
    assert "4 von 5" in text
    assert text.index("Regen Tal") < text.index("Pegel Quellgrund")


def test_late_data_are_told(client: Client, flood: Network) -> None:
    Network.objects.update(last_cycle_at=None)
    assert "Es kommen keine neuen Werte an" in text_of(client, "/hochwasser/")


# --- speed ----------------------------------------------------------------------------------------
def test_pages_need_few_queries(
    client: Client, flood: Network, django_assert_max_num_queries: Any
) -> None:
    for path, most in (("", 20), ("lage/", 30), ("pegel/beispieltal/mittelwerk/", 32)):
        client.get(f"/hochwasser/{path}")
        with django_assert_max_num_queries(most):
            client.get(f"/hochwasser/{path}")


def test_drawings_are_well_formed(client: Client, flood: Network) -> None:
    text = text_of(client, PEGEL)
    begin = text.index('<svg class="st-chart')
    svg = text[begin : text.index("</svg>", begin) + 6]
    assert ET.fromstring(svg).attrib["viewBox"].startswith("0 0")  # noqa: S314 - our own text


def test_gauge_without_levels_has_a_page(client: Client, flood: Network, gauge: Sensor) -> None:
    gauge.warning_levels = []
    gauge.save()
    text = text_of(client, PEGEL)
    assert "Für diesen Pegel hat niemand Warnstufen festgelegt" in text
    assert f"?pegel={gauge.key}" not in text, "nobody can ask to be warned of it"


def test_forecast_without_upstream_reads_every_sensor(client: Client, flood: Network) -> None:
    Sensor.objects.update(upstream=[])
    gauge = Sensor.objects.get(key="mittelwerk")
    names = {row.name for row in sensor_rows(flood, gauge)}
    assert names == {sensor.name_de for sensor in flood.sensors.all()}


def test_sensors_that_only_weigh_in_are_listed_as_such(client: Client, flood: Network) -> None:
    gauge = Sensor.objects.get(key="mittelwerk")
    read = ["mittelwerk", "quellgrund", "regen_tal", "talmund"]
    model = TrainedModel(network=flood, digest="d" * 64, folder="models/d", trained_until=BEGIN)
    model.reads = {"mittelwerk": read}
    model.save()
    Sensor.objects.filter(key="quellgrund").update(upstream=["regen_berg"])
    rows = {row.name: bool(row.role) for row in sensor_rows(flood, gauge)}
    assert rows == {
        "Pegel Quellgrund": False,
        "Pegel Mittelwerk": False,
        "Pegel Talmund": True,
        "Regen Tal": True,
    }
    page = text_of(client, PEGEL)
    assert page.count("nicht oberhalb</span>") == 2
    assert page.count("Was nicht oberhalb liegt, zählt mit") == 1
    Sensor.objects.filter(key="quellgrund").update(upstream=[])
    rows = {row.name: bool(row.role) for row in sensor_rows(flood, gauge)}
    assert rows["Regen Tal"] is False, "nobody has said which rain falls upstream"


def test_drivers_that_would_be_written_as_zero_are_left_out(client: Client, flood: Network) -> None:
    forecast = Forecast.objects.first()
    assert forecast is not None
    text = {"de": "Abfluss 3 m3/s", "en": "Flow 3 m3/s"}
    for gauge in forecast.document["gauges"]:
        gauge["drivers"] = [
            {"key": key, "contribution": value, "text": text}
            for key, value in (("a", 0.02), ("b", -0.004), ("c", 0.0))
        ]
    forecast.save()
    page = text_of(client, PEGEL)
    assert "+0,02 m" in page
    assert "−0,00 m" not in page
    assert "+0,00 m" not in page
    assert "Abfluss 3 m³/s" in page


def test_units_in_findings_are_written_as_people_do(client: Client, flood: Network) -> None:
    told = {"key": "range", "since": "2026-03-10T08:00:00+00:00", "until": ""}
    told |= {"text_de": "-1 m3/s ist kein Abfluss", "text_en": "-1 m3/s is no flow"}
    Sensor.objects.filter(key="mittelwerk").update(flags=[told])
    for path in (PEGEL, "/hochwasser/daten/qualitaet/"):
        assert "-1 m³/s ist kein Abfluss" in text_of(client, path)
