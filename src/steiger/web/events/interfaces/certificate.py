"""The certificate of attendance as an accessible PDF."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from steiger.lib.typesetting import fonts_as_ttf, pdf
from steiger.web.directory.domain.areas import region_name
from steiger.web.events.domain import words
from steiger.web.events.models import Registration

TEMPLATE = Path(__file__).parent / "certificate.typ"


def certificate(row: Registration) -> bytes:
    """The certificate of one registration whose first seat came."""
    event = row.event
    minutes = round((event.ends_at - event.starts_at).total_seconds() / 60)
    hours = minutes / 60
    length = ngettext("%(n)s hour", "%(n)s hours", 1 if hours == 1 else 2) % {
        "n": f"{hours:.1f}".rstrip("0").rstrip(".").replace(".", "," if _german() else ".")
    }
    data = {
        "language": "de" if _german() else "en",
        "title": _("Certificate of attendance"),
        "name": row.name,
        "sentence": _("took part in this event:"),
        "event": event.title,
        "facts": [
            [_("Time"), words.when_text(event)],
            [_("Length"), length],
            [_("Place"), words.place_text(event)],
            [_("Kind"), str(event.get_kind_display())],
            [_("Topics"), ", ".join(term.label for term in event.topics.all()) or "–"],
        ],
        "host": event.host,
        "foot": _("Made by machine on %(day)s; valid without a signature.")
        % {"day": date_format(timezone.localdate(), "DATE_FORMAT")},
        "sender": f"Steiger · {region_name()}",
    }
    fonts = fonts_as_ttf(settings.FONT_SOURCES, settings.FONT_DIR)
    return pdf(TEMPLATE, data, fonts=fonts, made_at=event.ends_at)


def _german() -> bool:
    return not (get_language() or "de").startswith("en")
