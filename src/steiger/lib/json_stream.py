"""Reading large JSON arrays one element at a time, with a limit on nesting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import ijson
from ijson.common import ObjectBuilder

MAX_DEPTH = 64


class TooDeepError(ValueError):
    """The JSON is nested deeper than any real list."""


def elements(stream: IO[bytes], prefix: str) -> Iterator[Any]:
    """Elements of the array at ``prefix`` ("item", or "features.item"), one at a time.

    The library's own ``items`` has no limit, and a hundred thousand brackets end the process.

    Raises:
        ijson.JSONError: no valid JSON.
        TooDeepError: nested deeper than 64 levels.
    """
    wanted = prefix.split(".")
    path: list[str] = []
    builder: ObjectBuilder | None = None
    inside = 0
    # basic_parse, because the library builds the whole path of every event, which a hundred
    # thousand brackets make quadratic.
    for event, value in ijson.basic_parse(stream):
        if event in {"end_map", "end_array"}:
            path.pop()
            inside -= 1
        elif builder is None and path == wanted:
            builder, inside = ObjectBuilder(), 0
        if builder is not None:
            builder.event(event, value)
        if event == "map_key":
            path[-1] = value
        elif event in {"start_map", "start_array"}:
            path.append("item" if event == "start_array" else "")
            inside += 1
            if len(path) > MAX_DEPTH:
                raise TooDeepError(f"It is nested deeper than {MAX_DEPTH} levels.")
        if builder is not None and inside == 0 and event != "map_key":
            yield builder.value
            builder = None
