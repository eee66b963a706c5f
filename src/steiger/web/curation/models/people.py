"""People who want to be told of changes, and people whom one may ask."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from steiger.web.directory.models import Actor


class MapSubscription(models.Model):
    """Somebody wants to hear of new and changed entries of a filtered view.

    Personal data: the address and what it is interested in. Purpose: the mails that were asked for
    (consent, Art. 6(1)(a) GDPR). Retention: two days if not confirmed, else until it is ended.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "email": "mails on new and changed entries; erased at once when ended",
        "query": "which entries the person wants to hear of; erased at once when ended",
    }

    class Rhythm(models.TextChoices):
        """How often a mail comes at most."""

        DAILY = "daily", pgettext_lazy("subscription", "Daily")
        WEEKLY = "weekly", pgettext_lazy("subscription", "Weekly")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField()
    query = models.CharField(max_length=2000, blank=True, help_text="The filters, as an address.")
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices, default=Rhythm.WEEKLY)
    language = models.CharField(max_length=8, default="de")
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    told_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email", "query"], name="curation_subscription_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ContactPerson(models.Model):
    """A person whom one may ask at an actor. Shown only if she agreed herself.

    Personal data: name, function, address, telephone. Purpose: so that firms find somebody to talk
    to (consent, Art. 6(1)(a) GDPR). Retention: until she says no; without an answer as long as the
    link in her mail works.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "name": "shown on the entry with consent; erased when it is withdrawn",
        "function": "shown on the entry with consent; erased when it is withdrawn",
        "email": "asking for consent, shown if chosen; erased when it is withdrawn",
        "phone": "shown on the entry with consent; erased when it is withdrawn",
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="contact_persons")
    name = models.CharField(max_length=120)
    function = models.CharField(max_length=120, blank=True)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    shown = models.BooleanField(default=False, help_text="Agreed, and wants to be shown.")
    show_email = models.BooleanField(default=False)
    show_phone = models.BooleanField(default=False)
    language = models.CharField(max_length=8, default="de")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["actor", "email"], name="curation_contact_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ContactConsent(models.Model):
    """What a contact person agreed to, in which words, when and how. The newest row counts.

    Personal data: to whom it belongs. Purpose: proof of the consent (Art. 7(1) GDPR). Retention:
    goes with the contact person; the log keeps that there was one, without the person.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "contact": "proof of the consent; erased together with the contact person",
    }

    class How(models.TextChoices):
        """In which way."""

        LINK = "link", pgettext_lazy("consent", "by the link in her mail")

    contact = models.ForeignKey(ContactPerson, on_delete=models.CASCADE, related_name="consents")
    at = models.DateTimeField(default=timezone.now)
    how = models.CharField(max_length=8, choices=How.choices, default=How.LINK)
    wording = models.TextField(help_text="The words as they were shown.")
    shown = models.BooleanField()
    show_email = models.BooleanField(default=False)
    show_phone = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.at:%Y-%m-%d}"
