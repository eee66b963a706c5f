"""Dimensions that pull against each other are stated, never averaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steiger.engines.audit.catalogue.types import Catalogue, Conflict, ConflictSide, Need
from steiger.engines.audit.catalogue.words import Text
from steiger.engines.audit.verdict.requirements import Result
from steiger.engines.audit.verdict.rulings import Verdict


@dataclass(frozen=True, slots=True)
class ConflictStatement:
    """A conflict that this audit is subject to.

    Attributes:
        sharp: one side's checks are all met while one on the other side is not: here the conflict
            was decided in favour of `favoured`. Whether that is right is for people to say.
        favoured: id of the dimension, or "" where none can be told.
    """

    conflict: Conflict
    sharp: bool
    favoured: str
    text: Text


def conflict_statements(
    catalogue: Catalogue, needs: Mapping[str, Need], results: Sequence[Result]
) -> tuple[ConflictStatement, ...]:
    """The conflicts between dimensions that both need protection."""
    verdicts: dict[str, set[Verdict]] = {}
    for result in results:
        if result.rulings:
            verdicts.setdefault(result.requirement.check, set()).add(result.verdict)
    names = {item.id: item.title for item in catalogue.dimensions}
    found = []
    for conflict in catalogue.conflicts:
        sides = (conflict.first, conflict.second)
        if any(needs.get(side.dimension, Need.NONE) is Need.NONE for side in sides):
            continue
        first, second = (_state(side, verdicts) for side in sides)
        sharp = {first, second} == {True, False}
        favoured = ""
        if sharp and conflict.first.dimension != conflict.second.dimension:
            favoured = (conflict.first if first else conflict.second).dimension
        found.append(ConflictStatement(conflict, sharp, favoured, _text(conflict, names, favoured)))
    return tuple(found)


def _state(side: ConflictSide, verdicts: Mapping[str, set[Verdict]]) -> bool | None:
    """True: all that was measured is met; False: something is violated; None: neither."""
    measured = [verdicts[check] for check in side.checks if check in verdicts]
    if any(Verdict.VIOLATED in found for found in measured):
        return False
    met = bool(measured) and all(found == {Verdict.MET} for found in measured)
    return True if met else None


def _text(conflict: Conflict, names: Mapping[str, Text], favoured: str) -> Text:
    if not favoured:
        return conflict.why
    name = names[favoured]
    return Text(
        f"{conflict.why.de} Hier fiel die Abwägung zugunsten von {name.de}.",
        f"{conflict.why.en} Here the balance was struck in favour of {name.en.lower()}.",
    )
