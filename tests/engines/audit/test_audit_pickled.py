"""Pickled models: asked in a confined process, which a hostile one cannot leave."""

from __future__ import annotations

import ctypes
import io
import os
import pickle
import re
import signal
import socket
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import joblib  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression
from sklearn.linear_model import RidgeClassifier as Ridge
from sklearn.tree import DecisionTreeClassifier

from steiger.engines.audit.data import AuditError, Table
from steiger.engines.audit.systems.apart import ConfinedSystem, confining, process
from steiger.engines.audit.systems.apart.filter import MACHINES, program
from steiger.engines.audit.systems.apart.frames import (
    LENGTHS,
    FrameError,
    array_of,
    frame,
    read_head,
    sizes,
)
from steiger.engines.audit.systems.apart.pickled import open_pickled
from steiger.engines.audit.systems.apart.process import Bounds, Confined
from steiger.engines.audit.systems.opening import ModelFile, open_system

pytestmark = pytest.mark.skipif(not confining.possible(), reason="Linux only")
NAMES = ("a", "b", "c")
TIGHT = Bounds(memory=2_000_000_000, processor=1, answer=1.5)


class Hostile:
    """Calls something when it is unpickled."""

    def __init__(self, act: Any, *arguments: Any) -> None:
        self.said = act, arguments

    def __reduce__(self) -> Any:
        return self.said


@pytest.fixture(scope="module")
def numbers() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(300, 3))


def table(values: np.ndarray) -> Table:
    return Table({name: values[:, at] for at, name in enumerate(NAMES)})


def opened(path: Path, **options: Any) -> Any:
    plain: dict[str, Any] = {"features": NAMES, "classes": (), "codes": {}}
    return open_pickled(path, **plain | options)


@pytest.mark.parametrize("ending", ["pkl", "joblib"])
def test_answers_are_those_of_the_model(tmp_path: Path, numbers: np.ndarray, ending: str) -> None:
    truth = np.where(numbers[:, 0] > 0, "yes", "no")
    tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(numbers, truth)
    path = tmp_path / f"model.{ending}"
    if ending == "pkl":
        path.write_bytes(pickle.dumps(tree))
    else:
        joblib.dump(tree, path, compress=3)
    system = opened(path, classes=("yes", "no"))
    said = system.outputs(table(numbers))
    assert np.array_equal(said, tree.predict_proba(numbers)[:, ::-1])
    assert set(system.confined.told["walls"]) >= {"limits", "calls"}
    assert system.has_scores
    number = system.confined.process.pid
    system.confined.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_numbers_and_labels_without_probabilities(tmp_path: Path, numbers: np.ndarray) -> None:
    line = LinearRegression().fit(numbers, numbers @ [1.0, 2.0, 3.0])
    (tmp_path / "line.pkl").write_bytes(pickle.dumps(line))
    system = opened(tmp_path / "line.pkl")
    # What was scanned is what was opened: a change of the file afterwards has no effect.
    (tmp_path / "line.pkl").write_bytes(b"other")
    assert np.allclose(system.outputs(table(numbers)), line.predict(numbers))
    texts = np.array(["x"] * len(numbers), dtype=object)
    with pytest.raises(AuditError, match="cannot answer"):
        system.outputs(Table({**table(numbers).columns, "a": texts}))
    truth = (numbers[:, 0] > 0).astype(int)
    ridge = Ridge().fit(numbers, truth)
    (tmp_path / "ridge.pkl").write_bytes(pickle.dumps(ridge))
    system = opened(tmp_path / "ridge.pkl", classes=("0", "1"))
    assert not system.has_scores
    assert np.array_equal(system.outputs(table(numbers)).argmax(axis=1), ridge.predict(numbers))


