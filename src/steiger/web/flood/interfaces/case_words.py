"""What this room keeps about a firm's people, as it reads in the firm's file."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from steiger.web.cases.interfaces import kept_words
from steiger.web.flood.domain.firm_data import DATA
from steiger.web.flood.domain.texts import level_name

kept_words.register_kept(
    DATA.room,
    kept_words.KeptWords(
        heading=pgettext_lazy("kept", "Flood warnings by mail"),
        labels={
            "subscription": pgettext_lazy("kept", "Number"),
            "network": pgettext_lazy("kept", "Network"),
            "gauge": pgettext_lazy("kept", "Gauge"),
            "level": pgettext_lazy("kept", "From which level"),
            "email": pgettext_lazy("kept", "E-mail address"),
            "created_at": pgettext_lazy("kept", "Asked for on"),
            "confirmed_at": pgettext_lazy("kept", "Confirmed on"),
        },
        values={"level": level_name},
    ),
)
