"""The page on which advisers describe themselves and their time."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from steiger.web.advice.interfaces.pages import feed_url
from steiger.web.advice.interfaces.profile_forms import (
    AbsenceForm,
    CalendarForm,
    HoursForm,
    PlaceForm,
    ProfileForm,
    trouble_text,
)
from steiger.web.advice.models import Adviser
from steiger.web.directory.domain.areas import area_name


def profile_context(adviser: Adviser | None) -> dict[str, Any]:
    """All forms of the page; the caller replaces the one that was sent."""
    calendar = reverse("advice:calendar")
    context: dict[str, Any] = {
        "adviser": adviser,
        "profile_form": ProfileForm(adviser=adviser),
        "tabs": [
            {"label": _("Day"), "url": calendar, "current": False},
            {"label": _("Week"), "url": f"{calendar}?ansicht=woche", "current": False},
            {"label": _("Profile and times"), "url": reverse("advice:profile"), "current": True},
        ],
    }
    if adviser is None:
        return context
    source = getattr(adviser, "calendar", None)
    today = timezone.localdate()
    return context | {
        "hours_form": HoursForm(adviser=adviser),
        "absence_form": AbsenceForm(),
        "place_form": PlaceForm(),
        "calendar_form": CalendarForm(initial={"url": source.url if source else ""}),
        "absences": [one for one in adviser.absences.all() if one.last >= today],
        "places": [
            (one, area_name(one.municipality)) for one in adviser.places.all() if one.active
        ],
        "source": source,
        "trouble": trouble_text(source.trouble) if source and source.trouble else "",
        "busy": source.busy.count() if source else 0,
        "feed_url": feed_url(adviser),
    }
