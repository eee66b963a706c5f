"""Forecasts and policies that make no sense are refused, naming gauge and field."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from factories.flood_forecasts import document, gauge_entry
from steiger.engines.flood.warning import (
    GaugeState,
    Trend,
    WarningError,
    WarningPolicy,
    outlook_of,
    policy_from,
    read_outlook,
    read_policy,
)


def lead(**change: Any) -> dict[str, Any]:
    """A document whose first lead is changed."""
    entry = gauge_entry()
    entry["leads"][0].update(change)
    return document(entry)


BROKEN: dict[str, tuple[Any, str]] = {
    "list": ([], "no JSON object"),
    "other format": ({**document(), "format": "x/1"}, "format"),
    "no id": ({**document(), "id": ""}, "id is missing"),
    "no zone": ({**document(), "issue_time": "2021-07-14T12:00:00"}, "issue_time"),
    "no time": ({**document(), "issue_time": 5}, "issue_time"),
    "far future": ({**document(), "issue_time": "9999-12-31T23:59:59-12:00"}, "out of range"),
    "gauges missing": ({**document(), "gauges": None}, "gauges"),
    "gauge is text": ({**document(), "gauges": ["g"]}, "gauge no. 1"),
    "gauge twice": (document(gauge_entry(), gauge_entry()), "'g1' occurs twice"),
    "levels fall": (document(gauge_entry(levels=(2.0, 1.0, 3.0))), "do not ascend"),
    "level is text": (document(gauge_entry(levels=("1", 2.0, 3.0))), "warning_levels"),
    "leads missing": (document({**gauge_entry(), "leads": 3}), "leads is no list"),
    "lead zero": (lead(lead_minutes=0), "lead_minutes"),
    "lead true": (lead(lead_minutes=True), "lead_minutes"),
    "leads unordered": (lead(lead_minutes=999), "do not ascend"),
    "quantile text": (lead(q50="high"), "q50"),
    "quantiles crossed": (lead(q05=9.0), "quantiles do not ascend"),
    "quantile huge": (lead(q95=10**400), "finite"),
    "two probabilities": (lead(p_levels=[0.1, 0.1]), "2 probabilities for 3"),
    "probability above 1": (lead(p_levels=[1.1, 0.1, 0.0]), "no probabilities"),
    "last is text": (document({**gauge_entry(), "last": {"time": "x", "value": 1}}), "last.time"),
    "level of time": (
        document({**gauge_entry(), "time_to_level": [{"level": 9, "expected_minutes": 1}]}),
        "level 9",
    ),
    "negative minutes": (
        document({**gauge_entry(), "time_to_level": [{"level": 1, "expected_minutes": -1}]}),
        "make no sense",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_document_that_makes_no_sense_is_refused(name: str) -> None:
    data, word = BROKEN[name]
    with pytest.raises(WarningError, match=r"forecast\.json") as caught:
        read_outlook(json.dumps(data), "forecast.json")
    assert word in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"x": NaN}', "nonsense"])
def test_text_that_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(WarningError):
        read_outlook(text)


def test_higher_level_makes_the_lower_one_at_least_as_likely() -> None:
    (gauge,) = outlook_of(document(gauge_entry(p=[(0.1, 0.4, 0.2)]))).gauges
    assert gauge.leads[0].p_levels == (0.4, 0.4, 0.2)


def test_gauge_without_forecast_is_not_usable() -> None:
    (gauge,) = outlook_of(document(gauge_entry(p=(None,), last=None))).gauges
    assert not gauge.usable
    assert gauge.trend() is Trend.UNKNOWN


@pytest.mark.parametrize(
    ("median", "trend"),
    [(0.515, Trend.STEADY), (0.53, Trend.RISING), (0.47, Trend.FALLING)],
)
def test_trend_has_a_dead_band_of_two_centimetres(median: float, trend: Trend) -> None:
    (gauge,) = outlook_of(document(gauge_entry(last=0.5, median=median))).gauges
    assert gauge.trend() is trend


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"raise_probability": (0.5, 1.2)}, "raise_probability"),
        ({"raise_probability": ()}, "raise_probability"),
        ({"raise_probability": (0.1,)}, "would flap"),
        ({"clear_probability": (0.5,), "raise_probability": (0.5,)}, "level 1 would flap"),
        ({"confirm_cycles": 0}, "confirm_cycles"),
        ({"clear_cycles": True}, "clear_cycles"),
        ({"hysteresis_m": -0.1}, "hysteresis_m"),
        ({"hysteresis_m": float("nan")}, "hysteresis_m"),
        ({"minimum_lead": timedelta(hours=-1)}, "minimum_lead"),
        ({"time_zone": "Atlantis/Center"}, "time_zone"),
        ({"level_de": " "}, "level_de"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
    ],
)
def test_policy_that_makes_no_sense_is_refused(change: dict[str, Any], word: str) -> None:
    with pytest.raises(WarningError, match=word):
        WarningPolicy(**change)


def test_policy_file_changes_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(
        'minimum_lead = "90min"\nraise_probability = [0.6, 0.5]\n'
        "[gauge.g1]\nclear_cycles = 2\n[gauge.g2]\nhysteresis_m = 0.1\n"
    )
    policy = read_policy(file)
    assert policy.minimum_lead == timedelta(minutes=90)
    assert (policy.raise_at(1), policy.raise_at(2), policy.raise_at(7)) == (0.6, 0.5, 0.5)
    assert policy.for_gauge("g1").clear_cycles == 2
    assert policy.for_gauge("g1").raise_at(1) == 0.6
    assert policy.for_gauge("other").clear_cycles == WarningPolicy().clear_cycles


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({"unknown": 1}, "unknown"),
        ({"gauges": {}}, "unknown"),
        ({"gauge": 3}, "gauge.ID"),
        ({"minimum_lead": 3}, "duration"),
        ({"minimum_lead": "soon"}, "duration"),
        ({"raise_probability": 0.5}, "list"),
        ({"raise_probability": ["a"]}, "raise_probability"),
        ({"gauge": {"g1": {"clear_cycles": 0}}}, "gauge 'g1': clear_cycles"),
    ],
)
def test_policy_data_that_makes_no_sense_is_refused(data: dict[str, Any], word: str) -> None:
    with pytest.raises(WarningError, match=word):
        policy_from(data)


def test_policy_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WarningError, match="cannot be read"):
        read_policy(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("= 3")
    with pytest.raises(WarningError, match=r"bad\.toml: is no valid TOML"):
        read_policy(tmp_path / "bad.toml")


@pytest.mark.parametrize(
    "change",
    [
        {"active": [1]},
        {"active": [True], "seen": [0, 0], "calm": [0]},
        {"active": [True], "seen": [-1], "calm": [0]},
        {"episode": [{"event_id": "", "time": "2021-07-14T12:00:00Z"}]},
        {"issue_time": "yesterday"},
    ],
)
def test_state_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(WarningError):
        GaugeState.from_dict({**GaugeState().as_dict(), **change})
