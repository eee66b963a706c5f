"""Asking a text endpoint: probes, transcripts, and what an answer says."""

from steiger.engines.audit.text.answers import refuses, says_yes
from steiger.engines.audit.text.probes import probes
from steiger.engines.audit.text.transcript import Transcript

__all__ = ["Transcript", "probes", "refuses", "says_yes"]
