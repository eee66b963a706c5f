"""What a network says about its sources: every mistake with its field."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import pytest

from factories.flood_sources import SOURCES_TOML as GOOD
from steiger.engines.flood.network import NetworkError, examine, read_network, write_network
from steiger.engines.flood.sources.forms import FORMS, Feed


def written(folder: Path, text: str) -> Path:
    (folder / "network.toml").write_text(text, encoding="utf-8")
    return folder


def test_sources_are_read_and_written_again(tmp_path: Path) -> None:
    river = read_network(written(tmp_path, GOOD))
    assert [source.name for source in river.sources] == ["bund", "verband", "radar", "eigene"]
    assert river.sources[1].as_dict() == {
        "adapter": "kiwis",
        "base": "https://daten.example.org/KiWIS/KiWIS",
    }
    assert river.sources[2].as_dict() == {"adapter": "radolan", "product": "RV", "around": 1}
    assert river.sensor("regen").feed == Feed(source="verband", key="4711010")
    assert river.sensor("unten").feed == Feed(
        source="bund", key="593647aa-9fea-43ec-a7d6-6476a76ae868/W", unit="cm"
    )
    write_network(tmp_path, river)
    assert read_network(tmp_path) == river


def test_forecasts_do_not_depend_on_where_sensors_are_read(tmp_path: Path) -> None:
    with_sources = read_network(written(tmp_path, GOOD)).digest()
    bare = "\n".join(
        line for line in GOOD.splitlines() if not line.startswith(("source =", "rain_forecast"))
    )
    assert read_network(written(tmp_path, bare)).digest() == with_sources


@pytest.mark.parametrize(
    ("old", "new", "sensor", "text"),
    [
        ('adapter = "kiwis"', 'adapter = "wiski"', "", "adapter 'wiski' is unknown"),
        ('adapter = "kiwis"', "", "", "adapter is missing"),
        ('base = "https://daten', 'base = "ftp://daten', "", "no address such as"),
        ('base = "https://daten.example.org/KiWIS/KiWIS/"', "", "", "base is missing"),
        ('product = "RV"', 'product = "RE"', "", "none of RW, RY, RV"),
        ("around = 1", "around = 11", "", "no whole number from 0 to 10"),
        ("around = 1", "around = true", "", "no whole number from 0 to 10"),
        ("around = 1", "umkreis = 1", "", "'umkreis' is unknown"),
        ("STEIGER_SOURCE_KEY_TAL", "STEIGER_SECRET_KEY", "", "no variable such as"),
        ('source = "bund"', 'source = "land"', "unten", "'land' is not declared"),
        ('source = "bund"', 'quelle = "bund"', "unten", "'quelle' is unknown"),
        (', unit = "cm"', ', unit = "m3/s"', "unten", "unit 'm3/s' does not fit water_level"),
        ("6476a76ae868/W", "6476a76ae868", "unten", "PEGELONLINE wants UUID/W"),
        ('key = "4711010"', 'key = "abc"', "regen", "KiWIS wants ts_id"),
        ('key = "4711010"', 'key = "4711010", unit = "mm"', "regen", "leave unit out"),
        ('{ source = "verband", key = "4711010" }', '"verband"', "regen", "is no table"),
        ('"verband", key = "4711010"', '"bund", key = "x/W"', "regen", "does not measure rain"),
        ('"verband", key = "4711010"', '"radar", key = "1"', "regen", "has no keys"),
        ('rain_forecast = "radar"', 'rain_forecast = "bund"', "", "PEGELONLINE forecasts none"),
        ('rain_forecast = "radar"', 'rain_forecast = "wind"', "", "'wind' is not declared"),
    ],
)
def test_mistake_is_named_by_sensor_and_field(
    tmp_path: Path, old: str, new: str, sensor: str, text: str
) -> None:
    assert old in GOOD
    folder = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(NetworkError, match=r"network\.toml: "):
        read_network(folder)
    (problem,) = examine(folder).problems
    assert (problem.file, problem.sensor) == ("network.toml", sensor)
    assert text in problem.text
    assert problem.field in {"source", "rain_forecast", "unit"}


def test_sensor_without_a_place_cannot_be_read_by_radar(tmp_path: Path) -> None:
    text = GOOD.replace("lat = 51.2\nlon = 7.1\n", "").replace(
        '{ source = "verband", key = "4711010" }', '{ source = "radar" }'
    )
    (problem,) = examine(written(tmp_path, text)).problems
    assert "needs lat and lon of the sensor" in problem.text


def test_a_wrong_source_is_told_once_not_at_each_of_its_sensors(tmp_path: Path) -> None:
    text = GOOD.replace('adapter = "pegelonline"', 'adapter = "pegel"')
    assert len(examine(written(tmp_path, text)).problems) == 1


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_form_says_what_its_adapter_takes(name: str) -> None:
    fetch = importlib.import_module(f"steiger.adapters.{name}.client").fetch
    known = inspect.signature(fetch).parameters
    for setting in FORMS[name].settings:
        argument = "key" if setting.name == "key_env" else setting.name
        assert argument in known
        missing = known[argument].default is inspect.Parameter.empty
        assert setting.required == missing
    source = (
        importlib.import_module(f"steiger.adapters.{name}.parser").SOURCE
        if name != "fews"
        else importlib.import_module("steiger.adapters.fews.words").SOURCE
    )
    assert set(FORMS[name].kinds) <= set(map(str, source.kinds))
