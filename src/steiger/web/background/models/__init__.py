"""How far a background task has come, who works, and mail on its way out."""

from steiger.web.background.models.mail import OutgoingMail
from steiger.web.background.models.progress import TaskProgress
from steiger.web.background.models.worker import Worker

__all__ = ["OutgoingMail", "TaskProgress", "Worker"]
