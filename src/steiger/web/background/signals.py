"""Hears when a run has ended, so that a failed one is tried again where its task says so."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django_tasks.base import TaskResultStatus
from django_tasks.signals import task_finished

from steiger.web.background.domain.runs import after_failure


@receiver(task_finished, dispatch_uid="background.retry")
def retry_by_policy(task_result: Any, **_: Any) -> None:
    """Queue a failed run again if its policy allows another attempt."""
    if task_result.status == TaskResultStatus.FAILED:
        after_failure(task_result.id)
