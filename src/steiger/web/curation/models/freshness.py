"""When an entry was last confirmed, and what was done so that somebody confirms it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from steiger.web.curation.models.representations import Representation
from steiger.web.directory.models import Actor


class Confirmation(models.Model):
    """Somebody said that an entry is right: when, in which role, how. Never which person."""

    class Role(models.TextChoices):
        """In which role somebody confirmed."""

        REPRESENTATIVE = "representative", pgettext_lazy("confirmed by", "the organisation itself")
        MODERATOR = "moderator", pgettext_lazy("confirmed by", "the editors of the map")

    class How(models.TextChoices):
        """In which way."""

        LINK = "link", pgettext_lazy("confirmed", "by a link in a mail")
        ACCOUNT = "account", pgettext_lazy("confirmed", "signed in")
        EDIT = "edit", pgettext_lazy("confirmed", "by changing the entry")
        DESK = "desk", pgettext_lazy("confirmed", "after checking")

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="confirmations")
    at = models.DateTimeField(default=timezone.now)
    role = models.CharField(max_length=16, choices=Role.choices)
    how = models.CharField(max_length=16, choices=How.choices)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["actor", "-at"])]

    def __str__(self) -> str:
        return f"{self.actor_id}: {self.role}, {self.how}"


class Freshness(models.Model):
    """Where an entry stands between two confirmations; one row once it was asked for.

    ``since`` is the day from which the time counts: the last confirmation, or the day from which
    somebody speaks for the entry. ``state`` is written by ``domain.reminders`` only.
    """

    class State(models.TextChoices):
        """How long ago the entry was confirmed."""

        FRESH = "fresh", pgettext_lazy("freshness", "up to date")
        ASKED = "asked", pgettext_lazy("freshness", "asked")
        UNCONFIRMED = "unconfirmed", pgettext_lazy("freshness", "not confirmed")
        ARCHIVED = "archived", pgettext_lazy("freshness", "archived")

    actor = models.OneToOneField(
        Actor, on_delete=models.CASCADE, primary_key=True, related_name="freshness"
    )
    state = models.CharField(max_length=16, choices=State.choices, default=State.FRESH)
    since = models.DateTimeField(default=timezone.now, db_index=True)
    unconfirmed_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "since"])]

    def __str__(self) -> str:
        return f"{self.actor_id}: {self.state}"


class Reminder(models.Model):
    """One mail to one representative, with a link that confirms once.

    ``number`` counts the reminders since ``since``; 0 is the mail that tells of the archive. A
    reminder counts when the mail server has taken it (``left_at``).

    Personal data: whom we wrote. Purpose: asking whether the entry is still right (Art. 6(1)(e)
    GDPR). Retention: until the entry is confirmed, and no longer than the person speaks for it.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "representation": "asking whether an entry is still right; erased after the confirmation",
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="reminders")
    representation = models.ForeignKey(
        Representation, on_delete=models.CASCADE, related_name="reminders"
    )
    since = models.DateTimeField()
    number = models.PositiveSmallIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    mail = models.UUIDField(null=True, unique=True, help_text="Number of the outgoing mail.")
    made_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["actor", "since"])]
        constraints = [
            models.UniqueConstraint(
                fields=["representation", "since", "number"], name="curation_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor_id}: {self.number}"


class LinkCheck(models.Model):
    """What was last found at a website that an entry names."""

    class Result(models.TextChoices):
        """What was found."""

        REACHABLE = "reachable", pgettext_lazy("website", "reachable")
        MOVED = "moved", pgettext_lazy("website", "moved")
        GONE = "gone", pgettext_lazy("website", "not there")
        SILENT = "silent", pgettext_lazy("website", "no answer")
        UNCLEAR = "unclear", pgettext_lazy("website", "not to be checked")

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="link_checks")
    url = models.URLField(max_length=500)
    result = models.CharField(max_length=16, choices=Result.choices)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP status.")
    target = models.URLField(max_length=500, blank=True, help_text="Where it has moved to.")
    checked_at = models.DateTimeField(default=timezone.now, db_index=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row.")
    failing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "url"], name="curation_link_check_once")
        ]

    def __str__(self) -> str:
        return f"{self.url}: {self.result}"
