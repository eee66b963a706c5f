"""Honest skops files, mutants of them, and files built to do harm: see `opening_models.py`."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
from opening_mutants import HUGE, Case, changed_bytes


def honest_skops() -> dict[str, bytes]:
    """Models of scikit-learn as skops writes them."""
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier
    from skops.io import dumps

    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(60, 4))
    truth = (inputs[:, 0] > 0).astype(int)
    models = {
        "boosted": HistGradientBoostingClassifier(max_iter=3, max_leaf_nodes=4),
        "forest": RandomForestClassifier(3, max_depth=3, random_state=0),
        "line": make_pipeline(StandardScaler(), LogisticRegression()),
        "near": KNeighborsClassifier(algorithm="brute"),
        "net": MLPClassifier((4,), max_iter=5, random_state=0),
        "support vectors": SVC(probability=True, random_state=0),
        "tree": DecisionTreeClassifier(max_depth=3, random_state=0),
    }
    return {name: dumps(model.fit(inputs, truth)) for name, model in models.items()}


def _members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _array_changed(content: bytes, dice: random.Random) -> bytes:
    """Other values, another shape or another type behind a good header."""
    way = dice.randrange(4)
    if way == 0:
        head = content.find(b"\n") + 1
        return content[:head] + changed_bytes(content[head:] or b"\0", dice)
    if way == 1:
        return changed_bytes(content, dice)
    try:
        array = np.load(io.BytesIO(content), allow_pickle=False)
    except ValueError:
        return changed_bytes(content, dice)
    flat = array.reshape(-1).copy()
    if way == 2 and flat.size and flat.dtype.names:
        name = dice.choice([n for n in flat.dtype.names if flat.dtype[n].kind in "iu"])
        flat[name][dice.randrange(flat.size)] = dice.choice((0, 1, 2, 10**6, 2**31 - 1)) % (
            np.iinfo(flat.dtype[name]).max + 1
        )
    elif way == 2 and flat.size and flat.dtype.kind in "iu":
        most = np.iinfo(flat.dtype).max
        flat[dice.randrange(flat.size)] = dice.choice((0, 3, 10**4, 2**31 - 1, most)) % (most + 1)
    elif way == 2 and flat.size and flat.dtype.kind == "f":
        flat[dice.randrange(flat.size)] = dice.choice((np.nan, np.inf, 1e30, 0.0))
    else:
        flat = flat[: dice.randrange(flat.size + 1)]
        array = flat
    buffer = io.BytesIO()
    np.save(buffer, flat.reshape(array.shape), allow_pickle=False)
    return buffer.getvalue()


def _schema_changed(schema: bytes, dice: random.Random) -> bytes:
    """Another number, text, type, id or nesting in the schema."""
    root = json.loads(schema)
    holders: list[tuple[Any, Any]] = []
    waiting = [root]
    while waiting:
        part = waiting.pop()
        inside = part.items() if isinstance(part, dict) else enumerate(part)
        for key, value in list(inside):
            holders.append((part, key))
            if isinstance(value, dict | list):
                waiting.append(value)
    for _ in range(dice.choice((1, 1, 2, 4))):
        holder, key = dice.choice(holders)
        way = dice.randrange(6)
        if way == 0:
            holder[key] = dice.choice(
                (*HUGE, None, True, [], {}, "", "os", "system", -0.5, "1e999")
            )
        elif way == 1:
            other, place = dice.choice(holders)
            holder[key] = json.loads(json.dumps(other[place])) if place in _keys(other) else None
        elif way == 2 and isinstance(holder, dict):
            holder.pop(key, None)
        elif way == 3 and isinstance(holder, dict) and "__id__" in holder:
            holder["__id__"] = dice.choice(
                [h["__id__"] for h, _ in holders if isinstance(h, dict) and "__id__" in h]
            )
        elif way == 4:
            holder[key] = str(dice.choice(HUGE))
        elif isinstance(holder, dict) and "__class__" in holder:
            holder["__class__"] = dice.choice(
                ("Tree", "dict", "ndarray", "SVC", "LogisticRegression", "float64", "slice")
            )
    return json.dumps(root).encode()


def _keys(holder: Any) -> Any:
    return holder if isinstance(holder, dict) else range(len(holder))


def _npy(descr: str, shape: str, body: bytes = b"") -> bytes:
    head = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    head += b" " * (-(len(head) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + body


def built_skops() -> Iterator[Case]:
    """Files that unfold, nest, or announce more than they hold."""
    parts = _members(honest_skops()["line"])
    array = next(name for name in parts if name.endswith(".npy"))
    zeros = b"\0" * (1 << 20)
    for count in (100, 1000, 3000):
        yield Case(
            f"array of {count} MB of zeros",
            _packed({**parts, array: _npy("'<f8'", f"({count << 17},)", zeros * count)}),
        )
        yield Case(
            f"schema of {count} MB of blanks",
            _packed({**parts, "schema.json": parts["schema.json"] + b" " * (count << 20)}),
        )
    for size in HUGE:
        yield Case(
            f"announces {size} numbers", _packed({**parts, array: _npy("'<f8'", f"({size},)")})
        )
        yield Case(
            f"announces {size} × 0", _packed({**parts, array: _npy("'<f8'", f"({size}, 0)")})
        )
        yield Case(f"texts of {size}", _packed({**parts, array: _npy(f"'<U{size}'", "(2,)")}))
    for descr in (
        "'|O'",
        "'|V0'",
        "'<U0'",
        "'M8[1073741824Y]'",
        "[('a', '<f8', (2147483647,))]",
        "[" * 400 + "]" * 400,
    ):
        yield Case(f"type {descr[:30]}", _packed({**parts, array: _npy(descr, "(2,)", b"\0" * 64)}))
    for depth in (500, 5_000, 100_000):
        deep = b"[" * depth + b"]" * depth
        yield Case(f"schema of {depth} lists", _packed({**parts, "schema.json": deep}))
        root = json.loads(parts["schema.json"])
        text = json.dumps(root)[:-1] + ', "more": ' + '{"a":' * depth + "1" + "}" * depth + "}"
        yield Case(
            f"schema with {depth} dictionaries", _packed({**parts, "schema.json": text.encode()})
        )
        listed = '{"__class__":"list","__module__":"builtins","__loader__":"ListNode","content":['
        ids = "".join(f"{listed}" for _ in range(depth)) + "]}" * depth
        whole = ids[:-1] + ', "protocol": 2, "_skops_version": "0.13"}'
        yield Case(f"{depth} lists in each other", _packed({"schema.json": whole.encode()}))
    for depth in (10, 25, 30):
        part: Any = {
            "__class__": "str",
            "__module__": "builtins",
            "__loader__": "JsonNode",
            "content": '"x"',
            "is_json": True,
        }
        for at in range(depth):
            same = {
                "__class__": "list",
                "__module__": "builtins",
                "__loader__": "ListNode",
                "content": [part],
                "__id__": at,
            }
            again = {
                "__loader__": "CachedNode",
                "__class__": "list",
                "__module__": "builtins",
                "__id__": at,
            }
            part = {
                "__class__": "list",
                "__module__": "builtins",
                "__loader__": "ListNode",
                "content": [same, again],
            }
        part |= {"protocol": 2, "_skops_version": "0.13"}
        yield Case(
            f"lists twice each, {depth}", _packed({"schema.json": json.dumps(part).encode()})
        )
    many = {f"{at}.npy": b"" for at in range(50_000)}
    yield Case("50,000 members", _packed({**parts, **many}))
    yield Case("its own id inside", _own_id(parts))
    line = honest_skops()["line"]
    yield Case("two zips", line + line)
    yield Case("empty zip", _packed({}))
    for size in HUGE:
        end = bytearray(line)
        at = end.rfind(b"PK\x05\x06")
        end[at + 12 : at + 20] = struct.pack("<q", size)
        yield Case(f"directory of {size} bytes", bytes(end))


def _own_id(parts: dict[str, bytes]) -> bytes:
    root = json.loads(parts["schema.json"])
    root["content"] = {
        "__loader__": "CachedNode",
        "__class__": "x",
        "__module__": "builtins",
        "__id__": root.get("__id__", 1),
    }
    return _packed({"schema.json": json.dumps(root).encode()})


def skops_cases(count: int) -> Iterator[Case]:
    """The built ones, then mutants of the honest ones, `count` in all or more."""
    built = list(built_skops())
    yield from built
    models = honest_skops()
    names = sorted(models)
    for number in range(max(0, count - len(built))):
        dice = random.Random(number)
        name = names[number % len(names)]
        content = models[name]
        way = number % 4
        if way == 0:
            yield Case(f"{name}, bytes {number}", changed_bytes(content, dice))
            continue
        members = _members(content)
        # Their names are numbers that differ from run to run.
        arrays = sorted(
            (name for name in members if name.endswith(".npy")), key=members.__getitem__
        )
        if way == 1:
            members["schema.json"] = _schema_changed(members["schema.json"], dice)
        else:
            chosen = dice.choice(arrays)
            members[chosen] = _array_changed(members[chosen], dice)
        yield Case(f"{name}, parts {number}", _packed(members))
