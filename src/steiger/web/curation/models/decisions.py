"""What the editors decided: on submissions, on admission, on actors that look the same."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from steiger.web.accounts.models import User
from steiger.web.curation.models.submissions import Evidence, Submission
from steiger.web.directory.models import Actor


class Decision(models.Model):
    """One editor decided on a submission; holds what is needed to undo it.

    A question to the person is a decision, too; it holds her answer.

    Personal data: the account of the editor; what editor and person wrote to each other. Purpose:
    two different editors decide where the region wants it, an editor takes back what was decided
    by mistake, and the answer to a question stands beside it (Art. 6(1)(e) GDPR). Retention: the
    account goes with its submission, the log keeps number and role; words and answer are erased
    with the name of the person who submitted.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "user": "undoing a decision, and deciding with four eyes; goes with its submission",
        "question": "what the editors asked; erased some months after the decision",
        "answer": "what the person answered; erased some months after the decision",
    }

    class Outcome(models.TextChoices):
        """What was decided."""

        ACCEPT = "accept", pgettext_lazy("decision", "Accepted")
        REJECT = "reject", pgettext_lazy("decision", "Rejected")
        ASK = "ask", pgettext_lazy("decision", "Asked back")

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reason = models.CharField(max_length=64, help_text="Key of the reason.")
    final = models.BooleanField(default=True, help_text="No second editor has to agree.")
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    question = models.TextField(blank=True, help_text="What the editors asked in their own words.")
    answer = models.TextField(blank=True, help_text="What the person answered.")
    answered_at = models.DateTimeField(null=True, blank=True)
    batch = models.UUIDField(null=True, blank=True, help_text="Decided together in one act.")
    kept = models.JSONField(default=dict, help_text="What is needed to undo it.")
    mail_id = models.UUIDField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["batch"]), models.Index(fields=["mail_id"])]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.reason}"


class Admission(models.Model):
    """Why an actor was admitted: one piece of evidence for one rule. Public.

    Copied from the submission, because it outlives the person who submitted it.
    """

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="admissions")
    submission = models.ForeignKey(
        Submission, null=True, blank=True, on_delete=models.SET_NULL, related_name="admissions"
    )
    rule = models.CharField(max_length=64, help_text="Key of the region's rule of admission.")
    kind = models.CharField(max_length=16, choices=Evidence.Kind.choices)
    text = models.CharField(max_length=300)
    url = models.URLField(max_length=500, blank=True)
    decided_on = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["actor"])]

    def __str__(self) -> str:
        return self.text


class Pair(models.Model):
    """Two actors that may be the same. Once decided, the same question is not asked again.

    Holds no personal data: who decided stands in the log, by number and role.
    """

    class State(models.TextChoices):
        """Whether somebody has decided."""

        OPEN = "open", pgettext_lazy("pair", "to decide")
        DIFFERENT = "different", pgettext_lazy("pair", "not the same")
        MERGED = "merged", pgettext_lazy("pair", "merged")
        GONE = "gone", pgettext_lazy("pair", "no longer alike")

    first = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField(help_text="0 to 1.")
    reasons = models.JSONField(default=list, help_text="Stable keys, e.g. same_domain.")
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    run = models.UUIDField(default=uuid.uuid4, help_text="The search that saw it last.")

    class Meta:
        ordering = ["-score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="curation_pair_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="curation_pair_in_order"
            ),
        ]
        indexes = [models.Index(fields=["state", "-score"])]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}"
