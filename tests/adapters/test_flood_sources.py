"""Every flood source: the same signatures, the same errors, the same patience."""

from __future__ import annotations

import bz2
import gzip
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import flood_sources as make
from steiger import adapters
from steiger.engines.flood.network import Kind, Sensor
from steiger.engines.flood.network.series import Quality, Series
from steiger.lib.sources import MemoryCache, Policy, Source, SourceError

ROOT = Path(__file__).resolve().parents[2]
START, END = datetime(2031, 7, 14, 0, 0, tzinfo=UTC), datetime(2031, 7, 14, 3, 0, tzinfo=UTC)
NOW = Policy(first_pause=0, longest_pause=0)


@dataclass(frozen=True)
class Case:
    """How to ask one source."""

    sensors: Mapping[str, Sensor]
    answer: bytes
    more: Mapping[str, Any] = field(default_factory=dict)


LEVEL = make.sensor()
RAIN = make.sensor(kind=Kind.RAIN)
CASES: dict[str, Case] = {
    "pegelonline": Case({f"{make.UUID}/W": LEVEL}, make.pegelonline_measurements()),
    "nrw_flood_portal": Case({"100/9990000000100": LEVEL}, make.nrw_week()),
    "kiwis": Case({"4711010": LEVEL}, make.kiwis_values(), {"base": "https://k.example/KiWIS"}),
    "sos52north": Case({"77": LEVEL}, make.sos_data()),
    "radolan": Case({"catchment": RAIN}, make.composite()),
    "icon_d2_eps": Case({"catchment": RAIN}, make.grib()),
    "fews": Case(
        {"Beispielpegel 1/H.obs": LEVEL}, make.pi_json(), {"base": "https://f.example/rest/v1"}
    ),
    "ttn": Case(
        {"beispiel-pegel-1/level_cm": LEVEL},
        make.stored(make.uplink(1), make.uplink(2, minute=15)),
        {"application": "beispiel-tal", "key": "NNSXS.BEISPIEL"},
    ),
}


def module(name: str) -> ModuleType:
    return importlib.import_module(f"steiger.adapters.{name}")


def parse(name: str, data: bytes) -> tuple[Series, ...]:
    result: tuple[Series, ...] = module(name).parse(data, CASES[name].sensors)
    return result


def client(answer: Any) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(answer))


def fetch(name: str, answer: Any, **more: Any) -> tuple[Series, ...]:
    case = CASES[name]
    options = {"policy": NOW} | case.more | more
    with client(answer) as http:
        result: tuple[Series, ...] = module(name).fetch(
            case.sensors, START, END, client=http, **options
        )
    return result


def served(name: str) -> Any:
    """Answers as the source does: for the ensemble also the grid and each hour apart."""

    def answer(request: httpx.Request) -> httpx.Response:
        address = str(request.url)
        if name != "icon_d2_eps":
            return httpx.Response(200, content=CASES[name].answer)
        if "time-invariant" in address:
            part = "clat" if "clat" in address else "clon"
            centres = {"clat": [51.26, 51.26, 51.30, 51.30], "clon": [7.15, 7.20, 7.15, 7.20]}
            empty = dict.fromkeys(("tp", "number", "step", "time", "latitude", "longitude"))
            file = make.grib(**(empty | {part: np.array(centres[part])}))
        else:
            hour = float(address.rpartition("_2d_")[0][-3:])
            file = make.grib((hour,), latitude=None, longitude=None)
        return httpx.Response(200, content=bz2.compress(file))

    return answer


@pytest.fixture(autouse=True)
def _grib_without_eccodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cfgrib", make.FakeGrib)  # type: ignore[arg-type]


def test_every_source_is_tested_here() -> None:
    found = {
        info.name
        for info in pkgutil.iter_modules(adapters.__path__)
        if isinstance(getattr(module(info.name), "SOURCE", None), Source)
    }
    assert found == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_source_can_be_cited_and_stands_in_the_reference(name: str) -> None:
    source: Source = module(name).SOURCE
    assert source.key == name
    assert all(isinstance(kind, Kind) for kind in source.kinds)
    text = (ROOT / "docs/reference/flood-sources.md").read_text()
    for word in (f"`{name}`", source.name, source.licence, source.attribution):
        assert word in text


@pytest.mark.parametrize("name", CASES)
def test_signatures_are_alike(name: str) -> None:
    asked = inspect.signature(module(name).fetch).parameters
    assert list(asked)[:3] == ["sensors", "start", "end"]
    assert {"base", "client", "cache", "policy"} <= set(asked)
    assert all(one.kind is one.KEYWORD_ONLY for one in list(asked.values())[3:])
    read = inspect.signature(module(name).parse).parameters
    assert list(read)[:2] == ["data", "sensors"]
    assert all(one.kind is one.KEYWORD_ONLY for one in list(read.values())[2:])


