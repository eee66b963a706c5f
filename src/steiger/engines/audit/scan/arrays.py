"""Arrays of numpy (.npy) and of safetensors: a header that says how long the rest is."""

from __future__ import annotations

import ast
import json
import re
from typing import Any, BinaryIO

from steiger.engines.audit.scan.pickles import scan_pickle
from steiger.engines.audit.scan.result import Findings

NPY = b"\x93NUMPY"
#: Longest header of a .npy file; numpy itself asks back above this.
LONGEST_HEADER = 10_000
_SIMPLE = re.compile(r"[<>|=]?([?bBhHiuIlLqQefdgFDGSaUVmMcO])(\d+)?(\[[A-Za-z0-9]+\])?")
_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "I16": 16, "U16": 16,
    "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "F64": 64, "I64": 64, "U64": 64,
    "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
}  # fmt: skip


class _BrokenError(ValueError):
    """A header does not say what it must."""


def scan_npy(stream: BinaryIO, where: str, size: int, findings: Findings) -> None:
    """Scan one array. Object arrays hold a pickle, which is scanned as one.

    Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
    """
    try:
        header = _npy_header(stream)
        width, count = _item(header["descr"]), _elements(header["shape"])
    except (_BrokenError, ValueError, SyntaxError, RecursionError, MemoryError, TypeError) as error:
        findings.add("broken", where, f"npy: {error}")
        return
    if width is None:
        scan_pickle(stream, where, size, findings)
    elif stream.tell() + count * width != size:
        more = stream.tell() + count * width < size
        findings.add("trailing" if more else "broken", where, "npy")


def _elements(shape: tuple[object, ...]) -> int:
    count = 1
    for part in shape:
        if not isinstance(part, int) or isinstance(part, bool) or part < 0:
            raise _BrokenError("shape")
        count *= part
    return count


def _npy_header(stream: BinaryIO) -> dict[str, Any]:
    stream.seek(len(NPY))
    version = tuple(stream.read(2))
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise _BrokenError("version")
    length = int.from_bytes(stream.read(2 if version == (1, 0) else 4), "little")
    if length > LONGEST_HEADER:
        raise _BrokenError("header too long")
    text = stream.read(length)
    if len(text) != length:
        raise _BrokenError("cut off")
    header = ast.literal_eval(text.decode("utf-8" if version == (3, 0) else "latin-1"))
    if not isinstance(header, dict) or set(header) != {"descr", "fortran_order", "shape"}:
        raise _BrokenError("keys")
    if not isinstance(header["shape"], tuple) or not isinstance(header["fortran_order"], bool):
        raise _BrokenError("types")
    return header


def _item(description: object) -> int | None:
    """Bytes of one element; None where elements are objects."""
    if isinstance(description, str):
        match = _SIMPLE.fullmatch(description)
        if not match:
            raise _BrokenError("type of elements")
        letter, digits, _ = match.groups()
        if letter == "O":
            return None
        if digits is None:
            if letter not in "?bBc":
                raise _BrokenError("type of elements")
            return 1
        return int(digits) * (4 if letter == "U" else 1)
    if not isinstance(description, list):
        raise _BrokenError("type of elements")
    total = 0
    for field in description:
        if not isinstance(field, tuple) or len(field) not in (2, 3):
            raise _BrokenError("field")
        width = _item(field[1])
        if width is None:
            return None
        for part in field[2] if len(field) == 3 else ():
            if not isinstance(part, int) or part < 0:
                raise _BrokenError("field")
            width *= part
        total += width
    return total


def looks_like_safetensors(head: bytes, size: int) -> bool:
    """Whether the first bytes are the length of a header, and a JSON object begins."""
    length = int.from_bytes(head[:8], "little")
    return len(head) > 8 and head[8:9] == b"{" and 2 <= length <= size - 8


def scan_safetensors(stream: BinaryIO, where: str, size: int, findings: Findings) -> None:
    """Scan a header: tensors must cover the rest exactly, without gap or overlap.

    Format: https://github.com/huggingface/safetensors#format
    """
    try:
        length = int.from_bytes(stream.read(8), "little")
        findings.unpack(length)
        header = json.loads(stream.read(length).decode("utf-8"), object_pairs_hook=_once)
        _tensors(header, size - 8 - length)
    except (_BrokenError, ValueError, RecursionError) as error:
        findings.add("broken", where, f"safetensors: {error}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise _BrokenError("a key stands twice")
    return dict(pairs)


def _tensors(header: dict[str, Any], rest: int) -> None:
    notes = header.pop("__metadata__", {})
    if not isinstance(notes, dict) or not all(isinstance(text, str) for text in notes.values()):
        raise _BrokenError("metadata")
    spans = sorted(_span(name, tensor) for name, tensor in header.items())
    end = 0
    for first, last in spans:
        if first != end:
            raise _BrokenError("gap or overlap")
        end = last
    if end != rest:
        raise _BrokenError("length of the data")


def _span(name: str, tensor: object) -> tuple[int, int]:
    if not isinstance(tensor, dict) or set(tensor) != {"dtype", "shape", "data_offsets"}:
        raise _BrokenError(f"tensor {name[:60]}")
    shape, offsets = tensor["shape"], tensor["data_offsets"]
    numbers = [*shape, *offsets] if isinstance(shape, list) and isinstance(offsets, list) else [""]
    if len(numbers) - 2 != len(shape) or not all(type(n) is int and n >= 0 for n in numbers):
        raise _BrokenError(f"tensor {name[:60]}")
    bits = _BITS.get(tensor["dtype"]) if isinstance(tensor["dtype"], str) else None
    if bits is None:
        raise _BrokenError(f"type of {name[:60]}")
    for part in shape:
        bits *= part
    first, last = offsets
    if bits % 8 or last - first != bits // 8:
        raise _BrokenError(f"length of {name[:60]}")
    return first, last
