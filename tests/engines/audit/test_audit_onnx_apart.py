"""ONNX and skops files of strangers: asked in a process of their own, as converters write them."""

from __future__ import annotations

import io
import json
import pickle
import subprocess
import sys
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, external_data_helper, helper, load_model, numpy_helper, save

from factories import audit
from steiger.engines.audit.checks.model_file_scan import ModelFileScan
from steiger.engines.audit.data import AuditError, Table, read_table
from steiger.engines.audit.running import load, read_plan
from steiger.engines.audit.systems import ModelFile, is_walled, open_system
from steiger.engines.audit.systems.apart import columns, process
from steiger.engines.audit.systems.apart.columns import columns_of, columns_told
from steiger.engines.audit.systems.apart.frames import array_of, frame

NAMES = ("a", "b")
TABLE = Table({"a": np.array([0.0, 1.0, -1.0]), "b": np.array([1.0, 0.0, 0.5])})
WEIGHT = np.array([[0.5, -0.5], [1.0, 0.25]], dtype=np.float32)
EXPECTED = np.exp(TABLE.matrix(NAMES) @ WEIGHT)
EXPECTED /= EXPECTED.sum(axis=1, keepdims=True)
FLOAT = TensorProto.FLOAT


def info(name: str, kind: int = FLOAT, shape: Any = None) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def written(path: Path, nodes: list[Any], inputs: Any, outputs: Any, **initial: Any) -> Path:
    """A model of these parts; `initial` are its numbers."""
    numbers = [numpy_helper.from_array(np.asarray(v), name) for name, v in initial.items()]
    graph = helper.make_graph(nodes, "g", inputs, outputs, numbers)
    sets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)]
    save(helper.make_model(graph, opset_imports=sets, ir_version=9), path)
    return path


def line(path: Path, *, kind: int = FLOAT, shape: Any = (None, 2), **more: Any) -> Path:
    """Softmax of a product, for inputs of another type or shape, too."""
    nodes = [
        helper.make_node("Cast", ["x"], ["c"], to=FLOAT),
        helper.make_node("Reshape", ["c", "flat"], ["f"]),
        helper.make_node("MatMul", ["f", "w"], ["z"]),
        helper.make_node("Softmax", ["z"], ["p"], axis=1),
    ]
    outputs = more.pop("outputs", [info("p", FLOAT, (None, 2))])
    nodes += more.pop("nodes", [])
    flat = np.array([shape[0] or -1, 2])
    return written(path, nodes, [info("x", kind, shape)], outputs, w=WEIGHT, flat=flat)


def opened(path: Path, kind: str = "onnx", **more: Any) -> Any:
    plain = {"features": NAMES, "classes": ("no", "yes")}
    return open_system(ModelFile(kind=kind, path=path, **plain | more))


@pytest.mark.parametrize("kind", [FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE])
def test_numbers_of_every_size_are_taken(tmp_path: Path, kind: int) -> None:
    system = opened(line(tmp_path / "m.onnx", kind=kind))
    assert system.outputs(TABLE) == pytest.approx(EXPECTED, abs=1e-3)
    assert is_walled(system)


@pytest.mark.parametrize("shape", [(1, 2), (2, 2), (3, 2), (None, 1, 2), (None, 2, 1)])
def test_model_written_for_so_many_rows_is_asked_in_parts(tmp_path: Path, shape: Any) -> None:
    system = opened(line(tmp_path / "m.onnx", shape=shape))
    assert system.outputs(TABLE) == pytest.approx(EXPECTED, abs=1e-6)


def test_other_number_of_values_is_said_at_once(tmp_path: Path) -> None:
    path = line(tmp_path / "m.onnx", shape=(None, 3))
    with pytest.raises(AuditError, match=r"takes 3 values per row, but there are 2 features"):
        opened(path)


