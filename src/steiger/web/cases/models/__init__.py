"""Firms, their cases, and what is done about them."""

from steiger.web.cases.models.cases import Case, CaseEntry, Contact, Firm
from steiger.web.cases.models.people import ConsentEvent, FirmLink, PendingContact
from steiger.web.cases.models.work import CaseTask, Evidence, HandOver

__all__ = [
    "Case",
    "CaseEntry",
    "CaseTask",
    "ConsentEvent",
    "Contact",
    "Evidence",
    "Firm",
    "FirmLink",
    "HandOver",
    "PendingContact",
]
