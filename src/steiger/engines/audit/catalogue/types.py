"""A catalogue for examinations: what is demanded, how it is graded, what gives evidence.

A catalogue is data. Ours lies beside this file; that of others is read by an adapter into the same
types, so that an audit does not know whose catalogue it follows.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from enum import IntEnum
from functools import cached_property
from typing import Any, Literal

from steiger.engines.audit.catalogue.words import Text
from steiger.engines.audit.measurement import Better

IndicatorKind = Literal["analysis", "measure", "test", "assessment"]
Status = Literal["published", "adopted"]


class CatalogueError(ValueError):
    """A catalogue, or answers to it, that make no sense; says what, where, and what to do."""


class Level(IntEnum):
    """Grade of an indicator, criterion or dimension; ordinal: sums and means have no meaning."""

    D = 0
    C = 1
    B = 2
    A = 3


class Need(IntEnum):
    """How much protection a dimension needs."""

    NONE = 0
    MODERATE = 1
    HIGH = 2

    @property
    def key(self) -> str:
        """Its name in files."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Source:
    """A document that is referred to.

    Attributes:
        ids: the only identifiers that may be referred to; empty where `shapes` say it.
        shapes: forms of identifiers: ``#`` stands for digits, ``@`` for one small letter, anything
            else for itself. (No regular expressions: a foreign catalogue could hang the reader.)
    """

    id: str
    title: str
    edition: str
    publisher: str
    published: date
    address: str = ""
    ids: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a source, written ``source:id``."""

    source: str
    id: str

    def __str__(self) -> str:
        return f"{self.source}:{self.id}"


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """A kind of document that can show something."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Dimension:
    """What is at stake."""

    id: str
    title: Text
    purpose: Text


@dataclass(frozen=True, slots=True)
class Criterion:
    """A property within a dimension."""

    id: str
    dimension: str
    title: Text


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is graded.

    Attributes:
        levels: descriptions of A, B, C, D in this order.
        compulsory_from: protection need from which it caps its criterion; None: never.
        evidence: ids of kinds of documents that can show it.
    """

    id: str
    criterion: str
    kind: IndicatorKind
    title: Text
    levels: tuple[Text, Text, Text, Text]
    compulsory_from: Need | None = None
    evidence: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()

    def describe(self, level: Level) -> Text:
        """The description of a level."""
        return self.levels[Level.A - level]

    def compulsory(self, need: Need) -> bool:
        """Whether it caps its criterion at this protection need."""
        return self.compulsory_from is not None and need >= self.compulsory_from


@dataclass(frozen=True, slots=True)
class Condition:
    """An answer that must have been given: one of `answers` to `question`."""

    question: str
    answers: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.question}={'|'.join(self.answers)}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to choose."""

    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class Question:
    """A question about the use.

    Attributes:
        asked_if: all of these must hold, otherwise the question does not arise.
        multiple: several answers may be chosen.
    """

    id: str
    text: Text
    answers: tuple[Answer, ...]
    asked_if: tuple[Condition, ...] = ()
    multiple: bool = False


@dataclass(frozen=True, slots=True)
class NeedRule:
    """If all conditions hold, the dimension needs at least this protection."""

    id: str
    dimension: str
    need: Need
    when: tuple[Condition, ...]
    reason: Text


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a check, and the thresholds to start from; the unit is the check's."""

    name: str
    better: Better
    moderate: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.moderate) and math.isfinite(self.high)):
            raise CatalogueError(
                f"{self.name}: a threshold is a number, neither infinite nor none."
            )

    def threshold(self, need: Need) -> float:
        """The threshold for a protection need; without need, the moderate one is shown."""
        return self.high if need is Need.HIGH else self.moderate


