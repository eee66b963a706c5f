"""What follows when an account is closed."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from steiger.web.accounts.models import User
from steiger.web.advice.domain.retention import forget_adviser
from steiger.web.advice.models import Adviser


@receiver(pre_delete, sender=User)
def forget(instance: User, **_: Any) -> None:
    """Empty the profile in the same transaction; figures stay."""
    adviser = Adviser.objects.filter(user=instance).first()
    if adviser is not None:
        forget_adviser(adviser)
