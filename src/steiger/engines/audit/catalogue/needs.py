"""From answers about the use to the protection need of each dimension."""

from __future__ import annotations

from dataclasses import dataclass

from steiger.engines.audit.catalogue.conditions import Answers, Situation
from steiger.engines.audit.catalogue.types import Catalogue, Need, NeedRule


@dataclass(frozen=True, slots=True)
class ProtectionNeed:
    """The need of one dimension.

    Attributes:
        need: None while missing answers could still raise it.
        at_least: what the answers so far demand.
        rules: rules that demand this much; their reasons are the need's reasons.
        missing: ids of questions to answer before the need is known, in the catalogue's order.
    """

    dimension: str
    need: Need | None
    at_least: Need
    rules: tuple[NeedRule, ...]
    missing: tuple[str, ...] = ()


def protection_needs(catalogue: Catalogue, answers: Answers) -> dict[str, ProtectionNeed]:
    """The protection need of every dimension: the highest that any rule demands.

    Needs do not add up: two moderate reasons are no high one. More answers never lower
    `at_least`, as every rule asks only for answers that were given.

    Args:
        answers: question → answer id; leave out, or answer ``unknown``, what is not known.

    Raises:
        CatalogueError: a question or an answer is not in the catalogue.
    """
    situation = Situation(answers, catalogue.questions)
    order = {question.id: place for place, question in enumerate(catalogue.questions)}
    found = {}
    for dimension in catalogue.dimensions:
        rules = [rule for rule in catalogue.need_rules if rule.dimension == dimension.id]
        state = {rule.id: situation.all(rule.when) for rule in rules}
        at_least = max((rule.need for rule in rules if state[rule.id]), default=Need.NONE)
        open_: set[str] = set()
        for rule in rules:
            if state[rule.id] is None and rule.need > at_least:
                open_ |= situation.missing(rule.when)
        found[dimension.id] = ProtectionNeed(
            dimension=dimension.id,
            need=None if open_ else at_least,
            at_least=at_least,
            rules=tuple(rule for rule in rules if state[rule.id] and rule.need == at_least),
            missing=tuple(sorted(open_, key=order.__getitem__)),
        )
    return found
