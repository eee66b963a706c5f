"""A firm, its case, and what happened in it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from steiger.web.directory.models import Actor


class Firm(models.Model):
    """Who a case belongs to: an actor of the map, or a light record of a firm that is not on it.

    Personal data: the name of a firm may be that of its owner. Purpose: advice that the firm asked
    for. Retention: when nothing else is kept about it, with its last case at the latest; size,
    sector and district stay for the counted figures.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "name": "advice that was asked for; erased when nothing else is kept of the firm",
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    actor = models.ForeignKey(
        Actor, null=True, blank=True, on_delete=models.SET_NULL, related_name="firms"
    )
    name = models.CharField(max_length=200, blank=True)
    size = models.CharField(max_length=64, blank=True, help_text="Key of a size class.")
    sector = models.CharField(max_length=64, blank=True, help_text="Key of a sector.")
    municipality = models.CharField(
        max_length=8, blank=True, help_text="AGS of the municipality, or of the district alone."
    )
    example = models.BooleanField(default=False, help_text="Invented for the demonstration.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="Only figures are left.")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_firms"
    )

    def __str__(self) -> str:
        # Never the name: this stands in the log, from which nothing can be erased.
        return str(self.id)[:8]

    @property
    def place(self) -> str:
        """AGS of its municipality or district: its own, else that of its entry on the map."""
        actor = self.actor
        return self.municipality or ((actor.municipality or actor.district) if actor else "")


class Contact(models.Model):
    """A person of a firm who is spoken with. Addresses were confirmed before they came here.

    Personal data: name and e-mail address. Purpose: contact in the firm's case. Retention: with
    the firm.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "name": "contact in the firm's case; erased with the firm's name",
        "email": "contact in the firm's case, and its owner's way in; erased with the firm's name",
    }

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(db_index=True)
    language = models.CharField(max_length=8, default="de", help_text="Of mails to this person.")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["firm", "email"], name="cases_contact_once")]

    def __str__(self) -> str:
        return f"{self.firm_id}: {self.pk}"


class Case(models.Model):
    """One matter of one firm, from the enquiry to what came of it."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "adviser": "who looks after the case; kept until handed over or the account is closed",
    }

    class State(models.TextChoices):
        """Whether it goes on."""

        OPEN = "open", pgettext_lazy("case", "open")
        CLOSED = "closed", pgettext_lazy("case", "closed")
        MERGED = "merged", pgettext_lazy("case", "merged")

    class Closing(models.TextChoices):
        """Why it was closed."""

        REACHED = "reached", _("The goal is reached")
        REFERRED = "referred", _("Others go on with it")
        NO_NEED = "no_need", _("The firm needs nothing more")
        NO_ANSWER = "no_answer", _("The firm does not answer")
        DORMANT = "dormant", _("Nothing has happened for a long time")
        ERASED = "erased", _("The firm wanted its data erased")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="cases")
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="cases",
    )
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True, db_index=True)
    closing = models.CharField(max_length=16, choices=Closing.choices, blank=True)
    touched_at = models.DateTimeField(default=timezone.now, help_text="When last worked on.")
    erased_at = models.DateTimeField(null=True, blank=True, help_text="Only figures are left.")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_cases"
    )
    confidential = models.BooleanField(
        default=False, help_text="Only its adviser and administrators see it."
    )

    class Meta:
        indexes = [models.Index(fields=["state", "-touched_at"])]

    def __str__(self) -> str:
        return str(self.id)[:8]

    @property
    def number(self) -> str:
        """What people call it: the beginning of its id."""
        return str(self.id)[:8]


class CaseEntry(models.Model):
    """One thing that happened, told by the room in which it happened.

    Personal data: the words may name people. Purpose: the firm's case. Retention: details that a
    room told go when the room forgets its own, all words with the case at the latest; kind and
    time stay for the counted figures.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "author": "who wrote the entry; kept until the account is closed",
        "title": "what happened in the firm's case; erased with it",
        "details": "what happened in the firm's case; erased with the room's own, or with the case",
    }

    class Kind(models.TextChoices):
        """The stations of a firm's path."""

        ENQUIRY = "enquiry", _("Enquiry")
        TALK = "talk", _("Consultation")
        EVENT = "event", pgettext_lazy("case", "Event")
        PUBLICATION = "publication", _("Publication asked for")
        COMMUNITY = "community", _("Community joined")
        PARTNER = "partner", _("Partner introduced")
        USE_CASE = "use_case", _("Use case chosen")
        FUNDING = "funding", _("Funding applied for")
        TRIAL = "trial", _("Trial")
        OUTCOME = "outcome", _("Outcome")
        NOTE = "note", _("Note")

    class Result(models.TextChoices):
        """What became of it: a key, so that it can be counted when the words are gone."""

        IN_USE = "in_use", pgettext_lazy("result", "in use")
        GOES_ON = "goes_on", pgettext_lazy("result", "goes on")
        GRANTED = "granted", pgettext_lazy("result", "granted")
        REFUSED = "refused", pgettext_lazy("result", "refused")
        WORKED = "worked", pgettext_lazy("result", "it worked")
        FAILED = "failed", pgettext_lazy("result", "it did not work")
        DECIDED_AGAINST = "decided_against", pgettext_lazy("result", "decided against")
        TRYING = "trying", pgettext_lazy("result", "being tried out")
        PLANNED = "planned", pgettext_lazy("result", "decided on")
        NOT_BEGUN = "not_begun", pgettext_lazy("result", "nothing begun yet")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=16, choices=Kind.choices, db_index=True)
    happened_at = models.DateTimeField(db_index=True)
    title = models.CharField(max_length=250, blank=True)
    details = models.JSONField(default=dict, help_text="Fields of the room that told it.")
    room = models.CharField(max_length=32, help_text="Which room told it.")
    source = models.CharField(max_length=128, help_text="What in that room, e.g. booking/17.")
    for_firm = models.BooleanField(default=True, help_text="Whether the firm sees it.")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    result = models.CharField(max_length=32, choices=Result.choices, blank=True)
    amount_eur = models.PositiveBigIntegerField(null=True, blank=True)
    partner = models.ForeignKey(
        Actor, null=True, blank=True, on_delete=models.SET_NULL, related_name="introductions"
    )
    evidenced = models.BooleanField(default=False, help_text="There was evidence; stays true.")

    class Meta:
        ordering = ["happened_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["room", "source", "kind"], name="cases_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d}"
