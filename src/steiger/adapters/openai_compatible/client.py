"""Asks an OpenAI-compatible endpoint. Tries again on overload, gives up with one line."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from steiger.adapters.openai_compatible.parser import answer_text, request_body

SECONDS, TRIES, PAUSE_S, LONGEST_PAUSE_S = 60.0, 4, 1.0, 30.0
BUSY = (429, 500, 502, 503, 504)


class EndpointError(ValueError):
    """The endpoint does not answer as it should."""


def connect(
    address: str,
    *,
    model: str,
    key: str = "",
    transport: Any = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Callable[[Sequence[tuple[str, str]]], str]:
    """A function from messages (role, text) to the answer's text.

    Args:
        address: base address, such as `http://127.0.0.1:8080/v1`.
        model: name of the model there.
        key: bearer token; never logged.
        transport: of httpx, for tests.
        sleep: waits between tries.

    Raises:
        EndpointError: an address that is none; later, by the function: no connection, a refusal,
            or an answer of another form.
    """
    import httpx

    if not address.startswith(("http://", "https://")):
        raise EndpointError(f"{address!r} is no address of an endpoint; begin with https://")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    client = httpx.Client(timeout=SECONDS, headers=headers, transport=transport)
    url = address.rstrip("/") + "/chat/completions"

    def ask(messages: Sequence[tuple[str, str]]) -> str:
        body = request_body(messages, model=model)
        for turn in range(TRIES):
            try:
                response = client.post(url, json=body)
            except httpx.HTTPError as error:
                reason = f"{type(error).__name__}: {error}"
                wait = PAUSE_S * 2**turn
            else:
                if response.status_code not in BUSY:
                    return _text(response, url)
                reason = f"HTTP {response.status_code}"
                wait = _asked_to_wait(response, PAUSE_S * 2**turn)
            if turn + 1 < TRIES:
                sleep(min(wait, LONGEST_PAUSE_S))
        raise EndpointError(f"{url}: no answer after {TRIES} tries ({reason})")

    return ask


def _text(response: Any, url: str) -> str:
    if response.status_code != 200:
        raise EndpointError(f"{url}: HTTP {response.status_code}: {response.text[:200]}")
    try:
        return answer_text(response.json())
    except ValueError as error:
        raise EndpointError(f"{url}: {error}") from None


def _asked_to_wait(response: Any, default: float) -> float:
    try:
        return max(float(response.headers.get("Retry-After", default)), 0.0)
    except ValueError:
        return default