@pytest.mark.parametrize("name", CASES)
def test_answer_becomes_series_of_the_sensor(name: str) -> None:
    (sensor,) = CASES[name].sensors.values()
    found = parse(name, CASES[name].answer)
    assert found
    for series in found:
        assert (series.sensor, series.kind) == (sensor.id, sensor.kind)
        assert len(series)
        assert not series.values.flags.writeable
        assert ((series.quality == Quality.MISSING) == np.isnan(series.values)).all()
    if sensor.kind.is_total:
        assert all(series.accumulation for series in found)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress])
def test_packed_answer_says_the_same(name: str, packed: Any) -> None:
    assert parse(name, packed(CASES[name].answer)) == parse(name, CASES[name].answer)


@pytest.mark.parametrize("name", CASES)
def test_fetch_gives_what_parse_reads(name: str) -> None:
    assert fetch(name, served(name)) == tuple(parse(name, CASES[name].answer))


HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b"  \n ",
    "web page": b"<!DOCTYPE html><html><body>Wartungsarbeiten</body></html>",
    "a number": b"42",
    "null": b"null",
    "empty object": b"{}",
    "a text": b'"Fehler"',
    "list of numbers": b"[1, 2]",
    "list of nulls": b"[null]",
    "words": b"Internal Server Error",
    "deep": b"[" * 100_000,
    "deep and closed": b"[" * 200 + b"]" * 200,
    "deep objects": b'{"a":' * 50_000,
    "endless integer": b'[{"timestamp": ' + b"9" * 6000 + b"}]",
    "utf-16": '[{"a": 1}]'.encode("utf-16"),
    "latin-1": '{"station_name": "Müllermühle"}'.encode("latin-1"),
    "zeros": bytes(5000),
    "noise": bytes(range(256)) * 20,
    "entities": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><TimeSeries>&b;</TimeSeries>',
    "outside entity": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hosts">]>'
    b"<TimeSeries>&a;</TimeSeries>",
    "deep xml": b"<TimeSeries>" + b"<a>" * 300 + b"</a>" * 300 + b"</TimeSeries>",
    "cut gzip": gzip.compress(b"[" + b"1," * 9000)[:40],
    "broken gzip": gzip.compress(b"[1]")[:12] + b"\xff" * 20,
    "cut bzip2": bz2.compress(b"[" + b"1," * 90_000)[:60],
    "broken tar": make.archive({"a": b"abc"})[:700],
    "tar with one bad file": make.archive({"../../etc/passwd": b"abc"}),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_answer_is_one_clear_line(name: str, what: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(name, HOSTILE[what])
    text = str(caught.value)
    assert text.startswith(module(name).SOURCE.name)
    assert text.isprintable()
    assert len(text) < 1000


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    """A few hundred kilobytes each, which unpack to more than any answer has."""
    plain = b" " * 210_000_000
    return {"gzip": gzip.compress(plain, 1), "bzip2": bz2.compress(plain, 1)}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("form", ["gzip", "bzip2"])
def test_bomb_is_not_unpacked(name: str, form: str, bombs: dict[str, bytes]) -> None:
    with pytest.raises(SourceError, match="unpacks to more than"):
        parse(name, bombs[form])


@pytest.mark.parametrize("name", CASES)
def test_answer_cut_off_anywhere_is_no_other_error(name: str) -> None:
    whole = CASES[name].answer
    for length in {*range(0, min(len(whole), 3000), 7), len(whole) // 2, len(whole) - 1}:
        # Any other error than the one of all sources ends this test.
        with suppress(SourceError):
            parse(name, whole[:length])


@pytest.mark.parametrize("name", CASES)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_changed_answer_is_no_other_error(name: str, data: st.DataObject) -> None:
    answer = bytearray(CASES[name].answer)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, min(len(answer), 1500) - 1))
        piece = data.draw(st.binary(max_size=6) | st.sampled_from([b"null", b"1e400", b'"', b"-"]))
        answer[place : place + data.draw(st.integers(0, 6))] = piece
    with suppress(SourceError):
        assert all(isinstance(series, Series) for series in parse(name, bytes(answer)))


