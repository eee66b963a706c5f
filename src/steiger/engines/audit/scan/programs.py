"""Files that are programs, or whose description of a model calls one. Found by their bytes alone.

None of these forms is ever called safe; here they are told from files that are only unknown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from steiger.engines.audit.scan.result import Findings

_MACH = (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xcf")
_YAML = re.compile(rb"!!python/|tag:yaml\.org,2002:python/")
#: Operations of TensorFlow that run Python or touch files; in a graph each name follows its length.
TENSORFLOW = (
    "EagerPyFunc", "MatchingFiles", "PyFunc", "PyFuncStateless", "ReadFile", "WriteFile",
)  # fmt: skip
_GRAPH = tuple(b"\x12" + bytes([len(name)]) + name.encode() for name in TENSORFLOW)
#: Layers of Keras that hold byte code, and names that are imported, in JSON however it is written.
_LAYER = re.compile(
    rb'"(?:Lambda|__lambda__)"|"class_name"\s*:\s*"function"|\\u00[46][0-9a-fA-F]', re.ASCII
)
_BLOCK, _OVERLAP = 1 << 20, 256
_KERAS = re.compile(r"keras(\.|$)")


def program(head: bytes) -> str | None:  # noqa: PLR0911 - one return for each form
    """What kind of program a file begins like, or None."""
    if head.startswith(b"\x7fELF"):
        return "ELF"
    if head.startswith(b"MZ") and len(head) >= 64:
        return "PE"
    if head[:4] in _MACH:
        return "Mach-O"
    if head.startswith(b"#!"):
        return "script"
    # Four bytes: version and line end, then flags.
    if head[2:4] == b"\r\n" and head[4:8] in (bytes(4), b"\1\0\0\0", b"\3\0\0\0"):
        return "Python byte code"
    # marshal: a code object, then the small number of its arguments.
    if head[:1] in (b"\xe3", b"\x63") and len(head) > 8 and head[2:5] == bytes(3):
        return "Python byte code"
    return None


def scan_text_or_graph(stream: BinaryIO, where: str, findings: Findings) -> None:
    """Name what runs in YAML and in graphs of TensorFlow."""
    for block in _blocks(stream, findings):
        if found := _YAML.search(block):
            findings.add("code", where, found[0].decode())
        for name in _GRAPH:
            if name in block:
                findings.add("code", where, name[2:].decode())


def scan_hdf5(stream: BinaryIO, where: str, findings: Findings) -> None:
    """Attributes of HDF5 are not packed, so Keras' description of a model stands there as text."""
    for block in _blocks(stream, findings):
        if found := _LAYER.search(block):
            findings.add("code", where, found[0].decode("ascii", "replace"))


def scan_keras(content: bytes, where: str, findings: Findings) -> None:
    """Every name in config.json must be Keras' own, and none may hold byte code.

    Format: keras/src/saving/serialization_lib.py, ``deserialize_keras_object``.
    """
    try:
        config = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        findings.add("broken", where, f"Keras: {error}")
        return
    waiting: list[Any] = [config]
    while waiting:
        part = waiting.pop()
        findings.operate()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            _keras_node(part, where, findings)


def _keras_node(node: dict[str, Any], where: str, findings: Findings) -> None:
    name, module = node.get("class_name"), node.get("module")
    if name in ("Lambda", "__lambda__", "function") or "__lambda__" in node:
        findings.add("code", where, str(name))
    elif "class_name" in node and module is not None and not _KERAS.match(str(module)):
        findings.add("global", where, f"{module}.{name}")


def _blocks(stream: BinaryIO, findings: Findings) -> Iterator[bytes]:
    """The file in blocks that overlap, so that no word is cut in two."""
    stream.seek(0)
    before = b""
    while block := stream.read(_BLOCK):
        findings.operate()
        yield before + block
        before = block[-_OVERLAP:]
    stream.seek(0)
