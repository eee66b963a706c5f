"""Keys with which programs act for a person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.models.people import User


class AccessKey(models.Model):
    """A key for the API. Only the hash of its secret is kept; the secret is shown once.

    Personal data: the account it belongs to, and when it was used. Purpose: programs of a
    representative. Retention: ninety days after its end, or until the account is closed.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "user": "whose entries a program reads; erased ninety days after the key's end",
        "last_used_at": "lets the person notice misuse; erased ninety days after the key's end",
    }

    class Scope(models.TextChoices):
        """What a program may do with the key."""

        READ = "actor:read", _("Read my entries")
        WRITE = "actor:write", _("Change my entries")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access_keys")
    name = models.CharField(max_length=80, help_text="What the person calls it.")
    hint = models.CharField(max_length=12, help_text="Its first signs, to tell keys apart.")
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.hint}…"

    @property
    def is_live(self) -> bool:
        """Whether it still opens something."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def scope_labels(self) -> list[str]:
        """What it allows, in words."""
        labels = dict(self.Scope.choices)
        return [str(labels.get(scope, scope)) for scope in self.scopes]
