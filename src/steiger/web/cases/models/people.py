"""How people of a firm come in, and what they have agreed to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from steiger.web.cases.models.cases import Contact, Firm


class PendingContact(models.Model):
    """An address that has not been confirmed yet. Nothing but the question to confirm goes there.

    Personal data: name and e-mail address. Purpose: to become a contact. Retention: two days, or
    what the region says.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "name": "to become a contact of the firm; two days at most",
        "email": "to become a contact of the firm; two days at most",
    }

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="pending_contacts")
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField()
    language = models.CharField(max_length=8, default="de")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["firm", "email"], name="cases_pending_once")]

    def __str__(self) -> str:
        return f"{self.firm_id}: {self.pk}"


class FirmLink(models.Model):
    """A link by which a contact enters once. Only the hash of its secret is kept.

    Personal data: none beyond the contact it belongs to. Retention: until it expires.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.contact_id} until {self.expires_at:%Y-%m-%d %H:%M}"


class ConsentEvent(models.Model):
    """A person agreed to something, or no longer does. The latest event of a purpose counts."""

    class Purpose(models.TextChoices):
        """What for."""

        NEWS = "news", _("Mails about offers of the hub")
        PARTNERS = "partners", _("Passing name and address to partners who are introduced")
        STORY = "story", _("Naming the firm as an example in public")

    class Told(models.TextChoices):
        """How it became known."""

        SELF = "self", _("on the firm’s own page")
        SPOKEN = "spoken", _("told to an adviser")
        ROOM = "room", _("with a registration")
        MAIL = "mail", _("by the link in a mail")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    given = models.BooleanField()
    told = models.CharField(max_length=16, choices=Told.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.given}"
