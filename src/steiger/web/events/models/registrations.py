"""Who wants to come. Names leave in time; the counted figures stay."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from steiger.web.events.models.events import Event
from steiger.web.events.models.offers import Question, TicketKind


class Registration(models.Model):
    """One registration of one or several seats by one address, without an account.

    Personal data: name, e-mail address, what is said about a firm. Purpose: the event. Retention:
    unconfirmed for a day; else ``keep_days`` after the event, or 30 days after leaving. State,
    seats, ticket and ``person`` (a keyed hash whose key is destroyed) stay for the figures.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "name": "door list and certificate; erased some days after the event",
        "email": "mails about this event; erased some days after the event",
        "firm_name": "the firm's case, if given; erased some days after the event",
        "person": "counts distinct people; a keyed hash whose yearly key is destroyed",
    }

    class State(models.TextChoices):
        """How far it has come. ``asked`` holds seats for a while, ``asked_late`` holds none."""

        ASKED = "asked", _("Not yet confirmed, place held")
        ASKED_LATE = "asked_late", _("Not yet confirmed")
        CONFIRMED = "confirmed", pgettext_lazy("registration", "Registered")
        WAITING = "waiting", _("On the waiting list")
        OFFERED = "offered", _("Place offered")
        LEFT = "left", pgettext_lazy("registration", "Cancelled")
        LAPSED = "lapsed", _("Offer expired")
        CALLED_OFF = "called_off", _("Event cancelled")

    #: States in which seats are set aside.
    HOLDING = (State.ASKED, State.OFFERED, State.CONFIRMED)
    #: States in which an address is already on board.
    ALIVE = (State.ASKED, State.ASKED_LATE, State.CONFIRMED, State.WAITING, State.OFFERED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations")
    ticket = models.ForeignKey(TicketKind, on_delete=models.PROTECT, related_name="registrations")
    state = models.CharField(max_length=16, choices=State.choices)
    seats = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=8, default="de")
    firm_name = models.CharField(max_length=200, blank=True)
    firm_size = models.CharField(max_length=64, blank=True, help_text="Key of a size class.")
    firm_sector = models.CharField(max_length=64, blank=True, help_text="Key of a sector.")
    firm_municipality = models.CharField(max_length=8, blank=True, help_text="AGS.")
    code = models.CharField(max_length=16, blank=True, help_text="Stands in the QR code.")
    number = models.PositiveIntegerField(
        null=True, blank=True, help_text="Place in the order of the waiting list."
    )
    until = models.DateTimeField(null=True, blank=True, help_text="End of a hold or an offer.")
    person = models.CharField(max_length=64, blank=True, db_index=True)
    sequence = models.PositiveIntegerField(default=0, help_text="Of the calendar invitation.")
    told_sequence = models.PositiveIntegerField(default=0, help_text="The event's, last told.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, help_text="Last mail about itself.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the person left.")
    reminded_at = models.DateTimeField(null=True, blank=True)
    asked_opinion_at = models.DateTimeField(null=True, blank=True)
    gave_opinion = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["ticket", "state"]),
            models.Index(fields=["event", "email"]),
            models.Index(fields=["state", "until"]),
            models.Index(fields=["code"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "email"],
                condition=models.Q(
                    state__in=["asked", "asked_late", "confirmed", "waiting", "offered"]
                )
                & ~models.Q(email=""),
                name="events_registration_once",
            ),
            models.UniqueConstraint(
                fields=["code"], condition=~models.Q(code=""), name="events_code_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.seats}"


class Answer(models.Model):
    """An answer to one question; erased when the question says so.

    Personal data: the answer. Purpose: what the question names.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "value": "what its question names; erased after the question's days",
    }

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    value = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "question"], name="events_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.question_id}"


class Feedback(models.Model):
    """What somebody thought of an event; kept without saying who.

    Personal data: the words may name people. Purpose: better events. Retention: words one year.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "text": "better events; words are erased after one year",
    }

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="opinions")
    rating = models.PositiveSmallIntegerField(help_text="1 (poor) to 5 (very good).")
    useful = models.BooleanField(default=False, help_text="Will try something out afterwards.")
    text = models.TextField(blank=True)
    given_on = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.rating}"
