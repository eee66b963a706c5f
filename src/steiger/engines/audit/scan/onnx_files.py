"""ONNX models: operators and places of data, read from the protobuf's bytes alone.

Only the few fields that matter are walked, so that no library has to parse a hostile file. Numbers
of fields: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (version of July 2025).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from steiger.engines.audit.scan.result import Findings, Limits

#: Domains whose operators every ONNX runtime brings itself.
STANDARD = frozenset({"", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training"})
#: Operators that ONNX Runtime brings beyond the standard.
CONTRIB = frozenset({"com.microsoft", "com.microsoft.nchwc", "com.ms.internal.nhwc"})
#: Of these, the ones that call Python or a foreign library.
FOREIGN = frozenset({"PyOp", "PythonOp", "PythonOpGrad", "ExternalGradient", "EPContext"})
DEEPEST = 64
#: Fields of a whole model: a graph, sets, notes and functions.
MOST_PARTS = 100_000
_GRAPH, _OPSET, _TRAINING, _FUNCTION = 7, 8, 20, 25

#: A view, so that what lies deep within a large file is not copied at every depth.
Message = bytes | memoryview
Field = tuple[int, int, memoryview | int]


class NotOnnxError(ValueError):
    """The bytes are no ONNX model."""


def fields(content: Message) -> Iterator[Field]:
    """Number, wire type and value of each field of a message.

    Raises:
        NotOnnxError: the bytes are no message.
    """
    data = memoryview(content)
    position, end = 0, len(data)
    while position < end:
        key, position = _varint(data, position)
        number, wire = key >> 3, key & 7
        if number == 0:
            raise NotOnnxError("field 0")
        if wire == 0:
            value, position = _varint(data, position)
            yield number, wire, value
            continue
        if wire == 2:
            length, position = _varint(data, position)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise NotOnnxError(f"wire type {wire}")
        if position + length > end:
            raise NotOnnxError("cut off")
        yield number, wire, data[position : position + length]
        position += length


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(data) and shift < 70:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
    raise NotOnnxError("number cut off")


def _top(data: bytes) -> list[Field]:
    """The fields of a whole model.

    Raises:
        NotOnnxError: the bytes are no message, or there are too many.
    """
    found = list(islice(fields(data), MOST_PARTS + 1))
    if len(found) > MOST_PARTS:
        raise NotOnnxError("too many parts")
    return found


def _texts(message: Message, number: int) -> list[str]:
    return [
        bytes(value).decode("utf-8", "replace")
        for field, wire, value in fields(message)
        if field == number and wire == 2 and isinstance(value, memoryview)
    ]


def _messages(message: Message, *numbers: int) -> Iterator[tuple[int, memoryview]]:
    for field, wire, value in fields(message):
        if field in numbers and wire == 2 and isinstance(value, memoryview):
            yield field, value


def looks_like_onnx(data: bytes) -> bool:
    """Whether the top level is a model: a version, a graph, and sets of operators."""
    try:
        found = {(number, wire) for number, wire, _ in _top(data)}
    except NotOnnxError:
        return False
    return {(1, 0), (_GRAPH, 2), (_OPSET, 2)} <= found


def scan_onnx(data: bytes, where: str, findings: Findings) -> None:
    """Scan a whole model."""
    scan = _Scan(where, findings)
    try:
        scan.model(data)
    except NotOnnxError as error:
        findings.add("broken", where, f"ONNX: {error}")


def external_files(data: bytes) -> frozenset[str]:
    """Names of the files in which a model says that tensors lie, as it writes them.

    Raises:
        NotOnnxError: the bytes are no ONNX model.
    """
    if b"location" not in data:
        return frozenset()
    scan = _Scan("", Findings(Limits()))
    scan.model(data)
    return frozenset(scan.places)


class _Scan:
    def __init__(self, where: str, findings: Findings) -> None:
        self.where, self.findings = where, findings
        self.own: set[tuple[str, str]] = set()
        self.places: set[str] = set()

    def model(self, data: bytes) -> None:
        top = _top(data)

        def messages(number: int) -> list[memoryview]:
            return [part for at, _, part in top if at == number and isinstance(part, memoryview)]

        functions = messages(_FUNCTION)
        # A model may bring operators of its own, made of others; their nodes are scanned too.
        self.own = {
            (domain, name)
            for body in functions
            for domain in _texts(body, 10) or [""]
            for name in _texts(body, 1)
        }
        for body in messages(_GRAPH):
            self.graph(body, 0)
        for body in functions:
            for _, node in _messages(body, 7):
                self.node(node, 0)
            # Defaults of its attributes may be tensors and graphs, too.
            self.attributes(body, 11, 0)
        for training in messages(_TRAINING):
            for _, body in _messages(training, 1, 2):
                self.graph(body, 0)

    def graph(self, message: Message, depth: int) -> None:
        if depth > DEEPEST:
            raise NotOnnxError("graphs are nested too deeply")
        for number, part in _messages(message, 1, 5, 15):
            if number == 1:
                self.node(part, depth)
            elif number == 5:
                self.tensor(part)
            else:
                for _, tensor in _messages(part, 1, 2):
                    self.tensor(tensor)

    def node(self, message: Message, depth: int) -> None:
        self.findings.operate()
        domain = (_texts(message, 7) or [""])[-1]
        name = (_texts(message, 4) or [""])[-1]
        if (domain, name) not in self.own and domain not in STANDARD:
            foreign = domain not in CONTRIB or name in FOREIGN
            code = "custom_operator" if foreign else "contrib_operator"
            self.findings.add(code, self.where, f"{domain}:{name}")
        self.attributes(message, 5, depth)

    def attributes(self, message: Message, place: int, depth: int) -> None:
        for _, attribute in _messages(message, place):
            for number, part in _messages(attribute, 5, 6, 10, 11, 22, 23):
                if number in (5, 10):
                    self.tensor(part)
                elif number in (6, 11):
                    self.graph(part, depth + 1)
                else:
                    for _, tensor in _messages(part, 1, 2):
                        self.tensor(tensor)

    def tensor(self, message: Message) -> None:
        for _, entry in _messages(message, 13):
            if _texts(entry, 1)[-1:] == ["location"]:
                place = (_texts(entry, 2) or [""])[-1]
                self.places.add(place)
                parts = place.replace("\\", "/").split("/")
                outside = ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in place
                code = "external_path" if outside else "external_file"
                self.findings.add(code, self.where, place)
