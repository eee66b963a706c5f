"""Is a use high-risk under Annex III of the AI Act? "Cannot be decided" is an answer, too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from steiger.engines.audit.catalogue.conditions import Answers, Situation
from steiger.engines.audit.catalogue.types import Catalogue, CatalogueError, DatedRule, UseClass
from steiger.engines.audit.catalogue.words import Text

Outcome = Literal[
    "prohibited_possible", "high_risk", "exception_possible", "not_listed", "undecidable"
]

REASONS: dict[Outcome, Text] = {
    "prohibited_possible": Text(
        "Eine Angabe fällt unter die verbotenen Praktiken. Lassen Sie das rechtlich klären.",
        "An answer falls under the prohibited practices. Have this settled by a lawyer.",
    ),
    "high_risk": Text(
        "Die Angaben entsprechen einer Hochrisiko-Verwendung.",
        "The answers match a high-risk use.",
    ),
    "exception_possible": Text(
        "Die Verwendung ist gelistet; die Ausnahme nach Artikel 6 Absatz 3 kommt in Betracht. Sie "
        "ist zu begründen und das System zu registrieren (Artikel 6 Absatz 4 und 49 Absatz 2).",
        "The use is listed; the exception of Article 6(3) may apply. It must be justified and the "
        "system registered (Articles 6(4) and 49(2)).",
    ),
    "not_listed": Text(
        "Nach den Angaben ist die Verwendung nicht gelistet.",
        "By the answers, the use is not listed.",
    ),
    "undecidable": Text(
        "Die Angaben reichen nicht aus, um die Verwendung einzuordnen.",
        "The answers do not suffice to classify the use.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """How a use stands under the law. It is no legal advice.

    Attributes:
        classes: listed uses that match.
        rules: duties that follow, with all days known for them.
        applying: ids of those among them that apply on the day asked for.
        missing: questions that are still open and could change the outcome.
    """

    outcome: Outcome
    reason: Text
    classes: tuple[UseClass, ...]
    rules: tuple[DatedRule, ...]
    applying: tuple[str, ...]
    missing: tuple[str, ...]


def classify(catalogue: Catalogue, answers: Answers, on: date) -> Classification:
    """Classify a use.

    A missing answer never counts as a "no": where it could make the use a listed one, the outcome
    is ``undecidable``. What is certainly listed stays ``high_risk`` whatever else is open.

    Raises:
        CatalogueError: the catalogue has no such rules, or an answer is not in it.
    """
    use = catalogue.use
    if use is None:
        raise CatalogueError(f"The catalogue {catalogue.id!r} holds no rules on listed uses.")
    situation = Situation(answers, use.questions)
    prohibited = situation.all(use.prohibited.when)
    product = situation.all(use.product.when)
    states = {item.id: situation.all(item.when) for item in use.classes}
    matching = tuple(item for item in use.classes if states[item.id])
    way_out = situation.all(use.way_out.when)
    listed = bool(matching)
    open_classes = any(state is None for state in states.values())
    outcome = _outcome(prohibited, product, listed, open_classes, way_out)
    missing: set[str] = situation.missing((*use.prohibited.when, *use.product.when))
    for item in use.classes:
        missing |= situation.missing(item.when) if states[item.id] is None else set()
    if listed and way_out is None:
        missing |= situation.missing(use.way_out.when)
    wanted = [use.prohibited.rule] if prohibited else []
    wanted += [use.product.rule] if product else []
    wanted += [item.rule for item in matching]
    wanted += [use.transparency.rule] if situation.all(use.transparency.when) else []
    # By article, so that what was moved or added to it is told, too.
    articles = {rule.article for rule in catalogue.dated_rules if rule.id in wanted}
    rules = tuple(rule for rule in catalogue.dated_rules if rule.article in articles)
    return Classification(
        outcome=outcome,
        reason=REASONS[outcome],
        classes=matching,
        rules=rules,
        applying=tuple(rule.id for rule in in_force(rules, on)),
        missing=tuple(question.id for question in use.questions if question.id in missing),
    )


def in_force(rules: tuple[DatedRule, ...], on: date) -> tuple[DatedRule, ...]:
    """The rules that apply on a day; one whose day was moved counts with its new day."""
    moved = {rule.replaces for rule in rules if rule.replaces}
    return tuple(rule for rule in rules if rule.id not in moved and rule.applies_from <= on)


def _outcome(
    prohibited: bool | None,
    product: bool | None,
    listed: bool,
    open_classes: bool,
    way_out: bool | None,
) -> Outcome:
    if prohibited:
        return "prohibited_possible"
    if product or (listed and way_out is False):
        return "high_risk"
    if prohibited is None or product is None or open_classes or (listed and way_out is None):
        return "undecidable"
    return "exception_possible" if listed else "not_listed"
