"""What an audit must show, and how each requirement ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from steiger.engines.audit.catalogue.types import Catalogue, Need
from steiger.engines.audit.catalogue.words import Text
from steiger.engines.audit.checks.finding import figure_text, subject_text
from steiger.engines.audit.verdict.rulings import Ruling, Verdict, VerdictError


@dataclass(frozen=True, slots=True)
class Requirement:
    """A check gives evidence for an indicator.

    Attributes:
        compulsory: whether the indicator cannot do without it.
    """

    indicator: str
    check: str
    compulsory: bool

    @property
    def id(self) -> str:
        """Its name in results, for example ``FN3.1/group_error_rates``."""
        return f"{self.indicator}/{self.check}"


@dataclass(frozen=True, slots=True)
class Result:
    """How a requirement ended, and the rulings behind it."""

    requirement: Requirement
    verdict: Verdict
    reason: Text
    rulings: tuple[Ruling, ...] = ()


def requirements(
    catalogue: Catalogue, needs: Mapping[str, Need], *, task: str, modality: str
) -> tuple[Requirement, ...]:
    """All requirements of an audit; fixed before anything is measured.

    A dimension without need demands nothing, but what is measured for it is ruled on.

    Args:
        catalogue: what the audit is held against.
        needs: dimension → protection need; every dimension must have one.
        task: what the system does ("classification", "regression", "text").
        modality: what it looks at ("tabular", "image", "time-series", "text").

    Raises:
        VerdictError: a dimension has no protection need.
    """
    for dimension in catalogue.dimensions:
        if dimension.id not in needs:
            raise VerdictError(f"The protection need of dimension {dimension.id!r} is not known.")
    found = []
    for indicator in catalogue.indicators:
        need = needs[catalogue.dimension_of(indicator)]
        for method in catalogue.methods_for(indicator.id):
            if method.applies(task, modality):
                must = method.compulsory(indicator.id, need)
                found.append(Requirement(indicator.id, method.check, must))
    return tuple(found)


def conclude(
    wanted: Iterable[Requirement],
    rulings: Sequence[Ruling],
    excuses: Mapping[str, Text] | None = None,
) -> tuple[Result, ...]:
    """How each requirement ends.

    Violated if any of its check's measurements is; met if all of them are; otherwise undecidable.
    Several measurements of one requirement are joined by *and*: to call it met, each must be, which
    needs no correction of its own (intersection-union test; R. L. Berger (1982),
    doi:10.1080/00401706.1982.10487790); wrong *violated* is bounded over the whole audit already.

    A voluntary requirement without measurement is left out; a compulsory one is undecidable.

    Args:
        wanted: the requirements of the audit.
        rulings: verdicts on all its measurements.
        excuses: check → why it could not be run.
    """
    by_check: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        by_check.setdefault(ruling.measurement.check, []).append(ruling)
    found = []
    for requirement in wanted:
        behind = tuple(by_check.get(requirement.check, ()))
        if behind:
            verdict, reason = _joined(behind)
            found.append(Result(requirement, verdict, reason, behind))
        elif requirement.compulsory:
            reason = (excuses or {}).get(requirement.check) or Text(
                "Die Prüfung ist vorgeschrieben, es liegt aber keine Messung vor.",
                "The check is compulsory, but there is no measurement.",
            )
            found.append(Result(requirement, Verdict.UNDECIDABLE, reason))
    return tuple(found)


def _joined(rulings: tuple[Ruling, ...]) -> tuple[Verdict, Text]:
    for verdict in (Verdict.VIOLATED, Verdict.UNDECIDABLE):
        behind = [ruling for ruling in rulings if ruling.verdict is verdict]
        if behind:
            return verdict, _named(behind[0], len(behind), len(rulings))
    return Verdict.MET, _named(rulings[0], len(rulings), len(rulings))


def _named(ruling: Ruling, count: int, total: int) -> Text:
    item = ruling.measurement
    about = subject_text(item.check, item.subject)
    name = {
        key: f"{text} ({about[key]})" if item.subject else text
        for key, text in figure_text(item.check, item.name).items()
    }
    if total == 1:
        return Text(f"{name['de']}: {ruling.reason.de}", f"{name['en']}: {ruling.reason.en}")
    return Text(
        f"{count} von {total} Messungen, so „{name['de']}“: {ruling.reason.de}",
        f"{count} of {total} measurements, such as “{name['en']}”: {ruling.reason.en}",
    )
