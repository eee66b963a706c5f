"""Hostile bytes, time stamps and the rules of polite fetching."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import math
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.lib.sources import (
    Fetcher,
    FolderCache,
    MemoryCache,
    Policy,
    Source,
    SourceError,
    collect,
    each,
    instant,
    instant_of_seconds,
    iso_utc,
    members,
    number,
    place,
    read_json,
    read_xml,
    unpack,
)
from steiger.lib.sources.fetching import Stored


def second(text: str) -> np.datetime64:
    return np.datetime64(text, "s")


class UnreachableError(Exception):
    """What a client raises when a line is down."""


class Reply:
    """An answer of a scripted server."""

    def __init__(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        self.status_code, self._body = status, body
        self.headers: Mapping[str, str] = {k.replace("_", "-"): v for k, v in headers.items()}

    def iter_bytes(self) -> Iterator[bytes]:
        for start in range(0, len(self._body), 10):
            yield self._body[start : start + 10]


class Server:
    """Gives prepared replies in turn and remembers what was asked."""

    def __init__(self, *replies: Reply | Exception) -> None:
        self.replies, self.asked = list(replies), list[Mapping[str, str]]()
        self.slept: list[float] = []
        self.parameters: list[Mapping[str, str] | None] = []
        self.now = 0.0

    @contextmanager
    def stream(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[Reply]:
        assert (method, url) == ("GET", "http://b")
        self.parameters.append(params)
        self.asked.append(headers or {})
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        yield reply

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        self.now += 0.001
        return self.now


def fetcher(server: Server, cache: Any = None, **policy: Any) -> Fetcher:
    return Fetcher(
        "Beispiel",
        server,
        transient=(UnreachableError,),
        policy=Policy(**policy),
        cache=cache,
        sleep=server.sleep,
        clock=server.clock,
        jitter=lambda: 1.0,
    )


def test_pauses_double_and_end() -> None:
    server = Server(UnreachableError("weg"), Reply(503), Reply(429), Reply(body=b"da"))
    assert fetcher(server).get("http://b") == b"da"
    assert server.slept == [1.0, 2.0, 4.0]


def test_wish_of_the_server_counts_up_to_the_longest_pause() -> None:
    server = Server(
        Reply(429, retry_after="7"),
        Reply(503, retry_after="9999"),
        Reply(503, retry_after="morgen"),
        Reply(body=b"da"),
    )
    assert fetcher(server).get("http://b") == b"da"
    assert server.slept == [7.0, 60.0, 4.0]


def test_no_pause_beyond_the_total_time() -> None:
    server = Server(Reply(503), Reply(503), Reply(503))
    with pytest.raises(SourceError, match=r"fails .HTTP 503.; asked 2 times") as caught:
        fetcher(server, total_time=2.5).get("http://b")
    assert caught.value.status == 503
    assert server.slept == [1.0]


def test_slow_drip_is_cut_off() -> None:
    class Drip(Server):
        def clock(self) -> float:
            self.now += 40
            return self.now

    with pytest.raises(SourceError, match="takes longer than 300 seconds"):
        fetcher(Drip(Reply(body=b"x" * 1000))).get("http://b")


def test_other_errors_of_the_client_are_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        fetcher(Server(ZeroDivisionError())).get("http://b")


def test_unchanged_answer_comes_from_the_cache() -> None:
    cache = MemoryCache()
    server = Server(Reply(body=b"eins", etag='"7"', last_modified="gestern"), Reply(304))
    assert [fetcher(server, cache).get("http://b") for _ in range(2)] == [b"eins", b"eins"]
    assert "If-None-Match" not in server.asked[0]
    assert server.asked[1]["If-None-Match"] == '"7"'
    assert server.asked[1]["If-Modified-Since"] == "gestern"


def test_answer_for_other_parameters_is_another() -> None:
    cache = MemoryCache()
    server = Server(Reply(body=b"eins", etag="1"), Reply(body=b"zwei", etag="1"))
    one = fetcher(server, cache)
    assert (one.get("http://b", {"a": "1"}), one.get("http://b", {"a": "2"})) == (b"eins", b"zwei")
    assert "If-None-Match" not in server.asked[1]


def test_unasked_304_is_an_error() -> None:
    with pytest.raises(SourceError, match="HTTP 304"):
        fetcher(Server(Reply(304))).get("http://b")


def test_memory_cache_forgets_the_oldest() -> None:
    cache = MemoryCache(most=2)
    for key in ("a", "b", "c"):
        cache.put(key, Stored(key.encode()))
    assert [cache.get(key) is None for key in ("a", "b", "c")] == [True, False, False]


def test_folder_cache_keeps_and_distrusts(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path / "cache")
    stored = Stored(b"zeile\nzeile", '"7"', "gestern")
    cache.put("a", stored)
    assert FolderCache(tmp_path / "cache").get("a") == stored
    assert cache.get("b") is None
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert cache.get("a") is None
    file.write_bytes(b"{}")
    assert cache.get("a") is None


@pytest.mark.parametrize("field", ["attempts", "first_pause", "total_time", "largest"])
def test_policy_without_sense_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        Policy(**{field: -1})


def test_source_that_cannot_be_cited_is_refused() -> None:
    words: dict[str, Any] = {
        "key": "b", "name": "B", "homepage": "h", "licence": "l", "licence_url": "",
        "attribution": "a", "kinds": ("rain",),
    }  # fmt: skip
    assert Source(**words).name == "B"
    for change in ({"attribution": " "}, {"kinds": ()}):
        with pytest.raises(ValueError, match=next(iter(change))):
            Source(**(words | change))


def test_error_is_one_line_whatever_the_source_sent() -> None:
    error = SourceError("B", "x" * 5000 + "\n\x1b[31m", station="a\nb", where="row 3")
    text = str(error)
    assert text.startswith("B, station a b, row 3: xxx")
    assert text.isprintable()
    assert len(text) < 400


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2031-07-14T12:00:00Z", "2031-07-14T12:00:00"),
        ("2031-07-14T12:00:00.999999999Z", "2031-07-14T12:00:00"),
        ("2031-07-14T12:00:00.000+01:00", "2031-07-14T11:00:00"),
        ("2031-10-26T02:30:00+02:00", "2031-10-26T00:30:00"),
        ("2031-10-26T02:30:00+01:00", "2031-10-26T01:30:00"),
        ("1899-12-31T23:59:59.5Z", "1899-12-31T23:59:59"),
    ],
)
def test_instant_is_the_second_in_utc(text: str, expected: str) -> None:
    assert instant(text) == second(expected)


@pytest.mark.parametrize(
    "text",
    ["", "gestern", "2031-07-14T12:00:00", "2031-02-30T00:00:00Z", "1700-01-01T00:00:00Z",
     "2300-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", None, 5, "9" * 100],
)  # fmt: skip
def test_instant_that_is_none_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"time stamp|time zone|1800 to 2200"):
        instant(text)


def test_instant_without_zone_takes_the_one_that_is_given() -> None:
    assert instant("2031-07-14T12:00:00", zone=timezone(timedelta(hours=1))) == second(
        "2031-07-14T11:00:00"
    )


@given(st.integers(-5_300_000_000, 7_200_000_000), st.integers(-720, 840))
def test_instant_is_the_same_in_every_zone(seconds: int, minutes: int) -> None:
    whole = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    abroad = whole.astimezone(timezone(timedelta(minutes=minutes)))
    assert instant(abroad.isoformat()) == instant(iso_utc(whole)) == instant(iso_utc(abroad))
    assert instant_of_seconds(whole.timestamp()) == instant(iso_utc(whole))


@pytest.mark.parametrize("seconds", [math.nan, math.inf, -1e18, 1e18, True, None, "5", [5]])
def test_seconds_that_are_no_time_are_refused(seconds: object) -> None:
    with pytest.raises(ValueError, match=r"1800 to 2200|no time"):
        instant_of_seconds(seconds)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, 1.0), (-0.5, -0.5), ("1.5", 1.5), (" 2 ", 2.0), ("1e3", 1000.0)],
)
def test_number_is_read(value: object, expected: float) -> None:
    assert number(value) == expected


@pytest.mark.parametrize("value", [None, "", " ", "NaN", "null", "-", math.nan])
def test_missing_number_is_nan(value: object) -> None:
    assert math.isnan(number(value))


@pytest.mark.parametrize(
    "value", [True, [], {}, "1,5", "1_0", "٣", "inf", 1e10, -1e10, "0x1", 10**400, "1" * 99]
)
def test_number_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"number|reading"):
        number(value)


def test_place_in_metres_or_half_a_place_is_none() -> None:
    assert place("51.2", 7.1) == (51.2, 7.1)
    assert place(5678901, 2567890) == place(51.2, None) == place("", "") == (None, None)


def test_json_says_line_and_column() -> None:
    with pytest.raises(SourceError, match=r"B, station s, line 2, column 3: is no valid JSON"):
        read_json(b'[1,\n 2x, {"a": 3}]', "B", station="s")
    with pytest.raises(SourceError, match="cut off"):
        read_json(b'[1,\n 2, {"a": 3', "B")
    with pytest.raises(SourceError, match="byte 3: is not UTF-8"):
        read_json(b'["M\xfc"]', "B")
    assert read_json(b"\xef\xbb\xbf[1]", "B") == [1]


def test_xml_says_line_and_column() -> None:
    with pytest.raises(SourceError, match="line 2, column 6"):
        read_xml(b"<a>\n<b></c></a>", "B")
    assert read_xml(b"<a>1</a>", "B").text == "1"
    with pytest.raises(SourceError, match=r"no readable XML|no valid XML"):
        read_xml(b'<?xml version="1.0" encoding="x-beispiel"?><a/>', "B")


def test_each_names_the_element() -> None:
    def read(item: Any) -> Any:
        return item["a"]["b"]

    assert each([{"a": {"b": 1}}], read, "B", what="row") == [1]
    for items, words in (
        ([{"a": {"b": 1}}, {"a": {}}], "row 2: has no 'b'"),
        ([{"a": None}], "row 1: is laid out otherwise"),
        ({}, "holds no list of rows"),
    ):
        with pytest.raises(SourceError, match=words):
            each(items, read, "B", what="row")


@given(st.binary(max_size=3000), st.integers(1, 3))
def test_unpacking_gives_what_was_packed(data: bytes, parts: int) -> None:
    assert unpack(gzip.compress(data) * parts, "B") == data * parts
    assert unpack(bz2.compress(data) * parts, "B") == data * parts
    assert unpack(gzip.compress(data) + bytes(7), "B") == data


@given(st.binary(min_size=1, max_size=300), st.data())
def test_packed_data_cut_anywhere_is_refused(data: bytes, draw: st.DataObject) -> None:
    for form in (gzip.compress(data), bz2.compress(data)):
        cut = draw.draw(st.integers(3, len(form) - 1))
        with pytest.raises(SourceError, match=r"cut off|damaged"):
            unpack(form[:cut], "B")


def test_limit_is_exact() -> None:
    packed = gzip.compress(bytes(1000))
    assert len(unpack(packed, "B", limit=1000)) == 1000
    with pytest.raises(SourceError, match="more than 999 bytes"):
        unpack(packed, "B", limit=999)
    with pytest.raises(SourceError, match="more than 999 bytes"):
        unpack(bytes(1000), "B", limit=999)


def zipped(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"folder/{name}", content)
    return file.getvalue()


def tarred(*infos: tarfile.TarInfo, content: bytes = b"") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for info in infos:
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def test_members_of_archives_are_given_by_their_last_name() -> None:
    assert list(members(zipped(a=b"1", b=b"2"), "B")) == [("a", b"1"), ("b", b"2")]
    info = tarfile.TarInfo("../../etc/passwd")
    info.size = 3
    assert list(members(bz2.compress(tarred(info, content=b"abc")), "B")) == [("passwd", b"abc")]
    assert list(members(b"plain", "B")) == [("", b"plain")]


def test_links_and_devices_in_a_tar_are_left_out() -> None:
    link, device = tarfile.TarInfo("a"), tarfile.TarInfo("b")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    device.type = tarfile.CHRTYPE
    assert list(members(tarred(link, device), "B")) == []


def test_archives_that_unpack_to_too_much_are_refused() -> None:
    with pytest.raises(SourceError, match="unpacks to more than"):
        list(members(zipped(a=bytes(5000)), "B", limit=4000))
    with pytest.raises(SourceError, match="unpacks to more than"):
        list(members(zipped(a=bytes(3000), b=bytes(3000)), "B", limit=4000))
    with pytest.raises(SourceError, match="more than 2,000 files"):
        list(members(tarred(*[tarfile.TarInfo(str(i)) for i in range(2001)]), "B"))


def test_locked_or_broken_zip_is_refused() -> None:
    whole = zipped(a=b"x" * 100)
    for broken in (whole[:-30], whole[:40] + b"\xff" * 20 + whole[60:]):
        with pytest.raises(SourceError, match="damaged or locked"):
            list(members(broken, "B"))


def test_collect_keeps_what_came_and_says_what_did_not() -> None:
    def fails() -> list[int]:
        raise SourceError("B", "fails")

    jobs = {"one": lambda: [1, 2], "two": fails, "three": lambda: [3]}
    for workers in (1, 5):
        found = collect(jobs, workers=workers)
        assert found.items == (1, 2, 3)
        assert list(found.results) == ["one", "three"]
        assert {name: str(error) for name, error in found.failures.items()} == {"two": "B: fails"}


def test_collect_does_not_hide_mistakes() -> None:
    with pytest.raises(ZeroDivisionError):
        collect({"one": lambda: [1 // 0]})


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists))
def test_any_json_is_read_or_refused(value: Any) -> None:
    assert read_json(json.dumps(value).encode(), "B") == value
