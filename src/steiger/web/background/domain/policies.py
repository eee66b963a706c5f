"""What a task is called, and how often it is tried again after a failure."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any, TypeVar

from django_tasks.base import Task

AnyTask = TypeVar("AnyTask", bound=Task[Any, Any])
LONGEST_WAIT = timedelta(hours=1)
ROOM_TASKS = re.compile(r"steiger\.web\.[a-z_]+\.tasks")


class GiveUpError(Exception):
    """Raised by a task for a failure that trying again cannot mend; the message is for people."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How a task appears and is repeated.

    Attributes:
        label: its name for people (lazy translation).
        attempts: how often it is tried in all; 1 means never again.
        first_wait_s: seconds before the second attempt; doubled before each further one.
        daily: whether the worker queues it once a day, without arguments.
    """

    label: object
    attempts: int = 1
    first_wait_s: float = 30.0
    daily: bool = False

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.first_wait_s <= 0:
            raise ValueError("A task is tried at least once, and waits longer than 0 s.")

    def wait(self, attempts_made: int) -> timedelta | None:
        """The pause before the next attempt; None if there shall be none."""
        if attempts_made >= self.attempts:
            return None
        # Beyond 2^20 the longest wait holds anyway; the cap keeps the number finite.
        factor = 2 ** min(attempts_made - 1, 20)
        return min(timedelta(seconds=self.first_wait_s * factor), LONGEST_WAIT)


_policies: dict[str, Policy] = {}
_daily: list[Task[Any, Any]] = []


def described(
    label: object, *, attempts: int = 1, first_wait_s: float = 30.0, daily: bool = False
) -> Callable[[AnyTask], AnyTask]:
    """Give a task a name for people and, if wished, further attempts with growing pauses; with
    ``daily`` the worker queues it once a day.

    Stands above ``@task``::

        @described(_("Send a mail"), attempts=5, first_wait_s=20)
        @task(queue_name="mail")
        def send_mail_task(mail_id: str) -> str: ...
    """

    def remember(task: AnyTask) -> AnyTask:
        _policies[task.module_path] = Policy(label, attempts, first_wait_s, daily)
        if daily:
            _daily.append(task)
        return task

    return remember


def policy_of(task_path: str) -> Policy:
    """The policy of a task, found by its path; by default its bare name and one attempt.

    A process that never queued the task (the web process of one that only the worker queues) has
    not imported its module yet, so that is done here.
    """
    module = task_path.rpartition(".")[0]
    if task_path not in _policies and ROOM_TASKS.fullmatch(module):
        with suppress(ModuleNotFoundError):  # runs outlive their code
            import_module(module)
    return _policies.get(task_path) or Policy(task_path.rpartition(".")[2].replace("_", " "))


def daily_tasks() -> tuple[Task[Any, Any], ...]:
    """What every room wants done once a day."""
    return tuple(_daily)
