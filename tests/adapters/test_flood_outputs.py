"""GeoJSON and SensorThings: every gauge is there, with all that was forecast."""

from __future__ import annotations

import json
from datetime import timedelta

from factories.flood_forecasts import START, document, gauge_entry, outlook, small_network
from steiger.adapters.flood_geojson import gauges_as_geojson
from steiger.adapters.sensorthings import things_of
from steiger.engines.flood.network import Kind, Network, Sensor
from steiger.engines.flood.warning import WarningPolicy, advance, outlook_of

NETWORK = small_network()
OUTLOOK = outlook(last=1.4, median=1.6, p=[(0.9, 0.3, 0.0)])
STATES, _ = advance({}, OUTLOOK, WarningPolicy())


def test_geojson_feature_shows_state_trend_and_forecast() -> None:
    collection = gauges_as_geojson(OUTLOOK, NETWORK, STATES)
    (feature,) = collection["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [7.1, 51.2]}
    shown = feature["properties"]
    assert (shown["warning_level"], shown["trend"]) == (1, "rising")
    assert shown["warned_since"] == "2021-07-14T06:00:00Z"
    assert [lead["lead_minutes"] for lead in shown["forecast"]] == [60, 180, 360]
    assert shown["forecast"][0]["p_levels"] == [0.9, 0.3, 0.0]
    json.dumps(collection, allow_nan=False)


def test_gauge_without_place_or_state_is_listed_all_the_same() -> None:
    sensor = Sensor(id="other", kind=Kind.WATER_LEVEL, unit="m")
    network = Network("Tal", timedelta(hours=1), (sensor,))
    blind = outlook_of(document(gauge_entry(last=None, p=(None,))))
    (feature,) = gauges_as_geojson(blind, network, {})["features"]
    assert feature["geometry"] is None
    assert feature["properties"]["warning_level"] is None
    assert feature["properties"]["measured"] is None


def test_sensorthings_observation_holds_median_and_quantiles() -> None:
    (thing,) = things_of(OUTLOOK, NETWORK)["value"]
    assert thing["Locations"][0]["location"]["coordinates"] == [7.1, 51.2]
    (stream,) = thing["Datastreams"]
    assert stream["unitOfMeasurement"]["symbol"] == "m"
    first = stream["Observations"][0]
    assert (first["phenomenonTime"], first["resultTime"]) == (
        "2021-07-14T07:00:00Z",
        "2021-07-14T06:00:00Z",
    )
    assert first["result"] == 1.6
    assert [q["probability"] for q in first["resultQuality"]] == [
        0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95,
    ]  # fmt: skip
    assert first["parameters"]["exceedanceProbabilities"] == [0.9, 0.3, 0.0]


def test_sensorthings_leaves_out_what_was_not_forecast() -> None:
    entry = gauge_entry(issue=START)
    for key in ("q05", "q10", "q25", "q50", "q75", "q90", "q95"):
        entry["leads"][0][key] = None
    sensor = Sensor(id="g1", kind=Kind.DISCHARGE, unit="m3/s")
    network = Network("Tal", timedelta(hours=1), (sensor,))
    entry["unit"] = "m3/s"
    (thing,) = things_of(outlook_of(document(entry)), network)["value"]
    (stream,) = thing["Datastreams"]
    assert len(stream["Observations"]) == 2
    assert stream["ObservedProperty"]["name"] == "Discharge"
    assert "Locations" not in thing
