"""The contract of a check.

A check is a class in a file of its own in this package, or one that another distribution names in
the entry-point group `steiger.audit_checks`. It reads a `Context` and nothing else: no clock, no
network, chance only from `context.chance(self.id)`. So its result depends on the audit alone.
"""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from steiger.engines.audit.context import Context, Modality, Need, Task
from steiger.engines.audit.gaps import gaps_text
from steiger.engines.audit.measurement import Better, Measurement
from steiger.engines.audit.statistics import Estimate

#: One text in German and English: {"de": …, "en": …}.
Text = Mapping[str, str]
DATA = frozenset({Modality.TABULAR, Modality.IMAGE, Modality.TIME_SERIES})
#: What a figure can be at all: a share (or an AUC), a difference of two shares.
SHARE, DIFFERENCE = (0.0, 1.0), (-1.0, 1.0)
PREDICTING = frozenset({Task.CLASSIFICATION, Task.REGRESSION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One figure that a check measures and what it is held against if the audit says nothing.

    Attributes:
        name: of the measurement.
        value: the default.
        better: on which side it is met.
        within: the smallest and the largest value that the figure can have.
        text: what the figure says, with its unit.
    """

    name: str
    value: float
    better: Better
    within: tuple[float, float] = (-math.inf, math.inf)
    text: Text

    def __post_init__(self) -> None:
        if not self.within[0] <= self.value <= self.within[1]:
            raise ValueError(f"{self.name}: {self.value:g} is not within {self.within}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What a check found.

    Attributes:
        measurements: the figures.
        evidence: files by name; the runner stores them.
        limits: what the figures do not say, in plain words.
    """

    measurements: tuple[Measurement, ...]
    evidence: Mapping[str, bytes] = field(default_factory=dict)
    limits: tuple[Text, ...] = ()


class Check(ABC):
    """One check."""

    id: ClassVar[str]
    title: ClassVar[Text]
    tasks: ClassVar[frozenset[Task]] = PREDICTING
    modalities: ClassVar[frozenset[Modality]] = DATA
    needs: ClassVar[frozenset[Need]]
    thresholds: ClassVar[tuple[Threshold, ...]]
    #: What the check itself measures one by one, in words; what is missing is called as it is.
    subjects: ClassVar[Mapping[str, Text]] = {}

    def applies_to(self, task: Task, modality: Modality) -> bool:
        """Whether the check makes sense for such systems."""
        return task in self.tasks and modality in self.modalities

    def lacking(self, context: Context) -> tuple[Need, ...]:
        """What it needs and the audit does not have."""
        return tuple(sorted(need for need in self.needs if not context.has(need)))

    @abstractmethod
    def run(self, context: Context) -> CheckResult:
        """Measure.

        Raises:
            AuditError: the data cannot be measured; the text says why.
        """

    def limit(self, context: Context, name: str) -> float:
        """The threshold of a measurement: the audit's, or the default."""
        given = context.thresholds.get(self.id, {})
        return float(given.get(name, self.declared(name).value))

    def declared(self, name: str) -> Threshold:
        """What was declared about a measurement."""
        return next(known for known in self.thresholds if known.name == name)

    def measured(
        self,
        context: Context,
        name: str,
        estimate: Estimate,
        subject: str = "",
        *,
        threshold: float | None = None,
    ) -> Measurement:
        """An estimate held against its threshold."""
        return estimate.against(
            self.limit(context, name) if threshold is None else threshold,
            self.declared(name).better,
            check=self.id,
            name=name,
            subject=subject,
        )


def gaps_of(context: Context) -> tuple[list[dict[str, Any]], tuple[Text, ...]]:
    """Steps that the test data lack, for the evidence; and the limit that follows, if any do."""
    gaps = [asdict(gap) for gap in context.gaps]
    return gaps, (gaps_text(gaps),) if gaps else ()


def as_json(content: Any) -> bytes:
    """An evidence file; the same bytes for the same content."""
    return json.dumps(content, ensure_ascii=False, indent=1, default=float).encode()


def as_csv(columns: Mapping[str, Sequence[Any]]) -> bytes:
    """An evidence file as a table. Text that a spreadsheet could run begins with an apostrophe."""
    lines = [",".join(_cell(name) for name in columns)]
    lines += [
        ",".join(_cell(value) for value in row) for row in zip(*columns.values(), strict=True)
    ]
    return ("\n".join(lines) + "\n").encode()


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    if isinstance(value, str) and text[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n\r') else text
