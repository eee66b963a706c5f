"""`steiger flood collect`, with recorded layouts in place of the sources."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from factories import flood_sources as make
from steiger.adapters.asking import client as asking
from steiger.cli import main
from steiger.cli.flood import collect as command
from steiger.engines.flood.sources.collecting import collecting_alone
from steiger.lib.sources import Policy

NETWORK = """
name = "Beispiel"
step = "15min"

[source.bund]
adapter = "pegelonline"

[source.land]
adapter = "nrw_flood_portal"

[source.verband]
adapter = "kiwis"
base = "https://k.example/KiWIS"

[source.radar]
adapter = "radolan"
product = "RY"

[[sensor]]
id = "oben"
kind = "water_level"
unit = "m"
source = { source = "bund", key = "eins/W", unit = "cm" }

[[sensor]]
id = "mitte"
kind = "water_level"
unit = "cm"
source = { source = "bund", key = "zwei/W" }

[[sensor]]
id = "land"
kind = "water_level"
unit = "cm"
source = { source = "land", key = "100/9990000000100" }

[[sensor]]
id = "unten"
kind = "water_level"
unit = "m"
target = true
source = { source = "verband", key = "4711010" }

[[sensor]]
id = "alt"
kind = "water_level"
unit = "cm"
"""
CLOCK = {"now": datetime(2031, 7, 14, 12, tzinfo=UTC)}
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A network of five sensors, without values."""
    (tmp_path / "network.toml").write_text(NETWORK, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Callable[..., Result]:
    """Runs the command at the time of `CLOCK` against answers."""

    class Clock(datetime):
        @classmethod
        def now(cls, _zone: Any = None) -> Any:
            return CLOCK["now"]

    def ask(answer: Answer, *options: str) -> Result:
        client = httpx.Client(transport=httpx.MockTransport(answer))
        once = Policy(attempts=1)

        def asked(*arguments: Any) -> Any:
            return real(*arguments, client=client, policy=once, sleep=lambda _: None)

        monkeypatch.setattr("steiger.adapters.asking.ask", asked)
        return CliRunner().invoke(main, ["flood", "collect", str(folder), *options])

    real = asking.ask
    monkeypatch.setattr(command, "datetime", Clock)
    return ask


def sources(request: httpx.Request) -> httpx.Response:
    """All sources answer."""
    host, path = request.url.host, request.url.path
    if host == "www.pegelonline.wsv.de":
        return httpx.Response(200, content=make.pegelonline_measurements())
    if host == "www.hochwasserportal.nrw":
        return httpx.Response(200, content=make.nrw_week())
    if host == "k.example":
        return httpx.Response(200, content=make.kiwis_values())
    return httpx.Response(404, content=path.encode())


def column(folder: Path, name: str) -> dict[str, float]:
    table = pq.read_table(folder / "observations.parquet")
    pairs = zip(table["time"].to_pylist(), table[name].to_pylist(), strict=True)
    return {f"{time:%H:%M}": value for time, value in pairs if value is not None}


def test_new_values_of_several_sources_come_into_one_table(
    run: Callable[..., Result], folder: Path
) -> None:
    end = run(sources)
    assert end.exit_code == 0, end.output
    assert "oben: 8 new, last 2031-07-13 23:45 UTC" in end.output
    assert "alt" not in end.output
    oben, mitte = column(folder, "oben"), column(folder, "mitte")
    assert list(oben) == ["22:00", "22:15", "22:30", "22:45", "23:00", "23:15", "23:30", "23:45"]
    assert oben["22:00"] == 1.2  # centimetres at the source, metres in the file
    assert mitte["22:00"] == 120.0
    assert column(folder, "land")["00:00"] == 60.0


def test_second_time_adds_nothing_and_asks_from_the_last_value_on(
    run: Callable[..., Result], folder: Path
) -> None:
    run(sources)
    before = (folder / "observations.parquet").read_bytes()
    asked: list[str] = []

    def again(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params.get("start", ""))
        return sources(request)

    end = run(again)
    assert end.exit_code == 0
    assert "0 values added; 0 of 4 sensors failed." in end.output
    assert asked[0] == "2031-07-12T23:45:00Z"
    assert (folder / "observations.parquet").read_bytes() == before


def test_server_that_goes_down_midway_keeps_what_came_and_is_not_asked_again(
    run: Callable[..., Result], folder: Path
) -> None:
    asked: list[str] = []

    def down(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if "pegelonline" in request.url.host:
            raise httpx.ConnectError("connection refused")
        return sources(request)

    end = run(down)
    assert end.exit_code == 1
    lines = end.output.splitlines()
    assert re.match(r"oben: PEGELONLINE, station eins/W, .*cannot be reached", lines[0])
    assert lines[1].startswith("mitte: not asked: PEGELONLINE")
    assert sum("stations/eins" in path or "stations/zwei" in path for path in asked) == 1
    assert column(folder, "land")["00:00"] == 60.0
    assert run(sources).exit_code == 0
    assert column(folder, "oben")["22:00"] == 1.2


def test_unknown_station_does_not_stop_its_neighbour(
    run: Callable[..., Result], folder: Path
) -> None:
    def partly(request: httpx.Request) -> httpx.Response:
        if "/eins/" in request.url.path:
            return httpx.Response(404)
        return sources(request)

    end = run(partly, "--source", "bund")
    assert end.exit_code == 1
    assert "oben: PEGELONLINE, station eins/W" in end.output
    assert "knows nothing there (HTTP 404)" in end.output
    assert "mitte: 8 new" in end.output
    assert "1 of 2 sensors failed." in end.output


def test_value_that_the_source_changed_is_told_and_kept(
    run: Callable[..., Result], folder: Path
) -> None:
    run(sources)

    def corrected(request: httpx.Request) -> httpx.Response:
        rows = json.loads(make.pegelonline_measurements())
        rows[3]["value"] = 150.0
        return httpx.Response(200, content=make.encoded(rows))

    end = run(corrected, "--source", "bund")
    assert end.exit_code == 1
    assert "oben: 2031-07-13 22:45 UTC is 1.5 at the source now; 1.23 is kept" in end.output
    assert column(folder, "oben")["22:45"] == 1.23
    told = json.loads(run(corrected, "--source", "bund", "--json").stdout)
    assert told["changed"] == 2
    assert told["sensors"][0]["changed"] == [
        {"time": "2031-07-13T22:45:00+00:00", "known": 1.23, "sent": 1.5}
    ]


def test_times_twice_late_values_and_the_change_of_clocks(
    run: Callable[..., Result], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CLOCK, "now", datetime(2031, 10, 26, 4, tzinfo=UTC))
    hours = [("02:00:00+02:00", 1.0), ("02:30:00+02:00", 2.0), ("02:00:00+01:00", 3.0)]
    rows = [{"timestamp": f"2031-10-26T{time}", "value": value} for time, value in hours]
    rows.append(dict(rows[1]))  # sent twice

    def first(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=make.encoded(rows))

    assert run(first, "--source", "bund").exit_code == 0
    assert column(folder, "mitte") == {"00:00": 1.0, "00:30": 2.0, "01:00": 3.0}
    rows.append({"timestamp": "2031-10-26T02:15:00+02:00", "value": 1.5})  # comes late
    end = run(first, "--source", "bund")
    assert "mitte: 0 new, 1 late, last 2031-10-26 01:00 UTC" in end.output
    assert column(folder, "mitte")["00:15"] == 1.5


def test_wrong_unit_is_named_and_nothing_of_it_is_kept(
    run: Callable[..., Result], folder: Path
) -> None:
    run(sources)
    text = NETWORK.replace(', unit = "cm" }', " }")  # now “m” is taken for what the source sends
    (folder / "network.toml").write_text(text, encoding="utf-8")
    end = run(sources, "--source", "bund", "--quiet")
    assert end.exit_code == 1
    assert "oben: sensor 'oben': values are 100 times those that are known" in end.output
    assert column(folder, "oben")["22:00"] == 1.2


def test_interruption_keeps_what_came(run: Callable[..., Result], folder: Path) -> None:
    def stopped(request: httpx.Request) -> httpx.Response:
        if "hochwasserportal" in request.url.host:
            raise KeyboardInterrupt
        return sources(request)

    end = run(stopped)
    assert end.exit_code == 1
    assert len(column(folder, "oben")) == 8
    assert run(sources).exit_code == 0
    assert len(column(folder, "land")) == 8
    assert not list(folder.glob(".*unfinished*"))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--source", "nirgends"], "source 'nirgends' is not declared"),
        (["--from", "2031-07-15", "--until", "2031-07-14"], "--from lies after --until"),
    ],
)
def test_options_that_make_no_sense_end_with_two(
    run: Callable[..., Result], options: list[str], text: str
) -> None:
    end = run(sources, *options)
    assert end.exit_code == 2
    assert text in end.output


def test_network_without_sources_says_what_to_write(
    run: Callable[..., Result], folder: Path
) -> None:
    bare = re.sub(r"source = \{.*\}\n", "", NETWORK)
    (folder / "network.toml").write_text(bare, encoding="utf-8")
    end = run(sources)
    assert end.exit_code == 2
    assert "network.toml: no sensor says where it is read" in end.output


def test_two_at_once_are_refused(run: Callable[..., Result], folder: Path) -> None:
    with collecting_alone(folder):
        end = run(sources)
    assert end.exit_code == 2
    assert "another process is collecting" in end.output


def test_broken_answers_lose_nothing(run: Callable[..., Result], folder: Path) -> None:
    run(sources)
    before = (folder / "observations.parquet").read_bytes()
    end = run(lambda _: httpx.Response(200, content=b"<html>Wartung</html>"))
    assert end.exit_code == 1
    assert "4 of 4 sensors failed" in end.output
    assert (folder / "observations.parquet").read_bytes() == before
    assert len(end.output.splitlines()) == 5  # one for each sensor, and the sum