@dataclass(frozen=True, slots=True)
class Method:
    """Which check gives evidence for which indicators.

    Attributes:
        indicators: the first is the one for which the check can be compulsory.
        compulsory_from: protection need of that indicator's dimension; None: never.
        tasks: "classification", "regression", "text"; none: any.
        modalities: "tabular", "image", "time-series", "text"; none: any.
    """

    check: str
    title: Text
    indicators: tuple[str, ...]
    compulsory_from: Need | None = None
    tasks: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()

    def applies(self, task: str, modality: str) -> bool:
        """Whether the check makes sense for such systems."""
        return (not self.tasks or task in self.tasks) and (
            not self.modalities or modality in self.modalities
        )

    def compulsory(self, indicator: str, need: Need) -> bool:
        """Whether this indicator cannot do without the check, where it applies."""
        return (
            self.compulsory_from is not None
            and self.indicators[:1] == (indicator,)
            and need >= self.compulsory_from
        )


@dataclass(frozen=True, slots=True)
class ConflictSide:
    """One side of a conflict."""

    dimension: str
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two things that cannot both be had in full, and why."""

    id: str
    first: ConflictSide
    second: ConflictSide
    why: Text
    source: str


@dataclass(frozen=True, slots=True)
class DatedRule:
    """A duty with the day from which it applies.

    Attributes:
        article: where the duty stands.
        basis: where the day stands.
        replaces: id of the rule whose day this one moves.
        status: "adopted": adopted, but its publication has not been looked up here.
    """

    id: str
    title: Text
    article: Reference
    applies_from: date
    basis: Reference
    status: Status = "published"
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """One content of the technical documentation, for example of Annex IV."""

    id: str
    title: Text
    follows: str


@dataclass(frozen=True, slots=True)
class UseClass:
    """A listed use, for example one of Annex III."""

    id: str
    title: Text
    when: tuple[Condition, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Way:
    """A condition of the classification with the rule that follows from it."""

    when: tuple[Condition, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class UseRules:
    """How a use is classified under the law."""

    questions: tuple[Question, ...]
    classes: tuple[UseClass, ...]
    prohibited: Way
    product: Way
    way_out: Way
    transparency: Way


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Everything that an audit is held against.

    Attributes:
        target: level that a dimension must reach, by protection need.
        files: id of an entry → file it was read from; only for messages.
    """

    id: str
    version: str
    day: date
    title: Text
    target: tuple[Level, Level, Level]
    evidence: tuple[EvidenceKind, ...] = ()
    sources: tuple[Source, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    questions: tuple[Question, ...] = ()
    need_rules: tuple[NeedRule, ...] = ()
    methods: tuple[Method, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    dated_rules: tuple[DatedRule, ...] = ()
    contents: tuple[Content, ...] = ()
    use: UseRules | None = None
    files: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def criteria_of(self, dimension: str) -> tuple[Criterion, ...]:
        """The criteria of a dimension."""
        return tuple(item for item in self.criteria if item.dimension == dimension)

    def indicators_of(self, criterion: str) -> tuple[Indicator, ...]:
        """The indicators of a criterion."""
        return tuple(item for item in self.indicators if item.criterion == criterion)

    def methods_for(self, indicator: str) -> tuple[Method, ...]:
        """The checks that give evidence for an indicator."""
        return tuple(item for item in self.methods if indicator in item.indicators)

    def dimension_of(self, indicator: Indicator) -> str:
        """Id of the dimension to which an indicator belongs."""
        for criterion in self.criteria:
            if criterion.id == indicator.criterion:
                return criterion.dimension
        raise CatalogueError(f"{indicator.id}: there is no criterion {indicator.criterion!r}.")

    def demanded(self, need: Need) -> Level:
        """The level that a dimension with this protection need must reach."""
        return self.target[need]

    def as_plain(self) -> dict[str, Any]:
        """Everything as plain data, without the names of files."""
        shown = {item.name: getattr(self, item.name) for item in fields(self)}
        del shown["files"]
        return {name: _plain(value) for name, value in shown.items()}

    def digest(self) -> str:
        """SHA-256 over the content: the same wherever and in whatever files it lies."""
        return self._sha256

    @cached_property
    def _sha256(self) -> str:
        # Every page about an examination asks for it, and it takes 20 ms.
        text = json.dumps(self.as_plain(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, IntEnum):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return _plain(asdict(value))
    return value
