"""What this room keeps about a firm's people, as it reads in the firm's file."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from steiger.web.cases.interfaces import kept_words
from steiger.web.publications.domain.firm_data import ROOM

kept_words.register_kept(
    ROOM,
    kept_words.KeptWords(
        heading=pgettext_lazy("kept", "Publications asked for"),
        labels={
            "order": pgettext_lazy("kept", "Number"),
            "publication": pgettext_lazy("kept", "Publication"),
            "email": pgettext_lazy("kept", "E-mail address"),
            "firm": pgettext_lazy("kept", "Firm"),
            "size": pgettext_lazy("kept", "Size"),
            "municipality": pgettext_lazy("kept", "Place"),
            "created_at": pgettext_lazy("kept", "Asked for on"),
            "confirmed_at": pgettext_lazy("kept", "Confirmed on"),
        },
        values={
            "size": kept_words.size_text,
            "municipality": kept_words.place_text,
        },
    ),
)
