"""A network is read, converted, written back; nonsense is refused by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from factories.flood import TOML, make_network, make_sensor
from steiger.engines.flood.network import (
    Kind,
    Network,
    NetworkError,
    parse_duration,
    read_network,
    write_network,
)


def read(folder: Path, text: str) -> Network:
    (folder / "network.toml").write_text(text, encoding="utf-8")
    return read_network(folder)


def sensor(fields: str, kind: str = "water_level", unit: str = "m", step: str = "1h") -> str:
    return (
        f'name = "N"\nstep = "{step}"\n[[sensor]]\nid = "s"\nkind = "{kind}"\n'
        f'unit = "{unit}"\n{fields}\n'
    )


def test_network_is_read(tmp_path: Path) -> None:
    network = read(tmp_path, TOML)
    assert (network.name, network.step, network.ids) == (
        "Test",
        timedelta(hours=1),
        ("upper", "lower", "rain"),
    )
    assert [s.id for s in network.targets] == ["lower"]
    assert [s.id for s in network.of_kind(Kind.RAIN, Kind.RELEASE)] == ["rain"]
    assert network.above("lower") == ("upper",)
    assert network.sensor("lower").warning_levels == (1.25, 2.1, 2.53)


def test_centimetres_become_the_same_network(tmp_path: Path) -> None:
    metres = read(tmp_path, TOML)
    in_cm = TOML.replace('unit = "m"', 'unit = "cm"').replace(
        "[1.25, 2.1, 2.53]", "[125, 210, 253]"
    )
    centimetres = read(tmp_path, in_cm)
    assert centimetres.digest() == metres.digest()
    assert centimetres.sensor("lower").source_unit == "cm"
    assert centimetres.sensor("lower").unit == "m"


def test_digest_sees_what_matters(tmp_path: Path) -> None:
    network = read(tmp_path, TOML)
    same = replace(network, note="another note")
    assert same.digest() == network.digest()
    for change in ({"target": True}, {"warning_levels": (1.0,)}, {"available_after": timedelta(1)}):
        first, *rest = network.sensors
        other = replace(network, sensors=(replace(first, **change), *rest))
        assert other.digest() != network.digest()


@pytest.mark.parametrize(
    ("kind", "unit", "canonical"),
    [
        ("water_level", "mm", "m"),
        ("discharge", "l/s", "m3/s"),
        ("discharge", "m³/s", "m3/s"),
        ("discharge", "mm/h", "mm/h"),
        ("rain", "mm/h", "mm"),
        ("potential_evapotranspiration", "mm", "mm"),
        ("temperature", "K", "°C"),
        ("soil_moisture", "%", "m3/m3"),
        ("air_pressure", "Pa", "hPa"),
        ("wind", "km/h", "m/s"),
    ],
)
def test_units_become_canonical(tmp_path: Path, kind: str, unit: str, canonical: str) -> None:
    assert read(tmp_path, sensor("", kind, unit)).sensors[0].unit == canonical


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (sensor("", "rain", "m"), "sensor 's': unit 'm' does not fit rain; it may be mm, mm/h"),
        (sensor("", "water", "m"), "sensor 's': kind 'water' is unknown; known are water_level"),
        (sensor("warning_levels = [2, 1]"), "sensor 's': warning_levels [2, 1] do not ascend"),
        (
            sensor("warning_levels = [80, 70, 60]", unit="cm"),
            "sensor 's': warning_levels [80, 70, 60] do not ascend",
        ),
        (sensor("warning_levels = [1, nan]"), "warning_levels holds nan, not a finite number"),
        (sensor("warning_levels = 3"), "warning_levels is 3, not a list"),
        (sensor('upstream = ["s"]'), "sensor 's': is its own upstream sensor"),
        (sensor('upstream = ["x"]'), "sensor 's': upstream sensor 'x' is unknown"),
        (sensor("lat = 91.0\nlon = 7.0"), "sensor 's': lat is 91.0"),
        (sensor("lat = 51.0"), "sensor 's': lat and lon go together"),
        (sensor("catchment_km2 = -1"), "catchment_km2 is -1.0"),
        (sensor("gauge_zero = 99999"), "gauge_zero_m is 99999.0"),
        (
            sensor("target = true", "rain", "mm"),
            "sensor 's': target: a rain is not forecast, only water_level, discharge, release, "
            "reservoir_level; remove “target = true”",
        ),
        (sensor("target = true", "soil_moisture", "%"), "a soil_moisture is not forecast"),
        (sensor("target = true", "temperature", "K"), "a temperature is not forecast"),
        (sensor("target = 1"), "target is 1, neither true nor false"),
        (sensor('unti = "m"'), "'unti' is unknown; known are"),
        (sensor('accumulation = "24h"'), "a water_level is no total"),
        (sensor('accumulation = "90min"', "rain", "mm"), "is no multiple of the network's step"),
        (sensor('accumulation = "soon"', "rain", "mm"), "accumulation: 'soon' is no duration"),
        (sensor('stamped = "middle"'), "stamped is 'middle'"),
        (sensor("", step="1 fortnight"), "step: '1 fortnight' is no duration"),
        (sensor("", step="2d"), "step is 2 days, 0:00:00, not between one minute and one day"),
        ('step = "1h"\n[[sensor]]', "'name' is missing"),
        ('name = "N"\nstep = "1h"\nsensor = []', "the network has no sensor"),
        ('name = "N"\nstep = "1h"\nsensor = 3', "sensors are written as [[sensor]] tables"),
        (
            'name = "N"\nstep = "1h"\n[[sensor]]\nid = "a"\nunit="m"',
            "sensor 'a': 'kind' is missing",
        ),
        (sensor("").replace('"s"', '"time"'), "sensor 'time': an id has letters"),
        (sensor("").replace('"s"', '"a b"'), "sensor 'a b': an id has letters"),
        (sensor("").replace('"s"', "3"), "sensor no. 1: id is 3, not a text"),
        ("name = ", "is no valid TOML"),
        ('colour = "red"', "'colour' is unknown"),
    ],
)
def test_nonsense_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(NetworkError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'network.toml'}: ")


def test_mark_that_windows_editors_put_first_is_left_out(tmp_path: Path) -> None:
    text = sensor("")
    (tmp_path / "network.toml").write_text(text, encoding="utf-8-sig")
    assert read_network(tmp_path) == read(tmp_path, text)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"network\.toml: cannot be read"):
        read_network(tmp_path)


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "network.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NetworkError, match="is no valid TOML"):
        read_network(tmp_path)


def test_sensor_twice_is_refused() -> None:
    with pytest.raises(NetworkError, match="sensor 'level' occurs twice"):
        make_network(make_sensor(), make_sensor())


def test_circle_is_refused_and_shown() -> None:
    with pytest.raises(NetworkError, match="water would run in a circle") as caught:
        make_network(
            make_sensor("a", upstream=("b",)),
            make_sensor("b", upstream=("c",)),
            make_sensor("c", upstream=("a",)),
        )
    assert "→" in str(caught.value)


def test_river_of_a_thousand_gauges_is_no_circle() -> None:
    gauges = [make_sensor("g0")]
    gauges += [make_sensor(f"g{n}", upstream=(f"g{n - 1}",)) for n in range(1, 1000)]
    network = make_network(*reversed(gauges))
    assert len(network.above("g999")) == 999


def test_two_ways_to_the_same_gauge_are_no_circle() -> None:
    network = make_network(
        make_sensor("top"),
        make_sensor("left", upstream=("top",)),
        make_sensor("right", upstream=("top",)),
        make_sensor("mouth", upstream=("left", "right")),
    )
    assert network.above("mouth") == ("left", "right", "top")


def test_equal_warning_levels_are_allowed() -> None:
    assert make_sensor(warning_levels=(2.0, 2.0, 2.0)).warning_levels == (2.0, 2.0, 2.0)


@pytest.mark.parametrize(
    ("fields", "hours"),
    [
        ({"kind": Kind.RAIN}, 0),
        ({"kind": Kind.RAIN, "available_after": timedelta(hours=2)}, 2),
        ({"kind": Kind.RAIN, "stamped": "start"}, 1),
        ({"kind": Kind.RAIN, "stamped": "start", "accumulation": timedelta(days=1)}, 24),
        (
            {
                "kind": Kind.RAIN,
                "stamped": "start",
                "accumulation": timedelta(days=1),
                "available_after": timedelta(hours=30),
            },
            30,
        ),
        ({"kind": Kind.WATER_LEVEL, "stamped": "start"}, 0),
    ],
)
def test_total_is_not_known_before_its_time_is_over(fields: dict[str, object], hours: int) -> None:
    assert make_sensor(**fields).delay(timedelta(hours=1)) == timedelta(hours=hours)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "minutes"), [("15min", 15), ("1h", 60), ("1.5h", 90), (" 2 d ", 2880), ("60s", 1)]
)
def test_duration(text: str, minutes: int) -> None:
    assert parse_duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "1", "h", "-1h", "1 week", 3600, None, "9" * 40 + "d"])
def test_no_duration(text: object) -> None:
    with pytest.raises(NetworkError):
        parse_duration(text)


def test_steps_of_a_duration() -> None:
    network = make_network(step=timedelta(minutes=15))
    assert network.steps(timedelta(hours=3)) == 12
    for wrong in (timedelta(minutes=20), timedelta(0), timedelta(hours=-1)):
        with pytest.raises(NetworkError, match="is no multiple"):
            network.steps(wrong)


def test_unknown_sensor_is_named() -> None:
    with pytest.raises(NetworkError, match="network 'Test' has no sensor 'x'"):
        make_network().sensor("x")


def test_network_survives_writing(tmp_path: Path) -> None:
    full = make_sensor(
        "full",
        name='Wupper „oben“ \\ "x"',
        source_unit="cm",
        lat=51.2,
        lon=7.1,
        upstream=("rain",),
        catchment_km2=33.3,
        gauge_zero_m=150.25,
        warning_levels=(1.25, 2.53),
        target=True,
        available_after=timedelta(minutes=15),
    )
    rain = make_sensor(
        "rain", Kind.RAIN, accumulation=timedelta(hours=24), stamped="start", source_unit="mm/h"
    )
    network = replace(make_network(full, rain), note="a\nb")
    write_network(tmp_path, network)
    assert read_network(tmp_path) == network


@pytest.mark.shared
@pytest.mark.parametrize("name", ["network_a", "wupper", "catchment_b"])
def test_real_network_survives_writing(shared: Path, tmp_path: Path, name: str) -> None:
    network = read_network(shared / "data/flood" / name)
    write_network(tmp_path, network)
    assert read_network(tmp_path) == network
