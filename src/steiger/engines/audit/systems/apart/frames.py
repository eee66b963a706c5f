"""What passes between the audit and the confined process: a head in JSON, then one array.

Nothing that comes back is ever unpickled: the head holds texts and sizes, the body is float64.
"""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LENGTHS = struct.Struct("<IQ")
LARGEST_HEAD, LARGEST_BODY = 50_000_000, 4_000_000_000


class FrameError(ValueError):
    """What came is no frame."""


def frame(head: dict[str, Any], body: bytes = b"") -> bytes:
    """A head and a body as bytes."""
    text = json.dumps(head, ensure_ascii=False).encode()
    return LENGTHS.pack(len(text), len(body)) + text + body


def sizes(start: bytes, most: int = LARGEST_BODY) -> tuple[int, int]:
    """Lengths of head and body, from the first bytes.

    Raises:
        FrameError: they are larger than anything that makes sense.
    """
    head, body = LENGTHS.unpack(start)
    if head > LARGEST_HEAD or body > most:
        raise FrameError(f"{head} and {body} bytes are too many")
    return head, body


def read_head(content: bytes) -> dict[str, Any]:
    """The head.

    Raises:
        FrameError: it is no object in JSON.
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FrameError("the head is no JSON") from error
    if not isinstance(found, dict):
        raise FrameError("the head is no object")
    return found


def array_of(shape: Any, body: bytes) -> Floats:
    """The array in a body, (N,) or (N, K).

    Raises:
        FrameError: the shape does not fit the bytes.
    """
    plain = isinstance(shape, list) and 1 <= len(shape) <= 2
    if not plain or not all(type(size) is int and 0 <= size < 2**32 for size in shape):
        raise FrameError("the shape is none")
    if 8 * int(np.prod(shape, dtype=object)) != len(body):
        raise FrameError("the array has another size than its shape")
    return np.frombuffer(body, "<f8").reshape(shape).astype(np.float64)
