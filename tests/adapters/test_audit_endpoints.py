"""Text and model endpoints: what is sent, what comes back, what is refused. No network."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from steiger.adapters import model_http, openai_compatible
from steiger.adapters.openai_compatible.parser import answer_text, request_body

Handler = Callable[[httpx.Request], httpx.Response]


def text(handler: Handler, waits: list[float] | None = None, key: str = "") -> Callable[..., str]:
    return openai_compatible.connect(
        "http://host/v1/",
        model="m",
        key=key,
        transport=httpx.MockTransport(handler),
        sleep=(waits if waits is not None else []).append,
    )


def said(content: Any) -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", "content": content}}]}


def test_question_and_answer_travel_as_the_interface_says() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=said("Guten Tag"))

    assert text(handler, key="s3")([("system", "Kurz."), ("user", "Hallo")]) == "Guten Tag"
    (request,) = seen
    assert str(request.url) == "http://host/v1/chat/completions"
    assert request.headers["Authorization"] == "Bearer s3"
    body = json.loads(request.content)
    assert body["messages"][1] == {"role": "user", "content": "Hallo"}
    assert (body["model"], body["temperature"]) == ("m", 0)


def test_busy_endpoint_is_asked_again() -> None:
    answers = [
        httpx.Response(429, headers={"Retry-After": "7"}),
        httpx.Response(503),
        httpx.Response(200, json=said("da")),
    ]
    waits: list[float] = []
    assert text(lambda _request: answers.pop(0), waits)([("user", "?")]) == "da"
    assert waits == [7.0, 2.0]


def test_endpoint_that_stays_busy_is_given_up() -> None:
    waits: list[float] = []
    ask = text(lambda _request: httpx.Response(500), waits)
    with pytest.raises(openai_compatible.EndpointError, match="after 4 tries"):
        ask([("user", "?")])
    assert len(waits) == 3


def test_refusal_is_not_repeated_and_key_is_not_told() -> None:
    ask = text(lambda _request: httpx.Response(401, text="no"), key="s3cret")
    with pytest.raises(openai_compatible.EndpointError, match="HTTP 401") as caught:
        ask([("user", "?")])
    assert "s3cret" not in str(caught.value)


def test_no_connection_is_one_error() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody", request=request)

    with pytest.raises(openai_compatible.EndpointError, match="nobody"):
        text(handler)([("user", "?")])


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (said("x"), "x"),
        (said(None), ""),
        (said([{"type": "text", "text": "a"}, {"type": "image"}, {"text": "b"}]), "ab"),
    ],
)
def test_answers_of_several_servers_are_read(body: Any, answer: str) -> None:
    assert answer_text(body) == answer


@pytest.mark.parametrize("body", [{}, [], {"choices": []}, said(3), {"choices": [{"text": "x"}]}])
def test_other_answers_are_refused(body: Any) -> None:
    with pytest.raises(ValueError, match="endpoint's answer"):
        answer_text(body)


def test_unknown_role_is_refused() -> None:
    with pytest.raises(ValueError, match="'boss'"):
        request_body([("boss", "x")], model="m")


def test_address_without_scheme_is_refused() -> None:
    with pytest.raises(openai_compatible.EndpointError, match="no address"):
        openai_compatible.connect("host/v1", model="m")
    with pytest.raises(model_http.ModelEndpointError, match="no address"):
        model_http.connect("file:///etc/passwd")


def test_rows_travel_and_missing_numbers_are_null() -> None:
    seen: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content))
        return httpx.Response(200, json={"outputs": [[0.1, 0.9], [0.5, 0.5]]})

    call = model_http.connect("http://host/predict", transport=httpx.MockTransport(handler))
    assert call(("a", "b"), [[1.0, "x"], [math.nan, "y"]]) == [[0.1, 0.9], [0.5, 0.5]]
    assert seen == [{"columns": ["a", "b"], "rows": [[1.0, "x"], [None, "y"]]}]


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(500),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={}),
        httpx.Response(200, json=[1]),
        httpx.Response(200, json={"outputs": [1, 2]}),
    ],
)
def test_other_model_answers_are_refused(response: httpx.Response) -> None:
    transport = httpx.MockTransport(lambda _request: response)
    call = model_http.connect("http://host/predict", transport=transport)
    with pytest.raises(model_http.ModelEndpointError, match="http://host/predict"):
        call(("a",), [[1.0]])
