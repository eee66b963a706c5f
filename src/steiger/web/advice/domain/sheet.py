"""The preparation sheet: one page on which a firm prepares for its consultation."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from steiger.lib.typesetting import fonts_as_ttf, pdf
from steiger.web.advice.domain.texts import (
    language_name,
    meeting_text,
    minutes_of,
    moment_text,
    topic_names,
)
from steiger.web.advice.models import Booking

TEMPLATE = Path(__file__).resolve().parent.parent / "templates/advice/sheet.typ"


def sheet_name(booking: Booking) -> str:
    """Name of the file."""
    return "preparation.pdf" if booking.page_language == "en" else "vorbereitung.pdf"


def questions() -> list[tuple[str, str]]:
    """What the adviser will ask about, and what helps to answer it."""
    return [
        (
            _("Situation"),
            _("How is it done today, by whom, and what does it cost in time or money?"),
        ),
        (
            _("Data"),
            _(
                "What do you write down or store: till, spreadsheets, photos, mails? Since when? "
                "Bring an example if you can, without names of customers."
            ),
        ),
        (_("Idea"), _("What should be better in a year? How would you notice?")),
        (_("Risk"), _("What must not happen? Who has to agree?")),
    ]


def sheet(booking: Booking) -> bytes:
    """The sheet as an accessible PDF, in the language of the booking.

    Raises:
        steiger.lib.typesetting.TypesettingError: there are no fonts, or the template is broken.
    """
    language = booking.page_language
    with override(language):
        data = {
            "lang": language,
            "title": _("Your AI consultation: how to prepare"),
            "facts": [
                [_("When"), f"{moment_text(booking.starts_at)} ({minutes_of(booking)} min)"],
                [_("With"), booking.adviser.name],
                [_("Where"), meeting_text(booking)],
                [_("Language"), language_name(booking.language)],
                [_("Topics"), ", ".join(topic_names(booking)) or "–"],
            ],
            "words_title": _("What you wrote"),
            "words": booking.words,
            "intro": _("Ten minutes suffice. Key words are enough; blanks do no harm."),
            "questions": [list(pair) for pair in questions()],
            "own_title": _("What you want to ask"),
            "foot": _("Free of charge. What you tell us stays with us."),
        }
    return pdf(
        TEMPLATE,
        data,
        fonts=fonts_as_ttf(settings.FONT_SOURCES, settings.FONT_DIR),
        made_at=booking.changed_at,
    )
