"""Opens a model file by its declared kind: in this process only what is read as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from steiger.engines.audit.context import System
from steiger.engines.audit.data import AuditError

KINDS = ("onnx", "skops", "lightgbm", "safetensors", "pickle")
#: Files that run code when they are loaded.
DANGEROUS = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin", ".npy", ".dill")


#: Files of other libraries, and what makes ONNX of them.
FOREIGN = {
    (".json", ".ubj", ".xgb"): "XGBoost (onnxmltools.convert_xgboost)",
    (".cbm",): 'CatBoost (save_model(…, format="onnx"))',
    (".h5", ".keras", ".pb", ".tflite"): "Keras or TensorFlow (tf2onnx)",
    (".pmml", ".mojo", ".rds"): "another library (its own export)",
}


class Feeding(TypedDict):
    """See `ModelFile`."""

    features: tuple[str, ...]
    classes: tuple[str, ...]
    codes: dict[str, tuple[str, ...]]
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A model file and how it is fed.

    Attributes:
        kind: one of `KINDS`.
        path: the file.
        features: columns in the model's order.
        classes: classes in the model's order; empty for a regression.
        codes: for a model of numbers, the values of each text column in the order of their codes.
        scale: inputs are divided by it.
        logits: whether an ONNX or LightGBM model gives logits instead of probabilities.
        output: of an ONNX model with several outputs, the one that is examined.
        pickles: whether whoever runs the audit has said that a pickle may be opened.
    """

    kind: str
    path: Path
    features: tuple[str, ...]
    classes: tuple[str, ...]
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    scale: float = 1.0
    logits: bool = False
    output: str = ""
    pickles: bool = False

    @property
    def fed(self) -> Feeding:
        """How the model is fed, as all readers take it."""
        return {
            "features": self.features,
            "classes": self.classes,
            "codes": self.codes,
            "scale": self.scale,
        }


def open_system(file: ModelFile) -> System:
    """The system in a file.

    Raises:
        AuditError: no such file, a kind that is unknown or dangerous, or a damaged file.
    """
    if not file.path.is_file():
        raise AuditError(f"{file.path}: no such file")
    if file.kind == "pickle":
        return _pickled(file)
    if file.path.suffix.lower() in DANGEROUS:
        raise AuditError(
            f"{file.path}: such a file can run code when it is loaded; give the model as ONNX, "
            'skops, LightGBM\'s text or safetensors, give its predictions, or see kind = "pickle"'
        )
    for endings, name in FOREIGN.items():
        if file.path.suffix.lower() in endings:
            raise AuditError(
                f"{file.path}: such files are not opened; give the model as ONNX, which is made "
                f"from {name}, or give its predictions"
            )
    if file.kind == "onnx":
        from steiger.engines.audit.systems.onnx import OnnxSystem

        return OnnxSystem(file.path, **file.fed, logits=file.logits, output=file.output)
    if file.kind == "lightgbm":
        from steiger.engines.audit.systems.lightgbm import LightgbmSystem

        return LightgbmSystem(file.path, **file.fed, logits=file.logits)
    if file.kind == "skops":
        from steiger.engines.audit.systems.skops import open_skops

        return open_skops(file.path, **file.fed)
    if file.kind == "safetensors":
        from steiger.engines.audit.systems.dense import read_dense

        return read_dense(file.path, file.features, len(file.classes), file.scale)
    raise AuditError(f"model kind {file.kind!r} is unknown; known are {', '.join(KINDS)}")


def _pickled(file: ModelFile) -> System:
    if not file.pickles:
        raise AuditError(
            f"{file.path}: a pickle can run code when it is loaded. It is opened in a confined "
            "process, after the scan, if you say so: steiger audit run … --allow-pickle"
        )
    from steiger.engines.audit.systems.apart import open_pickled

    return open_pickled(file.path, **file.fed)


def is_walled(system: System | None) -> bool:
    """Whether no model of strangers calculates outside the walls of a confined process."""
    confined = getattr(system, "confined", None)
    return confined is None or bool(confined.walled)
