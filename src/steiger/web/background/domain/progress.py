"""How far a run has come, told by its task while it works."""

from __future__ import annotations

import time
from uuid import UUID

from steiger.web.background.models import TaskProgress

#: More often than this nobody looks; the database is spared.
EVERY_S = 0.5

_last: dict[UUID, float] = {}


def progress(
    run_id: UUID | str, done: int, total: int | None = None, message: str = "", *, now: bool = False
) -> None:
    """Say that ``done`` of ``total`` steps are finished.

    Call it outside of the task's own transaction; inside, others see it only after the commit.

    Args:
        run_id: the id in the task's context (``context.task_result.id``).
        done: steps that are finished, not negative.
        total: steps in all; None if unknown.
        message: what is being done, in a person's words.
        now: write even if the last writing was a moment ago.
    """
    run = run_id if isinstance(run_id, UUID) else UUID(run_id)
    moment = time.monotonic()
    if not now and done != total and moment - _last.get(run, -EVERY_S) < EVERY_S:
        return
    _last[run] = moment
    TaskProgress.objects.update_or_create(
        run=run,
        defaults={"done": max(0, done), "total": total, "message": message[:255]},
    )
    if done == total:
        _last.pop(run, None)
