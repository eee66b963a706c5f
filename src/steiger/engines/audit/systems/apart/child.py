"""The confined process: takes one model, gives up everything but calculating, answers rows.

    python -m steiger.engines.audit.systems.apart.child MEMORY_BYTES SECONDS

It speaks frames (see there) on its standard input and output. First comes the model as body with
its kind in the head, then one frame per question; each is answered by one frame. It ends with its
input.
"""

from __future__ import annotations

import io
import os
import select
import sys
from contextlib import suppress
from functools import partial
from importlib import import_module
from threading import Thread
from typing import Any, BinaryIO

import numpy as np

from steiger.engines.audit.data.table import value_text
from steiger.engines.audit.scan.allowed import harmless_in_skops, skops_list
from steiger.engines.audit.systems.apart.columns import MOST_LABELS, UnfitError, columns_of, places
from steiger.engines.audit.systems.apart.confining import DEMANDING, NotConfinedError, confine
from steiger.engines.audit.systems.apart.frames import LENGTHS, array_of, frame, read_head, sizes
from steiger.engines.audit.systems.apart.sessions import Session
from steiger.engines.audit.systems.estimators import takes_names, takes_texts

#: What numpy says where a model of numbers is given texts.
TEXT = "could not convert string to float"
READERS = {
    "pickle": "joblib",
    "skops": "skops.io",
    "lightgbm": "lightgbm",
    "onnx": "onnxruntime",
}


def main() -> None:
    """Confine this process, then open the model, then answer."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    incoming, outgoing = _own_channels()
    head, body = _take(incoming)
    kind = head["kind"]
    import_module(READERS[kind])  # some look at the machine while they are loaded
    skops_list()
    walls = _walls(kind, memory, seconds)
    Thread(target=_end_with_input, args=(incoming.fileno(),), daemon=True).start()
    try:
        if kind == "onnx":
            session = Session(body, head["beside"])
            told, answered = session.told(), session.answered
        else:
            estimator = OPENING[kind](body)
            told, answered = _told(estimator), partial(_answered, estimator)
    except BaseException as error:  # noqa: BLE001 - a stranger's code may raise anything
        _say(outgoing, {"error": _words(error), "walls": list(walls)})
        return
    del body
    _say(outgoing, told | {"walls": list(walls)})
    while (question := _take(incoming)) is not None:
        try:
            head, values = answered(*question)
        except BaseException as error:  # noqa: BLE001 - as above
            head, values = {"error": _words(error)}, b""
        _say(outgoing, head, values)


def _walls(kind: str, memory: int, seconds: int) -> tuple[str, ...]:
    """Walls as this machine has them. Without them, what demands them is not opened: the error
    ends this process."""
    try:
        return confine(memory=memory, seconds=seconds)
    except NotConfinedError:
        if kind in DEMANDING:
            raise
        return ()


def _end_with_input(number: int) -> None:
    """End with whoever asks, even amid a calculation that has no end of its own."""
    watch = select.poll()
    watch.register(number, 0)
    watch.poll()
    os._exit(0)


def _own_channels() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes under numbers of their own, so that a model's `print` disturbs nobody."""
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    for number in range(3, 256):
        if number not in {incoming, outgoing}:
            with suppress(OSError):
                os.close(number)
    return os.fdopen(incoming, "rb"), os.fdopen(outgoing, "wb")


def _take(incoming: BinaryIO) -> Any:
    start = incoming.read(LENGTHS.size)
    if len(start) < LENGTHS.size:
        return None
    head, body = sizes(start)
    return read_head(incoming.read(head)), incoming.read(body)


def _say(outgoing: BinaryIO, head: dict[str, Any], body: bytes = b"") -> None:
    outgoing.write(frame(head, body))
    outgoing.flush()


def _words(error: BaseException) -> str:
    name = "" if isinstance(error, UnfitError) else f"{type(error).__name__}: "
    hint = "; if numbers stand for texts, say which: [model.codes]" if TEXT in str(error) else ""
    return " ".join(f"{name}{error}".split())[: 300 - len(hint)] + hint


def _unpickled(content: bytes) -> Any:
    # Reads what `pickle` and `joblib` write, compressed or not.
    import joblib  # type: ignore[import-untyped]

    return joblib.load(io.BytesIO(content))


def _from_skops(content: bytes) -> Any:
    from skops.io import get_untrusted_types, loads

    asked = get_untrusted_types(data=content)
    strange = [name for name in asked if not harmless_in_skops(name)]
    if strange:
        raise UnfitError(
            "it holds types beyond those of scikit-learn and LightGBM; give the model as ONNX, or "
            f"its predictions; not trusted: {', '.join(strange)}"
        )
    return loads(content, trusted=asked)


def _boosted(content: bytes) -> Any:
    from lightgbm import Booster

    return Booster(model_str=content.decode(), params={"num_threads": 1, "verbosity": -1})


OPENING = {"pickle": _unpickled, "skops": _from_skops, "lightgbm": _boosted}


def _told(estimator: Any) -> dict[str, Any]:
    if hasattr(estimator, "pandas_categorical"):  # LightGBM's own, which knows no classes
        categories = [list(map(value_text, part)) for part in estimator.pandas_categorical or ()]
        return {"features": estimator.feature_name(), "categories": categories}
    classes = getattr(estimator, "classes_", None)
    known = [value_text(value) for value in classes] if classes is not None else None
    if known is not None and len(known) > MOST_LABELS:
        raise ValueError(f"{len(known)} classes are too many")
    if not callable(getattr(estimator, "predict", None)):
        raise TypeError(f"a {type(estimator).__name__} is no model that predicts")
    return {
        "type": type(estimator).__name__[:100],
        "classes": known,
        "scores": hasattr(estimator, "predict_proba"),
        "names": takes_names(estimator),
        "texts": takes_texts(estimator),
    }


def _answered(estimator: Any, head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    inputs = _inputs(head, body)
    labels: list[str] = []
    if head["ask"] == "scores":
        values = np.asarray(estimator.predict_proba(inputs), dtype="<f8")
    elif head["ask"] == "labels":
        labels, values = places(np.asarray(estimator.predict(inputs)))
    else:
        values = np.asarray(estimator.predict(inputs), dtype="<f8")
    return {"shape": list(values.shape), "labels": labels}, np.ascontiguousarray(values).tobytes()


def _inputs(head: dict[str, Any], body: bytes) -> Any:
    numbers = array_of(head["shape"], body)
    if head["form"] == "matrix":
        return numbers
    columns = columns_of(head, numbers)
    if head["form"] == "texts":
        if len(columns) != 1:
            raise UnfitError(f"it takes one text per row, not {len(columns)} features")
        return next(iter(columns.values())).tolist()
    if head["form"] == "frame":
        import pandas as pd

        return pd.DataFrame(columns)
    return np.column_stack([column.astype(object) for column in columns.values()])


if __name__ == "__main__":
    main()
