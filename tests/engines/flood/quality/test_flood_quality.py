"""Each fault is found, with its reason; healthy rivers are left in peace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from quality_data import DAY, found, hours_of, one, river

from factories.flood import make_network, make_observations, make_sensor
from steiger.engines.flood.network import (
    Kind,
    Network,
    Observations,
    ReadingNote,
    Sensor,
)
from steiger.engines.flood.quality import (
    Effect,
    check_quality,
    in_hand,
    masked,
    online_mask,
)

random = np.random.default_rng(5)


def test_healthy_river_has_no_findings() -> None:
    network = make_network(
        make_sensor("level"), make_sensor("flow", Kind.DISCHARGE), make_sensor("rain", Kind.RAIN)
    )
    level = river(120)
    wet = np.where(np.arange(len(level)) % 90 < 5, 1.5, 0.0)
    observations = make_observations(
        network, {"level": level, "flow": 10 * level**1.7, "rain": wet}
    )
    assert check_quality(network, observations).items == ()


@pytest.mark.parametrize(
    ("kind", "value", "flagged"),
    [
        (Kind.WATER_LEVEL, 29.9, False),
        (Kind.WATER_LEVEL, 30.1, True),
        (Kind.WATER_LEVEL, -5.1, True),
        (Kind.RAIN, -0.1, True),
        (Kind.RAIN, 199.0, False),
        (Kind.RAIN, 201.0, True),
        (Kind.POTENTIAL_EVAPOTRANSPIRATION, 2.1, True),
        (Kind.TEMPERATURE, 61.0, True),
        (Kind.SOIL_MOISTURE, 1.1, True),
        (Kind.AIR_PRESSURE, 999.9, False),
        (Kind.AIR_PRESSURE, 0.0, True),
        (Kind.HUMIDITY, 0.0, True),
        (Kind.HUMIDITY, 100.0, False),
        (Kind.WIND, -1.0, True),
        (Kind.DISCHARGE, 30_001.0, True),
    ],
)
def test_range(kind: Kind, value: float, flagged: bool) -> None:
    flags = found("range", *one([value], kind))
    assert bool(flags) is flagged
    if flagged:
        assert flags[0].reason["de"] != flags[0].reason["en"]


def test_code_is_not_also_out_of_range_a_jump_or_a_spike() -> None:
    values = np.concatenate([river(10), [-999.0], river(1)])
    assert [flag.rule for flag in check_quality(*one(values)).items] == ["fault_code"]


def test_daily_rain_may_be_more_than_hourly_rain() -> None:
    values = [350.0] * 3
    assert found("range", *one(values, Kind.RAIN, accumulation=timedelta(days=1))) == []
    assert len(found("range", *one(values, Kind.RAIN))) == 1


@pytest.mark.parametrize("code", [-999.0, -9999.0, -99.9, 9999.0, -777.0])
@pytest.mark.parametrize("unit", ["m", "cm"])
def test_fault_code_in_the_unit_of_the_file(code: float, unit: str) -> None:
    factor = {"m": 1.0, "cm": 0.01}[unit]
    values = np.array([0.8, code * factor, 0.8])
    flags = found("fault_code", *one(values, source_unit=unit))
    assert [flag.count for flag in flags] == [1]
    assert "Fehlercode" in flags[0].reason["de"]


def test_zero_out_of_the_blue_is_a_fault_code() -> None:
    values = np.concatenate([river(20), [0.0] * 5, river(1)])
    network, observations = one(values)
    (flag,) = found("fault_code", network, observations)
    assert hours_of(flag, observations) == (480, 484)
    assert "0.00" in flag.reason["en"]


def test_zero_after_a_gap_is_a_fault_code() -> None:
    values = np.concatenate([river(20), [np.nan] * 3, [0.0] * 5])
    assert len(found("fault_code", *one(values))) == 1


def test_level_may_sink_to_zero() -> None:
    values = np.concatenate([np.linspace(0.5, 0.0, 200), np.zeros(5), [0.01, 0.02]])
    assert found("fault_code", *one(values)) == []


def test_discharge_of_a_dry_brook_may_be_zero() -> None:
    flow = np.concatenate([np.exp(-np.arange(4000) / 300) * 5, np.zeros(50)])
    assert found("fault_code", *one(flow, Kind.DISCHARGE)) == []
    sudden = np.concatenate([5 + river(170), np.zeros(5)])
    assert len(found("fault_code", *one(sudden, Kind.DISCHARGE))) == 1


@pytest.mark.parametrize("kind", [Kind.DISCHARGE, Kind.RELEASE])
def test_negative_discharge(kind: Kind) -> None:
    (flag,) = found("negative_discharge", *one([1.0, -0.5, -0.1, 0.0], kind))
    assert flag.count == 2
    assert flag.reason["de"] == "Negativer Abfluss: −0,5 bis −0,1 m³/s"
    assert flag.reason["en"] == "Negative discharge: −0.5 to −0.1 m³/s"


def test_jump_is_marked_but_its_value_is_used() -> None:
    network, observations = one([0.5, 0.6, 4.0, 4.1, 2.0, 1.9])
    flags = check_quality(network, observations)
    jumps = flags.by_rule("rate_of_change")
    assert [hours_of(flag, observations)[0] for flag in jumps] == [2, 4]
    assert {flag.effect for flag in jumps} == {Effect.SUSPECT}
    assert not flags.unusable.any()


def shifted(values: np.ndarray, row: int, by: float) -> np.ndarray:
    return np.concatenate([values[:row], values[row:] + by])


@pytest.mark.parametrize(
    ("kind", "scale", "by"),
    [(Kind.WATER_LEVEL, 0.1, 1.0), (Kind.WATER_LEVEL, 0.1, -0.9), (Kind.DISCHARGE, 1.0, 400.0)],
)
def test_jump_that_this_sensor_never_made_is_marked(kind: Kind, scale: float, by: float) -> None:
    values = 2 + scale * (river(200) + np.random.default_rng(1).normal(0, 0.01, 4800))
    network, observations = one(shifted(values, 3000, by), kind)
    flags = check_quality(network, observations)
    assert [(f.rule, hours_of(f, observations)) for f in flags.items] == [
        ("rate_of_change", (3000, 3000))
    ]
    assert not flags.unusable.any()


def test_rising_flood_and_opened_gate_are_no_jumps() -> None:
    quiet = 2 + 0.1 * (river(200) + np.random.default_rng(1).normal(0, 0.01, 4800))
    flood = np.interp(np.arange(48), [0, 4, 5, 47], [0, 0.9, 1.0, 0])
    assert found("rate_of_change", *one(np.concatenate([quiet, quiet[-1] + flood]))) == []
    gate = np.where(np.arange(4800) < 3000, 2.0, 400.0)
    assert found("rate_of_change", *one(gate, Kind.RELEASE)) == []


def test_level_suddenly_below_zero_is_marked_and_used() -> None:
    values = river(20)
    values[100:110] = -0.01
    network, observations = one(values, source_unit="cm")
    flags = check_quality(network, observations)
    (flag,) = flags.by_rule("below_zero")
    assert hours_of(flag, observations) == (100, 109)
    assert flag.reason["de"] == "Plötzlich unter null: −1 cm, davor weit darüber"
    assert not flags.unusable.any()
    values[100:110] = -0.99  # a fault code in centimetres
    assert found("below_zero", *one(values, source_unit="cm")) == []
    assert found("below_zero", *one(np.linspace(0.5, -0.2, 300))) == []


def test_hours_of_rain_that_never_fell_are_marked_and_used() -> None:
    values = np.zeros(60 * DAY)
    values[700:704] = 150.0
    network, observations = one(values, Kind.RAIN)
    flags = check_quality(network, observations)
    (flag,) = flags.by_rule("downpour")
    assert hours_of(flag, observations) == (701, 703)
    assert not flags.unusable.any()
    assert found("downpour", *one(values / 1.5, Kind.RAIN)) == []
    daily: dict[str, Any] = {"accumulation": timedelta(days=1)}
    assert found("downpour", *one(np.full(48, 290.0), Kind.RAIN, **daily)) == []


def test_soil_without_any_water_is_a_fault_code() -> None:
    values = 0.3 + 0.05 * river(20)
    values[100:110] = 0.0
    network, observations = one(values, Kind.SOIL_MOISTURE)
    (flag,) = found("fault_code", network, observations)
    assert hours_of(flag, observations) == (100, 109)
    assert found("fault_code", *one(np.linspace(0.3, 0.0, 400), Kind.SOIL_MOISTURE)) == []


@pytest.mark.parametrize(("kind", "stuck", "rest"), [(Kind.HUMIDITY, 63, 100), (Kind.WIND, 4.2, 0)])
def test_air_that_never_changes_is_frozen(kind: Kind, stuck: float, rest: float) -> None:
    values = 40 + 20 * river(60)
    values[500:800] = stuck
    network, observations = one(values, kind)
    (flag,) = found("frozen", network, observations)
    assert hours_of(flag, observations) == (500, 799)
    values[500:800] = rest
    assert found("frozen", *one(values, kind)) == []
    values[500:800] = np.where(np.arange(300) % 150 < 149, stuck, stuck + 1)
    assert found("frozen", *one(values, kind)) == []


def test_reasons_name_values_as_they_stand_in_the_file() -> None:
    values = river(20)
    values[100], values[200] = -9.99, 31.0
    flags = check_quality(*one(values, source_unit="cm"))
    assert [flag.reason["en"] for flag in flags.items] == [
        "−999 cm is a fault code of the device",
        "3100 cm: not possible (limit 3000 cm)",
    ]
    (flag,) = found("fault_code", *one([0.8, 9999.9, 0.8]))
    assert flag.reason["de"] == "9999,9 m ist ein Fehlercode des Messgeräts"
    (cold,) = found("range", *one([10.0, -273.15, 10.0], Kind.TEMPERATURE, source_unit="K"))
    assert cold.reason["en"] == "0 K: not possible (limit 223.1 K)"


def test_flash_flood_is_no_jump_and_no_spike() -> None:
    flood = np.array([0.0, 0.0, 0.1, 1.5, 3.9, 3.4, 2.1, 1.3, 0.7, 0.4])
    values = np.concatenate([river(200), river(200)[-1] + flood])
    flags = check_quality(*one(values))
    assert flags.items == ()


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize("height", [0.9, -0.6])
def test_spike(width: int, height: float) -> None:
    values = river(200)
    values[3000 : 3000 + width] += height
    network, observations = one(values)
    (flag,) = found("spike", network, observations)
    assert hours_of(flag, observations) == (3000, 2999 + width)
    assert not online_mask(network, observations).any(), "a spike shows only when it is over"


def test_frozen_sensor_of_fine_resolution() -> None:
    values = river(60)
    values[1000:1040] = values[1000]
    network, observations = one(values)
    (flag,) = found("frozen", network, observations)
    assert hours_of(flag, observations) == (1000, 1039)
    assert flag.count == 40
    marked = np.flatnonzero(online_mask(network, observations)[:, 0])
    assert (marked[0], marked[-1]) == (1012, 1039), "known half a day later, and only then"


def test_coarse_sensor_may_stand_still_for_days() -> None:
    values = np.repeat(np.round(0.5 + 0.1 * np.sin(np.arange(80)), 2), 60)
    assert found("frozen", *one(values)) == []
    values[2000 : 2000 + 15 * DAY] = values[2000]
    assert len(found("frozen", *one(values))) == 1


def test_gauges_that_stand_still_together_are_frozen() -> None:
    names = ("a", "b", "c", "d", "e")
    network = make_network(*(make_sensor(name) for name in names))
    coarse = np.repeat(0.5 + 0.01 * (np.arange(90) * 7 % 10), 30)
    columns = {name: np.roll(coarse, 7 * place) for place, name in enumerate(names)}
    assert found("frozen", network, make_observations(network, columns)) == []
    for name in names[:3]:
        columns[name][2000:2070] = columns[name][2000]
    assert found("frozen", network, make_observations(network, columns)) == []
    columns["d"][2000:2070] = columns["d"][2000]
    flags = found("frozen", network, make_observations(network, columns))
    assert {flag.sensor for flag in flags} == {"a", "b", "c", "d"}


def test_gauge_that_stands_still_while_the_others_rise_is_frozen() -> None:
    names = ("a", "b", "c", "d")
    network = make_network(*(make_sensor(name) for name in names))
    # Coarse gauges that often stand still for a day, so that only the others tell.
    quiet = np.repeat(0.5 + 0.01 * (np.arange(100) * 7 % 10), 24)
    flood = np.concatenate([np.zeros(2200), np.linspace(0, 2, 60), np.linspace(2, 0, 140)])
    columns = {name: np.roll(quiet, 5 * n) + flood for n, name in enumerate(names)}
    assert found("frozen", network, make_observations(network, columns)) == []
    columns["b"][2190:2250] = columns["b"][2190]
    observations = make_observations(network, columns)
    (flag,) = found("frozen", network, observations)
    assert flag.sensor == "b"
    online = np.flatnonzero(online_mask(network, observations)[:, 1])
    assert 2200 <= online[0] <= 2216, "known half a day into the rise"
    still = masked(network, observations).still
    assert "b" not in still or np.isnan(still["b"][online]).all(), "it is surely wrong"


def test_what_a_gauge_reports_while_it_stands_still_is_kept_beside() -> None:
    values = river(60)
    values[1000:1040] = values[1000]
    network, observations = one(values)
    clean = masked(network, observations)
    assert np.isnan(clean.values[1012:1040, 0]).all()
    assert (clean.still["s"][1012:1040] == values[1000]).all()
    assert np.isnan(np.delete(clean.still["s"], np.arange(1012, 1040))).all()
    early = clean.until(observations.times[1020])
    assert len(early.still["s"]) == 1021
    part = clean.between(observations.times[1010], observations.times[1015])
    assert np.isfinite(part.still["s"]).tolist() == [False] * 2 + [True] * 4
    # A fault code that repeats is wrong for another reason.
    values[1000:1040] = -999.0
    assert masked(*one(values)).still == {}


def test_rest_is_no_frost_where_rest_is_usual() -> None:
    network = make_network(
        make_sensor("rain", Kind.RAIN),
        make_sensor("release", Kind.RELEASE),
        make_sensor("wind", Kind.WIND),
    )
    still = {"rain": np.zeros(40 * DAY), "release": np.full(40 * DAY, 5.0)}
    still["wind"] = np.zeros(40 * DAY)
    assert found("frozen", network, make_observations(network, still)) == []


def test_rain_that_repeats_a_value_for_a_day_is_frozen() -> None:
    values = np.zeros(60 * DAY)
    values[500:530] = 1.5
    assert [flag.count for flag in found("frozen", *one(values, Kind.RAIN))] == [30]
    values[500:530] = [1.0, 1.5] * 15
    assert found("frozen", *one(values, Kind.RAIN)) == []


def rain_network(*extra: Sensor) -> Network:
    return make_network(*(make_sensor(name, Kind.RAIN) for name in ("a", "b", "c")), *extra)


def test_gauge_that_stays_dry_while_others_are_wet_is_dead() -> None:
    wet = np.where(np.arange(90 * DAY) % 40 < 4, 2.0, 0.0)
    dry = wet.copy()
    dry[30 * DAY :] = 0.0
    network = rain_network()
    observations = make_observations(network, {"a": wet, "b": wet, "c": dry})
    (flag,) = found("dead", network, observations)
    first = np.flatnonzero(dry)[-1] + 1
    assert (flag.sensor, hours_of(flag, observations)) == ("c", (first, 90 * DAY - 1))
    online = np.flatnonzero(online_mask(network, observations)[:, 2])
    assert first + 20 * DAY <= online[0] <= first + 22 * DAY


def test_drought_kills_no_gauge() -> None:
    network = rain_network()
    values = {name: np.zeros(60 * DAY) for name in ("a", "b", "c")}
    assert found("dead", network, make_observations(network, values)) == []


def test_daily_total_shows_that_a_gauge_is_dead() -> None:
    total = make_sensor("t", Kind.RAIN, accumulation=timedelta(days=1), stamped="start")
    network = make_network(make_sensor("a", Kind.RAIN), total)
    daily = np.repeat(np.where(np.arange(60) % 3 == 0, 9.0, 0.0), DAY)
    flags = found("dead", network, make_observations(network, {"a": daily * 0, "t": daily}))
    assert [flag.sensor for flag in flags] == ["a"]
    once = np.where(np.arange(len(daily)) % DAY == 0, daily, np.nan)
    flags = found("dead", network, make_observations(network, {"a": daily * 0, "t": once}))
    assert [flag.sensor for flag in flags] == ["a"]


def test_level_that_never_moved_is_dead() -> None:
    assert len(found("dead", *one(np.full(31 * DAY, 0.7)))) == 1
    assert found("dead", *one(np.full(29 * DAY, 0.7))) == []


def test_missing_values_are_counted_in_runs() -> None:
    values = river(10)
    values[[5, 6, 7, 50]] = np.nan
    flags = found("missing", *one(values))
    assert [flag.count for flag in flags] == [3, 1]
    assert flags[0].reason["en"] == "3 values are missing"
    assert flags[1].reason["de"] == "Ein Wert fehlt"


def test_total_given_once_a_day_is_not_missing_in_between() -> None:
    once = np.where(np.arange(20 * DAY) % DAY == 0, 3.0, np.nan)
    assert found("missing", *one(once, Kind.RAIN, accumulation=timedelta(days=1))) == []


def test_value_that_cannot_be_known_yet_is_not_missing() -> None:
    network = make_network(
        make_sensor("s"),
        make_sensor("t", Kind.RAIN, accumulation=timedelta(days=1), stamped="start"),
    )
    values = np.repeat(random.gamma(1, 5, 20), DAY)
    observations = make_observations(network, {"s": river(20), "t": values})
    known = observations.until(observations.times[400])
    assert np.isnan(known.column("t")[-24:]).all()
    assert found("missing", network, known) == []
    assert found("late", network, known) == []


def test_what_cannot_be_known_at_the_end_of_the_file_is_not_missing() -> None:
    network = make_network(make_sensor("s", available_after=timedelta(hours=3)))
    values = river(20)
    values[-3:] = np.nan
    assert found("missing", network, make_observations(network, {"s": values})) == []
    values[-4:] = np.nan
    (flag,) = found("missing", network, make_observations(network, {"s": values}))
    assert flag.count == 1


def test_sensor_has_all_in_hand_that_it_owes() -> None:
    network = make_network(
        make_sensor("once", Kind.RAIN, accumulation=timedelta(days=1), stamped="start"),
        make_sensor("slow", available_after=timedelta(hours=3)),
    )
    hour = np.arange(10 * DAY)
    once = np.where(hour % DAY == 0, 3.0, np.nan)
    observations = make_observations(network, {"once": once, "slow": river(10)})
    known = observations.until(observations.times[-1])
    nothing = np.zeros(known.values.shape, dtype=bool)
    assert in_hand(network, known, nothing).all()
    unusable = nothing.copy()
    unusable[100:104, 1] = True
    unusable[5 * DAY, 0] = True
    held = in_hand(network, known, unusable)
    assert np.flatnonzero(~held[:, 1]).tolist() == [100, 101, 102, 103]
    assert np.flatnonzero(~held[:, 0]).tolist() == list(range(5 * DAY, 6 * DAY))


def test_late_sensor() -> None:
    network = make_network(make_sensor("s"), make_sensor("u"))
    values = river(10)
    late = values.copy()
    late[-30:] = np.nan
    observations = make_observations(network, {"s": values, "u": late})
    (flag,) = found("late", network, observations)
    assert flag.sensor == "u"
    assert flag.reason["en"] == "No value since 2020-01-09 17:00 UTC"


def test_everything_is_late_when_the_clock_has_gone_on() -> None:
    network, observations = one(river(10))
    now = observations.times[-1] + np.timedelta64(2, "h")
    assert found("late", network, observations.until(now)) == []
    later = observations.until(now + np.timedelta64(1, "h"))
    assert [flag.sensor for flag in found("late", network, later)] == ["s"]


def test_sensor_without_any_value() -> None:
    (flag,) = found("late", *one([np.nan] * 50))
    assert flag.reason == {"de": "Kein einziger Wert", "en": "Not a single value"}


def test_notes_of_reading_become_findings() -> None:
    network, observations = one(river(2))
    notes = (
        ReadingNote("shuffled", "", observations.times[:3]),
        ReadingNote("contradicting", "s", observations.times[3:4]),
    )
    told = Observations(observations.times, observations.ids, observations.values, notes=notes)
    flags = found("timestamps", network, told)
    assert [(flag.sensor, flag.count) for flag in flags] == [("", 3), ("s", 1)]
    assert "keiner davon gilt" in flags[1].reason["de"]


def test_declared_daily_total_says_when_it_is_known() -> None:
    fields: dict[str, Any] = {"accumulation": timedelta(days=1), "stamped": "start"}
    (flag,) = found("daily_total", *one([3.0] * 48, Kind.RAIN, **fields))
    assert "known only after 24 h" in flag.reason["en"]
    assert "too short" in flag.reason["en"], "available_after was not given"
    fields["available_after"] = timedelta(hours=30)
    (flag,) = found("daily_total", *one([3.0] * 48, Kind.RAIN, **fields))
    assert flag.reason["de"].endswith("bekannt erst nach 30 h")


def test_undeclared_daily_total_is_recognised() -> None:
    daily = np.repeat([0.0, 3.0, 7.5, 0.0, 1.0, 12.0, 0.0, 2.0], DAY)
    (flag,) = found("daily_total", *one(daily, Kind.RAIN))
    assert "accumulation" in flag.reason["de"]
    hourly = random.gamma(0.2, 2.0, 2000).round(1)
    assert found("daily_total", *one(hourly, Kind.RAIN)) == []
