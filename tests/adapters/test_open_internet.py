"""What somebody typed in never leads inside, whatever the name says the second time."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest

from steiger.adapters import openai_compatible
from steiger.adapters.open_internet import OpenInternet, OutsideError

OUTER, INNER = "93.184.216.34", "10.0.0.7"


def asked(
    *answers: Sequence[str], reply: httpx.Response | None = None, **limits: int
) -> tuple[httpx.Client, list[httpx.Request]]:
    """A client whose resolver gives these answers one after the other, and what was sent."""
    seen: list[httpx.Request] = []
    waiting = list(answers)

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return reply or httpx.Response(200, text="da")

    transport = OpenInternet(
        resolve=lambda _host: waiting.pop(0), inner=httpx.MockTransport(handler), **limits
    )
    return httpx.Client(transport=transport), seen


def test_connection_goes_to_the_checked_address_under_its_name() -> None:
    client, seen = asked([OUTER])
    assert client.post("https://modell.example/v1", json={"a": 1}).text == "da"
    (request,) = seen
    assert request.url.host == OUTER
    assert request.headers["Host"] == "modell.example"
    assert request.extensions["sni_hostname"] == "modell.example"
    assert request.headers.get_list("Accept-Encoding") == ["identity"]
    assert request.read() == b'{"a":1}'


def test_name_that_turns_inwards_between_two_requests_is_not_followed() -> None:
    client, seen = asked([OUTER], [INNER])
    client.get("https://modell.example/")
    with pytest.raises(OutsideError, match="outside of the open internet"):
        client.get("https://modell.example/")
    assert [request.url.host for request in seen] == [OUTER]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        [OUTER, "192.168.1.1"],
        ["169.254.169.254"],
        ["::1"],
        ["fd00::1"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::a00:1"],
        ["100.64.0.1"],
        ["198.18.0.1"],
        ["224.0.0.1"],
        [],
    ],
)
def test_inner_addresses_are_never_asked(addresses: list[str]) -> None:
    client, seen = asked(addresses)
    with pytest.raises(OutsideError):
        client.get("https://modell.example/")
    assert seen == []


@pytest.mark.parametrize(
    "url", ["http://modell.example/", "https://modell.example:8080/", "https://a:b@modell.example/"]
)
def test_other_schemes_ports_and_passwords_are_not_asked(url: str) -> None:
    client, seen = asked([OUTER])
    with pytest.raises(OutsideError, match="only https"):
        client.get(url)
    assert seen == []


def test_redirect_inwards_is_not_followed() -> None:
    reply = httpx.Response(302, headers={"Location": "https://169.254.169.254/"})
    client, seen = asked([OUTER], reply=reply)
    assert client.get("https://modell.example/").status_code == 302
    assert len(seen) == 1


def test_answers_and_requests_end() -> None:
    client, _ = asked([OUTER], reply=httpx.Response(200, content=b"x" * 101), largest=100)
    with pytest.raises(OutsideError, match="too large"):
        client.get("https://modell.example/")
    client, seen = asked([OUTER], [OUTER], most=1)
    client.get("https://modell.example/")
    with pytest.raises(OutsideError, match="more requests"):
        client.get("https://modell.example/")
    assert len(seen) == 1


def test_packed_answer_is_refused() -> None:
    packed = httpx.Response(200, headers={"Content-Encoding": "br"}, stream=httpx.ByteStream(b"x"))
    client, _ = asked([OUTER], reply=packed)
    with pytest.raises(OutsideError, match="packed"):
        client.get("https://modell.example/")


def test_endpoint_says_in_one_line_why_it_was_not_asked() -> None:
    waits: list[float] = []
    ask = openai_compatible.connect(
        "https://modell.example/v1",
        model="m",
        transport=OpenInternet(resolve=lambda _host: [INNER]),
        sleep=waits.append,
    )
    with pytest.raises(openai_compatible.EndpointError, match="outside of the open internet"):
        ask([("user", "?")])
