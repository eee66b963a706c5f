"""Warnings: a state machine per gauge, its rules, and the file that remembers them."""

from steiger.engines.flood.warning.book import Book, Message, read_book, warn
from steiger.engines.flood.warning.machine import advance, in_force
from steiger.engines.flood.warning.outlook import (
    GaugeOutlook,
    Lead,
    Outlook,
    Reading,
    Trend,
    outlook_of,
    read_outlook,
)
from steiger.engines.flood.warning.policy import (
    VALID_FOR,
    WarningError,
    WarningPolicy,
    policy_from,
    read_policy,
)
from steiger.engines.flood.warning.states import (
    Change,
    GaugeState,
    Reference,
    Text,
    Trigger,
    WarningEvent,
)

__all__ = [
    "VALID_FOR",
    "Book",
    "Change",
    "GaugeOutlook",
    "GaugeState",
    "Lead",
    "Message",
    "Outlook",
    "Reading",
    "Reference",
    "Text",
    "Trend",
    "Trigger",
    "WarningError",
    "WarningEvent",
    "WarningPolicy",
    "advance",
    "in_force",
    "outlook_of",
    "policy_from",
    "read_book",
    "read_outlook",
    "read_policy",
    "warn",
]
