"""The cycle of an entry between two confirmations: asked, not confirmed, archived. Pure rules.

Time begins with the last confirmation, or with the day from which somebody speaks for the entry.
Only entries for which somebody speaks go through the cycle: nobody else could answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from steiger.regions.curation import CurationRules
from steiger.web.cases.domain.retention import add_months


class Step(Enum):
    """What is to be done now."""

    NOTHING = "nothing"
    REMIND = "remind"
    UNCONFIRM = "unconfirm"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an entry stands.

    Attributes:
        since: last confirmation, or the day from which somebody speaks for it.
        delivered: reminders since then that the mail server has taken.
        last_made: when the last reminder since then was written, delivered or not.
        unconfirmed_at: since when the page says "not confirmed".
        archived: whether it has left the map for this reason.
    """

    since: datetime
    delivered: int = 0
    last_made: datetime | None = None
    unconfirmed_at: datetime | None = None
    archived: bool = False


def next_step(standing: Standing, rules: CurationRules, now: datetime) -> Step:
    """What the rules ask for at a moment.

    Nothing within ``fresh_months``; then one reminder every ``remind_every_days`` until
    ``reminders`` were delivered; one more interval without an answer, and the page says "not
    confirmed"; the archive comes after ``archive_months``, and at least one more interval later,
    so that visitors could read it and representatives could see it.
    """
    if standing.archived or now < add_months(standing.since, rules.fresh_months):
        return Step.NOTHING
    pause = timedelta(days=rules.remind_every_days)
    if standing.unconfirmed_at is not None:
        over = add_months(standing.since, rules.archive_months)
        return Step.ARCHIVE if now >= max(over, standing.unconfirmed_at + pause) else Step.NOTHING
    if standing.last_made is not None and now < standing.last_made + pause:
        return Step.NOTHING
    return Step.UNCONFIRM if standing.delivered >= rules.reminders else Step.REMIND
