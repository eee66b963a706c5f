"""Models from files: what opens gives probabilities, what could run code is refused."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import audit
from factories.hostile_models import skops
from steiger.engines.audit.data import AuditError, Table, read_table
from steiger.engines.audit.data.table import as_text, value_text
from steiger.engines.audit.scan import scan_file
from steiger.engines.audit.systems import DenseNet, ModelFile, RemoteSystem, open_system
from steiger.engines.audit.systems.shapes import as_outputs, from_labels

NAMES = ("a", "b", "c")
TABLE = Table(
    {
        "a": np.array([0.0, 1.0, -1.0, 0.5]),
        "b": np.array([1.0, 0.0, 0.5, -0.5]),
        "c": np.array([0.2, 0.4, -2.0, 1.0]),
        "colour": np.array(["red", "blue", "red", "green"], dtype=object),
    }
)


def opened(path: Path, kind: str, **more: Any) -> Any:
    given = {"features": NAMES, "classes": ("no", "yes"), **more}
    return open_system(ModelFile(kind=kind, path=path, **given))


def onnx_file(path: Path, *, labels: bool = False) -> np.ndarray:
    """A logistic model in ONNX; gives its weights."""
    from onnx import TensorProto, helper, numpy_helper, save

    weight = np.array([[0.5, -0.5], [1.0, 0.0], [-0.3, 0.2]], dtype=np.float32)
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["z"]),
        helper.make_node("Softmax", ["z"], ["p"], axis=1),
    ]
    out = [helper.make_tensor_value_info("p", TensorProto.FLOAT, [None, 2])]
    if labels:
        nodes.append(helper.make_node("ArgMax", ["p"], ["label"], axis=1, keepdims=0))
        out = [helper.make_tensor_value_info("label", TensorProto.INT64, [None])]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 3])],
        out,
        [numpy_helper.from_array(weight, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    save(model, path)
    return weight


def test_onnx_gives_its_probabilities(tmp_path: Path) -> None:
    weight = onnx_file(tmp_path / "m.onnx")
    outputs = opened(tmp_path / "m.onnx", "onnx").outputs(TABLE)
    logits = TABLE.matrix(NAMES) @ weight
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert outputs == pytest.approx(expected, abs=1e-6)


def test_onnx_that_gives_labels_has_no_scores(tmp_path: Path) -> None:
    weight = onnx_file(tmp_path / "m.onnx", labels=True)
    system = opened(tmp_path / "m.onnx", "onnx", classes=("0", "1"))
    assert not system.has_scores
    said = system.outputs(TABLE).argmax(axis=1)
    assert said.tolist() == (TABLE.matrix(NAMES) @ weight).argmax(axis=1).tolist()


def test_onnx_with_one_input_per_column_is_fed_by_name(tmp_path: Path) -> None:
    from onnx import TensorProto, helper, save

    inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [None, 1]) for n in ("b", "a")]
    nodes = [
        helper.make_node("Sub", ["a", "b"], ["d"]),
        helper.make_node("Sigmoid", ["d"], ["p"]),
    ]
    out = [helper.make_tensor_value_info("p", TensorProto.FLOAT, [None, 1])]
    graph = helper.make_graph(nodes, "g", inputs, out)
    save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9),
        tmp_path / "m.onnx",
    )
    outputs = opened(tmp_path / "m.onnx", "onnx").outputs(TABLE)
    assert outputs[:, 1] == pytest.approx(1 / (1 + np.exp(TABLE["b"] - TABLE["a"])), abs=1e-6)
    with pytest.raises(AuditError, match="no features: b"):
        opened(tmp_path / "m.onnx", "onnx", features=("a",))


def test_one_output_is_a_probability_or_a_declared_logit(tmp_path: Path) -> None:
    from onnx import TensorProto, helper, save

    inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [None, 1]) for n in ("b", "a")]
    out = [helper.make_tensor_value_info("d", TensorProto.FLOAT, [None, 1])]
    graph = helper.make_graph([helper.make_node("Sub", ["a", "b"], ["d"])], "g", inputs, out)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    save(model, tmp_path / "m.onnx")
    expected = 1 / (1 + np.exp(TABLE["b"] - TABLE["a"]))
    said = opened(tmp_path / "m.onnx", "onnx", logits=True).outputs(TABLE)
    assert said == pytest.approx(np.column_stack([1 - expected, expected]), abs=1e-6)
    # Alone, a logit of 0.4 looks like a probability; what was declared holds for it, too.
    near = Table({"a": np.array([0.4]), "b": np.array([0.0])})
    assert opened(tmp_path / "m.onnx", "onnx", logits=True).outputs(near)[0, 1] > 0.59
    with pytest.raises(AuditError, match=r'm\.onnx: gives one output.*answers = "logits"'):
        opened(tmp_path / "m.onnx", "onnx").outputs(TABLE)


def test_remote_logits_are_declared_too() -> None:
    system = RemoteSystem(
        call=lambda _names, rows: [[0.0]] * len(rows),
        features=NAMES,
        classes=("no", "yes"),
        logits=True,
    )
    assert system.outputs(TABLE).tolist() == [[0.5, 0.5]] * 4


def test_skops_gives_classes_in_the_audits_order(tmp_path: Path) -> None:
    from sklearn.linear_model import LogisticRegression
    from skops.io import dump

    labels = np.array(["yes", "no", "no", "yes"])
    model = LogisticRegression().fit(TABLE.matrix(NAMES), labels)
    dump(model, tmp_path / "m.skops")
    system = opened(tmp_path / "m.skops", "skops", classes=("yes", "no"))
    assert system.outputs(TABLE) == pytest.approx(model.predict_proba(TABLE.matrix(NAMES))[:, ::-1])
    with pytest.raises(AuditError, match="knows classes"):
        opened(tmp_path / "m.skops", "skops", classes=("ja", "nein"))


def test_skops_text_columns_become_codes(tmp_path: Path) -> None:
    from sklearn.tree import DecisionTreeClassifier
    from skops.io import dump

    codes = {"colour": ("blue", "green", "red")}
    inputs = TABLE.matrix(("colour",), codes)
    dump(DecisionTreeClassifier().fit(inputs, ["y", "n", "y", "n"]), tmp_path / "m.skops")
    system = opened(
        tmp_path / "m.skops", "skops", features=("colour",), classes=("n", "y"), codes=codes
    )
    assert system.outputs(TABLE).argmax(axis=1).tolist() == [1, 0, 1, 0]


def test_skops_pipeline_takes_columns_by_name(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder
    from skops.io import dump

    frame = pandas.DataFrame(dict(TABLE.columns))
    encoder = ColumnTransformer([("c", OneHotEncoder(), ["colour"])], remainder="passthrough")
    model = make_pipeline(encoder, LogisticRegression()).fit(frame, ["n", "y", "n", "y"])
    dump(model, tmp_path / "m.skops")
    system = opened(tmp_path / "m.skops", "skops", features=(*NAMES, "colour"), classes=("n", "y"))
    assert system.outputs(TABLE) == pytest.approx(model.predict_proba(frame))


def test_skops_with_a_foreign_function_is_refused(tmp_path: Path) -> None:
    import os

    from sklearn.preprocessing import FunctionTransformer
    from skops.io import dump

    dump(FunctionTransformer(os.system), tmp_path / "m.skops")
    with pytest.raises(AuditError, match=r"not trusted: .*system"):
        opened(tmp_path / "m.skops", "skops")


def everyday_models() -> dict[str, Any]:
    """Models whose skops files mention more than public estimators."""
    from lightgbm import LGBMClassifier
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.feature_selection import SelectKBest
    from sklearn.gaussian_process import GaussianProcessClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV, TunedThresholdClassifierCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, KBinsDiscretizer, SplineTransformer

    line, bins = LogisticRegression(), KBinsDiscretizer(quantile_method="linear")
    return {
        "calibrated": CalibratedClassifierCV(line, cv=2),
        "calibrated, isotonic": CalibratedClassifierCV(line, cv=2, method="isotonic"),
        "calibrated forest": CalibratedClassifierCV(RandomForestClassifier(3), cv=2),
        "LightGBM": LGBMClassifier(n_estimators=3, verbose=-1),
        "imputed": make_pipeline(SimpleImputer(), line),
        "bins": make_pipeline(bins, line),
        "chosen": make_pipeline(SelectKBest(k=2), line),
        "logarithm": make_pipeline(FunctionTransformer(np.exp), line),
        "splines": make_pipeline(SplineTransformer(), line),
        "searched": GridSearchCV(line, {"C": [0.1, 1]}, cv=2, scoring="accuracy"),
        "threshold": TunedThresholdClassifierCV(line, cv=2),
        "process": GaussianProcessClassifier(),
    }


@pytest.mark.parametrize("name", sorted(everyday_models()))
def test_skops_of_everyday_models_is_safe_and_opens(tmp_path: Path, name: str) -> None:
    from skops.io import dump

    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(80, 3))
    labels = np.where(inputs[:, 0] + rng.normal(size=80) > 0, "yes", "no")
    model = everyday_models()[name].fit(inputs, labels)
    dump(model, tmp_path / "m.skops")
    assert scan_file(tmp_path / "m.skops").verdict == "safe"
    table = Table(dict(zip(NAMES, inputs.T, strict=True)))
    said = opened(tmp_path / "m.skops", "skops").outputs(table)
    assert said == pytest.approx(model.predict_proba(inputs))


@pytest.mark.parametrize(
    ("name", "loader"),
    [
        ("os.system", "FunctionNode"),
        ("builtins.eval", "FunctionNode"),
        ("copyreg._reconstructor", "FunctionNode"),
        ("sklearn.datasets._base.load_files", "FunctionNode"),
        ("subprocess.Popen", "ObjectNode"),
        ("sklearn.datasets._openml.Request", "ObjectNode"),
        ("sklearn.utils._testing.TempMemmap", "ObjectNode"),
        ("numpy.memmap", "ListNode"),
    ],
)
def test_skops_that_mentions_other_things_is_refused(
    tmp_path: Path, name: str, loader: str
) -> None:
    module, _, last = name.rpartition(".")
    (tmp_path / "m.skops").write_bytes(skops(module, last, loader))
    assert scan_file(tmp_path / "m.skops").verdict == "not_safe"
    with pytest.raises(AuditError, match=f"not trusted: {name}"):
        opened(tmp_path / "m.skops", "skops")


def test_safetensors_gives_the_same_net(tmp_path: Path) -> None:
    audit.write_audit(tmp_path)
    subject = audit.images()
    net = opened(
        tmp_path / "net.safetensors",
        "safetensors",
        features=audit.PIXELS,
        classes=subject.classes,
    )
    assert isinstance(net, DenseNet)
    assert net.outputs(subject.tested()) == pytest.approx(subject.said().outputs)


@pytest.mark.parametrize(
    ("tensors", "text"),
    [
        ({"0.weight": (2, 3)}, "needs a weight"),
        ({"0.weight": (2, 4), "0.bias": (2,)}, "expects 4 inputs"),
        ({"0.weight": (5, 3), "0.bias": (5,)}, "5 outputs, but there are 2 classes"),
        ({"gamma": (2, 2)}, "expected names such as"),
    ],
)
def test_tensors_that_are_no_such_net_are_refused(
    tmp_path: Path, tensors: dict[str, tuple[int, ...]], text: str
) -> None:
    from safetensors.numpy import save_file

    save_file(
        {name: np.zeros(shape) for name, shape in tensors.items()}, tmp_path / "n.safetensors"
    )
    with pytest.raises(AuditError, match=text):
        opened(tmp_path / "n.safetensors", "safetensors")


def boosted(path: Path, **more: Any) -> Any:
    """A LightGBM model of three columns, written as text; gives the model."""
    from lightgbm import LGBMClassifier

    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(200, 3))
    inputs[:, 2] = rng.integers(0, 3, 200)
    labels = np.where(inputs[:, 0] + inputs[:, 2] > 1, "yes", "no")
    given = {"n_estimators": 5, "verbose": -1, **more}
    model = LGBMClassifier(**given).fit(inputs, labels, feature_name=["a", "b b", "c"])
    model.booster_.save_model(path)
    return model


@pytest.mark.filterwarnings("error")
def test_lightgbms_text_gives_its_probabilities_by_its_names(tmp_path: Path) -> None:
    model = boosted(tmp_path / "m.txt")
    table = Table({"c": TABLE["c"], "b b": TABLE["b"], "a": TABLE["a"]})
    system = opened(tmp_path / "m.txt", "lightgbm", features=("c", "b b", "a"))
    expected = model.booster_.predict(TABLE.matrix(NAMES))
    assert system.outputs(table)[:, 1] == pytest.approx(expected)
    assert scan_file(tmp_path / "m.txt").verdict == "safe"
    for features in (("a", "c"), ("a", "b b", "d")):
        with pytest.raises(AuditError, match=r"m\.txt: takes 3 features \(a, b_b, c\)"):
            opened(tmp_path / "m.txt", "lightgbm", features=features)


def test_lightgbm_is_fed_with_its_own_categories(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    from lightgbm import LGBMRegressor

    colours = np.array(["red", "blue", "green", "red"] * 30)
    frame = pandas.DataFrame({"a": np.tile(TABLE["a"], 30), "colour": colours})
    frame["colour"] = frame["colour"].astype("category")
    values = (colours == "green") * 3.0
    model = LGBMRegressor(n_estimators=5, verbose=-1).fit(frame, values)
    model.booster_.save_model(tmp_path / "m.txt")
    more = {"features": ("a", "colour"), "classes": ()}
    codes = {"colour": ("blue", "green", "red")}
    said = opened(tmp_path / "m.txt", "lightgbm", codes=codes, **more).outputs(TABLE)
    asked = pandas.DataFrame({"a": TABLE["a"], "colour": TABLE["colour"]})
    asked["colour"] = asked["colour"].astype(frame["colour"].dtype)
    assert said == pytest.approx(model.predict(asked))
    with pytest.raises(AuditError, match=r"colour: .* are not the model's categories; .*'blue'"):
        opened(tmp_path / "m.txt", "lightgbm", codes={"colour": ("red", "blue")}, **more)


@pytest.mark.parametrize("content", [b"tree\nversion=v4\n", b"tree\n" + b"\0" * 50, b"Hello", b""])
def test_text_that_is_no_lightgbm_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.txt").write_bytes(content)
    with pytest.raises(AuditError, match=r"m\.txt: (is no text of LightGBM|cannot be opened)"):
        opened(tmp_path / "m.txt", "lightgbm")


@pytest.mark.parametrize("kind", ["onnx", "skops", "lightgbm", "safetensors"])
def test_damaged_file_is_refused(tmp_path: Path, kind: str) -> None:
    (tmp_path / f"m.{kind}").write_bytes(b"\x80\x04nothing of the kind" * 9)
    with pytest.raises(AuditError, match=f"m.{kind}"):
        opened(tmp_path / f"m.{kind}", kind)


class Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("it was loaded",))


@pytest.mark.parametrize("kind", ["onnx", "skops"])
@pytest.mark.parametrize("name", ["m.pkl", "m.joblib", "m.PT"])
def test_pickle_is_never_opened(tmp_path: Path, kind: str, name: str) -> None:
    (tmp_path / name).write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(AuditError, match="can run code"):
        opened(tmp_path / name, kind)


def test_remote_system_asks_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    from steiger.engines.audit.systems import remote

    monkeypatch.setattr(remote, "BATCH", 3)
    asked = []

    def call(columns: tuple[str, ...], rows: list[list[Any]]) -> list[Any]:
        asked.append(len(rows))
        return [[0.25, 0.75] for _ in rows]

    system = RemoteSystem(call=call, features=NAMES, classes=("no", "yes"))
    assert system.outputs(TABLE).tolist() == [[0.25, 0.75]] * 4
    assert asked == [3, 1]


def test_outputs_of_every_shape_become_one() -> None:
    classes = ("no", "yes")
    expected = pytest.approx(np.array([[0.2, 0.8], [0.9, 0.1]]))
    assert as_outputs([[0.2, 0.8], [0.9, 0.1]], classes, "m") == expected
    assert as_outputs([0.8, 0.1], classes, "m") == expected
    assert as_outputs([{"yes": 0.8, "no": 0.2}, {"no": 0.9, "yes": 0.1}], classes, "m") == expected
    logits = np.log([[0.2, 0.8], [0.9, 0.1]]) + 5
    assert as_outputs(logits, classes, "m") == expected
    assert as_outputs([[3.0], [4.0]], (), "m").tolist() == [3.0, 4.0]
    assert from_labels(["yes", "no"], classes, "m").tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("result", "text"),
    [([[0.1, 0.2, 0.7]], "3 outputs for 2"), ([[np.nan, 1]], "finite"), ([{"x": 1.0}], "gives")],
)
def test_outputs_that_fit_nothing_are_refused(result: Any, text: str) -> None:
    with pytest.raises(AuditError, match=text):
        as_outputs(result, ("no", "yes"), "m")


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([1000001, 1000001.0, np.int32(1000001), np.float64(1000001), "1000001"], "1000001"),
        ([True, np.True_, 1, 1.0], "1"),
        ([0.1234567891, np.float64(0.1234567891)], "0.1234567891"),
        ([None, np.nan, ""], ""),
        ([-0.0, False, 0], "0"),
        ([1e22], "10000000000000000000000"),
    ],
)
def test_one_value_has_one_text_whatever_its_type(values: list[Any], text: str) -> None:
    assert [value_text(value) for value in values] == [text] * len(values)
    for value in values:
        assert as_text(np.array([value])).tolist() == [text]


@given(st.lists(st.integers(-(2**53), 2**53) | st.floats(allow_nan=False), unique=True))
def test_different_numbers_have_different_texts(values: list[float]) -> None:
    column = np.array(values, dtype=np.float64)
    assert len(set(as_text(column).tolist())) == len(set(column.tolist()))


def test_labels_of_any_type_are_found_among_the_classes() -> None:
    classes = ("1000001", "1000002")
    for said in ([1000002, 1000001], [1000002.0, 1000001.0], ["1000002", "1000001"]):
        assert from_labels(said, classes, "m").tolist() == [[0, 1], [1, 0]]
    assert from_labels([True, False], ("0", "1"), "m").tolist() == [[0, 1], [1, 0]]
    assert as_outputs([{True: 0.8, False: 0.2}], ("0", "1"), "m").tolist() == [[0.2, 0.8]]


@pytest.mark.parametrize("kind", [bool, np.int64, np.float64])
def test_skops_knows_true_and_false_as_the_tables_do(tmp_path: Path, kind: Any) -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import SVC
    from skops.io import dump

    labels = np.array([1, 0, 0, 1]).astype(kind)
    for model in (LogisticRegression(), SVC()):
        dump(model.fit(TABLE.matrix(NAMES), labels), tmp_path / "m.skops")
        said = opened(tmp_path / "m.skops", "skops", classes=("0", "1")).outputs(TABLE)
        assert said.argmax(axis=1).tolist() == model.predict(TABLE.matrix(NAMES)).tolist()


def test_label_that_is_no_class_is_refused() -> None:
    with pytest.raises(AuditError, match="'maybe'"):
        from_labels(["maybe"], ("no", "yes"), "m")


def test_tables_are_read_alike(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    (tmp_path / "t.csv").write_text('n,t,b\n1,"x",true\n,,false\n')
    one = read_table(tmp_path / "t.csv")
    parquet.write_table(
        pa.table({"n": [1, None], "t": ["x", None], "b": [True, False]}), tmp_path / "t.parquet"
    )
    two = read_table(tmp_path / "t.parquet")
    for table in (one, two):
        assert np.array_equal(table["n"], [1.0, np.nan], equal_nan=True)
        assert table["t"].tolist() == ["x", ""]
        assert table["b"].tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    "content",
    [
        "n;t;k\n1,5;3,5 kg;1\n;x;\n-0,25e1;y;1000\n",
        "n;t;k\n1.5;3,5 kg;1\n;x;\n-2.5;y;1000\n",
        "\ufeffn,t,k\n1.5,'3,5 kg',1\n,x,\n-2.5,y,1000\n".replace("'", '"'),
    ],
    ids=["semicolons, commas", "semicolons, points", "commas, points, mark of the order of bytes"],
)
def test_spreadsheets_of_any_country_are_read(tmp_path: Path, content: str) -> None:
    import gzip

    (tmp_path / "T.CSV").write_text(content)
    (tmp_path / "T.CSV.GZ").write_bytes(gzip.compress(content.encode()))
    for name in ("T.CSV", "T.CSV.GZ"):
        table = read_table(tmp_path / name)
        assert np.array_equal(table["n"], [1.5, np.nan, -2.5], equal_nan=True)
        assert table["t"].tolist() == ["3,5 kg", "x", "y"]
        assert np.array_equal(table["k"], [1, np.nan, 1000], equal_nan=True)


def test_points_of_thousands_are_no_decimals(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a;b\n1,5;1.234\n2,5;5.678\n")
    assert read_table(tmp_path / "t.csv")["b"].tolist() == ["1.234", "5.678"]


def test_parquet_of_other_things_than_numbers_and_texts_is_refused(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    for column in (pa.array([[1, 2]]), pa.array([{"x": 1}])):
        parquet.write_table(pa.table({"a": [1], "b": column}), tmp_path / "T.PARQUET")
        with pytest.raises(AuditError, match=r"T\.PARQUET: column 'b' holds neither numbers nor"):
            read_table(tmp_path / "T.PARQUET")


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("t.xlsx", b"x", "ends in"),
        ("t.parquet", b"x", "cannot be read"),
        ("t.csv", b"a,b\n", "no rows"),
        ("t.csv", b"a,a\n1,2\n", "same name"),
        ("t.csv", "a,sex\n1,männlich\n".encode("cp1252"), "t.csv: column 'sex' is no text in UTF"),
        ("t.csv", "a,größe\n1,2\n".encode("cp1252"), "its first line is no text in UTF-8"),
        ("t.csv", "a,b\n1,2\n".encode("utf-16"), "is no text in UTF-8"),
        ("t.csv.gz", b"x", "cannot be read"),
    ],
)
def test_table_that_is_none_is_refused(
    tmp_path: Path, name: str, content: bytes, text: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AuditError, match=text):
        read_table(tmp_path / name)
