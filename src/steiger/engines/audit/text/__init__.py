"""Asking a text endpoint: probes, transcripts, and what an answer says."""

from steiger.engines.audit.text.answers import refuses, says_yes
from steiger.engines.audit.text.probes import probes, questions_for
from steiger.engines.audit.text.transcript import Transcript

__all__ = ["Transcript", "probes", "questions_for", "refuses", "says_yes"]
