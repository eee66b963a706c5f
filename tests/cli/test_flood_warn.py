"""`steiger flood warn`: files in, CAP messages out, and one line when something is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from lxml import etree

from factories.flood_forecasts import (
    START,
    document,
    gauge_entry,
    network_folder,
    small_network,
    write_document,
)
from steiger.adapters.cap import parse_cap
from steiger.cli import main
from steiger.engines.flood.network import Kind, Observations, write_network, write_observations

CALM = [(0.0, 0.0, 0.0)]


class Desk:
    """A folder with a network, and the command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.network = network_folder(folder / "network")
        self.state, self.cap = folder / "state.json", folder / "cap"

    def warn(self, data: dict[str, Any] | bytes, *options: str) -> Result:
        file = self.folder / "forecast.json"
        if isinstance(data, bytes):
            file.write_bytes(data)
        else:
            write_document(file, data)
        paths = ["--state", str(self.state), "--cap", str(self.cap)]
        command = ["flood", "warn", str(self.network), str(file), *paths, *options]
        return CliRunner().invoke(main, command)

    def messages(self) -> list[str]:
        return sorted(path.name for path in self.cap.glob("*")) if self.cap.exists() else []


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def hour(number: int, **gauge: Any) -> dict[str, Any]:
    issue = START + timedelta(hours=number)
    return document(gauge_entry(issue=issue, **gauge), issue=issue)


def test_warning_is_written_as_an_exercise_and_explained(desk: Desk) -> None:
    result = desk.warn(hour(0, last=2.2, p=CALM))
    assert result.exit_code == 0, result.output
    assert "Brücke: level 0 → 2" in result.output
    assert "In force: g1 (level 2)." in result.output
    (name,) = desk.messages()
    message = parse_cap((desk.cap / name).read_bytes())
    assert (message.status, message.message_type) == ("Exercise", "Alert")
    assert "Uhr (MESZ)" in message.infos[0].description


def test_same_forecast_again_writes_nothing_new(desk: Desk) -> None:
    desk.warn(hour(0, last=2.2, p=CALM))
    before = {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()}
    result = desk.warn(hour(0, last=2.2, p=CALM))
    assert result.output == "In force: g1 (level 2).\n"
    assert {p: p.read_bytes() for p in desk.folder.rglob("*") if p.is_file()} == before


@pytest.mark.shared
def test_message_expires_unless_a_later_forecast_renews_it(desk: Desk, shared: Path) -> None:
    schema = etree.XMLSchema(etree.parse(shared / "data/flood/schemas/CAP-v1.2.xsd"))
    for number in (0, 6, 12):
        told = desk.warn(hour(number, last=1.2, p=CALM))
        assert told.exit_code == 0
    assert "Brücke: level 1 stays in force, renewed" in told.output
    alert, renewed = ((desk.cap / name).read_bytes() for name in desk.messages())
    assert schema.validate(etree.fromstring(alert))
    assert schema.validate(etree.fromstring(renewed))
    first, second = parse_cap(alert), parse_cap(renewed)
    assert [info.expires for info in first.infos] == [START + timedelta(hours=24)] * 2
    assert [info.expires for info in second.infos] == [START + timedelta(hours=36)] * 2
    assert second.message_type == "Update"
    assert [r.identifier for r in second.references] == [first.identifier]


