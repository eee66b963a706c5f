"""What follows from a representation, whoever writes it: the role, and who is responsible."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from steiger.web.accounts.domain.audit import SYSTEM
from steiger.web.curation.domain.representing import after_end, keep_role
from steiger.web.curation.models import Representation
from steiger.web.directory.models import Actor


@receiver(post_save, sender=Representation)
def fit_role(instance: Representation, **_: Any) -> None:
    """Whoever speaks for an actor may enter the pages for it."""
    with transaction.atomic():
        keep_role(user=instance.user, by=SYSTEM)


@receiver(post_delete, sender=Representation)
def pass_on(instance: Representation, origin: Any, **_: Any) -> None:
    """An account that is closed, or a decision that is undone, ends a representation, too."""
    if isinstance(origin, Representation):
        return  # ``representing.leave`` sees to it, and knows who acts
    actor = Actor.objects.filter(pk=instance.actor_id).first()
    if actor is not None:
        with transaction.atomic():
            after_end(actor=actor, user=instance.user, by=SYSTEM)
