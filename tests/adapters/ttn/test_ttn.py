"""The Things Network: uplinks from files and from a real broker."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.flood_sources import encoded, sensor, stored, uplink
from steiger.adapters.ttn import Uplink, Uplinks, fetch, listen, parse, read_uplink
from steiger.engines.flood.network import Kind
from steiger.lib.sources import SourceError

KEY = "beispiel-pegel-1/level_cm"
SENSORS = {KEY: sensor()}
TOPIC = "v3/beispiel-tal@ttn/devices/{}/up"
BROKER = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


def read(**more: Any) -> Uplink:
    found = read_uplink(encoded(uplink(**more)))
    assert found is not None
    return found


def test_uplink_is_read() -> None:
    found = read(counter=7)
    assert (found.device, found.counter, found.port) == ("beispiel-pegel-1", 7, 2)
    assert found.values == {"level_cm": 127.0, "inner": {"t": 9.5}}
    assert str(found.time) == "2031-07-14T00:00:01"
    assert found.late == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (None, "2031-07-14T12:05:02"),  # no clock
        ("2031-07-14T12:05:01Z", "2031-07-14T12:05:01"),
        ("2031-07-14T12:05:06Z", "2031-07-14T12:05:06"),  # a little ahead
        ("2031-07-14T12:06:00Z", "2031-07-14T12:05:02"),  # from the future
        ("2031-07-14T03:00:00Z", "2031-07-14T03:00:00"),  # kept by a gateway that was offline
        ("2031-07-13T12:00:00Z", "2031-07-14T12:05:02"),  # longer than any gateway keeps it
        ("1970-01-01T00:00:07Z", "2031-07-14T12:05:02"),  # a gateway without time
        ("gestern", "2031-07-14T12:05:02"),
    ],
)
def test_clock_of_the_gateway_counts_where_it_is_plausible(sent: str | None, expected: str) -> None:
    message = uplink(sent=sent)
    message["uplink_message"]["received_at"] = "2031-07-14T12:05:02.5Z"
    found = read_uplink(encoded(message))
    assert found is not None
    assert str(found.time) == expected


def test_left_out_fields_are_zero() -> None:
    message = uplink(counter=0)
    del message["uplink_message"]["f_port"], message["uplink_message"]["decoded_payload"]
    found = read_uplink(encoded(message))
    assert found is not None
    assert (found.counter, found.port, found.values) == (0, 0, {})


def test_simulated_uplinks_and_other_messages_are_none() -> None:
    assert read_uplink(encoded(uplink(simulated=True))) is None
    join = {key: value for key, value in uplink().items() if key != "uplink_message"}
    assert read_uplink(encoded(join | {"join_accept": {}})) is None


def test_payload_is_decoded_where_the_network_does_not() -> None:
    def decode(payload: bytes, port: int) -> dict[str, float]:
        assert port == 2
        return {"level_cm": int.from_bytes(payload, "big")}

    (series,) = parse(encoded(uplink()), SENSORS, decode=decode)
    assert series.values.tolist() == [300]
    message = uplink()
    message["uplink_message"]["frm_payload"] = "kein base64!"
    with pytest.raises(SourceError, match="station beispiel-pegel-1: frm_payload is no base64"):
        parse(encoded(message), SENSORS, decode=decode)


def test_all_packings_say_the_same() -> None:
    one, two = uplink(1), uplink(2, minute=15)
    packings = [stored(one, two), encoded([one, two]), encoded(one) + b"\r\n\n" + encoded(two)]
    assert len({parse(data, SENSORS) for data in packings}) == 1


def test_fields_inside_others_and_several_devices() -> None:
    sensors = {
        KEY: sensor("a"),
        "beispiel-pegel-1/inner.t": sensor("b", Kind.TEMPERATURE),
        "beispiel-pegel-2/level_cm": sensor("c"),
        "beispiel-pegel-1/absent": sensor("d"),
    }
    found = parse(stored(uplink(1), uplink(1, device="beispiel-pegel-2")), sensors)
    assert [(one.sensor, one.values.tolist()) for one in found] == [
        ("a", [121.0]),
        ("b", [9.5]),
        ("c", [121.0]),
    ]


def test_repeated_delivery_counts_once_and_a_new_session_anew() -> None:
    again = uplink(1, minute=30)
    joined = uplink(1, minute=45)
    joined["uplink_message"]["session_key_id"] = "NeueSitzung=="
    (series,) = parse(stored(uplink(1), again, joined), SENSORS)
    assert [str(t)[14:16] for t in series.times] == ["00", "45"]


def at(hour: int, level: object, **fields: Any) -> dict[str, Any]:
    """An uplink of a device without a clock, received at this hour; `fields` None are left out."""
    message = uplink(payload={"level_cm": level}, sent=None)
    content = message["uplink_message"] | fields | {"received_at": f"2031-07-14T{hour:02}:00:02Z"}
    message["uplink_message"] = {k: v for k, v in content.items() if v is not None}
    return message


def levels(*messages: dict[str, Any]) -> list[float]:
    (series,) = parse(stored(*messages), SENSORS)
    return series.values.tolist()


def test_uplinks_without_counter_and_session_are_all_counted() -> None:
    nothing: dict[str, Any] = {"f_cnt": None, "session_key_id": None}
    whole = [at(hour, 50, **nothing) for hour in range(4)]
    assert levels(*whole, whole[2]) == [50, 50, 50, 50]


def test_counter_that_begins_anew_in_the_same_session_loses_nothing() -> None:
    whole = [
        at(hour, level, f_cnt=f) for hour, level, f in ((0, 50, 10), (1, 60, 0), (11, 160, 10))
    ]
    assert levels(*whole) == [50, 60, 160]
    whole[1]["uplink_message"].pop("f_cnt")
    assert levels(*whole, at(12, 50, f_cnt=10)) == [50, 60, 160, 50]


def test_field_that_is_no_number_takes_no_other_value_along() -> None:
    whole = [at(0, 50, f_cnt=1), at(1, "error", f_cnt=2), at(2, 52, f_cnt=3)]
    (series,) = parse(stored(*whole), SENSORS)
    assert series.values[[0, 2]].tolist() == [50, 52]
    assert np.isnan(series.values[1])
    collected = Uplinks(SENSORS)
    assert [collected.add(found) for one in whole if (found := read_uplink(encoded(one)))]
    assert [str(one) for one in collected.refused] == [
        "The Things Network, station beispiel-pegel-1, level_cm: 'error' is no number"
    ]


@given(st.permutations(range(6)), st.integers(0, 5))
def test_order_and_repetition_do_not_matter(order: list[int], twice: int) -> None:
    whole = [uplink(i + 1, minute=5 * i) for i in range(6)]
    expected = parse(stored(*whole), SENSORS)
    assert parse(stored(*(whole[i] for i in order), whole[twice]), SENSORS) == expected


def test_memory_for_repetition_is_bounded() -> None:
    collected = Uplinks(SENSORS, remember=2)
    given_ = [read(counter=counter, minute=counter) for counter in (1, 2, 3, 1)]
    assert [collected.add(one) for one in given_] == [True, True, True, True]
    assert not collected.add(given_[-1])
    (series,) = collected.series()
    assert len(series) == 3


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (uplink(payload={"level_cm": "3.384 V"}), "station beispiel-pegel-1, level_cm: '3.384 V'"),
        (uplink(payload={"level_cm": 1e12}), "larger than any reading"),
        ({"end_device_ids": {}, "uplink_message": {}}, "has no 'device_id'"),
        (
            {"end_device_ids": {"device_id": "x"}, "uplink_message": {}},
            "station x: an uplink has no",
        ),
        ({"end_device_ids": "x", "uplink_message": {}}, "laid out otherwise"),
        ({"uplink_message": {}}, "names no device"),
        ([5], "a message is no object"),
    ],
)
def test_uplink_that_cannot_be_understood_is_refused(message: Any, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        parse(encoded(message), SENSORS)


def test_bad_line_of_the_storage_is_named() -> None:
    with pytest.raises(SourceError, match="line 2: the JSON is cut off"):
        parse(stored(uplink()) + b'{"result":\n' + stored(uplink(2)), SENSORS)


def test_sensors_are_needed() -> None:
    with pytest.raises(ValueError, match="which field of which device"):
        parse(encoded(uplink()))


def test_storage_is_asked_with_the_key_in_the_header_only() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=stored(uplink()) if len(asked) == 1 else b"")

    start, end = (datetime(2031, 7, 14, hour, tzinfo=UTC) for hour in (0, 3))
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        more: dict[str, Any] = {"application": "beispiel-tal", "key": "GEHEIM", "client": client}
        assert len(fetch(SENSORS, start, end, **more)) == 1
        assert fetch(SENSORS, start, end, **more) == ()
    assert asked[0].headers["authorization"] == "Bearer GEHEIM"
    assert "GEHEIM" not in str(asked[0].url)
    assert asked[0].url.params["after"] == "2031-07-14T00:00:00Z"


@contextmanager
def mosquitto(folder: Path, port: int) -> Iterator[None]:
    """A real broker that wants the name and the key of an application."""
    passwords, config = folder / "passwords", folder / "mosquitto.conf"
    if not passwords.exists():
        passwords.touch(mode=0o600)
        tool = shutil.which("mosquitto_passwd") or "mosquitto_passwd"
        subprocess.run([tool, "-b", passwords, "beispiel-tal@ttn", "GEHEIM"], check=True)
    config.write_text(f"listener {port} 127.0.0.1\npassword_file {passwords}\nuser root\n")
    assert BROKER
    process = subprocess.Popen([BROKER, "-c", config], stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def publish(port: int, *messages: tuple[str, bytes]) -> None:
    import aiomqtt

    async with aiomqtt.Client(
        "127.0.0.1", port, username="beispiel-tal@ttn", password="GEHEIM"
    ) as client:
        for device, data in messages:
            await client.publish(TOPIC.format(device), data, qos=1)


needs_broker = pytest.mark.skipif(not BROKER, reason="needs Mosquitto: install “mosquitto”")


async def heard(
    port: int, problems: list[SourceError], wanted: set[int], speak: Any
) -> list[Uplink]:
    """What `listen` gives until uplinks with these counters came, while `speak` runs."""
    found: list[Uplink] = []
    stream = listen(
        "beispiel-tal",
        "GEHEIM",
        host="127.0.0.1",
        port=port,
        encrypted=False,
        on_problem=problems.append,
        pause=0.1,
    )

    async def collect() -> None:
        async for one in stream:
            found.append(one)
            if wanted <= {each.counter for each in found}:
                return

    task = asyncio.create_task(collect())
    try:
        await speak(found)
        await asyncio.wait_for(task, 20)
    finally:
        task.cancel()
        await stream.aclose()  # type: ignore[attr-defined]
    return found


def apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Run in a thread of its own: a browser that is open for all tests holds this one's loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@needs_broker
def test_uplinks_arrive_from_a_real_broker(tmp_path: Path, free_port: int) -> None:
    problems: list[SourceError] = []

    async def speak(found: list[Uplink]) -> None:
        # Whoever connects later hears nothing of before, so it is said until it is heard.
        while not found:
            await publish(free_port, ("beispiel-pegel-1", encoded(uplink(1))))
            await asyncio.sleep(0.1)
        await publish(
            free_port,
            ("beispiel-pegel-1", b"\xff\xfe kaputt"),
            ("beispiel-pegel-1", encoded(uplink(9, simulated=True))),
            ("beispiel-pegel-2", encoded(uplink(3, device="beispiel-pegel-2", minute=10))),
            ("beispiel-pegel-1", encoded(uplink(2, minute=5))),
        )

    with mosquitto(tmp_path, free_port):
        found = apart(heard(free_port, problems, {1, 2, 3}, speak))
    collected = Uplinks(SENSORS)
    for one in found:
        collected.add(one)
    # Order is kept: what was said later came later, though its time is earlier.
    assert [one.counter for one in found][-2:] == [3, 2]
    assert [str(p) for p in problems if "UTF-16" in str(p)]
    assert not [one for one in found if one.counter == 9]
    (series,) = collected.series()
    assert series.values[0] == 121.0


@needs_broker
def test_lost_connection_is_made_anew(tmp_path: Path, free_port: int) -> None:
    problems: list[SourceError] = []

    async def speak(found: list[Uplink]) -> None:
        with mosquitto(tmp_path, free_port):
            while not found:
                await publish(free_port, ("beispiel-pegel-1", encoded(uplink(1))))
                await asyncio.sleep(0.1)
        with mosquitto(tmp_path, free_port):
            while found[-1].counter == 1:
                await publish(free_port, ("beispiel-pegel-1", encoded(uplink(2, minute=5))))
                await asyncio.sleep(0.1)

    found = apart(heard(free_port, problems, {1, 2}, speak))
    assert {one.counter for one in found} == {1, 2}
    assert [p for p in problems if "connection was lost" in str(p)]


@needs_broker
def test_wrong_key_is_told_and_tried_again(tmp_path: Path, free_port: int) -> None:
    problems: list[SourceError] = []

    async def try_it() -> None:
        stream = listen(
            "beispiel-tal", "FALSCH", host="127.0.0.1", port=free_port, encrypted=False,
            on_problem=problems.append, pause=0.05,
        )  # fmt: skip
        task = asyncio.create_task(anext(stream))  # type: ignore[arg-type]
        while len(problems) < 2:
            await asyncio.sleep(0.05)
        task.cancel()

    with mosquitto(tmp_path, free_port):
        apart(asyncio.wait_for(try_it(), 20))
    assert all("FALSCH" not in str(problem) for problem in problems)


def test_late_uplinks_are_sorted_into_the_series() -> None:
    collected = Uplinks(SENSORS)
    for counter, minute in ((1, 0), (3, 30), (2, 15)):
        collected.add(read(counter=counter, minute=minute))
    (series,) = collected.series()
    assert series.values.tolist() == [121.0, 122.0, 123.0]
    assert (np.diff(series.times) == np.timedelta64(900, "s")).all()