def test_policy_says_how_long_messages_hold(desk: Desk, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('valid_for = "0h"')
    for number in (0, 30):
        desk.warn(hour(number, last=1.2, p=CALM), "--policy", str(policy))
    (name,) = desk.messages()
    assert parse_cap((desk.cap / name).read_bytes()).infos[0].expires is None


def test_older_forecast_changes_nothing_and_is_told(desk: Desk) -> None:
    desk.warn(hour(6, last=2.2, p=CALM))
    before = desk.messages()
    result = desk.warn(hour(0, last=0.4, p=CALM))
    assert result.exit_code == 0
    assert "of 2021-07-14T06:00:00Z, but one of 2021-07-14T12:00:00Z was taken" in result.output
    assert "In force: g1 (level 2)." in result.output
    data = json.loads(desk.warn(hour(0, last=0.4, p=CALM), "--json").output)
    assert data["newer_forecast"] == "2021-07-14T12:00:00Z"
    assert desk.messages() == before
    assert (
        json.loads(desk.warn(hour(7, last=2.2, p=CALM), "--json").output)["newer_forecast"] is None
    )


def test_forecast_that_pi_cannot_express_is_one_line(desk: Desk) -> None:
    network = small_network()
    fields = {"kind": Kind.RAIN, "unit": "mm", "source_unit": "mm", "target": False}
    rain = replace(network.sensors[0], id="r", **fields)
    write_network(desk.network, replace(network, sensors=(*network.sensors, rain)))
    issue = START
    entries = [gauge_entry(issue=issue, last=0.5, p=CALM)]
    levels = list(rain.warning_levels)
    entries.append(entries[0] | {"id": "r", "unit": "mm", "warning_levels": levels})
    result = desk.warn(document(*entries, issue=issue), "--pi", str(desk.folder / "pi.json"))
    assert result.exit_code == 2, result.output
    assert "cannot be written as PI JSON" in result.output
    assert len(result.output.splitlines()) == 1
    assert not desk.state.exists()


def test_all_clear_refers_to_the_alert(desk: Desk, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("clear_cycles = 2")
    for number, last in enumerate((1.2, 0.4, 0.4)):
        desk.warn(hour(number, last=last, p=CALM), "--policy", str(policy))
    alert, cancel = (parse_cap((desk.cap / name).read_bytes()) for name in desk.messages())
    assert cancel.message_type == "Cancel"
    assert [r.identifier for r in cancel.references] == [alert.identifier]


def test_json_is_for_machines(desk: Desk) -> None:
    result = desk.warn(hour(0, last=1.2, p=CALM), "--json")
    data = json.loads(result.output)
    assert data["in_force"] == {"g1": 1}
    assert data["events"][0]["reasons"]["de"]


def test_geojson_and_sensorthings_are_written(desk: Desk) -> None:
    geo, things = desk.folder / "g.geojson", desk.folder / "t.json"
    desk.warn(hour(0, last=1.2, p=CALM), "--geojson", str(geo), "--sensorthings", str(things))
    assert json.loads(geo.read_text())["features"][0]["properties"]["warning_level"] == 1
    assert len(json.loads(things.read_text())["value"]) == 1


def test_pi_json_of_delft_fews_is_written(desk: Desk) -> None:
    file = desk.folder / "pi.json"
    desk.warn(hour(0, last=0.5, p=CALM), "--pi", str(file))
    (first, *_) = json.loads(file.read_text())["timeSeries"]
    assert first["header"]["locationId"] == "g1"
    assert len(first["events"]) == 3


def test_newer_measurement_warns_before_the_next_forecast(desk: Desk) -> None:
    forecast = hour(0, last=0.5, p=CALM)
    assert desk.warn(forecast).output == "In force: no warning.\n"
    start = np.datetime64("2021-07-14T06:00:00", "s")
    times = start + np.arange(3).astype("timedelta64[h]")
    series = Observations(times, ("g1",), np.array([[0.5], [0.9], [1.3]]))
    write_observations(desk.network, small_network(), series)
    assert desk.warn(forecast).output == "In force: no warning.\n"
    assert "In force: g1 (level 1)." in desk.warn(forecast, "--measured").output
    (name,) = desk.messages()
    assert name.startswith("20210714T080000Z_g1_")


def test_actual_needs_a_checked_profile(desk: Desk) -> None:
    result = desk.warn(hour(0, last=1.2, p=CALM), "--status", "Actual")
    assert result.exit_code == 2
    assert "checked = true" in result.output
    assert not desk.state.exists()
    assert desk.messages() == []


def test_exercise_is_not_continued_in_earnest(desk: Desk) -> None:
    desk.warn(hour(0, last=1.2, p=CALM))
    result = desk.warn(hour(1, last=2.2, p=CALM), "--status", "Test")
    assert result.exit_code == 2
    assert len(desk.messages()) == 1


def without_network(desk: Desk) -> None:
    (desk.network / "network.toml").unlink()


def state_in_the_way(desk: Desk) -> None:
    desk.state.mkdir()


def cap_in_the_way(desk: Desk) -> None:
    desk.cap.write_text("x")


def spoilt_state(desk: Desk) -> None:
    desk.state.write_text("{}")


WRONG: dict[str, tuple[dict[str, Any] | bytes, Callable[[Desk], None] | None, str]] = {
    "half a file": (json.dumps(hour(0)).encode()[:400], None, "forecast.json: is no valid JSON"),
    "no utf-8": (b"\xff\xfe{", None, "forecast.json: is no valid JSON"),
    "changed by hand": (
        {**hour(0), "rain": "observed"},
        None,
        "was changed: its id is not that of its content",
    ),
    "other network": (document(network="Berg"), None, "is a forecast for 'Berg'"),
    "unknown gauge": (document(gauge_entry(gauge="g9")), None, "'g9' is not in the network"),
    "other levels": (document(gauge_entry(levels=(1.0, 2.0, 4.0))), None, "forecast again"),
    "other unit": (document(gauge_entry(unit="m3/s")), None, "forecast again"),
    "no network": (hour(0), without_network, "network.toml"),
    "state is a folder": (hour(0), state_in_the_way, "is a folder"),
    "cap is a file": (hour(0), cap_in_the_way, "is a file"),
    "spoilt state": (hour(0), spoilt_state, "no file of warnings"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_is_one_line_code_2_and_nothing_written(name: str, desk: Desk) -> None:
    data, prepare, word = WRONG[name]
    if prepare:
        prepare(desk)
    before = contents(desk.folder)
    result = desk.warn(data)
    assert result.exit_code == 2, result.output
    assert len(result.output.strip().splitlines()) == 1
    assert result.output.startswith("steiger: ")
    assert word in result.output
    assert contents(desk.folder) == before


@pytest.mark.parametrize("option", ["--profile", "--policy"])
@pytest.mark.parametrize("text", [None, "[", "surprise = 1"])
def test_wrong_settings_are_one_line_and_nothing_written(
    option: str, text: str | None, desk: Desk
) -> None:
    file = desk.folder / "settings.toml"
    if text is not None:
        file.write_text(text)
    before = contents(desk.folder)
    result = desk.warn(hour(0, last=2.0), option, str(file))
    assert (result.exit_code, len(result.output.strip().splitlines())) == (2, 1)
    assert contents(desk.folder) == before


@pytest.mark.parametrize("option", ["--state", "--geojson", "--sensorthings", "--pi"])
def test_missing_folder_is_one_line_and_nothing_written(option: str, desk: Desk) -> None:
    before = contents(desk.folder)
    result = desk.warn(hour(0, last=2.0), option, str(desk.folder / "none" / "file"))
    assert result.exit_code == 2
    assert "its folder does not exist" in result.output
    assert contents(desk.folder) == before


def contents(folder: Path) -> dict[str, bytes]:
    """All files but the forecast (which the test writes) and the lock (which holds nothing)."""
    return {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "forecast.json" and path.suffix != ".lock"
    }
