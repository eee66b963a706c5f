"""Events, who comes, who came."""

from steiger.web.events.models.attendance import Attendance, Scan, YearSalt
from steiger.web.events.models.events import Event, Series
from steiger.web.events.models.offers import Material, Question, TicketKind
from steiger.web.events.models.registrations import Answer, Feedback, Registration

__all__ = [
    "Answer",
    "Attendance",
    "Event",
    "Feedback",
    "Material",
    "Question",
    "Registration",
    "Scan",
    "Series",
    "TicketKind",
    "YearSalt",
]
