"""Moves a hub's clock past every retention period, and looks for what should be gone."""

from __future__ import annotations

import smtplib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from factories.clock import moved
from factories.traces import Marks, in_files, in_tables, in_text, logged, mark_of
from factories.whole_hub import BEGIN, STAYS, YEAR, Year, a_day_passes, work
from steiger.engines.reporting.periods import Period
from steiger.web.communities.domain.retention import KEEP_TEXTS_OF_CLOSED
from steiger.web.directory.domain.index import drain
from steiger.web.reports.domain.declared import all_declared

#: A mailbox that never takes anything: its mail, and the failed run that names it, stay for a time.
REFUSED = "calledoff"


class MailServer(BaseEmailBackend):
    """Takes every mail and forgets it, save those to one mailbox, which it refuses by name."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Take mails.

        Raises:
            smtplib.SMTPRecipientsRefused: the mailbox does not exist.
        """
        for message in email_messages:
            refused = {a: (550, b"unknown") for a in message.recipients() if REFUSED in a}
            if refused:
                raise smtplib.SMTPRecipientsRefused(refused)
        return len(email_messages)


@dataclass
class Outcome:
    """What was found.

    Attributes:
        made: marks that were made.
        never_seen: marks that were nowhere even while they had to be kept (a search that is blind).
        left: place → marks whose time is over and that are still there.
        stays: marks that must still be there, because their time is not over.
        figures: indicator → number of rows in the year.
        figures_changed: indicators that say something else than before.
    """

    made: int = 0
    never_seen: list[str] = field(default_factory=list)
    left: dict[str, list[str]] = field(default_factory=dict)
    logged: list[str] = field(default_factory=list)
    stays: list[str] = field(default_factory=list)
    stays_missing: list[str] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)
    figures_changed: list[str] = field(default_factory=list)
    days: int = 0

    @property
    def kept(self) -> bool:
        """Whether every promise was kept."""
        broken = (self.never_seen, self.left, self.logged, self.stays_missing, self.figures_changed)
        return not any(broken)


def figures() -> dict[str, Any]:
    """All indicators of the year, row by row."""
    period = Period.of(YEAR)
    return {key: sorted(map(repr, one.rows(period))) for key, one in all_declared().items()}


def _seen(folders: Iterable[Path]) -> dict[str, set[str]]:
    return in_tables() | in_files(*folders)


def _all(found: dict[str, set[str]]) -> set[str]:
    return set().union(*found.values())


def run(*, folders: Sequence[Path], step_days: float) -> Outcome:
    """Live a year, then move on in steps until the last retention period is over."""
    settings.MAIL_TRANSPORT = "factories.retention.MailServer"
    marks, outcome, seen = Marks(), Outcome(), set[str]()
    with moved(BEGIN) as clock, logged() as lines:
        year = Year(clock, marks, lambda: seen.update(_all(_seen(folders))))
        year.live()
        year.look()
        work()
        a_day_passes(clock, 10)
        year.after_the_talk()
        year.look()
        a_day_passes(clock, 5)
        year.after_the_talks()
        a_day_passes(clock, 31)
        year.what_came_of_it()
        year.look()
        a_day_passes(clock, 310)
        before = figures()
        year.end()
        last = clock.at + KEEP_TEXTS_OF_CLOSED + timedelta(days=90)
        while clock.at < last:
            a_day_passes(clock, step_days)
        # What the last deletions of a day left is overwritten by that day's last task; runs that
        # failed meanwhile have their own sixty days.
        drain()
        outcome.days = (clock.at - BEGIN).days
        after, found = figures(), _seen(folders)
    stays = {mark_of(key) for key in STAYS}
    outcome.made, outcome.stays = len(marks.made), sorted(stays)
    outcome.never_seen = sorted(marks.made - seen)
    outcome.left = {place: sorted(m - stays) for place, m in found.items() if m - stays}
    outcome.logged = sorted(in_text("\n".join(lines)))
    outcome.stays_missing = sorted(stays - _all(found))
    outcome.figures = {key: len(rows) for key, rows in after.items()}
    outcome.figures_changed = sorted(key for key in before if before[key] != after[key])
    return outcome
