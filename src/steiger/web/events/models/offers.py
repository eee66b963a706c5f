"""What an event offers: kinds of tickets, questions, material afterwards."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from steiger.web.events.models.events import Event


def in_language(thing: models.Model, field: str) -> str:
    """A text in the reader's language; German where English is missing."""
    german: str = getattr(thing, f"{field}_de")
    english = (get_language() or "de").startswith("en")
    return (getattr(thing, f"{field}_en") or german) if english else german


class TicketKind(models.Model):
    """Places of one kind. Its row is the lock under which places are given.

    ``taken`` and ``waiting`` repeat what the registrations say (seats held, offered or confirmed;
    people on the list); ``domain.seats.settle`` is the only place that writes them.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="tickets")
    name_de = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    online = models.BooleanField(default=False, help_text="Takes part over the network.")
    quota = models.PositiveIntegerField()
    most_per_group = models.PositiveSmallIntegerField(default=5)
    position = models.PositiveSmallIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.name_de}"

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")

    @property
    def free(self) -> int:
        """Seats that anybody may take now: none while somebody waits."""
        return 0 if self.waiting else max(0, self.quota - self.taken)


class Question(models.Model):
    """What is asked at registration, what for, and how long the answers are kept."""

    class Kind(models.TextChoices):
        """What the answer looks like."""

        TEXT = "text", _("Text")
        CHOICE = "choice", _("Choice")
        YES_NO = "yes_no", _("Yes or no")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="questions")
    label_de = models.CharField(max_length=160)
    label_en = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.TEXT)
    choices = models.JSONField(default=list, blank=True)
    required = models.BooleanField(default=False)
    purpose_de = models.CharField(max_length=200)
    purpose_en = models.CharField(max_length=200, blank=True)
    keep_days = models.PositiveSmallIntegerField(default=14)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label_de

    @property
    def label(self) -> str:
        """The question in the reader's language."""
        return in_language(self, "label")

    @property
    def purpose(self) -> str:
        """What the answer is for, in the reader's language."""
        return in_language(self, "purpose")


class Material(models.Model):
    """Something to read or watch after the event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="materials")
    title_de = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160, blank=True)
    url = models.URLField(max_length=500)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title_de

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self, "title")
