"""Who came, and every scan at the doors."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from steiger.web.events.models.events import Event
from steiger.web.events.models.registrations import Registration


class Attendance(models.Model):
    """One person who came: one seat of a registration, or somebody who came without one.

    Personal data: ``person``, a keyed hash. Purpose: distinct people. The key is destroyed.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "person": "counts distinct people; a keyed hash whose yearly key is destroyed",
    }

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="attendances")
    registration = models.ForeignKey(
        Registration, null=True, blank=True, on_delete=models.SET_NULL, related_name="attendances"
    )
    seat = models.PositiveSmallIntegerField(default=1)
    person = models.CharField(max_length=64, blank=True, db_index=True)
    came_at = models.DateTimeField()
    door = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["came_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["registration", "seat"], name="events_attendance_once")
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.seat}"


class Scan(models.Model):
    """One reading of a code at a door; sent again, it is known by its id. The first one counts.

    The code leaves with the names of its registration.
    """

    class Result(models.TextChoices):
        """What came of it."""

        CAME = "came", _("Welcome")
        AGAIN = "again", _("Already here")
        UNKNOWN = "unknown", _("Unknown code")
        WITHDRAWN = "withdrawn", _("No longer registered")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="scans")
    code = models.CharField(max_length=24)
    door = models.CharField(max_length=40, blank=True)
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    offline = models.BooleanField(default=False)
    result = models.CharField(max_length=16, choices=Result.choices)
    registration = models.ForeignKey(
        Registration, null=True, on_delete=models.SET_NULL, related_name="scans"
    )
    seat = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["scanned_at", "id"]
        indexes = [models.Index(fields=["event", "result"])]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.result}"


class YearSalt(models.Model):
    """The secret of one year's hashes. It is destroyed later; hashes then lead to nobody."""

    year = models.PositiveSmallIntegerField(unique=True)
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.year)