def test_of_several_outputs_the_one_that_fits_or_is_named(tmp_path: Path) -> None:
    wide = [info("p", FLOAT, (None, 2)), info("u", FLOAT, (None, 4))]
    more = [helper.make_node("Concat", ["p", "p"], ["u"], axis=1)]
    assert opened(line(tmp_path / "a.onnx", nodes=more, outputs=wide)).output == "p"
    same = [info("p", FLOAT, (None, 2)), info("z", FLOAT, (None, 2))]
    path = line(tmp_path / "b.onnx", outputs=same)
    with pytest.raises(AuditError, match=r"several outputs \(p, z\).*\[model\] output"):
        opened(path)
    for name in ("p", "z"):
        system = opened(path, output=name)
        assert system.outputs(TABLE) == pytest.approx(EXPECTED, abs=1e-6)
    with pytest.raises(AuditError, match="output 'q': the outputs are p, z"):
        opened(path, output="q")


def test_dictionaries_alone_are_probabilities(tmp_path: Path) -> None:
    entry = helper.make_map_type_proto(TensorProto.STRING, helper.make_tensor_type_proto(FLOAT, []))
    zipped = helper.make_node(
        "ZipMap", ["p"], ["d"], domain="ai.onnx.ml", classlabels_strings=["yes", "no"]
    )
    told = [helper.make_value_info("d", helper.make_sequence_type_proto(entry))]
    system = opened(line(tmp_path / "m.onnx", nodes=[zipped], outputs=told))
    assert system.has_scores
    assert system.outputs(TABLE) == pytest.approx(EXPECTED[:, ::-1], abs=1e-6)
    with pytest.raises(AuditError, match="gives classes"):
        opened(tmp_path / "m.onnx", classes=("0", "1")).outputs(TABLE)


def by_column(path: Path, first: str, kinds: tuple[int, int]) -> Path:
    """One input per column; the second may be a text."""
    text = kinds[1] == TensorProto.STRING
    turn = (
        helper.make_node(
            "LabelEncoder", ["b"], ["k"], domain="ai.onnx.ml",
            keys_strings=["männlich", "weiblich"], values_floats=[0.0, 1.0],
        )
        if text
        else helper.make_node("Cast", ["b"], ["k"], to=FLOAT)
    )  # fmt: skip
    nodes = [
        turn,
        helper.make_node("Cast", [first], ["c"], to=FLOAT),
        helper.make_node("Sub", ["c", "k"], ["y"]),
    ]
    inputs = [info(first, kinds[0], (None, 1)), info("b", kinds[1], (None, 1))]
    return written(path, nodes, inputs, [info("y", FLOAT, (None, 1))])


def test_columns_are_found_by_the_names_that_converters_make_of_them(tmp_path: Path) -> None:
    path = by_column(tmp_path / "m.onnx", "Größe__cm_", (FLOAT, TensorProto.STRING))
    table = Table(
        {
            "Größe (cm)": np.array([170.0, 180.0]),
            "b": np.array(["weiblich", "männlich"], dtype=object),
        }
    )
    system = opened(path, features=("Größe (cm)", "b"), classes=())
    assert system.outputs(table).tolist() == [169.0, 180.0]
    with pytest.raises(AuditError, match="no features: Größe__cm_"):
        opened(path, features=("Größe", "b"), classes=())


def test_whole_numbers_cannot_be_missing_and_texts_need_codes(tmp_path: Path) -> None:
    path = by_column(tmp_path / "m.onnx", "a", (TensorProto.INT64, TensorProto.INT64))
    system = opened(path, classes=())
    assert system.outputs(Table({"a": np.array([3.0]), "b": np.array([1.0])})).tolist() == [2.0]
    with pytest.raises(AuditError, match="'a' takes whole numbers, so no value may be missing"):
        system.outputs(Table({"a": np.array([np.nan]), "b": np.array([1.0])}))
    texts = Table({"a": np.array([3.0]), "b": np.array(["x"], dtype=object)})
    with pytest.raises(AuditError, match=r"'b' takes numbers.*'x'.*\[model\.codes\]"):
        system.outputs(texts)
    coded = opened(path, classes=(), codes={"b": ("w", "x")})
    assert coded.outputs(texts).tolist() == [2.0]
    flat = opened(line(tmp_path / "l.onnx"))
    with pytest.raises(AuditError, match=r'column \'b\' holds texts.*\[model\.codes\] "b" = \["x"'):
        flat.outputs(texts)


