"""Forms in which advisers describe themselves and their time."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.adapters.icalendar.addresses import normal_address
from steiger.adapters.icalendar.reader import CalendarError
from steiger.web.advice.domain.profile import Hours
from steiger.web.advice.interfaces.forms import Described
from steiger.web.advice.models import LANGUAGES, Adviser, Format, Weekday
from steiger.web.directory.domain.areas import area_label, resolve_place
from steiger.web.directory.models import Term

_SPAN = re.compile(r"(\d{1,2})(?::(\d\d))?\s*(?:–|-|bis|to)\s*(\d{1,2})(?::(\d\d))?")
_LENGTHS, _PAUSES = (30, 45, 60, 90), (0, 15, 30)


class ProfileForm(Described):
    """Who advises, on what, and how."""

    name = forms.CharField(
        label=gettext_lazy("Name, as firms see it"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write your name.")},
    )
    about_de = forms.CharField(
        label=gettext_lazy("About you, in German"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    about_en = forms.CharField(
        label=gettext_lazy("About you, in English"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    topics = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Topics"),
        queryset=Term.objects.filter(vocabulary__in=("method", "technology"), active=True),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one language.")},
    )
    formats = forms.MultipleChoiceField(
        label=gettext_lazy("How firms meet you"),
        choices=Format.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one way.")},
    )
    video_url = forms.URLField(
        label=gettext_lazy("Address of your own video room"),
        help_text=gettext_lazy("Needed for talks by video. Begins with https://."),
        required=False,
        assume_scheme="https",
    )
    minutes = forms.TypedChoiceField(label=gettext_lazy("Length of a talk"), coerce=int)
    pause = forms.TypedChoiceField(label=gettext_lazy("Pause after each"), coerce=int)
    notice_hours = forms.IntegerField(
        label=gettext_lazy("Not sooner than so many hours ahead"), min_value=0, max_value=336
    )
    horizon_days = forms.IntegerField(
        label=gettext_lazy("At most so many days ahead"), min_value=7, max_value=180
    )
    active = forms.BooleanField(
        label=gettext_lazy("I take new bookings"), required=False, initial=True
    )

    def __init__(self, *args: Any, adviser: Adviser | None, **kwargs: Any) -> None:
        if adviser is not None:
            shown = {f: getattr(adviser, f) for f in self.base_fields if f != "topics"}
            kwargs["initial"] = shown | {"topics": list(adviser.topics.all())}
        else:
            blank = Adviser()
            kwargs["initial"] = {f: getattr(blank, f) for f in ("minutes", "pause", "active")} | {
                "notice_hours": blank.notice_hours,
                "horizon_days": blank.horizon_days,
                "languages": ["de"],
            }
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Lengths, and topics in the reader's language."""
        for name, lengths in (("minutes", _LENGTHS), ("pause", _PAUSES)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [(n, _("%(n)s minutes") % {"n": n}) for n in lengths]
        topics = self.fields["topics"]
        assert isinstance(topics, forms.ModelMultipleChoiceField)  # noqa: S101 - declared above
        topics.label_from_instance = str_label  # type: ignore[method-assign]

    def clean(self) -> dict[str, Any]:
        """Talks by video need a room."""
        values = super().clean() or {}
        roomless = not values.get("video_url") and "video_url" not in self.errors
        if Format.VIDEO in values.get("formats", ()) and roomless:
            self.add_error("video_url", _("For talks by video give the address of your room."))
        return values


class HoursForm(Described):
    """Working hours: one line per day of the week."""

    def __init__(self, *args: Any, adviser: Adviser, **kwargs: Any) -> None:
        kwargs["initial"] = {
            f"day_{day}": ", ".join(
                f"{h.begins:%H:%M}–{h.ends:%H:%M}" for h in adviser.hours.all() if h.weekday == day
            )
            for day in Weekday.values
        }
        super().__init__(*args, **kwargs)

    day_0, day_1, day_2, day_3, day_4, day_5, day_6 = (
        forms.CharField(label=label, required=False, max_length=80) for label in Weekday.labels
    )

    def clean(self) -> dict[str, Any]:
        """Read all lines; each mistake stands at its day."""
        values = super().clean() or {}
        self.hours: list[Hours] = []
        for day in Weekday.values:
            try:
                self.hours += read_hours(day, str(values.get(f"day_{day}", "")))
            except ValidationError as error:
                self.add_error(f"day_{day}", error)
        self.describe()
        return values


def str_label(obj: Any) -> str:
    """A topic in the reader's language."""
    return str(obj.label)


def read_hours(day: int, text: str) -> list[Hours]:
    """Hours of one day out of “9:00–12:00, 13–16”.

    Raises:
        ValidationError: saying what is wrong.
    """
    found: list[Hours] = []
    for part in filter(None, (piece.strip() for piece in re.split(r"[,;]", text))):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise ValidationError(_("Write times like this: 9:00–12:00, 13:00–16:00."))
        try:
            begins = time(int(match[1]), int(match[2] or 0))
            ends = time(int(match[3]), int(match[4] or 0))
        except ValueError:
            raise ValidationError(_("A day has the times from 0:00 to 23:59.")) from None
        if begins.minute % 15 or ends.minute % 15:
            raise ValidationError(_("Use quarters of an hour: 9:00, 9:15, 9:30, 9:45."))
        if begins >= ends:
            raise ValidationError(_("The end lies before the beginning."))
        if found and begins < found[-1].ends:
            raise ValidationError(_("These times overlap."))
        found.append(Hours(day, begins, ends))
    return found


class AbsenceForm(Described):
    """Days off."""

    first = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose the first day."),
            "invalid": gettext_lazy("Write a date, for example 2026-12-24."),
        },
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose the last day."),
            "invalid": gettext_lazy("Write a date, for example 2026-12-24."),
        },
    )

    def clean(self) -> dict[str, Any]:
        """In this order."""
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        elif first and last and (last - first).days > 400:
            self.add_error("last", _("These are more than 400 days. Check the year."))
        return values