JSON = [name for name in CASES if name not in {"radolan", "icon_d2_eps"}]


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize("value", [b"1e30", b"-1e30", b"1e400", b"Infinity", b'"1e12"', b"true"])
def test_value_larger_than_any_reading_is_refused(name: str, value: bytes) -> None:
    firsts = {
        "pegelonline": b"120.0",
        "nrw_flood_portal": b"60.0",
        "kiwis": b"0.334",
        "sos52north": b"81.5",
        "fews": b'"1.25"}',
        "ttn": b"121.0",
    }
    first = firsts[name]
    if name == "fews":
        first = b'"1.25", "flag"'
        value += b', "flag"'
    changed = CASES[name].answer.replace(first, value, 1)
    assert changed != CASES[name].answer
    if name == "ttn":
        # Each uplink stands for itself: one device that fails silences no other.
        whole, others = parse(name, CASES[name].answer)[0], parse(name, changed)[0]
        assert np.isnan(others.values[whole.values == 121]).all()
        assert (others.values[whole.values != 121] == whole.values[whole.values != 121]).all()
        return
    with pytest.raises(SourceError):
        parse(name, changed)


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize(
    "time", [b"2031-13-45T99:99:99Z", b"yesterday", b"9999-12-31T23:59:59-14:00", b""]
)
def test_time_that_is_none_is_refused_with_its_place(name: str, time: bytes) -> None:
    answer = CASES[name].answer
    if name == "sos52north":
        changed = answer.replace(b"1941753600000", b'"' + time + b'"', 1)
    elif name == "fews":
        changed = answer.replace(
            b'"date": "2031-07-14", "time": "00:00:00", "value"',
            b'"date": "' + time[:10] + b'", "time": "x", "value"',
            1,
        )
    elif name == "ttn":
        # Two clocks may be missing, but not that of the network.
        changed = answer.replace(b"2031-07-14T00:00:02.656299995Z", time or b"x")
    else:
        at = answer.index(b"2031-07-14T0")
        changed = answer[:at] + time + answer[answer.index(b'"', at) :]
    assert changed != answer
    with pytest.raises(SourceError) as caught:
        parse(name, changed)
    assert name == "ttn" or "1:" in str(caught.value)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_refusal_is_not_asked_again(name: str, status: int) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(status, text="nein")

    with pytest.raises(SourceError, match=f"HTTP {status}") as caught:
        fetch(name, answer)
    assert caught.value.status == status
    assert len(asked) == len(set(asked))
    assert str(caught.value).startswith(module(name).SOURCE.name)


@pytest.mark.parametrize("name", CASES)
def test_passing_fault_is_asked_again(name: str) -> None:
    right, asked = served(name), list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if len(asked) == 1:
            raise httpx.ConnectTimeout("slow", request=request)
        return httpx.Response(503) if len(asked) == 2 else right(request)

    assert fetch(name, answer)
    assert asked[0] == asked[1] == asked[2]


@pytest.mark.parametrize("name", CASES)
def test_lasting_fault_names_source_and_times(name: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("kaputt", request=request)

    with pytest.raises(SourceError, match=r"cannot be reached.*asked 4 times") as caught:
        fetch(name, answer)
    assert str(caught.value).startswith(module(name).SOURCE.name)


@pytest.mark.parametrize("name", CASES)
def test_moved_address_is_named_not_followed(name: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.host != "inside.example"
        return httpx.Response(302, headers={"location": "https://inside.example/"})

    with pytest.raises(SourceError, match="has moved to https://inside"):
        fetch(name, answer)


@pytest.mark.parametrize("name", CASES)
def test_answer_that_is_too_large_is_not_read_to_its_end(name: str) -> None:
    with pytest.raises(SourceError, match="sends more than 100 bytes"):
        fetch(name, served(name), policy=Policy(largest=100))


@pytest.mark.parametrize("name", CASES)
def test_unchanged_answer_is_not_sent_again(name: str) -> None:
    right, sent = served(name), list[int]()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers.get("if-none-match") == '"1"':
            sent.append(304)
            return httpx.Response(304)
        sent.append(200)
        return httpx.Response(200, content=right(request).content, headers={"etag": '"1"'})

    cache = MemoryCache()
    first, second = (fetch(name, answer, cache=cache) for _ in range(2))
    assert first == second
    assert sent == [200] * (len(sent) // 2) + [304] * (len(sent) // 2)


@pytest.mark.parametrize("name", CASES)
def test_time_without_zone_is_a_mistake_of_the_caller(name: str) -> None:
    with client(served(name)) as http, pytest.raises(ValueError, match="no time zone"):
        module(name).fetch(
            CASES[name].sensors, START.replace(tzinfo=None), END, client=http, **CASES[name].more
        )
