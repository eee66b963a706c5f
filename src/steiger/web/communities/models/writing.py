"""What members write: questions, answers, notes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from steiger.web.communities.models.communities import Community, Member
from steiger.web.directory.models import Term


class State(models.TextChoices):
    """How far the moderation has come."""

    WAITING = "waiting", pgettext_lazy("contribution", "waits for a moderator")
    SHOWN = "shown", pgettext_lazy("contribution", "shown")
    HIDDEN = "hidden", pgettext_lazy("contribution", "not shown")
    ERASED = "erased", pgettext_lazy("contribution", "erased, only counted")


class Contribution(models.Model):
    """Something that a member wrote.

    What was shown once and is erased stays as an empty row, so that figures do not change.
    """

    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    shown_at = models.DateTimeField(null=True, blank=True, db_index=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Question(Contribution):
    """A question to all.

    Personal data: what people write may tell about them. Purpose: the exchange in the community
    (consent). Retention: hidden ones for 30 days; else until the author has it erased, and five
    years after the closing at the latest. The name goes when its author leaves.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "title": "the exchange; until the author has it erased, five years after the closing",
        "text": "the exchange; until the author has it erased, five years after the closing",
        "member": "who wrote it; taken off when the author leaves",
    }

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="questions")
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="questions"
    )
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.community_id}/{self.pk}"


class Answer(Contribution):
    """An answer to a question.

    Personal data, purpose and retention: as the question's.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "text": "the exchange; until the author has it erased, five years after the closing",
        "member": "who wrote it; taken off when the author leaves",
    }

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
    )
    text = models.TextField()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.pk}"


class Note(Contribution):
    """Who offers, who seeks.

    Personal data: what people write may tell about them. Purpose: finding each other (consent).
    Retention: 30 days after its last day, or until the author leaves.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "title": "finding each other; erased 30 days after its last day or at leaving",
        "text": "finding each other; erased 30 days after its last day or at leaving",
        "member": "who wrote it; erased with the note at leaving",
    }

    class Kind(models.TextChoices):
        """Direction of the note."""

        OFFERS = "offers", pgettext_lazy("note", "offers")
        SEEKS = "seeks", pgettext_lazy("note", "seeks")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="notes")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    topics = models.ManyToManyField(Term, blank=True, related_name="+")
    roles = models.JSONField(default=list, help_text="Keys of roles on the map that would fit.")
    until = models.DateField(help_text="Last day on which it is shown.")

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.community_id}/{self.kind}/{self.pk}"
