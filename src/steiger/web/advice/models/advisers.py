"""Who advises, on what, when, and where."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from steiger.web.directory.models import Term

#: Languages in which somebody may advise, named as their speakers do.
LANGUAGES = (
    ("de", "Deutsch"),
    ("en", "English"),
    ("tr", "Türkçe"),
    ("pl", "Polski"),
    ("uk", "Українська"),
    ("ru", "Русский"),
    ("ar", "العربية"),
    ("fr", "Français"),
)


def new_feed_key() -> str:
    """A secret that nobody guesses."""
    return secrets.token_urlsafe(24)


class Format(models.TextChoices):
    """How a firm and an adviser meet."""

    VIDEO = "video", pgettext_lazy("advice", "By video")
    PHONE = "phone", pgettext_lazy("advice", "By telephone")
    SITE = "site", pgettext_lazy("advice", "On site")


class Weekday(models.IntegerChoices):
    """Days of the week as Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Adviser(models.Model):
    """What an adviser offers.

    Personal data: name, the text about the person, and the address of the video room, shown to
    firms. Purpose: the consultation hours. Retention: until the account is closed; then the name
    and texts are emptied and the row stays for the counted figures.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "user": "signing in as the adviser; kept until the account is closed",
        "name": "who advises, shown to firms; emptied when the account is closed",
        "about_de": "who advises, shown to firms; emptied when the account is closed",
        "about_en": "who advises, shown to firms; emptied when the account is closed",
        "video_url": "where firms meet the adviser; emptied when the account is closed",
    }

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="adviser",
    )
    name = models.CharField(max_length=120)
    about_de = models.TextField(blank=True, max_length=600)
    about_en = models.TextField(blank=True, max_length=600)
    topics = models.ManyToManyField(Term, blank=True, related_name="+")
    languages = models.JSONField(default=list, help_text="Keys of languages, e.g. de.")
    formats = models.JSONField(default=list, help_text="Keys of formats.")
    video_url = models.URLField(blank=True, help_text="The adviser's own video room.")
    minutes = models.PositiveSmallIntegerField(default=45, help_text="Length of a consultation.")
    pause = models.PositiveSmallIntegerField(default=15, help_text="Minutes after each.")
    notice_hours = models.PositiveSmallIntegerField(
        default=24, help_text="Nothing is booked later than so long before."
    )
    horizon_days = models.PositiveSmallIntegerField(default=42, help_text="How far ahead.")
    feed_key = models.CharField(
        max_length=64, default=new_feed_key, unique=True, help_text="Secret of the own calendar."
    )
    active = models.BooleanField(default=True, help_text="Takes new bookings.")
    example = models.BooleanField(default=False, help_text="Invented for the demonstration.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"adviser {self.pk}"


class MeetingPlace(models.Model):
    """Where an adviser meets firms on site."""

    adviser = models.ForeignKey(Adviser, on_delete=models.CASCADE, related_name="places")
    municipality = models.CharField(max_length=8, help_text="AGS of the municipality.")
    address = models.CharField(max_length=200, help_text="House, street and number.")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.municipality} {self.address}"


class WorkingHours(models.Model):
    """When an adviser takes consultations, as the clock on the wall shows it."""

    adviser = models.ForeignKey(Adviser, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    begins = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["weekday", "begins"]
        constraints = [
            models.CheckConstraint(condition=Q(begins__lt=F("ends")), name="advice_hours_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.begins:%H:%M}–{self.ends:%H:%M}"


class Absence(models.Model):
    """Days on which an adviser takes none; why is nobody's business."""

    adviser = models.ForeignKey(Adviser, on_delete=models.CASCADE, related_name="absences")
    first = models.DateField()
    last = models.DateField()

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lte=F("last")), name="advice_absence_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"


class CalendarSource(models.Model):
    """The adviser's other calendar, read for its busy times.

    Personal data: an address that opens a person's calendar. Purpose: no consultation where the
    person is busy. Retention: until the adviser removes it or the account is closed.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "url": "opens a person's calendar; kept until removed or the account is closed",
    }

    adviser = models.OneToOneField(Adviser, on_delete=models.CASCADE, related_name="calendar")
    url = models.URLField(max_length=2000)
    read_at = models.DateTimeField(null=True, blank=True, help_text="Last time it could be read.")
    tried_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=40, blank=True, help_text="Why it could not be read.")

    def __str__(self) -> str:
        return f"calendar of {self.adviser_id}"


class BusyTime(models.Model):
    """The adviser is busy; with what is not read."""

    calendar = models.ForeignKey(CalendarSource, on_delete=models.CASCADE, related_name="busy")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
