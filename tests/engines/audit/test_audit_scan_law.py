"""The law behind the scan: what is called safe asks a real unpickler for nothing off the list."""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.hostile_models import dumps
from steiger.engines.audit.scan import scan_stream
from steiger.engines.audit.scan.allowed import allow_list

with zipfile.ZipFile(Path(__file__).with_name("clean_models.zip")) as _archive:
    SEEDS = [
        _archive.read(name)
        for name in _archive.namelist()
        if name.endswith(".pkl") and _archive.getinfo(name).file_size < 6000
    ]
SEEDS += [
    dumps("os", "system", "x"),
    dumps("collections", "OrderedDict", protocol=4),
    b"\x80\x04\x8c\x02os\x940\x8c\x05dtype\x940\x8c\x05numpy\x940h\x02h\x01\x93.",
]
#: Operations that fetch, store, name and call: what an attack is made of.
PIECES = [
    *(b"h\x00", b"h\x01", b"h\x02", b"q\x00", b"q\x01", b"\x94", b"0", b"2", b"(", b"1", b"\x93"),
    *(b"R", b"\x81", b"b", b"o", b"t", b"\x85", b"\x86", b")", b"}", b"]", b"N", b"s", b"a", b"."),
    *(b"\x8c\x02os", b"\x8c\x06system", b"cos\nsystem\n", b"cnumpy\ndtype\n", b"\x80\x02", b"Q"),
]


class Stub:
    """Stands for everything that is imported; does nothing, whatever is done to it."""

    def __new__(cls, *_: Any, **__: Any) -> Stub:
        return object.__new__(cls)

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __setstate__(self, _: Any) -> None:
        pass

    def __setitem__(self, *_: Any) -> None:
        pass

    def append(self, *_: Any) -> None:
        pass

    extend = add = append


def asked(content: bytes, kind: type[Any]) -> list[tuple[str, str]]:
    """The names that a real unpickler asks for, in order, until it ends or fails."""
    names: list[tuple[str, str]] = []

    class Recorder(kind):  # type: ignore[misc]
        def find_class(self, module: str, name: str) -> type:
            names.append((module, name))
            return Stub

    try:
        Recorder(io.BytesIO(content)).load()
    except Exception:  # noqa: BLE001 - a broken stream may fail in any way; what counts came before
        return names
    return names


def translated(name: tuple[str, str], content: bytes) -> set[tuple[str, str]]:
    """As Python translates old names below protocol 3, which happens behind `find_class`."""
    from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING

    module, word = NAME_MAPPING.get(name, name)
    return {name, (IMPORT_MAPPING.get(module, module), word)}


@settings(max_examples=300, deadline=None)
@given(st.data())
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_safe_means_that_nothing_off_the_list_is_asked_for(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content)))
        if data.draw(st.booleans()):
            content[place:place] = data.draw(st.sampled_from(PIECES))
        else:
            content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=2))
    raw = bytes(content)
    if scan_stream(io.BytesIO(raw), "model.pkl").verdict != "safe":
        return
    for kind in (pickle.Unpickler, pickle._Unpickler):  # type: ignore[attr-defined]
        for name in asked(raw, kind):
            assert translated(name, raw) & set(allow_list()), name


def test_recorder_would_find_a_name_off_the_list() -> None:
    for kind in (pickle.Unpickler, pickle._Unpickler):  # type: ignore[attr-defined]
        assert asked(SEEDS[-3], kind) == [("os", "system")]
        assert asked(SEEDS[-1], kind) == [("numpy", "dtype")]
