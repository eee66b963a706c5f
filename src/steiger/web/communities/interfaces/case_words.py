"""What this room keeps about a firm's people, as it reads in the firm's file."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from steiger.web.cases.interfaces import kept_words
from steiger.web.communities.domain.firm_data import ROOM

kept_words.register_kept(
    ROOM,
    kept_words.KeptWords(
        heading=pgettext_lazy("kept", "Communities"),
        labels={
            "member": pgettext_lazy("kept", "Number"),
            "community": pgettext_lazy("kept", "Community"),
            "joined_at": pgettext_lazy("kept", "Joined on"),
            "name": pgettext_lazy("kept", "Name"),
            "email": pgettext_lazy("kept", "E-mail address"),
            "organisation": pgettext_lazy("kept", "Organisation"),
            "entry_on_the_map": pgettext_lazy("kept", "Entry on the map"),
            "weekly_mail": pgettext_lazy("kept", "Weekly mail"),
            "questions": pgettext_lazy("kept", "Questions"),
            "answers": pgettext_lazy("kept", "Answers"),
            "notes": pgettext_lazy("kept", "Notices"),
            "at": pgettext_lazy("kept", "When"),
            "title": pgettext_lazy("kept", "Title"),
            "text": pgettext_lazy("kept", "Text"),
        },
    ),
)
