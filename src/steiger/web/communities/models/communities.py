"""Communities and their members."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from steiger.web.directory.models import Actor, Term


class Community(models.Model):
    """People who work on the same questions. A closed one stays as an archive."""

    class State(models.TextChoices):
        """Whether anybody can write."""

        OPEN = "open", pgettext_lazy("community", "open")
        CLOSED = "closed", pgettext_lazy("community", "closed")

    slug = models.SlugField(max_length=64, unique=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    name_de = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    what_de = models.CharField(max_length=300, help_text="What happens here, in one sentence.")
    what_en = models.CharField(max_length=300, blank=True)
    whom_de = models.CharField(max_length=300, help_text="For whom it is, in one sentence.")
    whom_en = models.CharField(max_length=300, blank=True)
    rhythm_de = models.CharField(max_length=200, blank=True, help_text="When one meets.")
    rhythm_en = models.CharField(max_length=200, blank=True)
    topics = models.ManyToManyField(Term, blank=True, related_name="+")
    example = models.BooleanField(default=False, help_text="Invented for the demonstration.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_de = models.CharField(max_length=300, blank=True, help_text="Why, and what now.")
    closing_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name_de"]

    def __str__(self) -> str:
        return self.name_de

    def get_absolute_url(self) -> str:
        """Address of its page."""
        return reverse("communities:community", kwargs={"slug": self.slug})

    @property
    def is_open(self) -> bool:
        """Whether members can write and others join."""
        return self.state == self.State.OPEN


class Member(models.Model):
    """A person who takes part, without an account.

    Personal data: e-mail address, name, organisation. Purpose: taking part in the community
    (consent, Art. 6(1)(a) GDPR). Retention: unconfirmed for two days; else until the person leaves,
    or 30 days after the community was closed, then erased.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "email": "taking part; kept until leaving, 30 days after the closing at the latest",
        "name": "shown beside what one writes; kept until leaving or 30 days after the closing",
        "organisation": "shown beside what one writes; kept until leaving or the closing",
        "actor": "for whom one says to speak; kept until leaving or the closing",
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="members")
    email = models.EmailField()
    name = models.CharField(max_length=120)
    organisation = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(
        Actor, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(max_length=8, default="de")
    digest = models.BooleanField(default=False, help_text="Wants the weekly mail.")
    moderator = models.BooleanField(default=False)
    consent = models.CharField(max_length=32, help_text="Version of the words agreed to.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, help_text="Last mail about itself.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    told_until = models.DateTimeField(null=True, blank=True, help_text="What a digest has told.")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["community", "email"], name="communities_member_once")
        ]

    def __str__(self) -> str:
        return str(self.id)[:8]


class Movement(models.Model):
    """How many joined and left on one day. Knows no person; stays when members are erased."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="movements")
    day = models.DateField(db_index=True)
    joined = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "day"], name="communities_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.community_id} {self.day}: +{self.joined} -{self.left}"
