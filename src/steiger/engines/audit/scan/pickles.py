"""Streams of pickles: plain, as joblib writes them, and torch's older form."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import BinaryIO

from steiger.engines.audit.scan.dtypes import holds_objects, width_of
from steiger.engines.audit.scan.machine import BrokenPickleError, Machine
from steiger.engines.audit.scan.result import Findings
from steiger.engines.audit.scan.values import (
    Const,
    Global,
    Items,
    Made,
    Stored,
    Tup,
    Value,
    pair,
    text_of,
)

#: torch.serialization.MAGIC_NUMBER of files before the zip form.
TORCH_MAGIC = 0x1950A86A20F9469CFC6C
WRAPPER = "joblib.numpy_pickle.NumpyArrayWrapper"
#: Bytes of one element of each type of torch storage.
STORAGE_SIZES = {
    "DoubleStorage": 8, "LongStorage": 8, "ComplexFloatStorage": 8, "ComplexDoubleStorage": 16,
    "FloatStorage": 4, "IntStorage": 4, "HalfStorage": 2, "BFloat16Storage": 2, "ShortStorage": 2,
    "CharStorage": 1, "ByteStorage": 1, "BoolStorage": 1, "UntypedStorage": 1,
}  # fmt: skip
#: joblib aligns arrays to this and writes how far it had to move; then come bytes of value 255.
ALIGNMENT = 16
MAX_FOLLOWING = 8


def scan_pickle(stream: BinaryIO, where: str, size: int, findings: Findings) -> None:
    """Scan a whole file that is one pickle, a joblib dump, or torch's older container."""
    reader = ArrayReader(stream, where, findings)
    start = stream.tell()
    machine = Machine(where, findings, after_build=reader)
    value = _follow(machine, stream, where, findings)
    if value is None:
        return
    if isinstance(value, Const) and value.value == TORCH_MAGIC:
        _scan_torch_legacy(stream, where, size, findings)
        return
    if reader.arrays:
        _scan_as_plain(stream, start, where, findings)
    _nothing_follows(stream, where, size, findings)


def _follow(machine: Machine, stream: BinaryIO, where: str, findings: Findings) -> Value | None:
    try:
        return machine.follow(stream)
    except BrokenPickleError as error:
        findings.add("broken_pickle", where, str(error))
        return None


def _scan_as_plain(stream: BinaryIO, start: int, where: str, findings: Findings) -> None:
    """Scan a joblib dump as `pickle.load` would read it: it takes bytes of arrays for operations.

    A reader without joblib fails at the first of them; what it would have run before then counts.
    """
    end = stream.tell()
    stream.seek(start)
    plain = Findings(findings.limits)
    machine = Machine(where, plain)
    with suppress(BrokenPickleError):
        machine.follow(stream)
    for reason in plain.reasons:
        findings.add(reason.code, reason.where, reason.what)
    stream.seek(end)


def _nothing_follows(stream: BinaryIO, where: str, size: int, findings: Findings) -> None:
    """After STOP the file must end; further pickles are scanned, so that they are named."""
    for _ in range(MAX_FOLLOWING):
        position = stream.tell()
        if position >= size:
            return
        first = stream.read(1)
        stream.seek(position)
        if first != b"\x80":
            findings.add("trailing", where, f"{size - position} bytes")
            return
        findings.add("several_pickles", where)
        machine = Machine(where, findings, after_build=ArrayReader(stream, where, findings))
        if _follow(machine, stream, where, findings) is None:
            return
    findings.add("trailing", where)


