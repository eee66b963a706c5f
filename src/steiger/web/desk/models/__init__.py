"""What this room keeps: circulars and the log of extracts."""

from steiger.web.desk.models.circulars import Circular, Recipient
from steiger.web.desk.models.extracts import Extract

__all__ = ["Circular", "Extract", "Recipient"]
