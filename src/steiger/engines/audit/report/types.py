"""What a report is made from, and the chapters that come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from steiger.engines.audit.measurement import Better, Measurement
from steiger.engines.audit.report.words import NEEDS, VERDICTS, Language, Text


class ReportError(ValueError):
    """A report cannot be made from what was handed in; says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A measurement and how it was ruled on.

    Attributes:
        p_met: corrected p-value of "violated"; None where no correction was made.
        p_violated: corrected p-value of "met".
    """

    measurement: Measurement
    verdict: str
    reason: Text
    p_met: float | None = None
    p_violated: float | None = None

    def __post_init__(self) -> None:
        _verdict(self.verdict)
        if not self.measurement.evidence:
            where = f"{self.measurement.check}/{self.measurement.name}"
            raise ReportError(f"{where}: a figure without an evidence file cannot be reported.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """How a requirement ended. Its figures are the measurements of its check."""

    id: str
    indicator: str
    check: str
    compulsory: bool
    verdict: str
    reason: Text

    def __post_init__(self) -> None:
        _verdict(self.verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The level of a dimension, or of a criterion.

    Attributes:
        level: A to D; "" where it does not apply.
        demanded: by the protection need; "" for a criterion.
        held_by: what holds it where it is.
    """

    id: str
    level: str
    need: str = ""
    demanded: str = ""
    passed: bool = True
    held_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A threshold that was set otherwise than the catalogue demands."""

    check: str
    name: str
    better: Better
    threshold: float
    demanded: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """What somebody said of an indicator.

    Attributes:
        who: in words.
        level: A to D; "" where it does not apply.
        evidence: files that show it.
    """

    indicator: str
    who: Text
    level: str
    reason: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """Everything that a report says; nothing is computed from it but counts.

    Attributes:
        names: id of a dimension, criterion, indicator, check, figure (CHECK/NAME) or what it is
            about (CHECK: SUBJECT) → its name;
            else the id is shown.
        favourable: the class that counts as good for a person; "" where none was named.
        alpha: bound on the probability of at least one wrong verdict.
        inputs: name of a file that was examined → its SHA-256.
        tools: name → version.
        deviations: thresholds other than the catalogue's.
        conflicts: dimensions that pull in different directions, stated.
        remarks: steps that the data lack; checks that did not run, and why.
        evidence: names of all evidence files, relative to the audit's folder.
        ratings: what people said of the indicators, with their reasons.
        closing: what was said at the end (statement, decision): heading and words.
        sources: files that the sums and levels come from; by default verdict and results.
    """

    system: str
    version: str = ""
    applicant: str = ""
    examiner: str = ""
    date: str = ""
    task: str = ""
    favourable: str = ""
    alpha: float
    catalogue: Mapping[str, str]
    passed: bool | None
    dimensions: tuple[Level, ...]
    criteria: tuple[Level, ...]
    requirements: tuple[Requirement, ...]
    rulings: tuple[Ruled, ...]
    deviations: tuple[Deviation, ...] = ()
    conflicts: tuple[Text, ...] = ()
    remarks: tuple[Text, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Text] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    ratings: tuple[Rated, ...] = ()
    closing: tuple[tuple[Text, str], ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.system:
            raise ReportError("A report names the system that was examined.")
        known = set(self.evidence)
        for ruled in self.rulings:
            self._check(known, ruled.measurement.evidence)
        for rated in self.ratings:
            self._check(known, rated.evidence)
        for level in self.dimensions:
            if level.need and level.need not in NEEDS:
                raise ReportError(f"{level.id}: unknown protection need {level.need!r}.")

    @staticmethod
    def _check(known: set[str], named: tuple[str, ...]) -> None:
        if missing := [name for name in named if name not in known]:
            raise ReportError(f"The evidence file {missing[0]} is named, but is not there.")

    def name(self, identifier: str, language: Language) -> str:
        """Name of an id."""
        return self.names[identifier].of(language) if identifier in self.names else identifier

    def count(self, verdict: str) -> int:
        """How many requirements ended so."""
        return sum(requirement.verdict == verdict for requirement in self.requirements)


def _verdict(verdict: str) -> None:
    if verdict not in VERDICTS:
        raise ReportError(f"{verdict!r} is no verdict: {', '.join(VERDICTS)}.")


# --- chapters -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. If it holds a figure, `evidence` names the files that it comes from."""

    text: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column is the header of each row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Sentence | Table


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and what stands below; `level` 1 or 2."""

    title: str
    level: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Chapters:
    """A whole report in one language."""

    language: Language
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    chapters: tuple[Chapter, ...]
    evidence: tuple[str, ...]