def test_one_text_per_row_is_taken(tmp_path: Path) -> None:
    words = helper.make_node(
        "LabelEncoder", ["t"], ["y"], domain="ai.onnx.ml",
        keys_strings=["gut", "schlecht"], values_floats=[1.0, 0.0],
    )  # fmt: skip
    table = Table({"t": np.array(["gut", "schlecht", "gut"], dtype=object)})
    for shape in ((None, 1), (None,)):
        text = [info("t", TensorProto.STRING, shape)]
        path = written(tmp_path / "m.onnx", [words], text, [info("y", FLOAT, shape)])
        system = opened(path, features=("t",), classes=())
        assert system.outputs(table).tolist() == [1.0, 0.0, 1.0]


def test_skops_of_one_text_per_row_is_taken(tmp_path: Path) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from skops.io import dump

    texts = ["sehr gut", "gut", "schlecht", "sehr schlecht"]
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, [1, 1, 0, 0])
    dump(model, tmp_path / "m.skops")
    table = Table({"t": np.array(texts, dtype=object)})
    system = opened(tmp_path / "m.skops", "skops", features=("t",), classes=("0", "1"))
    assert system.outputs(table) == pytest.approx(model.predict_proba(texts))
    with pytest.raises(AuditError, match="one text per row, not 2 features"):
        opened(tmp_path / "m.skops", "skops", features=("t", "u"), classes=("0", "1")).outputs(
            Table({"t": table["t"], "u": table["t"]})
        )


def test_lightgbm_knows_its_categories_itself(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    from lightgbm import LGBMRegressor

    given = pandas.DataFrame({"a": range(90), "b": ["red", "blue", "green"] * 30})
    given["b"] = given["b"].astype("category")
    LGBMRegressor(n_estimators=2, verbose=-1).fit(given, [5.0, 0.0, 1.0] * 30).booster_.save_model(
        tmp_path / "m.txt"
    )
    system = opened(tmp_path / "m.txt", "lightgbm", classes=())
    table = Table({"a": np.arange(3.0), "b": np.array(["red", "blue", "green"], dtype=object)})
    whole = system.outputs(table)
    # One row alone, whose only text is not the first category.
    assert system.outputs(table.rows(np.array([0]))).tolist() == whole[:1].tolist()


def test_several_values_per_row_are_no_regression(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="gives 2 values per row, but one target"):
        opened(line(tmp_path / "m.onnx"), classes=()).outputs(TABLE)


def with_file(folder: Path, place: str = "w.bin") -> Path:
    """A model whose weights lie in a file of their own."""
    path = line(folder / "m.onnx")
    model = load_model(path)
    weight = next(one for one in model.graph.initializer if one.name == "w")
    (folder / "w.bin").write_bytes(weight.raw_data)
    external_data_helper.set_external_data(weight, location=place, offset=0, length=16)
    weight.ClearField("raw_data")
    path.write_bytes(model.SerializeToString())
    return path


def test_weights_beside_the_model_are_read_and_named(tmp_path: Path) -> None:
    path = with_file(tmp_path)
    assert opened(path).outputs(TABLE) == pytest.approx(EXPECTED, abs=1e-6)
    (tmp_path / "t.csv").write_text("a,b,y\n0,1,no\n1,0,yes\n")
    (tmp_path / "audit.toml").write_text(
        '[audit]\ntask = "classification"\nmodality = "tabular"\n'
        '[model]\nkind = "onnx"\npath = "m.onnx"\n[data]\ntest = "t.csv"\ntarget = "y"\n'
    )
    plan = read_plan(tmp_path / "audit.toml")
    assert {Path(name).name for name in plan.inputs} == {"m.onnx", "w.bin", "t.csv"}
    (tmp_path / "w.bin").write_bytes(bytes(len((tmp_path / "w.bin").read_bytes())))
    assert read_plan(tmp_path / "audit.toml").digest != plan.digest
    (tmp_path / "w.bin").unlink()
    with pytest.raises(AuditError, match=r"'w\.bin', which is not beside it"):
        read_plan(tmp_path / "audit.toml")


@pytest.mark.parametrize(
    "place", ["../w.bin", "/etc/passwd", "link", "a/../../w.bin", "a" * 5000, "a\0b"]
)
def test_weights_elsewhere_are_refused(tmp_path: Path, place: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "w.bin").write_bytes(bytes(64))
    (home / "link").symlink_to(tmp_path / "w.bin")
    with pytest.raises(AuditError, match="weights outside its own folder"):
        opened(with_file(home, place))


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    tight = partial(process.Bounds, memory=2_000_000_000, processor=3, answer=60.0)
    monkeypatch.setattr(process, "Bounds", tight)


@pytest.mark.usefixtures("brief")
def test_loop_without_end_ends_its_own_process_only(tmp_path: Path) -> None:
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["on"]), helper.make_node("Relu", ["c"], ["d"])],
        "b",
        [info("i", TensorProto.INT64, []), info("go", TensorProto.BOOL, []), info("c")],
        [info("on", TensorProto.BOOL, []), info("d")],
    )
    loop = helper.make_node("Loop", ["", "yes", "x"], ["p"], body=body)
    path = written(
        tmp_path / "m.onnx", [loop], [info("x", FLOAT, (None, 2))], [info("p")], yes=True
    )
    system = opened(path)
    with pytest.raises(AuditError, match=r"m\.onnx: the model gave no answer \(its process ended"):
        system.outputs(TABLE)


