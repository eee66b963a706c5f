"""How far a background task has come."""

from steiger.web.background.models.progress import TaskProgress

__all__ = ["TaskProgress"]
