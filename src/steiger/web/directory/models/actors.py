"""Actors: organisations and initiatives."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Actor(models.Model):
    """An organisation or initiative on the map.

    What is known about it lies in the rows of :mod:`.values`, each with its source. The columns
    under "summary" repeat the winning values for lists and maps; ``domain.summary.refresh`` is the
    only place that writes them.
    """

    class Kind(models.TextChoices):
        """What sort of thing the actor is."""

        ORGANISATION = "organisation", _("Organisation")
        INITIATIVE = "initiative", _("Initiative")

    class State(models.TextChoices):
        """Whether and how the public sees the actor."""

        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        MERGED = "merged", _("Merged")

    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.ORGANISATION)
    state = models.CharField(max_length=16, choices=State.choices, default=State.PUBLISHED)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_actors"
    )
    is_example = models.BooleanField(default=False, help_text="Invented for demonstration.")
    verified_on = models.DateField(null=True, blank=True, help_text="Last confirmed to be true.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)

    # Summary
    name = models.CharField(max_length=255)
    short_name = models.CharField(max_length=80, blank=True)
    sort_name = models.CharField(max_length=255)
    town = models.CharField(max_length=120, blank=True)
    municipality = models.CharField(max_length=8, blank=True, help_text="Official key (AGS).")
    district = models.CharField(max_length=5, blank=True, help_text="Official key (AGS).")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    website = models.URLField(max_length=500, blank=True)
    role_keys = models.JSONField(default=list, help_text="Keys of the accepted roles.")
    offer_de = models.CharField(max_length=200, blank=True, help_text="What it offers, one line.")
    offer_en = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["sort_name", "id"]
        indexes = [
            models.Index(fields=["state", "district"]),
            models.Index(fields=["state", "municipality"]),
            models.Index(fields=["changed_at"]),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Address of the actor's page."""
        return reverse("directory:actor", kwargs={"slug": self.slug})


class FormerAddress(models.Model):
    """A slug under which an actor used to be found; it redirects for ever."""

    slug = models.SlugField(max_length=120, unique=True)
    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="former_addresses")

    def __str__(self) -> str:
        return self.slug
