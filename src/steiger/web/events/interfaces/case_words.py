"""What this room's details are called on a firm's path, and what it keeps in the firm's file."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from steiger.web.cases.interfaces import kept_words
from steiger.web.cases.interfaces.words import register_details
from steiger.web.events.domain.telling_cases import ROOM
from steiger.web.events.models import Registration

register_details(ROOM, {"seats": pgettext_lazy("case", "Seats")})
kept_words.register_kept(
    ROOM,
    kept_words.KeptWords(
        heading=pgettext_lazy("kept", "Events"),
        labels={
            "registration": pgettext_lazy("kept", "Number"),
            "event": pgettext_lazy("kept", "Event"),
            "starts_at": pgettext_lazy("kept", "Begin"),
            "state": pgettext_lazy("kept", "State"),
            "seats": pgettext_lazy("kept", "Seats"),
            "name": pgettext_lazy("kept", "Name"),
            "email": pgettext_lazy("kept", "E-mail address"),
            "language": pgettext_lazy("kept", "Language of mails"),
            "firm_name": pgettext_lazy("kept", "Firm"),
            "firm_size": pgettext_lazy("kept", "Size"),
            "firm_sector": pgettext_lazy("kept", "Sector"),
            "firm_municipality": pgettext_lazy("kept", "Place"),
            "created_at": pgettext_lazy("kept", "Asked for on"),
            "confirmed_at": pgettext_lazy("kept", "Confirmed on"),
            "came_at": pgettext_lazy("kept", "Came at"),
            "answers": pgettext_lazy("kept", "Answers"),
            "question": pgettext_lazy("kept", "Question"),
            "answer": pgettext_lazy("kept", "Answer"),
        },
        values={
            "state": lambda key: str(Registration.State(key).label),
            "language": kept_words.language_text,
            "firm_size": kept_words.size_text,
            "firm_sector": kept_words.sector_text,
            "firm_municipality": kept_words.place_text,
        },
    ),
)
