"""Writes clean model files of scikit-learn, LightGBM and torch into a folder.

    python benchmarks/audit/clean_models.py FOLDER

Runs in an environment of its own, which `file_scan.py` calls:
pip install scikit-learn lightgbm skops joblib torch==2.13.0. A part of what it wrote is packed in
tests/engines/audit/clean_models.zip.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import joblib
import lightgbm as lgb
import numpy as np
import skops.io
import torch
from sklearn import (
    calibration,
    cluster,
    compose,
    decomposition,
    ensemble,
    impute,
    isotonic,
    linear_model,
    model_selection,
    naive_bayes,
    neighbors,
    neural_network,
    pipeline,
    preprocessing,
    svm,
    tree,
)
from sklearn.feature_extraction import text as texts
from torch import nn

random = np.random.default_rng(0)
x = random.normal(size=(120, 4))
y = (x[:, 0] + x[:, 1] > 0).astype(int)
r = x @ [1, 2, 3, 4]
words = ["alpha beta", "beta gamma", "delta eps"] * 40


def models() -> dict[str, Any]:
    """Fitted models of many kinds."""
    chain, logistic = pipeline.make_pipeline, linear_model.LogisticRegression
    columns = compose.ColumnTransformer(
        [
            ("numbers", preprocessing.StandardScaler(), [0, 1]),
            ("classes", preprocessing.OneHotEncoder(handle_unknown="ignore"), [2]),
        ]
    )
    mixed = np.c_[x[:, :2], y, x[:, 3]]
    two = [("a", logistic()), ("b", naive_bayes.GaussianNB())]
    boosted = lgb.LGBMClassifier(n_estimators=5, verbose=-1).fit(x, y)
    return {
        "logistic": logistic().fit(x, y),
        "pipeline": chain(impute.SimpleImputer(), preprocessing.StandardScaler(), logistic()).fit(
            x, y
        ),
        "columns": chain(columns, linear_model.RidgeClassifier()).fit(mixed, y),
        "forest": ensemble.RandomForestClassifier(5, random_state=0).fit(x, y),
        "gradient": ensemble.GradientBoostingRegressor(n_estimators=5).fit(x, r),
        "hist": ensemble.HistGradientBoostingClassifier(max_iter=5).fit(x, y),
        "hist_regressor": ensemble.HistGradientBoostingRegressor(max_iter=5).fit(x, r),
        "isolation": ensemble.IsolationForest(n_estimators=3, random_state=1).fit(x),
        "extra": ensemble.ExtraTreesRegressor(3).fit(x, r),
        "ada": ensemble.AdaBoostClassifier(n_estimators=3).fit(x, y),
        "voting": ensemble.VotingClassifier(two).fit(x, y),
        "bagging": ensemble.BaggingClassifier(n_estimators=3).fit(x, y),
        "stacking": ensemble.StackingClassifier(two, cv=2).fit(x, y),
        "tree": tree.DecisionTreeRegressor().fit(x, r),
        "svc": svm.SVC().fit(x, y),
        "linear_svc": svm.LinearSVC().fit(x, y),
        "neighbours": neighbors.KNeighborsClassifier().fit(x, y),
        "network": neural_network.MLPClassifier((5,), max_iter=20).fit(x, y),
        "bayes": naive_bayes.GaussianNB().fit(x, y),
        "calibrated": calibration.CalibratedClassifierCV(logistic(), cv=2).fit(x, y),
        "text": chain(texts.TfidfVectorizer(), naive_bayes.MultinomialNB()).fit(words, y),
        "clusters": chain(decomposition.PCA(2), cluster.KMeans(2, n_init=1)).fit(x),
        "sgd": linear_model.SGDClassifier().fit(x, y),
        "lasso": linear_model.LassoCV(cv=3).fit(x, r),
        "grid": model_selection.GridSearchCV(logistic(), {"C": [0.1, 1]}, cv=2).fit(x, y),
        "isotonic": isotonic.IsotonicRegression().fit(x[:, 0], r),
        "ordinal": preprocessing.OrdinalEncoder().fit(np.array([["a"], ["b"]], dtype=object)),
        "lgbm": boosted,
        "lgbm_regressor": lgb.LGBMRegressor(n_estimators=5, verbose=-1).fit(x, r),
        "booster": boosted.booster_,
    }


def write_torch(folder: Path) -> None:
    """States, a checkpoint, both containers, whole modules."""
    net = nn.Sequential(
        nn.Linear(4, 8), nn.ReLU(), nn.BatchNorm1d(8), nn.Dropout(), nn.Linear(8, 2)
    )
    state = net.state_dict()
    optimiser = torch.optim.Adam(net.parameters()).state_dict()
    half = torch.zeros(3, dtype=torch.bfloat16)
    torch.save(state, folder / "state.pt")
    torch.save(
        {"epoch": 3, "model": state, "half": half, "o": optimiser}, folder / "checkpoint.pth"
    )
    torch.save(state, folder / "older.pt", _use_new_zipfile_serialization=False)
    torch.save(net, folder / "module.pt")
    layers = nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(2), nn.Flatten(), nn.LSTM(4, 3))
    torch.save(layers, folder / "layers.pt")
    torch.save(torch.arange(5), folder / "tensor.pt")


def main() -> None:
    """Write them all."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    made = models()
    for name, model in made.items():
        for protocol in (0, 2, 5):
            (folder / f"{name}-{protocol}.pkl").write_bytes(pickle.dumps(model, protocol=protocol))
        joblib.dump(model, folder / f"{name}.joblib")
    for how in ("zlib", "gzip", "bz2", "xz", "lzma"):
        joblib.dump(made["forest"], folder / f"forest-{how}.joblib", compress=(how, 3))
    made["booster"].save_model(folder / "booster.txt")
    np.save(folder / "array.npy", x)
    np.save(folder / "fields.npy", np.zeros(3, dtype=[("a", "f8"), ("b", "i4", (2,))]))
    np.savez(folder / "arrays.npz", a=x, b=y)
    np.savez_compressed(folder / "packed.npz", a=x)
    for name in ("logistic", "pipeline", "forest", "hist", "lgbm", "columns"):
        skops.io.dump(made[name], folder / f"{name}.skops")
    write_torch(folder)


if __name__ == "__main__":
    main()