@pytest.mark.usefixtures("brief")
def test_numbers_that_fill_the_memory_fill_that_of_their_process_only(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("ConstantOfShape", ["n"], ["big"]),
        helper.make_node("ReduceSum", ["big"], ["s"], keepdims=0),
        helper.make_node("Add", ["x", "s"], ["p"]),
    ]
    put_in = [info("x", FLOAT, (None, 2))]
    path = written(tmp_path / "m.onnx", nodes, put_in, [info("p")], n=np.array([10**10]))
    with pytest.raises(AuditError, match=r"m\.onnx: .*(cannot be opened|cannot answer|no answer)"):
        opened(path).outputs(TABLE)


def test_forged_tree_ends_its_own_process_only(tmp_path: Path) -> None:
    from sklearn.tree import DecisionTreeClassifier
    from skops.io import dumps

    values = np.random.default_rng(1).normal(size=(60, 2))
    content = dumps(DecisionTreeClassifier(max_depth=3).fit(values, values[:, 0] > 0.1))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    forged = 0
    for name, part in parts.items():
        if name.endswith(".npy"):
            array = np.load(io.BytesIO(part))
            if array.dtype.names and "left_child" in array.dtype.names:
                array["left_child"][0] = array["right_child"][0] = 2**31
                buffer = io.BytesIO()
                np.save(buffer, array)
                parts[name], forged = buffer.getvalue(), forged + 1
    assert forged
    with zipfile.ZipFile(tmp_path / "m.skops", "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    system = opened(tmp_path / "m.skops", "skops", classes=("0", "1"))
    with pytest.raises(AuditError, match=r"m\.skops: the model gave no answer \(its process ended"):
        system.outputs(TABLE)


@pytest.mark.usefixtures("brief")
def test_skops_that_unfolds_fills_its_own_process_only(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "m.skops", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("schema.json", "w", force_zip64=True) as file,
    ):
        for _ in range(3000):
            file.write(b" " * (1 << 20))
    with pytest.raises(AuditError, match=r"m\.skops: (cannot be opened|the model gave no answer)"):
        opened(tmp_path / "m.skops", "skops")


def test_calculation_without_end_ends_with_whoever_asked() -> None:
    class Endless:
        def __reduce__(self) -> Any:
            return exec, ("import time\nwhile True: time.sleep(0.1)",)

    command = [sys.executable, "-I", "-c", process.BEGIN, "2000000000", "600"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        child.stdin.write(frame({"kind": "pickle"}, pickle.dumps(Endless())))
        child.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(2)
        child.stdin.close()
        assert child.wait(60) == 0


def test_machine_without_walls_opens_onnx_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "possible", lambda: False)
    system = opened(line(tmp_path / "m.onnx"))
    assert system.outputs(TABLE) == pytest.approx(EXPECTED, abs=1e-6)
    system.confined.told["walls"] = []
    assert not is_walled(system)
    context = load(read_plan(audit.write_audit(tmp_path)))
    scan = ModelFileScan()
    plain, open_ = (scan.run(replace(context, walled=walled)) for walled in (True, False))
    assert open_.limits[:-1] == plain.limits
    assert "cannot confine" in open_.limits[-1]["en"]


@pytest.mark.parametrize("told", [[["x"]], [["x", 1, []]], [["x", "t", ["n"]]], [["x", "t", None]]])
def test_what_a_model_says_of_itself_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: Any
) -> None:
    path = line(tmp_path / "m.onnx")
    exchange = process.Confined.exchange

    def lying(self: Any, *given: Any, **more: Any) -> Any:
        head, body = exchange(self, *given, **more)
        return head | {"inputs": told}, body

    monkeypatch.setattr(process.Confined, "exchange", lying)
    with pytest.raises(AuditError, match="says of itself makes no sense"):
        opened(path)


