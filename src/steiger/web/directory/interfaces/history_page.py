"""The public page of an entry's history: every change, and any two states beside each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from steiger.web.accounts.interfaces.log_words import act_words
from steiger.web.directory.domain import history
from steiger.web.directory.domain.actors import ActorError
from steiger.web.directory.domain.sources import source_label
from steiger.web.directory.interfaces.evidence import role_words
from steiger.web.directory.interfaces.statement_words import all_words, slot_words
from steiger.web.directory.models import Actor, Source


@dataclass(frozen=True, slots=True)
class Line:
    """One slot before and after."""

    what: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One change as everybody may read it."""

    number: int
    at: datetime
    role: str
    what: str
    why: str
    sources: str
    lines: tuple[Line, ...]


def page_of(actor: Actor, given: Any) -> dict[str, Any]:
    """What the page shows.

    Args:
        given: the query; ``von`` and ``bis`` are numbers of states to compare.
    """
    steps = history.steps(actor)
    secret = history.hidden_contents(actor)
    shown = [_shown(actor, step, secret) for step in steps]
    numbers = [step.number for step in steps]
    newest = numbers[0] if numbers else 0
    left, right = _number(given.get("von"), 0), _number(given.get("bis"), newest)
    context: dict[str, Any] = {"steps": shown, "von": left, "bis": right, "first": 0}
    if "von" in given or "bis" in given:
        try:
            one, other = history.state_after(actor, left), history.state_after(actor, right)
        except ActorError:
            context["unknown"] = True
        else:
            found = history.public_difference(actor, one, other, secret)
            context["difference"] = lines_of(found)
            context["compared"] = True
    return context


def lines_of(differences: Iterable[history.Difference]) -> list[Line]:
    """Differences in words."""
    return [
        Line(slot_words(one.slot), tuple(all_words(one.before)), tuple(all_words(one.after)))
        for one in differences
    ]


def _shown(actor: Actor, step: history.Step, secret: frozenset[str]) -> Shown:
    removed, added = history.step_states(step.changes)
    told = history.public_difference(actor, removed, added, secret)
    sources = {change.source_id: change.source for change in step.changes}
    return Shown(
        number=step.number,
        at=step.at,
        role=role_words(step.role),
        what=act_words(step.act),
        why=history.public_reason(step.reason) or _source_named(step.reason),
        sources=", ".join(source_label(one) for one in sources.values()),
        lines=tuple(lines_of(told)),
    )


def _source_named(reason: str) -> str:
    """Imports give their source as the reason."""
    source = Source.objects.filter(key=reason).first() if reason else None
    return _("Source: %(name)s") % {"name": source_label(source)} if source else ""


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else default
