"""Whether a website is still there: one careful question, and what its answer means."""

from steiger.adapters.websites.client import Websites
from steiger.adapters.websites.reading import Answer, Finding, read_answers

__all__ = ["Answer", "Finding", "Websites", "read_answers"]
