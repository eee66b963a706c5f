"""Where a use stands under the AI Act, in words: outcome, listed uses, duties with their days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from steiger.engines.audit.catalogue import Catalogue, Classification, classify
from steiger.engines.audit.catalogue.conditions import UNKNOWN
from steiger.engines.audit.catalogue.types import DatedRule, Question, Reference
from steiger.web.audits.interfaces.forms import QuestionForm
from steiger.web.audits.interfaces.words import said

#: Outcome → kind of the alert that tells it, and its headline.
HEADLINES = {
    "prohibited_possible": ("danger", gettext_lazy("Possibly a prohibited practice")),
    "high_risk": ("warning", gettext_lazy("High-risk use")),
    "exception_possible": ("warning", gettext_lazy("Listed, but an exception may apply")),
    "not_listed": ("success", gettext_lazy("Not listed as high-risk")),
    "undecidable": ("info", gettext_lazy("Not decided yet")),
}
#: The laws as the catalogue names them, so that the translators find them.
LAWS = (
    gettext_noop("Regulation (EU) 2024/1689 (Artificial Intelligence Act)"),
    gettext_noop("OJ L, 2024/1689, 12.7.2024"),
    gettext_noop(
        "Regulation (EU) 2026/1744 amending Regulation (EU) 2024/1689 (Digital Omnibus on AI)"
    ),
    gettext_noop("OJ L, 2026/1744, 24.7.2026, in force since 27.7.2026"),
)
_ANNEX = re.compile(r"annex_(?P<annex>[ivx]+)(?:\.(?P<number>\d+))?(?:\.(?P<letter>[a-z]))?")
_ARTICLE = re.compile(r"(?P<article>\d+)(?:\((?P<number>\d+)\))?(?:\((?P<letter>[a-z])\))?")


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty with its day.

    Attributes:
        state: whether it applies today, in words.
        basis: title of the law that sets the day, and its address.
    """

    title: str
    article: str
    day: date
    state: str
    basis: str
    address: str


def answers_in(query: QueryDict, questions: tuple[Question, ...]) -> dict[str, list[str]]:
    """The answers in an address; what no question offers is left out."""
    found = {}
    for question in questions:
        offered = {answer.id for answer in question.answers} | {UNKNOWN}
        chosen = [value for value in query.getlist(question.id) if value in offered]
        if chosen:
            found[question.id] = chosen if question.multiple else chosen[-1:]
    return found


def classification_context(catalogue: Catalogue, query: QueryDict, today: date) -> dict[str, Any]:
    """What the page on a use shows; without answers only the questions."""
    use = catalogue.use
    questions = use.questions if use else ()
    answers = answers_in(query, questions)
    shown = {
        q.id: answers[q.id] if q.multiple else answers[q.id][0]
        for q in questions
        if q.id in answers
    }
    context: dict[str, Any] = {
        "form": QuestionForm(questions, shown),
        "sources": _sources(catalogue),
    }
    if not answers:
        return context
    found = classify(catalogue, answers, today)
    kind, headline = HEADLINES[found.outcome]
    listed = found.outcome in {"high_risk", "exception_possible"}
    rules = {rule.id for rule in found.rules}
    asked = {question.id: said(question.text) for question in questions}
    return context | {
        "kind": kind,
        "headline": headline,
        "reason": said(found.reason),
        "missing": [(key, asked[key]) for key in found.missing],
        "classes": [
            (said(one.title), words_of(Reference("ai_act", one.id))) for one in found.classes
        ],
        "duties": _duties(catalogue, found),
        "contents": [said(c.title) for c in catalogue.contents if listed and c.follows in rules],
    }


def words_of(place: Reference) -> str:
    """A place in the law as a reader quotes it: "Article 6(2)", "Annex III, point 5(b)"."""
    if annex := _ANNEX.fullmatch(place.id):
        number, letter = annex["number"], annex["letter"]
        values = {"annex": annex["annex"].upper(), "number": number, "letter": letter}
        if letter:
            return _("Annex %(annex)s, point %(number)s(%(letter)s)") % values
        return (_("Annex %(annex)s, point %(number)s") if number else _("Annex %(annex)s")) % values
    article = _ARTICLE.fullmatch(place.id)
    if article is None:
        return place.id
    values = article.groupdict()
    if values["letter"]:
        return _("Article %(article)s(%(number)s)(%(letter)s)") % values
    return (
        _("Article %(article)s(%(number)s)") if values["number"] else _("Article %(article)s")
    ) % values


def _duties(catalogue: Catalogue, found: Classification) -> list[Duty]:
    sources = {source.id: source for source in catalogue.sources}
    moved = {rule.replaces: rule for rule in found.rules if rule.replaces}
    duties = []
    for rule in sorted(found.rules, key=lambda rule: (rule.applies_from, rule.id)):
        source = sources[rule.basis.source]
        state = _state(rule, moved, found)
        duties.append(
            Duty(
                said(rule.title),
                words_of(rule.article),
                rule.applies_from,
                state,
                _(source.title),
                source.address,
            )
        )
    return duties


def _state(rule: DatedRule, moved: dict[str, DatedRule], found: Classification) -> str:
    if rule.id in moved:
        return _("postponed, see the later day")
    return _("applies today") if rule.id in found.applying else _("applies from that day on")


def _sources(catalogue: Catalogue) -> list[tuple[str, str, str]]:
    wanted = {rule.basis.source for rule in catalogue.dated_rules}
    return [
        (_(one.title), _(one.edition), one.address) for one in catalogue.sources if one.id in wanted
    ]
