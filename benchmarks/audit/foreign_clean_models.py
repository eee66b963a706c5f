"""Writes clean model files of kinds that `clean_models.py` does not make, into a folder.

    python benchmarks/audit/foreign_clean_models.py FOLDER

Runs in the project's own environment (scikit-learn, LightGBM, skops, onnx); torch's containers are
laid out by hand. What it wrote is packed in tests/engines/audit/foreign_clean_models.zip.
"""

from __future__ import annotations

import argparse
import datetime as dt
import pickle
import struct
import sys
import warnings
from pathlib import Path
from typing import Any

import joblib
import lightgbm as lgb
import numpy as np
import onnx
import skops.io
from sklearn import (
    cluster,
    compose,
    covariance,
    cross_decomposition,
    decomposition,
    ensemble,
    feature_selection,
    gaussian_process,
    impute,
    kernel_approximation,
    kernel_ridge,
    linear_model,
    metrics,
    mixture,
    model_selection,
    multiclass,
    multioutput,
    neighbors,
    pipeline,
    preprocessing,
    random_projection,
    semi_supervised,
    svm,
    tree,
)
from sklearn.experimental import enable_iterative_imputer  # noqa: F401 - makes it importable
from sklearn.feature_extraction import DictVectorizer, FeatureHasher
from sklearn.gaussian_process import kernels

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from factories.hostile_models import safetensors, tarred, torch_state, zipped  # noqa: E402

random = np.random.default_rng(5)
x = np.abs(random.normal(size=(80, 4)))
y = (x[:, 0] > 0.7).astype(int)
r = x @ [1, 2, 3, 4]
holes = np.where(random.random(x.shape) < 0.1, np.nan, x)


def models() -> dict[str, Any]:
    """Fitted models."""
    logistic, chain = linear_model.LogisticRegression, pipeline.make_pipeline
    scored = metrics.make_scorer(metrics.f1_score)
    trees = tree.DecisionTreeClassifier(max_depth=2)
    made: dict[str, Any] = {
        "iterative": impute.IterativeImputer(max_iter=2, random_state=0).fit(holes),
        "random_search": model_selection.RandomizedSearchCV(
            logistic(), {"C": [0.1, 1.0]}, n_iter=2, cv=2, scoring=scored
        ).fit(x, y),
        "threshold": model_selection.TunedThresholdClassifierCV(logistic(), cv=2).fit(x, y),
        "chain": multioutput.ClassifierChain(logistic()).fit(x, np.c_[y, 1 - y]),
        "self_training": semi_supervised.SelfTrainingClassifier(logistic()).fit(x, y),
        "process": gaussian_process.GaussianProcessRegressor(
            kernels.DotProduct() + kernels.WhiteKernel()
        ).fit(x[:20], r[:20]),
        "birch": cluster.Birch(n_clusters=2).fit(x),
        "outliers": neighbors.LocalOutlierFactor(novelty=True).fit(x),
        "density": neighbors.KernelDensity().fit(x),
        "factors": decomposition.NMF(n_components=2, max_iter=50).fit(x),
        "topics": decomposition.LatentDirichletAllocation(n_components=2, max_iter=2).fit(x),
        "pls": cross_decomposition.PLSRegression().fit(x, r),
        "nystroem": chain(kernel_approximation.Nystroem(n_components=5), logistic()).fit(x, y),
        "kernel": kernel_ridge.KernelRidge(kernel="rbf").fit(x, r),
        "chosen": chain(feature_selection.SelectFromModel(trees), logistic()).fit(x, y),
        "eliminated": feature_selection.RFE(logistic(), n_features_to_select=2).fit(x, y),
        "significant": feature_selection.SelectFdr(alpha=0.5).fit(x, y),
        "robust": covariance.MinCovDet(random_state=0).fit(x),
        "ransac": linear_model.RANSACRegressor(random_state=0).fit(x, r),
        "lars": linear_model.LassoLarsCV(cv=2).fit(x, r),
        "pursuit": linear_model.OrthogonalMatchingPursuit().fit(x, r),
        "mixture": mixture.BayesianGaussianMixture(n_components=2, max_iter=500).fit(x),
        "codes": multiclass.OutputCodeClassifier(logistic()).fit(x, y + (x[:, 1] > 1)),
        "projection": random_projection.GaussianRandomProjection(n_components=2).fit(x),
        "hasher": FeatureHasher(8).fit([{"a": 1}]),
        "dictionary": DictVectorizer().fit([{"a": 1, "b": "c"}]),
        "splines": chain(preprocessing.SplineTransformer(n_knots=3), logistic()).fit(x, y),
        "target": compose.TransformedTargetRegressor(
            svm.SVR(), transformer=preprocessing.StandardScaler()
        ).fit(x, r),
        "entropy_forest": ensemble.RandomForestClassifier(
            3, max_depth=3, criterion="entropy", class_weight="balanced"
        ).fit(holes, y),
    }
    data = lgb.Dataset(x, y, categorical_feature=[])
    made["dart"] = lgb.train({"verbosity": -1, "boosting": "dart"}, data, 3)
    made["ranker"] = lgb.LGBMRanker(n_estimators=3, verbose=-1, min_child_samples=2).fit(
        x, y, group=[40, 40]
    )
    return made