def test_large_tables_are_asked_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = opened(line(tmp_path / "m.onnx"))
    whole = system.outputs(TABLE)
    monkeypatch.setattr(columns, "MOST_ROWS", 2)
    assert system.outputs(TABLE).tolist() == whole.tolist()


@given(st.lists(st.tuples(st.text(max_size=5), st.floats(allow_nan=False)), min_size=1))
def test_columns_go_there_and_back(rows: list[tuple[str, float]]) -> None:
    texts, numbers = zip(*rows, strict=True)
    table = Table({"t": np.array(texts, dtype=object), "n": np.array(numbers)})
    head, body = columns_told(table, ("n", "t"))
    found = columns_of(json.loads(json.dumps(head)), array_of(head["shape"], body))
    assert found["t"].tolist() == list(texts)
    assert found["n"].tolist() == list(numbers)


@pytest.mark.parametrize("name", ["m.json", "m.ubj", "m.cbm", "m.keras", "M.H5"])
def test_files_of_other_libraries_are_refused_with_a_way(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(AuditError, match="not opened; give the model as ONNX, which is made from"):
        opened(tmp_path / name)


def test_numbers_of_rows_that_pandas_wrote_are_left_out(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    (tmp_path / "t.csv").write_text(",a\n0,1.5\n1,2.5\n")
    parquet.write_table(
        pa.table({"a": [1.5, 2.5], "__index_level_0__": [0, 1]}), tmp_path / "t.parquet"
    )
    for name in ("t.csv", "t.parquet"):
        assert list(read_table(tmp_path / name).columns) == ["a"]
    (tmp_path / "t.xlsx").write_bytes(b"PK")
    with pytest.raises(AuditError, match=r"ends in .*; save it as “CSV UTF-8”"):
        read_table(tmp_path / "t.xlsx")


def test_skops_of_numbers_says_what_texts_and_other_classes_need(tmp_path: Path) -> None:
    from sklearn.linear_model import LogisticRegression
    from skops.io import dump

    path = tmp_path / "m.skops"
    dump(LogisticRegression().fit(TABLE.matrix(NAMES), [0, 1, 1]), path)
    texts = Table({"a": TABLE["a"], "b": np.array(["w", "m", "w"], dtype=object)})
    with pytest.raises(AuditError, match=r"'w'; if numbers stand for texts.*\[model\.codes\]"):
        opened(path, "skops", classes=("0", "1")).outputs(texts)
    codes = {"b": ("m", "w")}
    assert opened(path, "skops", classes=("0", "1"), codes=codes).outputs(texts).shape == (3, 2)
    with pytest.raises(AuditError, match="write the target of all data with the model's classes"):
        opened(path, "skops", classes=("gesund", "krank"))
