"""Advice: when an adviser is free, who fits a firm's words, and whose turn it is.

Data in, result out; no clock and no database.
"""

from steiger.engines.advice.rotation import Candidate, in_turn
from steiger.engines.advice.slots import Shift, Span, free_slots
from steiger.engines.advice.topics import Match, Topic, TopicFinder

__all__ = [
    "Candidate",
    "Match",
    "Shift",
    "Span",
    "Topic",
    "TopicFinder",
    "free_slots",
    "in_turn",
]
