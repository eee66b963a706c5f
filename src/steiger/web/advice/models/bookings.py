"""Who booked which time, what was talked about, and what came of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from steiger.web.advice.models.advisers import Adviser, Format, MeetingPlace
from steiger.web.cases.models import Firm
from steiger.web.directory.models import Term

#: Bookings lie on quarters of an hour.
QUARTER_S = 900


class Booking(models.Model):
    """One consultation from the wish to what was agreed.

    Personal data: names, address and words of a firm. Purpose: the consultation that was asked
    for (Art. 6(1)(a) and (b) GDPR). Retention: never confirmed, two days; cancelled or missed,
    90 days after its time; held, two years after its time. Then names and words are emptied;
    time, length, format, topics, size, sector and district stay for the counted figures.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "firm_name": "the consultation asked for; emptied two years after it",
        "contact": "the consultation asked for; emptied two years after it",
        "email": "the consultation asked for; emptied two years after it",
        "phone": "the consultation asked for; emptied two years after it",
        "words": "the consultation asked for; emptied two years after it",
        "situation": "what was talked about; emptied two years after it",
        "data": "what was talked about; emptied two years after it",
        "idea": "what was talked about; emptied two years after it",
        "risk": "what was talked about; emptied two years after it",
        "next_steps": "what was talked about; emptied two years after it",
    }

    class State(models.TextChoices):
        """How far it has come."""

        ASKED = "asked", pgettext_lazy("advice", "not confirmed yet")
        CONFIRMED = "confirmed", pgettext_lazy("advice", "confirmed")
        HELD = "held", pgettext_lazy("advice", "held")
        NO_SHOW = "no_show", pgettext_lazy("advice", "firm did not come")
        CANCELLED = "cancelled", pgettext_lazy("advice", "cancelled")
        EXPIRED = "expired", pgettext_lazy("advice", "never confirmed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    adviser = models.ForeignKey(Adviser, on_delete=models.PROTECT, related_name="bookings")
    state = models.CharField(max_length=16, choices=State.choices, default=State.ASKED)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    format = models.CharField(max_length=8, choices=Format.choices)
    place = models.ForeignKey(
        MeetingPlace, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(max_length=8, default="de", help_text="Of the talk.")
    page_language = models.CharField(max_length=8, default="de", help_text="Of pages and mails.")
    topics = models.ManyToManyField(Term, blank=True, related_name="+")
    words = models.TextField(blank=True, help_text="The need in the firm's own words.")
    firm = models.ForeignKey(
        Firm, null=True, blank=True, on_delete=models.SET_NULL, related_name="bookings"
    )
    firm_name = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    size = models.CharField(max_length=64, blank=True, help_text="Key of a size class.")
    sector = models.CharField(max_length=64, blank=True, help_text="Key of a sector.")
    municipality = models.CharField(max_length=8, blank=True, help_text="AGS.")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    held_until = models.DateTimeField(help_text="Free again if not confirmed by then.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveSmallIntegerField(default=0, help_text="Version of the appointment.")
    changed_at = models.DateTimeField(default=timezone.now)
    cancelled_by = models.CharField(max_length=16, blank=True, help_text="firm or adviser.")
    situation = models.TextField(blank=True)
    data = models.TextField(blank=True)
    idea = models.TextField(blank=True)
    risk = models.TextField(blank=True)
    next_steps = models.TextField(blank=True)
    example = models.BooleanField(default=False, help_text="Invented for the demonstration.")
    erased_at = models.DateTimeField(null=True, blank=True, help_text="Only figures are left.")

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["adviser", "starts_at"]),
            models.Index(fields=["state", "held_until"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="advice_booking_forward"
            ),
        ]

    def __str__(self) -> str:
        # Stands in the log for good, so it names nobody.
        return f"{str(self.id)[:8]} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def uid(self) -> str:
        """Of the appointment in calendars; the same for its whole life."""
        return f"{self.id}@advice.steiger"

    @property
    def is_live(self) -> bool:
        """Whether the time is kept for it."""
        return self.state in {self.State.ASKED, self.State.CONFIRMED}


class Claim(models.Model):
    """A quarter of an hour of an adviser that belongs to a booking.

    The pair of adviser and quarter exists once: that, and no program, is what makes a double
    booking impossible, also between overlapping times of different length.
    """

    adviser = models.ForeignKey(Adviser, on_delete=models.CASCADE, related_name="claims")
    quarter = models.BigIntegerField(help_text="Quarters of an hour since 1970 (UTC).")
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="claims")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["adviser", "quarter"], name="advice_quarter_once")
        ]

    def __str__(self) -> str:
        return f"{self.adviser_id}/{self.quarter}"


class FollowUp(models.Model):
    """The question “What came of it?” some time after a consultation, and the answer.

    Personal data: the words of a firm. Purpose: what advice leads to. Retention: emptied with the
    booking; the kind of answer stays for the counted figures.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "words": "what came of the advice; emptied with the booking",
    }

    class Answer(models.TextChoices):
        """What came of it."""

        USED = "used", _("We use it every day")
        TRYING = "trying", _("We are trying something out")
        PLANNED = "planned", _("We have decided what we want to do")
        OPEN = "open", _("We have not got round to it")
        DROPPED = "dropped", _("We have decided against it")

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="follow_ups")
    days = models.PositiveSmallIntegerField(help_text="So long after the consultation.")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=16, choices=Answer.choices, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["days"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "days"], name="advice_follow_up_once")
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} +{self.days}"