def write_others(folder: Path) -> None:
    """Containers, arrays, operators."""
    (folder / "state.pt").write_bytes(torch_state())
    (folder / "states.tar").write_bytes(tarred(("a.npy", _array(x)), ("b.npy", _array(y))))
    (folder / "models.zip").write_bytes(zipped(("a.pkl", pickle.dumps({"a": x[:3]}, 4))))
    record = np.zeros(3, dtype=[("t", "M8[D]"), ("v", "f4", (2, 3)), ("inner", [("k", "U5")])])
    aligned = np.zeros(2, dtype=np.dtype([("a", "i1"), ("b", "f8")], align=True))
    for protocol in (0, 1, 2, 3, 4, 5):
        (folder / f"records-{protocol}.pkl").write_bytes(
            pickle.dumps([record, aligned, x.astype(">f4"), np.datetime64(1, "ns")], protocol)
        )
    joblib.dump([record, aligned, np.array(["a", None], dtype=object)], folder / "records.joblib")
    notes = {
        "arguments": argparse.Namespace(rate=0.1, path=Path("a/b")),
        "time": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        "generator": np.random.default_rng(0),
        "masked": np.ma.masked_array([1, 2], [True, False]),
    }
    (folder / "checkpoint.pkl").write_bytes(pickle.dumps(notes, 5))
    np.savez(folder / "objects.npz", a=np.array([{"a": 1}, None], dtype=object), b=record)
    header = {
        "__metadata__": {"format": "pt"},
        "a": {"dtype": "BF16", "shape": [2, 2], "data_offsets": [0, 8]},
        "b": {"dtype": "F32", "shape": [], "data_offsets": [8, 12]},
    }
    (folder / "weights.safetensors").write_bytes(safetensors(dict(header), struct.pack("<12x")))
    write_onnx(folder)


def write_onnx(folder: Path) -> None:
    """A small net, and a linear classifier of ai.onnx.ml."""
    from onnx import helper, numpy_helper

    sizes = helper.make_tensor_value_info("x", 1, [None, 4])
    out = helper.make_tensor_value_info("y", 1, [None, 2])
    weights = numpy_helper.from_array(random.normal(size=(4, 2)).astype("f4"), "w")
    product, activated = (
        helper.make_node("MatMul", ["x", "w"], ["h"]),
        helper.make_node("Softmax", ["h"], ["y"]),
    )
    graph = helper.make_graph([product, activated], "net", [sizes], [out], [weights])
    onnx.save(helper.make_model(graph, ir_version=9), folder / "net.onnx")
    scaler = helper.make_node(
        "Scaler", ["x"], ["y"], domain="ai.onnx.ml", offset=[0.0], scale=[1.0]
    )
    sets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    graph = helper.make_graph([scaler], "scaler", [sizes], [out])
    onnx.save(helper.make_model(graph, opset_imports=sets, ir_version=9), folder / "scaler.onnx")


def _array(values: np.ndarray) -> bytes:
    import io

    buffer = io.BytesIO()
    np.save(buffer, values)
    return buffer.getvalue()


def main() -> None:
    """Write them all."""
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for place, (name, model) in enumerate(models().items()):
        (folder / f"{name}.pkl").write_bytes(pickle.dumps(model, protocol=place % 6))
        joblib.dump(model, folder / f"{name}.joblib", compress=3)
    for name in ("chosen", "target", "entropy_forest"):
        skops.io.dump(models()[name], folder / f"{name}.skops")
    write_others(folder)


if __name__ == "__main__":
    main()
