"""What this room's details are called on a firm's path, and what it keeps in the firm's file."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from steiger.web.advice.domain.booking import ROOM
from steiger.web.advice.domain.texts import topic_label
from steiger.web.advice.interfaces.forms import NotesForm
from steiger.web.advice.models import Booking, FollowUp, Format
from steiger.web.cases.interfaces import kept_words
from steiger.web.cases.interfaces.words import register_details

register_details(ROOM, {**NotesForm.Meta.labels, "words": _("In the firm’s own words")})
kept_words.register_kept(
    ROOM,
    kept_words.KeptWords(
        heading=pgettext_lazy("kept", "Consultations"),
        labels={
            "booking": pgettext_lazy("kept", "Number"),
            "state": pgettext_lazy("kept", "State"),
            "starts_at": pgettext_lazy("kept", "Begin"),
            "ends_at": pgettext_lazy("kept", "End"),
            "adviser": pgettext_lazy("kept", "With"),
            "format": pgettext_lazy("kept", "Way to talk"),
            "language": pgettext_lazy("kept", "Language of the talk"),
            "topics": pgettext_lazy("kept", "Topics"),
            "firm_name": pgettext_lazy("kept", "Firm"),
            "size": pgettext_lazy("kept", "Size"),
            "sector": pgettext_lazy("kept", "Sector"),
            "municipality": pgettext_lazy("kept", "Place"),
            "contact": pgettext_lazy("kept", "Contact"),
            "email": pgettext_lazy("kept", "E-mail address"),
            "phone": pgettext_lazy("kept", "Telephone"),
            "words": pgettext_lazy("kept", "Your own words"),
            "situation": pgettext_lazy("kept", "Situation"),
            "data": pgettext_lazy("kept", "Data"),
            "idea": pgettext_lazy("kept", "Idea"),
            "risk": pgettext_lazy("kept", "Risk"),
            "next_steps": pgettext_lazy("kept", "Agreed next steps"),
            "created_at": pgettext_lazy("kept", "Asked for on"),
            "confirmed_at": pgettext_lazy("kept", "Confirmed on"),
            "answers": pgettext_lazy("kept", "Answers"),
            "days_after": pgettext_lazy("kept", "Days after it"),
            "asked_at": pgettext_lazy("kept", "Asked on"),
            "answered_at": pgettext_lazy("kept", "Answered on"),
            "answer": pgettext_lazy("kept", "Answer"),
        },
        values={
            "state": lambda key: str(Booking.State(key).label),
            "format": lambda key: str(Format(key).label),
            "answer": lambda key: str(FollowUp.Answer(key).label),
            "topics": topic_label,
            "language": kept_words.language_text,
            "size": kept_words.size_text,
            "sector": kept_words.sector_text,
            "municipality": kept_words.place_text,
        },
    ),
)
