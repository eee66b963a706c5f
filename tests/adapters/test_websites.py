"""Websites: what answers mean, and that nobody within the own network is ever asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.adapters.websites import Answer, Websites, read_answers
from steiger.adapters.websites.client import NoHostError
from steiger.lib.internet import is_public


class Site(BaseHTTPRequestHandler):
    """Answers by path, and remembers who asked."""

    asked: list[tuple[str, str]]

    def do_HEAD(self) -> None:
        """The same for both methods, save one page that knows GET only."""
        type(self).asked.append((self.command, self.path))
        status, _, target = self.path.strip("/").partition("~")
        if status == "getonly":
            status = "200" if self.command == "GET" else "404"
        if status == "loop":
            status, target = "302", "~loop"
        self.send_response(int(status))
        if target:
            self.send_header("Location", target.replace("~", "/"))
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815 - the name that the library calls

    def log_message(self, *_args: Any) -> None:
        """Nothing on the screen."""


@pytest.fixture
def site() -> Iterator[int]:
    """A server on this machine; its port."""
    Site.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def websites(port: int, **named: Any) -> Websites:
    """Asks the test server under any name, because its address is allowed here."""
    asker = Websites(
        user_agent="test",
        timeout_s=3,
        resolve=lambda _host, _port: ["127.0.0.1"],
        allowed=lambda _address: True,
        **named,
    )
    asker._ports = frozenset({port})
    return asker


@pytest.mark.parametrize(
    ("path", "result", "status"),
    [
        ("200", "reachable", 200),
        ("404", "gone", 404),
        ("410", "gone", 410),
        ("403", "unclear", 403),
        ("500", "silent", 500),
        ("getonly", "reachable", 200),
        ("301~~200", "moved", 200),
        ("302~~200", "reachable", 200),
        ("301~~404", "gone", 404),
    ],
)
def test_what_is_found(site: int, path: str, result: str, status: int) -> None:
    found = read_answers(websites(site).ask(f"http://example.org:{site}/{path}"))
    assert (found.result, found.status) == (result, status)
    if result == "moved":
        assert found.target == f"http://example.org:{site}/200"


def test_redirects_without_end_are_left(site: int) -> None:
    answers = websites(site).ask(f"http://example.org:{site}/loop")
    assert read_answers(answers).result == "unclear"
    assert len(Site.asked) == 6


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http:///",
        "http://user:secret@example.org/",
        "http://example.org:25/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://0x7f000001/",
        "http://2130706433/",
    ],
)
def test_nobody_inside_is_asked(url: str) -> None:
    found = read_answers(Websites(user_agent="test", timeout_s=1).ask(url))
    assert found.result in {"unclear", "gone"}
    assert found.status is None


def test_redirect_to_the_inside_is_refused(site: int) -> None:
    inside = {"out.example": ["127.0.0.1"], "inside.example": ["10.1.2.3"]}
    asker = websites(site)
    asker._resolve = lambda host, _port: inside[host]
    asker._allowed = lambda address: address == "127.0.0.1"  # stands for the open internet here
    answers = asker.ask(f"http://out.example:{site}/301~http:~~inside.example:{site}~200")
    assert answers[-1].problem == "refused"
    assert [path for _method, path in Site.asked if path == "/200"] == []


def test_changing_name_is_looked_up_once_per_connection(site: int) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    def changing(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    asker = websites(site)
    asker._resolve, asker._allowed = changing, lambda address: address == "127.0.0.1"
    assert read_answers(asker.ask(f"http://example.org:{site}/200")).result == "reachable"
    assert len(asked) == 1


def test_one_private_address_among_others_is_enough() -> None:
    asker = Websites(user_agent="t", resolve=lambda _host, _port: ["93.184.216.34", "192.168.0.1"])
    assert asker.ask("http://example.org/")[-1].problem == "refused"


def test_unknown_name_is_gone_and_silence_is_silence() -> None:
    def nobody(_host: str, _port: int) -> list[str]:
        raise NoHostError

    asker = Websites(user_agent="t", resolve=nobody)
    assert read_answers(asker.ask("http://example.invalid/")).result == "gone"
    closed = Websites(
        user_agent="t",
        timeout_s=1,
        resolve=lambda _host, _port: ["127.0.0.1"],
        allowed=lambda _address: True,
    )
    closed._ports = frozenset({1})
    assert read_answers(closed.ask("http://example.org:1/")).result == "silent"


@given(st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="fc00::/7"))
def test_private_addresses_are_not_public(address: Any) -> None:
    assert not is_public(str(address))
    if address.version == 4:
        assert not is_public(f"::ffff:{address}")
        packed = address.packed
        assert not is_public(
            f"2002:{packed[0]:02x}{packed[1]:02x}:{packed[2]:02x}{packed[3]:02x}::1"
        )


@pytest.mark.parametrize(
    ("first", "last", "result"),
    [
        ("http://www.example.org", "https://example.org/", "reachable"),
        ("http://example.org/a", "https://example.org/b", "moved"),
        ("http://example.org/", "https://other.example.org/", "moved"),
    ],
)
def test_same_place(first: str, last: str, result: str) -> None:
    chain = [Answer(first, 301, last), Answer(last, 200)]
    assert read_answers(chain).result == result