class PlaceForm(Described):
    """A place to meet."""

    town = forms.CharField(
        label=gettext_lazy("Town or postcode"),
        max_length=80,
        error_messages={"required": gettext_lazy("Write the town.")},
    )
    address = forms.CharField(
        label=gettext_lazy("House, street and number"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write where firms find you.")},
    )

    def clean_town(self) -> str:
        """A municipality that is known here."""
        answer = resolve_place(str(self.cleaned_data["town"]).strip())
        if answer.place is not None and len(answer.place.ags) == 8:
            return answer.place.ags
        if answer.choices:
            names = ", ".join(area_label(place) for place in answer.choices)
            raise ValidationError(
                _("There are several places of this name. Write one of these: %(names)s.")
                % {"names": names}
            )
        raise ValidationError(_("We do not know this town. Write its name or a postcode."))


class CalendarForm(Described):
    """The address of another calendar."""

    url = forms.CharField(
        label=gettext_lazy("Address of your other calendar (iCal)"),
        help_text=gettext_lazy(
            "Your calendar program calls it “secret address in iCal format” or “publish calendar”. "
            "We read only when you are busy, not with what."
        ),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )

    def clean_url(self) -> str:
        """An address that may be fetched."""
        text = str(self.cleaned_data["url"]).strip()
        if not text:
            return ""
        try:
            return normal_address(text)
        except CalendarError as error:
            raise ValidationError(str(trouble_text(error.code))) from error


def trouble_text(code: str) -> Any:
    """Why a calendar cannot be read, and the way out."""
    return TROUBLES.get(code, TROUBLES["no_answer"])


TROUBLES = {
    "no_address": gettext_lazy(
        "This is not an address. It looks like this: https://example.org/calendar.ics."
    ),
    "not_https": gettext_lazy("The address must begin with https:// or webcal://."),
    "password_in_address": gettext_lazy(
        "The address holds a password. Use the secret iCal address of your calendar program."
    ),
    "not_public": gettext_lazy(
        "This address does not lead to the public internet. Publish the calendar and use that "
        "address."
    ),
    "unknown_host": gettext_lazy("Nobody knows the host in this address. Check its spelling."),
    "locked": gettext_lazy(
        "The calendar asks for a password. Use its secret iCal address instead."
    ),
    "not_there": gettext_lazy("There is no calendar at this address (any more)."),
    "no_answer": gettext_lazy(
        "The calendar does not answer. We try again every quarter of an hour."
    ),
    "too_many_hops": gettext_lazy("The address leads on and on. Use the one it ends at."),
    "too_large": gettext_lazy("The calendar is larger than 2 MB. Publish only the coming months."),
    "too_slow": gettext_lazy(
        "Reading the calendar takes too long. Publish only the coming months."
    ),
    "too_many": gettext_lazy("The calendar holds too many events. Publish only the coming months."),
    "too_fine": gettext_lazy(
        "An event is repeated by the hour or minute. Give it fixed times instead."
    ),
    "web_page": gettext_lazy(
        "At this address is a web page, not a calendar. Look for the address that ends in .ics."
    ),
    "no_calendar": gettext_lazy("At this address is no calendar in iCal format."),
    "cut_off": gettext_lazy("The calendar arrives incomplete. We try again."),
    "broken": gettext_lazy("The calendar holds an event that cannot be read."),
}