def test_wrong_classes_and_other_objects_are_refused(tmp_path: Path, numbers: np.ndarray) -> None:
    tree = DecisionTreeClassifier(max_depth=1).fit(numbers, numbers[:, 0] > 0)
    (tmp_path / "tree.pkl").write_bytes(pickle.dumps(tree))
    with pytest.raises(AuditError, match="knows classes"):
        opened(tmp_path / "tree.pkl", classes=("x", "y"))
    (tmp_path / "list.pkl").write_bytes(pickle.dumps([1, 2]))
    with pytest.raises(AuditError, match="no model that predicts"):
        opened(tmp_path / "list.pkl")


def test_scan_comes_first_and_the_operator_has_to_say_so(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(Hostile(os.system, f"touch {tmp_path}/done")))
    with pytest.raises(AuditError, match="the scan does not call it safe"):
        opened(path)
    file = ModelFile(kind="pickle", path=path, features=NAMES, classes=())
    with pytest.raises(AuditError, match="--allow-pickle"):
        open_system(file)
    with pytest.raises(AuditError, match='see kind = "pickle"'):
        open_system(ModelFile(kind="onnx", path=path, features=NAMES, classes=()))
    assert not (tmp_path / "done").exists()


def hostile(there: Path) -> Iterator[tuple[str, Hostile, str]]:
    """What is tried (the scan is passed by here), and what is answered."""
    own = str(there / "own.txt")
    no = "not permitted|Permission denied"
    yield "writes", Hostile(open, str(there / "new.txt"), "w"), no
    yield "appends", Hostile(os.open, own, os.O_RDWR | os.O_APPEND), no
    yield "erases", Hostile(os.unlink, own), no
    yield "links", Hostile(os.symlink, own, str(there / "link")), no
    yield "shell", Hostile(os.system, f"touch {there}/new.txt"), "no model that predicts"
    yield "program", Hostile(subprocess.Popen, ["true"]), no
    yield "becomes another", Hostile(os.execv, "/bin/true", ["true"]), no
    yield "socket", Hostile(socket.socket), no
    yield "pair", Hostile(socket.socketpair), no
    yield "forks", Hostile(os.fork), no
    yield "signals", Hostile(os.kill, os.getppid(), signal.SIGTERM), no
    yield "raises limits", Hostile(exec, RAISE), "not allowed|not permitted"
    yield "memory", Hostile(bytearray, 50_000_000_000), "MemoryError"
    yield "time", Hostile(exec, "while True: pass"), "gave no answer"
    yield "sleep", Hostile(exec, "import time; time.sleep(60)"), "none within"
    yield "ends", Hostile(os._exit, 0), "gave no answer"
    yield "babbles", Hostile(os.write, 1, b"\xff" * 64), "no model that predicts"
    yield "libraries", Hostile(ctypes.CDLL, str(there / "own.txt")), "OSError|denied"


RAISE = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (9**6, 9**6))"
CASES = [name for name, _, _ in hostile(Path("/"))]


@pytest.mark.parametrize("case", CASES)
def test_hostile_pickle_does_no_harm(tmp_path: Path, case: str) -> None:
    own = tmp_path / "own.txt"
    own.write_text("mine")
    act, told = next((act, told) for name, act, told in hostile(tmp_path) if name == case)
    with pytest.raises(AuditError, match=told):
        Confined(pickle.dumps(act), "model.pkl", TIGHT)
    assert [path.name for path in tmp_path.iterdir()] == ["own.txt"]
    assert own.read_text() == "mine"


