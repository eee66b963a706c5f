"""A kept forecast is made again bit by bit; whatever was changed is found."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from factories import flood_core
from factories.flood_valley import AT, small_model, valley
from steiger.engines.flood.forecasting import (
    Forecast,
    ForecastError,
    ForecastStore,
    Replay,
    issue_forecast,
    rain_from_table,
    store,
)
from steiger.engines.flood.network import Kind
from steiger.engines.flood.simulation import begin, beispieltal, rain_ensemble

HOUR = timedelta(hours=1)
TESTS = Path(__file__).resolve().parents[3]


def ensemble() -> Any:
    network, _ = valley()
    state = begin(beispieltal(), AT, seed=7, spin_up=24)
    made = rain_ensemble(beispieltal(), state, lead_hours=14, members=3, seed=1)
    return rain_from_table(made, network)


def kept(folder: Path, rain: Any = "none", hours: int = 0) -> Forecast:
    network, observations = valley()
    forecast = issue_forecast(small_model(), network, observations, AT + hours * HOUR, rain)
    ForecastStore(folder).keep(forecast, small_model(), network, observations, rain)
    return forecast


def replay(folder: Path, forecast_id: str) -> Replay:
    return ForecastStore(folder).replay(forecast_id, core=flood_core.NAME)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("mode", ["none", "observed", "ensemble"])
def test_replay_is_equal_bit_by_bit(mode: str, tmp_path: Path) -> None:
    forecast = kept(tmp_path, ensemble() if mode == "ensemble" else mode)
    again = replay(tmp_path, forecast.id[:8])
    assert (again.id, again.equal, again.differences) == (forecast.id, True, ())
    assert again.again.to_json() == forecast.to_json()
    assert not again.code_changed


def test_model_packed_meanwhile_is_the_same_file(tmp_path: Path) -> None:
    network, observations = valley()
    forecast = kept(tmp_path / "plain")
    place = ForecastStore(tmp_path / "meanwhile")
    for _ in range(2):  # the second time it is there already
        with place.packing(small_model()):
            place.keep(forecast, small_model(), network, observations)
    plain, meanwhile = ((path, files(path)) for path in sorted(tmp_path.iterdir(), reverse=True))
    assert [(path.relative_to(plain[0]), path.read_bytes()) for path in plain[1]] == [
        (path.relative_to(meanwhile[0]), path.read_bytes()) for path in meanwhile[1]
    ]


def test_nothing_is_written_where_the_forecast_fails(tmp_path: Path) -> None:
    with pytest.raises(ForecastError), ForecastStore(tmp_path).packing(small_model()):
        raise ForecastError("no rain")
    assert files(tmp_path) == []


def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    forecast = kept(tmp_path, ensemble())
    for path in files(tmp_path):
        content = path.read_bytes()
        places = range(len(content) // 12, len(content), len(content) // 6)
        found = 0
        for place in places:
            path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            try:
                again = replay(tmp_path, forecast.id)
                # Another version of the code is told, and is no other forecast.
                found += not again.equal or again.code_changed
            except ValueError:
                found += 1
        # A flipped bit in a comment, a file header or padding changes nothing that anybody reads.
        loose = path.suffix in {".toml", ".parquet", ".zip"}
        assert found >= (1 if loose else len(places)), path
        path.write_bytes(content)
    assert replay(tmp_path, forecast.id).equal


def test_changed_measurement_is_found(tmp_path: Path) -> None:
    forecast = kept(tmp_path)
    _, observations = valley()
    values = observations.until(AT).values.copy()
    values[0, 0] += 0.001
    spoilt = observations.until(AT).with_values(values)
    # Put in the place of the true month, as somebody would who wants to change the past.
    place = ForecastStore(tmp_path)
    month = next(store._months(spoilt))
    true = next(store._months(observations.until(AT)))
    other = place._keep_month(month)
    target = tmp_path / "months" / f"{true.digest()}.parquet"
    target.write_bytes((tmp_path / "months" / f"{other}.parquet").read_bytes())
    with pytest.raises(ForecastError, match="was changed: its digest is wrong"):
        replay(tmp_path, forecast.id)


def test_changed_numbers_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forecast = kept(tmp_path)
    monkeypatch.setattr(flood_core, "SHIFTS", flood_core.SHIFTS * 2)
    again = replay(tmp_path, forecast.id)
    assert not again.equal
    assert (
        again.differences[0]
        == "gauge 'quellenau': leads, time_to_level"[: len(again.differences[0])]
    )
    assert len(again.differences) == 8


def test_changed_code_is_told_where_numbers_are_equal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        old = {"steiger": "0.0.1", "code": "f" * 64}
        earlier.setattr(store, "code_version", lambda: old)
        earlier.setattr("steiger.engines.flood.forecasting.issue.code_version", lambda: old)
        forecast = kept(tmp_path)
    again = replay(tmp_path, forecast.id)
    assert (again.equal, again.code_changed) == (True, True)


def test_next_hour_adds_little(tmp_path: Path) -> None:
    kept(tmp_path)
    before = set(files(tmp_path))
    kept(tmp_path, hours=1)
    added = {path.parent.name for path in set(files(tmp_path)) - before}
    assert len(set(files(tmp_path)) - before) == 3
    assert "months" in added


def test_kept_twice_is_kept_once(tmp_path: Path) -> None:
    kept(tmp_path)
    before = {path: path.read_bytes() for path in files(tmp_path)}
    kept(tmp_path)
    assert {path: path.read_bytes() for path in files(tmp_path)} == before


def test_all_missing_values_come_back(tmp_path: Path) -> None:
    network, observations = valley()
    values = observations.values.copy()
    values[:, observations.position("pet")] = np.nan
    spoilt = observations.with_values(values)
    forecast = issue_forecast(small_model(), network, spoilt, AT)
    ForecastStore(tmp_path).keep(forecast, small_model(), network, spoilt)
    assert replay(tmp_path, forecast.id).equal


@pytest.mark.parametrize("what", ["observations", "rain"])
def test_forecast_from_other_input_is_refused(what: str, tmp_path: Path) -> None:
    network, observations = valley()
    rain = ensemble()
    forecast = issue_forecast(small_model(), network, observations, AT, rain)
    values = observations.values.copy()
    if what == "observations":
        values[0, 0] += 1
    else:
        rain = rain_from_table(_more(rain.as_table()), network)
    with pytest.raises(ForecastError, match="was not made from this"):
        ForecastStore(tmp_path).keep(
            forecast, small_model(), network, observations.with_values(values), rain
        )


def _more(table: Any) -> Any:
    import pyarrow.compute as pc

    place = table.column_names.index("value")
    return table.set_column(place, "value", pc.add(table["value"], 1.0))


@pytest.mark.parametrize(
    ("forecast_id", "word"),
    [("", "no id"), ("abc", "no id"), ("../../../etc", "no id"), ("0" * 64, "no forecast '000")],
)
def test_unknown_id_is_told(forecast_id: str, word: str, tmp_path: Path) -> None:
    kept(tmp_path)
    with pytest.raises(ForecastError, match=word):
        replay(tmp_path, forecast_id)


def test_beginning_of_two_ids_is_refused(tmp_path: Path) -> None:
    forecast = kept(tmp_path)
    twin = tmp_path / "forecasts" / (forecast.id[:10] + "0" * 54)
    twin.mkdir()
    (twin / "record.json").write_text("{}")
    with pytest.raises(ForecastError, match="2 forecasts begin with"):
        replay(tmp_path, forecast.id[:8])


def test_late_values_stay_unknown_in_a_replay(tmp_path: Path) -> None:
    network, observations = valley()
    sensor = network.of_kind(Kind.RAIN)[0]
    delays = observations.delays.copy()
    delays[observations.position(sensor.id)] = np.timedelta64(7200, "s")
    sensors = tuple(
        replace(s, available_after=2 * HOUR) if s.id == sensor.id else s for s in network.sensors
    )
    late, known = replace(network, sensors=sensors), replace(observations, delays=delays)
    forecast = issue_forecast(small_model(), late, known, AT, "observed")
    ForecastStore(tmp_path).keep(forecast, small_model(), late, known, "observed")
    assert replay(tmp_path, forecast.id).equal


SCRIPT = """
import sys
from pathlib import Path
from factories.flood_valley import AT, small_model, valley
from steiger.engines.flood.forecasting import ForecastStore, issue_forecast
from steiger.lib.atomic_files import write_atomically

folder = Path(sys.argv[1])
network, observations = valley()
forecast = issue_forecast(small_model(), network, observations, AT)
(folder / "begun").write_text("")
ForecastStore(folder / "store").keep(forecast, small_model(), network, observations)
write_atomically(folder / "forecast.json", forecast.to_json().encode())
"""


def test_killed_cycle_leaves_no_half_forecast(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(SCRIPT)
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
    for number in range(6):
        (tmp_path / "begun").unlink(missing_ok=True)
        process = subprocess.Popen([sys.executable, str(script), str(tmp_path)], env=env)
        end = time.monotonic() + 120
        while not (tmp_path / "begun").exists() and time.monotonic() < end:
            time.sleep(0.001)
        time.sleep(0.004 * number)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for record in tmp_path.glob("store/forecasts/*/record.json"):
            assert replay(tmp_path / "store", record.parent.name).equal
        if (tmp_path / "forecast.json").exists():
            Forecast.from_json((tmp_path / "forecast.json").read_bytes())
    subprocess.run([sys.executable, str(script), str(tmp_path)], env=env, check=True)
    forecast = Forecast.from_json((tmp_path / "forecast.json").read_bytes())
    assert replay(tmp_path / "store", forecast.id).equal
