"""One-time links that sign a person in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from steiger.web.accounts.models.people import User


class SignInLink(models.Model):
    """A link that works once. Only the hash of its secret is kept.

    Personal data: none beyond the account it belongs to. Retention: until the account is closed.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "user": "signing in for the first time; erased after its use or some hours",
    }

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} until {self.expires_at:%Y-%m-%d %H:%M}"
