"""People who speak for an actor."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from steiger.web.accounts.models import User
from steiger.web.directory.models import Actor


class Representation(models.Model):
    """A person speaks for an actor.

    Personal data: the account of the person. Purpose: tending the entry (Art. 6(1)(e) GDPR).
    Retention: until the person leaves; an ended representation is erased with its end, and the
    log keeps the fact without the person.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "user": "tending the entry of an actor; kept until the person leaves it",
    }

    class State(models.TextChoices):
        """Whether the person already speaks for the actor."""

        REQUESTED = "requested", pgettext_lazy("representation", "waiting")
        ACTIVE = "active", pgettext_lazy("representation", "active")

    class Ground(models.TextChoices):
        """Why the person may speak for the actor."""

        DOMAIN = "domain", pgettext_lazy("representation", "E-mail address of the organisation")
        MODERATOR = "moderator", pgettext_lazy("representation", "Decided by the editors")
        INVITED = "invited", pgettext_lazy("representation", "Invited by a representative")

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="representations")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="representations")
    state = models.CharField(max_length=16, choices=State.choices, default=State.REQUESTED)
    ground = models.CharField(max_length=16, choices=Ground.choices, blank=True)
    responsible = models.BooleanField(default=False)
    language = models.CharField(max_length=8, default="de")
    requested_at = models.DateTimeField(default=timezone.now)
    began_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "user"], name="curation_representation_once"),
            models.UniqueConstraint(
                fields=["actor"],
                condition=models.Q(responsible=True),
                name="curation_one_responsible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.actor_id}"