def test_secrets_of_the_machine_are_out_of_reach(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    with pytest.raises(AuditError, match="PermissionError"):
        Confined(pickle.dumps(Hostile(open, str(secret))), "m.pkl", TIGHT)
    with pytest.raises(AuditError, match="KeyError"):
        Confined(pickle.dumps(Hostile(exec, "import os; os.environ['HOME']")), "m.pkl", TIGHT)


def astray(text: str) -> str:
    """A text of LightGBM whose branches all lead back to the root."""
    return re.sub(r"left_child=[-0-9 ]+", lambda found: re.sub(r"-?[0-9]+", "0", found[0]), text)


def asked(content: bytes, where: str, kind: str, ask: str) -> None:
    """Open a model in a confined process of few seconds and ask it."""
    bounds = Bounds(memory=2_000_000_000, processor=4, answer=240)
    head = {"form": "matrix", "shape": [50, 3], "ask": ask}
    rows = np.random.default_rng(2).normal(size=(50, 3)).astype("<f8").tobytes()
    Confined(content, where, bounds, kind=kind).ask(head, rows, rows=50)


@pytest.mark.parametrize("is_long", [True, False], ids=["length kept", "length changed"])
def test_forged_text_of_lightgbm_ends_its_own_process_only(*, is_long: bool) -> None:
    from lightgbm import Dataset, train

    inputs = np.random.default_rng(1).normal(size=(200, 3))
    options = {"verbose": -1, "num_leaves": 4}
    text = train(options, Dataset(inputs, inputs[:, 0]), 1).model_to_string(num_iteration=-1)
    forged = astray(text)
    assert forged != text
    if is_long:  # LightGBM compares the length with what is told of it
        forged = forged.replace("is_linear=0", "is_linear=" + "0" * (1 + len(text) - len(forged)))
    with pytest.raises(AuditError, match=r"m\.txt: the model gave no answer \(its process ended"):
        asked(forged.encode(), "m.txt", "lightgbm", "values")


def test_skops_file_with_a_forged_booster_ends_its_own_process_only(tmp_path: Path) -> None:
    from lightgbm import LGBMClassifier
    from skops.io import dumps

    inputs = np.random.default_rng(1).normal(size=(80, 3))
    model = LGBMClassifier(n_estimators=1, num_leaves=4, verbose=-1).fit(inputs, inputs[:, 0] > 0)
    content = dumps(model)
    (tmp_path / "m.skops").write_bytes(content)
    file = ModelFile(kind="skops", path=tmp_path / "m.skops", features=NAMES, classes=("0", "1"))
    assert isinstance(open_system(file), ConfinedSystem)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode("latin-1") for name in archive.namelist()}
    assert astray(parts["schema.json"]) != parts["schema.json"]
    parts["schema.json"] = astray(parts["schema.json"])
    forged = io.BytesIO()
    with zipfile.ZipFile(forged, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part.encode("latin-1"))
    with pytest.raises(AuditError, match=r"m\.skops: the model gave no answer \(its process ended"):
        asked(forged.getvalue(), "m.skops", "skops", "scores")


def test_other_machines_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "possible", lambda: False)
    with pytest.raises(AuditError, match="only opened on Linux"):
        Confined(b"", "model.pkl")


@given(st.lists(st.floats(allow_nan=False, width=64), max_size=20))
def test_frames_go_there_and_back(values: list[float]) -> None:
    array = np.array(values, dtype="<f8")
    content = frame({"shape": [len(values)], "ä": 1}, array.tobytes())
    head, body = sizes(content[: LENGTHS.size])
    assert len(content) == LENGTHS.size + head + body
    read = read_head(content[LENGTHS.size : LENGTHS.size + head])
    assert np.array_equal(array_of(read["shape"], content[LENGTHS.size + head :]), array)


@pytest.mark.parametrize("shape", [None, [], [1, 1, 1], [-1], [True], ["8"], [3], [2**40]])
def test_shapes_that_do_not_fit_are_refused(shape: Any) -> None:
    with pytest.raises(FrameError):
        array_of(shape, b"\0" * 16)


def test_rubbish_is_no_frame() -> None:
    with pytest.raises(FrameError):
        sizes(LENGTHS.pack(2**31, 2**60))
    for content in (b"[1]", b"{", b"\xff", b"[" * 100_000):
        with pytest.raises(FrameError):
            read_head(content)


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_every_way_through_the_filter_ends_with_an_answer(machine: str) -> None:
    steps = program(machine)
    count = len(steps) // 8
    assert len(steps) % 8 == 0
    assert count < 4096
    for at in range(count):
        code, yes, no = steps[8 * at], steps[8 * at + 2], steps[8 * at + 3]
        if code == 0x15:
            assert at + 1 + max(yes, no) < count
    assert steps[-8] == 0x06
