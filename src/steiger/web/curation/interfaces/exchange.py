"""What the editors asked the person who submitted something, and what she answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from steiger.web.curation.domain.telling import reason_text
from steiger.web.curation.models import Decision, Submission


@dataclass(frozen=True, slots=True)
class Question:
    """One question; ``answered_at`` is None while it is open."""

    asked_at: datetime
    reason: str
    words: str
    answer: str
    answered_at: datetime | None


def questions(row: Submission) -> list[Question]:
    """All that were asked, the oldest first; one that was taken back only if it has an answer."""
    asked = row.decisions.filter(outcome=Decision.Outcome.ASK)
    return [
        Question(one.at, reason_text(one.reason), one.question, one.answer, one.answered_at)
        for one in asked.order_by("pk")
        if one.undone_at is None or one.answered_at
    ]
