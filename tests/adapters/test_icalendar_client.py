"""A typed address reaches the public internet and nothing else."""

from __future__ import annotations

import httpx
import pytest

from steiger.adapters.icalendar.addresses import normal_address
from steiger.adapters.icalendar.client import fetch
from steiger.adapters.icalendar.reader import MOST_BYTES, CalendarError
from steiger.lib.internet import is_public

OUTSIDE = "93.184.216.34"
ADDRESS = "https://kalender.example.org/a.ics"


def asked(answer: httpx.Response | Exception, address: str = ADDRESS, ip: str = OUTSIDE) -> bytes:
    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return fetch(address, resolve=lambda _: [ip], transport=httpx.MockTransport(handle))


def code_of(answer: httpx.Response | Exception, **options: str) -> str:
    with pytest.raises(CalendarError) as caught:
        asked(answer, **options)
    return caught.value.code


def test_the_connection_goes_to_the_checked_address() -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"x")

    fetch(ADDRESS, resolve=lambda _: [OUTSIDE], transport=httpx.MockTransport(handle))
    assert (seen[0].url.host, seen[0].headers["Host"]) == (OUTSIDE, "kalender.example.org")
    assert seen[0].extensions["sni_hostname"] == "kalender.example.org"


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "10.0.0.8",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - refused, not bound
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "fec0::1",
        "3fff::1",
        "192.88.99.1",
        "unsinn",
    ],
)
def test_inner_addresses_are_refused(ip: str) -> None:
    assert not is_public(ip)
    assert code_of(httpx.Response(200), ip=ip) == "not_public"


def test_outer_addresses_are_allowed() -> None:
    assert [is_public(ip) for ip in (OUTSIDE, "2606:2800:220:1::1")] == [True, True]


def test_one_inner_address_among_outer_ones_is_refused() -> None:
    with pytest.raises(CalendarError):
        fetch(ADDRESS, resolve=lambda _: [OUTSIDE, "10.0.0.1"])


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://example.org/a.ics", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("https://u:p@example.org/a", "password_in_address"),
        ("https://example.org:8443/a", "not_public"),
        ("https://example.org:x/a", "no_address"),
        ("https://localhost/a", "not_public"),
        ("https://127.0.0.1/a", "not_public"),
        ("https://[::1]/a", "not_public"),
        ("https://exa mple.org/", "no_address"),
        ("kalender", "not_https"),
        ("https://example.org/" + "a" * 2000, "no_address"),
    ],
)
def test_other_addresses_are_refused(address: str, code: str) -> None:
    with pytest.raises(CalendarError) as caught:
        normal_address(address)
    assert caught.value.code == code


def test_webcal_is_https() -> None:
    assert normal_address(" webcal://example.org/a.ics ") == "https://example.org/a.ics"


@pytest.mark.parametrize(
    ("onward", "code"),
    [
        ("http://example.org/a", "not_https"),
        ("https://169.254.169.254/latest", "not_public"),
        ("/b.ics", "too_many_hops"),
    ],
)
def test_every_hop_is_checked(onward: str, code: str) -> None:
    assert code_of(httpx.Response(302, headers={"Location": onward})) == code


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(401), "locked"),
        (httpx.Response(404), "not_there"),
        (httpx.Response(500), "no_answer"),
        (httpx.Response(200, content=b"x" * (MOST_BYTES + 1)), "too_large"),
        (httpx.ConnectTimeout("slow"), "no_answer"),
    ],
)
def test_bad_answers_are_named(answer: httpx.Response | Exception, code: str) -> None:
    assert code_of(answer) == code


def test_a_host_that_nobody_knows() -> None:
    def unknown(host: str) -> list[str]:
        raise OSError(host)

    with pytest.raises(CalendarError) as caught:
        fetch(ADDRESS, resolve=unknown)
    assert caught.value.code == "unknown_host"
