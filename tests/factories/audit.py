"""Subjects of audits: small, complete, one per kind of system."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from steiger.engines.audit.context import Context, Modality, Predictions, Task, TextFacts
from steiger.engines.audit.data import Table
from steiger.engines.audit.dense_training import train_dense
from steiger.engines.audit.planting.people import context, drawn, fair_system, people
from steiger.engines.audit.systems.dense import DenseNet

PIXELS = tuple(f"p{at}" for at in range(16))
CARD = "\n".join(
    f"## {head}\n\n" + "Dieser Abschnitt sagt in mehr als fünfzehn Wörtern, worum es geht. " * 3
    for head in (
        "Beschreibung des Modells",
        "Zweck und Verwendung",
        "Gruppen",
        "Kennzahlen",
        "Testdaten",
        "Trainingsdaten",
        "Ergebnisse",
        "Ethik",
        "Grenzen",
        "Überblick",
        "Entwicklung",
        "Überwachung",
        "Risiken",
        "Änderungen",
        "Normen",
        "Konformität",
        "Betriebsbeobachtung",
    )
)


@cache
def tabular() -> Context:
    """A fair system on invented people, with everything that an audit can have."""
    rng = np.random.default_rng(5)
    parts = [drawn(people(count, rng), rng) for count in (500, 400, 400)]
    training, test, deployment = parts
    system = fair_system()
    score = system.outputs(test)[:, 1]
    features = ("income", "debt", "tenure", "height", "region")
    attributions = np.zeros((len(test), len(features)))
    attributions[:, 0] = score - score.mean()
    return context(
        test,
        training=training,
        deployment=deployment,
        system=system,
        quasi_identifiers=("region", "sex"),
        attributions=attributions,
        base_value=float(score.mean()),
        documents={"card.md": CARD},
    )


@cache
def images() -> Context:
    """A net of eight hidden units on images of 4 × 4 pixels: which quarter is bright?"""
    rng = np.random.default_rng(6)
    tables = []
    for count in (300, 200):
        quarter = rng.integers(0, 4, count)
        pixels = rng.uniform(0, 0.25, (count, 4, 4))
        for at, image in zip(quarter, pixels, strict=True):
            row, column = 2 * (at // 2), 2 * (at % 2)
            image[row : row + 2, column : column + 2] += 0.7
        columns: dict[str, Any] = dict(zip(PIXELS, pixels.reshape(count, 16).T, strict=True))
        columns["y"] = quarter.astype(str).astype(object)
        columns["camera"] = rng.choice(np.array(["a", "b"], dtype=object), count)
        columns["light"] = rng.choice(np.array(["day", "night"], dtype=object), count)
        tables.append(Table(columns))
    net = small_net(tables[0])
    score = net.outputs(tables[1])[:, 3]
    attributions = np.zeros((200, 16))
    attributions[:, 10] = score - score.mean()
    return Context(
        task=Task.CLASSIFICATION,
        modality=Modality.IMAGE,
        target="y",
        features=PIXELS,
        classes=("0", "1", "2", "3"),
        favourable="3",
        protected=("camera", "light"),
        test=tables[1],
        training=tables[0],
        deployment=tables[1],
        system=net,
        predictions=Predictions(outputs=net.outputs(tables[1])),
        shape=(4, 4),
        attributions=attributions,
        base_value=float(score.mean()),
        documents={"card.md": CARD},
    )


def small_net(table: Table, seed: int = 0) -> DenseNet:
    """Trained in a tenth of a second."""
    return train_dense(
        table.matrix(PIXELS),
        table["y"].astype(np.intp),
        (8,),
        features=PIXELS,
        seed=seed,
        epochs=12,
    )


@cache
def series() -> Context:
    """A forecaster of a wave with intervals of 90 %."""
    rng = np.random.default_rng(7)
    time = np.arange(600.0)
    truth = np.sin(time / 10) + rng.normal(0, 0.2, 600)
    said = np.sin(time / 10)
    table = Table({"time": time, "y": truth, "season": np.cos(time / 10), "load": rng.random(600)})
    return Context(
        task=Task.REGRESSION,
        modality=Modality.TIME_SERIES,
        target="y",
        features=("season", "load"),
        time="time",
        block=12,
        test=table,
        training=table,
        deployment=table,
        system=WaveSystem(),
        predictions=Predictions(outputs=said, low=said - 0.33, high=said + 0.33),
        quasi_identifiers=("season",),
        documents={"card.md": CARD},
    )


class WaveSystem:
    """Answers from the season alone."""

    has_scores = True

    def outputs(self, table: Table) -> np.ndarray:
        return np.asarray(table["season"] * 0.5)


def good_answers(messages: Sequence[tuple[str, str]]) -> str:
    """An endpoint that says yes to everybody and gives nothing away."""
    text = messages[-1][1]
    return "Ja" if "Ja oder Nein" in text or "Yes or No" in text else "Dabei kann ich nicht helfen."


def texts() -> Context:
    """Such an endpoint."""
    return Context(
        task=Task.TEXT,
        modality=Modality.TEXT,
        ask=good_answers,
        text=TextFacts(canaries=(("Die Nummer ist", "X-1234-Y"),) * 3, repeats=1),
        documents={"card.md": CARD},
    )


def subjects() -> dict[str, Context]:
    """One of each kind; that of images has a file, too."""
    pictures = replace(images(), model_file=_model_file())
    return {"tabular": tabular(), "images": pictures, "series": series(), "texts": texts()}


@cache
def _model_file() -> Path:
    from safetensors.numpy import save_file

    path = Path(tempfile.mkdtemp(prefix="steiger-model-")) / "net.safetensors"
    save_file({"0.weight": np.zeros((2, 2), np.float32)}, path)
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    return path


def bare(subject: Context) -> Context:
    """The same without anything that a check could need."""
    return replace(
        subject,
        test=None,
        training=None,
        deployment=None,
        system=None,
        model_file=None,
        predictions=None,
        protected=(),
        quasi_identifiers=(),
        attributions=None,
        documents={},
        ask=None,
        text=TextFacts(),
    )


def write_audit(folder: Path, **changes: str) -> Path:
    """`audit.toml` with a net and tables beside it; `changes` replace text of the file."""
    import pyarrow as pa
    from pyarrow import parquet
    from safetensors.numpy import save_file

    subject = images()
    for name, table in (("test", subject.tested()), ("training", subject.trained())):
        columns = {key: list(column) for key, column in table.columns.items()}
        parquet.write_table(pa.table(columns), folder / f"{name}.parquet")
    net = subject.system
    assert isinstance(net, DenseNet)
    tensors = {}
    for at, (weight, bias) in enumerate(zip(net.weights, net.biases, strict=True)):
        tensors[f"{at}.weight"], tensors[f"{at}.bias"] = np.ascontiguousarray(weight), bias
    save_file(tensors, folder / "net.safetensors")
    (folder / "card.md").write_text(CARD)
    text = AUDIT.replace("PIXELS", json.dumps(PIXELS))
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "audit.toml").write_text(text)
    return folder / "audit.toml"


AUDIT = """\
[audit]
name = "Viertel"
task = "classification"
modality = "image"
alpha = 0.05
checks = ["performance_with_intervals", "calibration", "group_error_rates", "k_anonymity"]
[model]
kind = "safetensors"
path = "net.safetensors"
features = PIXELS
shape = [4, 4]
[data]
test = "test.parquet"
training = "training.parquet"
target = "y"
favourable = "3"
protected = ["camera"]
[documents]
paths = ["card.md"]
[thresholds.calibration]
expected_calibration_error = 0.2
[requirements]
calibration = ["VE-02"]
"""
