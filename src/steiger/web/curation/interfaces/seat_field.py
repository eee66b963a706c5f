"""The seat as somebody types it: a town or a postcode of the region."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from steiger.regions import Place as Found
from steiger.web.directory.domain.areas import (
    area_label,
    area_name,
    region,
    region_name,
    resolve_place,
)


def seat_of(given: str) -> Found:
    """The municipality of the region that is meant.

    Raises:
        forms.ValidationError: none, several, or a district; the message says what to write.
    """
    text = " ".join(given.split())
    answer = resolve_place(text)
    names = {"place": text, "region": region_name()}
    if answer.place is None and answer.choices:
        places = ", ".join(area_label(p) for p in answer.choices if len(p.ags) == 8)
        if not places:
            raise forms.ValidationError(_("Write the town, not the district."))
        raise forms.ValidationError(
            _("Several places are meant. Write one of them: %(places)s.") % {"places": places}
        )
    if answer.place is None or not (answer.place.exact or answer.place.postcode):
        raise forms.ValidationError(
            _(
                "“%(place)s” is no town or postcode in %(region)s. Only who has a seat in "
                "%(region)s stands on this map."
            )
            % names
        )
    if len(answer.place.ags) != 8:
        raise forms.ValidationError(_("Write the town, not the district."))
    spot = answer.place
    if spot.postcode:  # a postcode may belong to several towns; the typed one counts
        for place in region().find_place(text):
            if area_name(place.ags).casefold() in text.casefold():
                spot = place
    return spot
