"""What the person who submitted something reads about it: her words, questions, how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from steiger.regions import load_curation_rules
from steiger.web.curation.domain import proposing, tending
from steiger.web.curation.domain.links import STATUS, token_for
from steiger.web.curation.domain.telling import reason_text
from steiger.web.curation.interfaces.desk_pages import slot_rank
from steiger.web.curation.interfaces.exchange import questions
from steiger.web.curation.interfaces.submitting_forms import AnswerForm
from steiger.web.curation.models import Evidence, Submission
from steiger.web.directory.domain.areas import region
from steiger.web.directory.domain.queries import in_language
from steiger.web.directory.domain.reconcile import by_slot
from steiger.web.directory.interfaces.statement_words import all_words, slot_words
from steiger.web.directory.models import Actor

State = Submission.State


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was submitted; ``before``: what a change wants to replace."""

    what: str
    texts: tuple[str, ...]
    before: tuple[str, ...] = ()


def said(row: Submission) -> list[Said]:
    """Everything that a person submitted, in words, in the order of the form."""
    found = _statements(row)
    if row.kind == Submission.Kind.NEW:
        found[1:1] = _kind_of_actor(row)
        found += _evidence(row)
    found += [
        Said(what, (text,))
        for what, text in (
            (_("Words to the editors"), row.words),
            (_("Your name"), row.person_name),
            (_("Your e-mail address"), row.email),
        )
        if text
    ]
    return found


def _statements(row: Submission) -> list[Said]:
    old, new = by_slot(row.before), by_slot(row.after)
    rows = []
    for slot in sorted(old.keys() | new.keys(), key=slot_rank):
        before, after = tuple(all_words(old[slot])), tuple(all_words(new[slot]))
        if before != after:
            rows.append(Said(slot_words(slot), after or (_("removed"),), before))
    return rows


def _kind_of_actor(row: Submission) -> list[Said]:
    label = dict(Actor.Kind.choices).get(str(row.details.get("kind", "")))
    return [Said(_("What is it?"), (str(label),))] if label else []


def _evidence(row: Submission) -> list[Said]:
    rows: Sequence[Evidence] = list(row.evidence.all())
    found = []
    for rule in region().admission:
        texts = tuple(
            " · ".join(part for part in (str(one.get_kind_display()), one.text, one.url) if part)
            for one in rows
            if one.rule == rule.key
        )
        if texts:
            found.append(Said(in_language(rule.text_de, rule.text_en), texts))
    return found


def status_context(row: Submission, form: AnswerForm) -> dict[str, Any]:
    """The page on which a person follows what she submitted."""
    exchange = questions(row)
    is_ended = row.state in (State.ACCEPTED, State.REJECTED)
    return {
        "row": row,
        "form": form,
        "said": said(row),
        "open_question": exchange[-1] if exchange and row.state == State.ASKED else None,
        "past": [one for one in exchange if one.answered_at],
        "reason": reason_text(row.reason) if is_ended else "",
        "words": row.reason_words if is_ended else "",
        "answer_days": load_curation_rules(settings.REGION).answer_days,
        "may_take_back": row.state in (State.UNCONFIRMED, *Submission.OPEN),
        "correct_url": _correct_url(row),
        "entry": tending.entry_to_tend(row),
        "at_once": tending.may_begin(row),
    }


def _correct_url(row: Submission) -> str:
    if not proposing.may_correct(row):
        return ""
    return reverse("curation:correct", args=[token_for(row.pk, STATUS)])