# --- joblib --------------------------------------------------------------------------------------
class ArrayReader:
    """Steps over the bytes of arrays that joblib writes between the operations of a pickle."""

    def __init__(self, stream: BinaryIO, where: str, findings: Findings) -> None:
        self.stream, self.where, self.findings = stream, where, findings
        self.arrays = 0

    def __call__(self, made: Made) -> Value | None:
        """The array in place of its wrapper, if this is one.

        Raises:
            BrokenPickleError: the bytes that are announced are not there.
        """
        if class_of(made) != WRAPPER:
            return None
        self.arrays += 1
        state = made.state
        subclass, dtype = pair(state, "subclass"), pair(state, "dtype")
        if not (isinstance(subclass, Global) and subclass.path == "numpy.ndarray"):
            self.findings.add("arguments", self.where, f"{WRAPPER}: subclass")
        if holds_objects(dtype):
            self._objects()
        else:
            self._bytes(state, dtype)
        return Made(Global("numpy", "ndarray"), Tup(()))

    def _objects(self) -> None:
        # joblib calls pickle.load, which has a memo of its own.
        Machine(self.where, self.findings).follow(self.stream)

    def _bytes(self, state: Value | None, dtype: Value | None) -> None:
        count, width = _count(pair(state, "shape")), width_of(dtype)
        alignment = pair(state, "numpy_array_alignment_bytes")
        if not (isinstance(alignment, Const) and alignment.value == ALIGNMENT):
            self.findings.add("old_joblib", self.where)
            raise BrokenPickleError("array without alignment")
        if count is None or width is None:
            self.findings.add("unresolved", self.where, "size of an array")
            raise BrokenPickleError("size of an array")
        head = self.stream.read(1)
        padding = self.stream.read(head[0]) if head else b""
        if not head or len(padding) != head[0] or padding.strip(b"\xff"):
            self.findings.add("mismatch", self.where, "padding of an array")
            raise BrokenPickleError("padding of an array")
        skip(self.stream, count * width)


def class_of(made: Made) -> str:
    """The class of what was made, also where `copyreg` made it."""
    if made.maker.path == "copyreg._reconstructor" and isinstance(made.arguments, Tup):
        first = made.arguments.items[0] if made.arguments.items else None
        return first.path if isinstance(first, Global) else ""
    return made.maker.path


def skip(stream: BinaryIO, count: int) -> None:
    """Move on over `count` bytes that must be there.

    Raises:
        BrokenPickleError: the stream ends before.
    """
    here = stream.tell()
    end = stream.seek(0, os.SEEK_END)
    if here + count > end:
        raise BrokenPickleError("fewer bytes than announced")
    stream.seek(here + count)


def _count(shape: Value | None) -> int | None:
    if not isinstance(shape, Tup):
        return None
    count = 1
    for part in shape.items:
        value = part.value if isinstance(part, Const) else None
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            return None
        count *= value
    return count


# --- torch, before the zip form ------------------------------------------------------------------
def storage(value: Value) -> Stored | None:
    """What a persistent id of torch refers to: ('storage', type, key, place, count)."""
    if not isinstance(value, Tup) or len(value.items) not in (5, 6):
        return None
    word, kind, key, place, count = value.items[:5]
    if text_of(word) != "storage" or not isinstance(kind, Global):
        return None
    if kind.module not in ("torch", "torch.storage") or kind.name not in STORAGE_SIZES:
        return None
    if len(value.items) == 6 and not _is_none(value.items[5]):
        return None
    name, amount = text_of(key), count.value if isinstance(count, Const) else None
    if name is None or text_of(place) is None or not isinstance(amount, int) or amount < 0:
        return None
    return Stored(kind, name, amount)


def _is_none(value: Value) -> bool:
    return isinstance(value, Const) and value.value is None


def _scan_torch_legacy(stream: BinaryIO, where: str, size: int, findings: Findings) -> None:
    """Magic number (read already), protocol, system, object, keys of storages, their bytes.

    Source: torch/serialization.py, ``_legacy_save``.
    """
    stored: dict[str, Stored] = {}

    def remember(value: Value) -> Stored | None:
        found = storage(value)
        if found is not None:
            stored[found.key] = found
        return found

    keys: Value | None = None
    for number in range(4):
        machine = Machine(where, findings, persistent=remember if number == 2 else None)
        keys = _follow(machine, stream, where, findings)
        if keys is None:
            return
    names = [text_of(key) for key in keys.items] if isinstance(keys, Items) else []
    if sorted(str(name) for name in names) != sorted(stored):
        findings.add("mismatch", where, "keys of the storages")
        return
    try:
        for name in names:
            part = stored[str(name)]
            if int.from_bytes(stream.read(8), "little") != part.count:
                findings.add("mismatch", where, f"size of storage {part.key}")
                return
            skip(stream, part.count * STORAGE_SIZES[part.type.name])
    except BrokenPickleError as error:
        findings.add("broken_pickle", where, str(error))
        return
    if stream.tell() != size:
        findings.add("trailing", where)
