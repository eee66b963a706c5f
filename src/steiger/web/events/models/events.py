"""Events and the series to which they belong. Nothing here is personal."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from steiger.web.directory.models import Actor, Term


class Series(models.Model):
    """Events that belong together, for example a round of talks."""

    slug = models.SlugField(max_length=80, unique=True)
    title_de = models.CharField(_("Title (German)"), max_length=160)
    title_en = models.CharField(_("Title (English)"), max_length=160, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["title_de"]

    def __str__(self) -> str:
        return self.title_de

    @property
    def title(self) -> str:
        """The title in the reader's language; German where English is missing."""
        english = (get_language() or "de").startswith("en")
        return (self.title_en or self.title_de) if english else self.title_de


class Event(models.Model):
    """One event. ``sequence`` grows whenever calendars have to learn something (RFC 5546, 2.1.4).

    ``host`` is an organisation's name as shown; people who speak are named by its own pages.
    """

    class Kind(models.TextChoices):
        """What sort of event."""

        TALK = "talk", _("Talk")
        WORKSHOP = "workshop", _("Workshop")
        TOUR = "tour", _("Tour")
        CONFERENCE = "conference", _("Conference")
        MEETING = "meeting", _("Community meeting")

    class Format(models.TextChoices):
        """Where one takes part."""

        ONSITE = "onsite", pgettext_lazy("event", "On site")
        ONLINE = "online", pgettext_lazy("event", "Online")
        HYBRID = "hybrid", pgettext_lazy("event", "On site and online")

    class State(models.TextChoices):
        """Whether the public sees it, and whether it takes place."""

        DRAFT = "draft", pgettext_lazy("event", "Draft")
        PUBLISHED = "published", pgettext_lazy("event", "Published")
        CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    series = models.ForeignKey(
        Series, null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.TALK)
    format = models.CharField(max_length=16, choices=Format.choices, default=Format.ONSITE)
    language = models.CharField(max_length=8, default="de", help_text="Spoken language.")
    title_de = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160, blank=True)
    summary_de = models.CharField(max_length=300, blank=True)
    summary_en = models.CharField(max_length=300, blank=True)
    text_de = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    host = models.CharField(max_length=160, blank=True)
    host_actor = models.ForeignKey(
        Actor, null=True, blank=True, on_delete=models.SET_NULL, related_name="hosted_events"
    )
    topics = models.ManyToManyField(Term, blank=True, related_name="events")
    community = models.SlugField(max_length=80, blank=True, help_text="Slug of a community.")

    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()

    venue = models.CharField(max_length=160, blank=True)
    venue_actor = models.ForeignKey(
        Actor, null=True, blank=True, on_delete=models.SET_NULL, related_name="venue_events"
    )
    street = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    town = models.CharField(max_length=120, blank=True)
    municipality = models.CharField(max_length=8, blank=True, help_text="Official key (AGS).")
    district = models.CharField(
        max_length=5, blank=True, db_index=True, help_text="Official key (AGS)."
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    online_url = models.URLField(max_length=500, blank=True, help_text="Told to those who come.")

    opens_at = models.DateTimeField(null=True, blank=True, help_text="When registration opens.")
    closes_at = models.DateTimeField(null=True, blank=True, help_text="Last time to register.")
    offer_hours = models.PositiveSmallIntegerField(
        default=24, help_text="How long a place that became free is held for one on the list."
    )
    keep_days = models.PositiveSmallIntegerField(
        default=90, help_text="Days after the end when names and addresses are erased."
    )
    sequence = models.PositiveIntegerField(default=0)
    reason_de = models.CharField(max_length=250, blank=True, help_text="Why it is cancelled.")
    reason_en = models.CharField(max_length=250, blank=True)
    example = models.BooleanField(default=False, help_text="Invented for the demonstration.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["state", "starts_at"])]

    def __str__(self) -> str:
        return self.title_de

    def get_absolute_url(self) -> str:
        """Address of the event's page."""
        return reverse("events:event", kwargs={"slug": self.slug})

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.words("title")

    def words(self, field: str) -> str:
        """A text in the reader's language; German where English is missing."""
        german: str = getattr(self, f"{field}_de")
        english = (get_language() or "de").startswith("en")
        return (getattr(self, f"{field}_en") or german) if english else german

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.ends_at <= timezone.now()

    @property
    def is_onsite(self) -> bool:
        """Whether one can come to a place."""
        return self.format != self.Format.ONLINE
