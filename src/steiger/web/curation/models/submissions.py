"""Whatever waits for a decision by the editors of the map."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from steiger.web.accounts.models import User
from steiger.web.directory.models import Actor, Source


class Submission(models.Model):
    """A new entry, an edit, a claim, or what an import found different.

    ``before`` and ``after`` are lists of statements (see ``directory.domain.statements``): what
    the source of the change said when it was written, and what it shall say. A decision compares
    ``before`` with today, so that no change in between is lost.

    Personal data: name, address and account of the person who submitted. Purpose: asking back and
    telling the decision (Art. 6(1)(e) GDPR). Retention: unconfirmed for two days; else erased
    after the time of the region's rules from the decision, while the entry itself stays.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "email": "asking back and telling the decision; erased some months after it",
        "person_name": "asking back and telling the decision; erased some months after it",
        "user": "asking back and telling the decision; erased some months after it",
        "first_decider": "two editors decide; erased some months after the decision",
        "words": "what the person wrote to the editors; erased some months after the decision",
        "reason_words": "asking back and telling the decision; erased some months after it",
    }

    class Kind(models.TextChoices):
        """What is asked for."""

        NEW = "new", pgettext_lazy("submission", "New entry")
        EDIT = "edit", pgettext_lazy("submission", "Change")
        CLAIM = "claim", pgettext_lazy("submission", "Representation")
        IMPORT = "import", pgettext_lazy("submission", "Difference of an import")

    class State(models.TextChoices):
        """How far it has come."""

        UNCONFIRMED = "unconfirmed", pgettext_lazy("submission", "Address not confirmed")
        WAITING = "waiting", pgettext_lazy("submission", "Waiting for a decision")
        SECOND = "second", pgettext_lazy("submission", "Waiting for a second decision")
        ASKED = "asked", pgettext_lazy("submission", "Question to the person")
        ACCEPTED = "accepted", pgettext_lazy("submission", "Accepted")
        REJECTED = "rejected", pgettext_lazy("submission", "Rejected")
        TAKEN_BACK = "taken_back", pgettext_lazy("submission", "Taken back")

    #: States in which nobody has decided yet.
    OPEN: ClassVar[tuple[str, ...]] = (State.WAITING, State.SECOND, State.ASKED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.UNCONFIRMED)
    actor = models.ForeignKey(
        Actor, null=True, blank=True, on_delete=models.CASCADE, related_name="submissions"
    )
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=255, help_text="Name of the entry.")
    before = models.JSONField(default=list)
    after = models.JSONField(default=list)
    details = models.JSONField(default=dict, help_text="Kind of actor, filters carried over, …")
    email = models.EmailField(blank=True)
    person_name = models.CharField(max_length=120, blank=True)
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="submissions"
    )
    words = models.TextField(blank=True, help_text="What the person wrote to the editors.")
    language = models.CharField(max_length=8, default="de")
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=64, blank=True, help_text="Key of the reason.")
    reason_words = models.TextField(blank=True)
    first_decider = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=0, help_text="Grows with every change.")

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["state", "created_at"]),
            models.Index(fields=["actor", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.title}"


class Evidence(models.Model):
    """What shows that an entry fulfils a rule of admission."""

    class Kind(models.TextChoices):
        """What it is."""

        SEAT = "seat", pgettext_lazy("evidence", "Seat or site in the region")
        PROJECT = "project", pgettext_lazy("evidence", "Project")
        PUBLICATION = "publication", pgettext_lazy("evidence", "Publication")
        PRODUCT = "product", pgettext_lazy("evidence", "Product or service")
        COURSE = "course", pgettext_lazy("evidence", "Course or degree")
        REGISTER = "register", pgettext_lazy("evidence", "Entry in a register")

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="evidence")
    rule = models.CharField(max_length=64, help_text="Key of the region's rule of admission.")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    text = models.CharField(max_length=300)
    url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
