"""What a check may look at: the system under test, its data, and what is declared about both."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import Table, split_groups
from steiger.engines.audit.data.table import AuditError, as_text
from steiger.engines.audit.data.times import Gap

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
#: A text endpoint: messages (role, text) to its answer.
Ask = Callable[[Sequence[tuple[str, str]]], str]


class Task(StrEnum):
    """What the system under test does."""

    CLASSIFICATION = "classification"
    REGRESSION = "regression"
    TEXT = "text"


class Modality(StrEnum):
    """What it looks at."""

    TABULAR = "tabular"
    IMAGE = "image"
    TIME_SERIES = "time-series"
    TEXT = "text"


class Need(StrEnum):
    """What a check cannot do without."""

    PREDICTIONS = "predictions"
    SCORES = "scores"
    INTERVALS = "intervals"
    MODEL = "model"
    MODEL_FILE = "model file"
    GRADIENTS = "gradients"
    TRAINING = "training data"
    DEPLOYMENT = "deployment data"
    TEST = "test data"
    PROTECTED = "protected attributes"
    CROSSING = "two protected attributes"
    EXPLANATIONS = "explanations"
    DOCUMENTATION = "documentation"
    QUASI_IDENTIFIERS = "quasi-identifiers"
    ENDPOINT = "text endpoint"
    CANARIES = "canaries"


#: Each need in German; in English it is its name.
NEEDS_DE: Mapping[str, str] = {
    Need.PREDICTIONS: "Vorhersagen",
    Need.SCORES: "Wahrscheinlichkeiten der Klassen",
    Need.INTERVALS: "vorhergesagte Bereiche",
    Need.MODEL: "ein Modell, das sich befragen lässt",
    Need.MODEL_FILE: "die Modelldatei",
    Need.GRADIENTS: "Ableitungen des Modells",
    Need.TRAINING: "Trainingsdaten",
    Need.DEPLOYMENT: "Daten aus dem Betrieb",
    Need.TEST: "Testdaten",
    Need.PROTECTED: "geschützte Merkmale",
    Need.CROSSING: "zwei geschützte Merkmale",
    Need.EXPLANATIONS: "Erklärungen",
    Need.DOCUMENTATION: "Unterlagen",
    Need.QUASI_IDENTIFIERS: "Merkmale, an denen eine Person zu erkennen wäre",
    Need.ENDPOINT: "die Adresse eines Textsystems",
    Need.CANARIES: "hinterlegte Geheimnisse",
}


def need_texts(names: Iterable[str]) -> dict[str, str]:
    """Needs as results name them, in German and English."""
    listed = list(names)
    return {
        "de": ", ".join(NEEDS_DE.get(name, name) for name in listed) or "–",
        "en": ", ".join(listed) or "–",
    }


class System(Protocol):
    """A system under test that answers new inputs."""

    def outputs(self, table: Table) -> Floats:
        """Probabilities of the classes, (N, K), or predicted values, (N,)."""
        ...

    @property
    def has_scores(self) -> bool:
        """Whether the probabilities are more than a one for the predicted class."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """What the system said about the test data.

    Attributes:
        outputs: probabilities, (N, K), or values, (N,).
        has_scores: whether the probabilities are more than the predicted class.
        low: lower ends of predicted intervals, (N,).
        high: upper ends.
    """

    outputs: Floats
    has_scores: bool = True
    low: Floats | None = None
    high: Floats | None = None

    def rows(self, order: Codes) -> Predictions:
        """The same about these rows."""
        low, high = (end if end is None else end[order] for end in (self.low, self.high))
        return replace(self, outputs=self.outputs[order], low=low, high=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFacts:
    """What is declared about a text endpoint."""

    #: Secrets that were put into training data, with the text before each.
    canaries: tuple[tuple[str, str], ...] = ()
    system_prompt: str = ""
    repeats: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The subject of an audit. Fields that do not apply are empty or None."""

    task: Task
    modality: Modality
    target: str = ""
    features: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    favourable: str = ""
    protected: tuple[str, ...] = ()
    quasi_identifiers: tuple[str, ...] = ()
    time: str = ""
    gaps: tuple[Gap, ...] = ()
    shape: tuple[int, ...] = ()
    block: int = 1
    coverage: float = 0.9
    test: Table | None = None
    training: Table | None = None
    deployment: Table | None = None
    system: System | None = None
    walled: bool = True
    model_file: Path | None = None
    predictions: Predictions | None = None
    attributions: Floats | None = None
    base_value: float = 0.0
    documents: Mapping[str, str] = field(default_factory=dict)
    ask: Ask | None = None
    text: TextFacts = TextFacts()
    thresholds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    level: float = 0.95
    seed: int = 0

    def has(self, need: Need) -> bool:
        """Whether it is there."""
        from steiger.engines.audit.systems.dense import DenseNet

        predictions = self.predictions
        there: dict[Need, bool] = {
            Need.PREDICTIONS: predictions is not None and self.test is not None,
            Need.SCORES: predictions is not None and predictions.has_scores,
            Need.INTERVALS: predictions is not None and predictions.low is not None,
            Need.MODEL: self.system is not None,
            Need.MODEL_FILE: self.model_file is not None,
            Need.GRADIENTS: isinstance(self.system, DenseNet),
            Need.TRAINING: self.training is not None,
            Need.DEPLOYMENT: self.deployment is not None,
            Need.TEST: self.test is not None,
            Need.PROTECTED: bool(self.protected),
            Need.CROSSING: len(self.protected) > 1,
            Need.EXPLANATIONS: self.attributions is not None,
            Need.DOCUMENTATION: bool(self.documents),
            Need.QUASI_IDENTIFIERS: bool(self.quasi_identifiers),
            Need.ENDPOINT: self.ask is not None,
            Need.CANARIES: bool(self.text.canaries),
        }
        return there[need]

    def chance(self, name: str) -> np.random.Generator:
        """A source of chance of its own, so that no check depends on what ran before it."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def tested(self) -> Table:
        """The test data.

        Raises:
            AuditError: there are none.
        """
        if self.test is None:
            raise AuditError("the audit has no test data")
        return self.test

    def trained(self) -> Table:
        """The training data.

        Raises:
            AuditError: there are none.
        """
        if self.training is None:
            raise AuditError("the audit has no training data")
        return self.training

    def said(self) -> Predictions:
        """The predictions on the test data.

        Raises:
            AuditError: there are none.
        """
        if self.predictions is None:
            raise AuditError("the audit has no predictions")
        return self.predictions

    def model(self) -> System:
        """The system.

        Raises:
            AuditError: it was not given.
        """
        if self.system is None:
            raise AuditError("the audit has no system that can be asked")
        return self.system

    def truth(self, table: Table | None = None) -> Codes:
        """Place of the true class among `classes`, (N,); -1 for another one."""
        column = as_text((table or self.tested())[self.target])
        place = {name: at for at, name in enumerate(self.classes)}
        return np.array([place.get(value, -1) for value in column.tolist()], dtype=np.intp)

    def values(self, table: Table | None = None) -> Floats:
        """True values of a regression, (N,)."""
        return np.asarray((table or self.tested())[self.target], dtype=np.float64)

    def predicted(self) -> Codes:
        """Predicted class, (N,)."""
        return decided(self.said().outputs)

    def good(self) -> int:
        """Place of the favourable class; the last one if none is named.

        That decides only which class scores are told of: where people's groups are compared, a
        plan must name it.
        """
        return self.classes.index(self.favourable) if self.favourable else len(self.classes) - 1

    def score(self, outputs: Floats) -> Floats:
        """Probability of the favourable class, or the predicted value, (N,)."""
        return outputs[:, self.good()] if outputs.ndim == 2 else outputs

    def groups(self, attribute: str, table: Table | None = None) -> NDArray[Any]:
        """Group of each row, (N,)."""
        return split_groups(table or self.tested(), attribute)

    def apart(self, count: int) -> Codes:
        """Rows so far apart that they count as independent: one of each block, (M,)."""
        return np.arange(0, count, self.block, dtype=np.intp)

    def numbers(self) -> tuple[str, ...]:
        """Features that are numbers."""
        table = self.tested()
        return tuple(name for name in self.features if table.is_number(name))


def decided(outputs: Floats) -> Codes:
    """The most probable class, (N,)."""
    return np.asarray(outputs.argmax(axis=1), dtype=np.intp)
