"""POST {"columns": [...], "rows": [[...], ...]} gives {"outputs": [...]}, one output per row.

An output is a list of probabilities in the order of the classes, a label, or a number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

SECONDS = 120.0


class ModelEndpointError(ValueError):
    """The endpoint does not answer as it should."""


def connect(
    address: str, *, key: str = "", transport: Any = None
) -> Callable[[tuple[str, ...], list[list[Any]]], list[Any]]:
    """A function from column names and rows to outputs.

    Raises:
        ModelEndpointError: an address that is none; later, by the function: no connection, a
            refusal, or another number of outputs than rows.
    """
    import httpx

    if not address.startswith(("http://", "https://")):
        raise ModelEndpointError(f"{address!r} is no address of a model; begin with https://")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    client = httpx.Client(timeout=SECONDS, headers=headers, transport=transport)

    def call(columns: tuple[str, ...], rows: list[list[Any]]) -> list[Any]:
        body = {"columns": list(columns), "rows": [[_plain(v) for v in row] for row in rows]}
        try:
            response = client.post(address, json=body)
            response.raise_for_status()
            outputs = response.json()["outputs"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise ModelEndpointError(f"{address}: {type(error).__name__}: {error}") from None
        if not isinstance(outputs, list) or len(outputs) != len(rows):
            raise ModelEndpointError(
                f"{address}: must give one output for each of {len(rows)} rows"
            )
        return outputs

    return call


def _plain(value: Any) -> Any:
    # JSON has no NaN; a missing number travels as null.
    return None if isinstance(value, float) and math.isnan(value) else value
