"""What this room keeps: advisers with their times, bookings, what came of them."""

from steiger.web.advice.models.advisers import (
    LANGUAGES,
    Absence,
    Adviser,
    BusyTime,
    CalendarSource,
    Format,
    MeetingPlace,
    Weekday,
    WorkingHours,
)
from steiger.web.advice.models.bookings import QUARTER_S, Booking, Claim, FollowUp

__all__ = [
    "LANGUAGES",
    "QUARTER_S",
    "Absence",
    "Adviser",
    "Booking",
    "BusyTime",
    "CalendarSource",
    "Claim",
    "FollowUp",
    "Format",
    "MeetingPlace",
    "Weekday",
    "WorkingHours",
]
