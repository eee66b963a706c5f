"""Times and places in words, in the reader's language."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from steiger.web.events.models import Event


def day_text(event: Event) -> str:
    """The day, or the first and last day."""
    first, last = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    if first.date() == last.date():
        return date_format(first, _("l, j F Y"))
    return f"{date_format(first, _('j F Y'))} – {date_format(last, _('j F Y'))}"


def time_text(event: Event) -> str:
    """From when to when."""
    first, last = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    return _("%(begin)s to %(end)s") % {"begin": f"{first:%H:%M}", "end": f"{last:%H:%M}"}


def when_text(event: Event) -> str:
    """Day and time."""
    return f"{day_text(event)}, {time_text(event)}"


def moment_text(at: object) -> str:
    """One moment: day of the week, day and time."""
    local = timezone.localtime(at)  # type: ignore[arg-type]
    day = date_format(local, _("l, j F Y"))
    return _("%(day)s, %(time)s") % {"day": day, "time": f"{local:%H:%M}"}


def place_text(event: Event) -> str:
    """Where it is, in one line."""
    if event.format == Event.Format.ONLINE:
        return _("Online")
    town = f"{event.postcode} {event.town}".strip()
    place = ", ".join(part for part in (event.venue, event.street, town) if part)
    if event.format != Event.Format.HYBRID:
        return place
    return _("%(place)s, and online") % {"place": place}
