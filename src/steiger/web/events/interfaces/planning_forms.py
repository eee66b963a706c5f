"""Forms for those who plan events."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.directory.domain.areas import resolve_place
from steiger.web.directory.domain.community_names import community_choices
from steiger.web.directory.models import Actor, Place, Term
from steiger.web.events.interfaces.forms import describe
from steiger.web.events.models import Event, Material, Question, Series, TicketKind

MOMENT = "%Y-%m-%dT%H:%M"
MOMENT_ERRORS = {
    "required": gettext_lazy("Give day and time."),
    "invalid": gettext_lazy("Day and time look like this: 2026-11-24 18:00."),
}


def title_of(series: Any) -> str:
    """A series in the reader's language, for choices."""
    return str(series.title)


class TopicChoice(forms.ModelMultipleChoiceField):
    """Topics by their name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        """The term's label."""
        return str(obj.label)


def _moment(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(
        label=label,
        required=required,
        widget=widget,
        help_text=help_text,
        error_messages=MOMENT_ERRORS,
        input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"],
    )


class EventForm(forms.ModelForm):
    """What an event is, when and where."""

    starts_at = _moment(gettext_lazy("Begin"))
    ends_at = _moment(gettext_lazy("End"))
    opens_at = _moment(
        gettext_lazy("Registration opens"),
        required=False,
        help_text=gettext_lazy("Empty: as soon as the event is published."),
    )
    closes_at = _moment(
        gettext_lazy("Registration closes"),
        required=False,
        help_text=gettext_lazy("Empty: when the event begins."),
    )
    from_map = forms.CharField(
        label=gettext_lazy("Place from the map"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("Name of an entry; its address fills the fields that are empty."),
    )
    online_url = forms.URLField(
        label=gettext_lazy("Link to take part online"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("Only those who have a place see it."),
    )
    topics = TopicChoice(
        label=gettext_lazy("Topics"),
        queryset=Term.objects.filter(vocabulary__in=("method", "technology"), active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    community = forms.ChoiceField(
        label=gettext_lazy("Community"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a community from the list.")},
    )

    class Meta:
        model = Event
        fields = (
            "title_de",
            "title_en",
            "summary_de",
            "summary_en",
            "text_de",
            "text_en",
            "kind",
            "format",
            "starts_at",
            "ends_at",
            "language",
            "host",
            "from_map",
            "venue",
            "street",
            "postcode",
            "town",
            "online_url",
            "series",
            "community",
            "opens_at",
            "closes_at",
            "offer_hours",
            "keep_days",
            "topics",
        )
        labels = {
            "title_de": gettext_lazy("Title (German)"),
            "title_en": gettext_lazy("Title (English)"),
            "summary_de": gettext_lazy("In one sentence (German)"),
            "summary_en": gettext_lazy("In one sentence (English)"),
            "text_de": gettext_lazy("Text (German)"),
            "text_en": gettext_lazy("Text (English)"),
            "kind": gettext_lazy("Kind"),
            "format": gettext_lazy("How to take part"),
            "language": gettext_lazy("Spoken language"),
            "venue": gettext_lazy("Building or room"),
            "street": gettext_lazy("Street and number"),
            "postcode": gettext_lazy("Postcode"),
            "town": gettext_lazy("Town"),
            "host": gettext_lazy("Host"),
            "series": gettext_lazy("Series"),
            "offer_hours": gettext_lazy("Hours that an offered place is held"),
            "keep_days": gettext_lazy("Days after which names are erased"),
        }
        help_texts = {
            "language": "",
            "offer_hours": "",
            "keep_days": gettext_lazy("Counted from the end of the event."),
        }
        widgets = {"language": forms.Select(choices=[("de", "Deutsch"), ("en", "English")])}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offer_hours"].widget.attrs |= {"min": 1, "max": 336}
        series, community = self.fields["series"], self.fields["community"]
        assert isinstance(series, forms.ModelChoiceField)  # noqa: S101 - a foreign key's field
        assert isinstance(community, forms.ChoiceField)  # noqa: S101 - declared above
        series.queryset = Series.objects.all()
        series.empty_label = _("none")
        series.label_from_instance = title_of  # type: ignore[method-assign, assignment]
        community.choices = community_choices(self.instance.community, _("none"))
        describe(self)

    def clean(self) -> dict[str, Any]:
        """Times in their order, and a place that the map knows."""
        values = super().clean() or {}
        begin, end = values.get("starts_at"), values.get("ends_at")
        if begin and end and end <= begin:
            self.add_error("ends_at", _("The end lies after the begin."))
        closes = values.get("closes_at")
        if closes and end and closes > end:
            self.add_error("closes_at", _("Registration closes before the event ends."))
        self._fill_from_map(values)
        if values.get("format") == Event.Format.ONLINE:
            values |= {"venue": "", "street": "", "postcode": "", "town": ""}
        elif not values.get("town"):
            self.add_error("town", _("Give the town, or choose “online”."))
        self._locate(values)
        describe(self)
        return values

    def _fill_from_map(self, values: dict[str, Any]) -> None:
        wanted = (values.get("from_map") or "").strip()
        values["venue_actor"] = self.instance.venue_actor
        if not wanted:
            return
        named = Q(name__iexact=wanted) | Q(slug=wanted.lower()) | Q(short_name__iexact=wanted)
        actor = Actor.objects.filter(named, state=Actor.State.PUBLISHED).first()
        if actor is None:
            message = _("The map has no entry of this name. Copy the name as the map shows it.")
            self.add_error("from_map", message)
            return
        seat = Place.objects.filter(actor=actor, kind=Place.Kind.SEAT, hidden=False).first()
        values["venue_actor"] = actor
        values["venue"] = values.get("venue") or actor.name
        for name in ("street", "postcode", "town"):
            values[name] = values.get(name) or (getattr(seat, name) if seat else "")
        values["town"] = values["town"] or actor.town

    def _locate(self, values: dict[str, Any]) -> None:
        """Where the place is, by postcode or town; an entry of the map knows better."""
        values |= {"municipality": "", "district": "", "latitude": None, "longitude": None}
        if not values.get("town"):
            return
        actor = values.get("venue_actor") if values.get("from_map") else None
        if actor is not None and actor.latitude is not None:
            values |= {"municipality": actor.municipality, "district": actor.district}
            values |= {"latitude": actor.latitude, "longitude": actor.longitude}
            return
        # A town by its name first: a postcode may belong to several.
        for text in (values["town"], values.get("postcode") or ""):
            place = resolve_place(text).place
            if place is not None:
                values["municipality"] = place.ags if len(place.ags) == 8 else ""
                values["district"] = place.ags[:5]
                values |= {"latitude": place.lat, "longitude": place.lon}
                return
        message = _("We do not know this town. Give its official name, or a postcode.")
        self.add_error("town", message)

    def event_values(self) -> dict[str, Any]:
        """Values for the domain, without topics."""
        left_out = {"topics", "from_map"}
        return {k: v for k, v in self.cleaned_data.items() if k not in left_out}


class SeriesForm(forms.ModelForm):
    """What a series is called."""

    class Meta:
        model = Series
        fields = ("title_de", "title_en")
        labels = {
            "title_de": gettext_lazy("Title (German)"),
            "title_en": gettext_lazy("Title (English)"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self)


class TicketForm(forms.ModelForm):
    """A kind of ticket with its quota."""

    class Meta:
        model = TicketKind
        fields = ("name_de", "name_en", "quota", "most_per_group", "online")
        labels = {
            "name_de": gettext_lazy("Name (German)"),
            "name_en": gettext_lazy("Name (English)"),
            "quota": gettext_lazy("Places"),
            "most_per_group": gettext_lazy("Most people together"),
            "online": gettext_lazy("Takes part online"),
        }
        help_texts = {"online": ""}

    def clean_most_per_group(self) -> int:
        """At least one, at most twenty."""
        most: int = self.cleaned_data["most_per_group"]
        if not 1 <= most <= 20:
            raise forms.ValidationError(_("A number from 1 to 20."))
        return most


class QuestionForm(forms.ModelForm):
    """A question with its purpose and retention."""

    choices_text = forms.CharField(
        label=gettext_lazy("Answers to choose from"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One in each line."),
    )

    class Meta:
        model = Question
        fields = (
            "label_de",
            "label_en",
            "kind",
            "choices_text",
            "required",
            "purpose_de",
            "purpose_en",
            "keep_days",
        )
        labels = {
            "label_de": gettext_lazy("Question (German)"),
            "label_en": gettext_lazy("Question (English)"),
            "kind": gettext_lazy("Form of the answer"),
            "required": gettext_lazy("Has to be answered"),
            "purpose_de": gettext_lazy("What the answer is for (German)"),
            "purpose_en": gettext_lazy("What the answer is for (English)"),
            "keep_days": gettext_lazy("Days after which answers are erased"),
        }

    def clean(self) -> dict[str, Any]:
        """A choice needs something to choose from."""
        values = super().clean() or {}
        lines = [line.strip() for line in values.get("choices_text", "").splitlines()]
        values["choices"] = [line for line in lines if line][:30]
        if values.get("kind") == Question.Kind.CHOICE and len(values["choices"]) < 2:
            self.add_error("choices_text", _("Give at least two answers, one in each line."))
        return values

    def question_values(self) -> dict[str, Any]:
        """Values for the domain."""
        return {k: v for k, v in self.cleaned_data.items() if k != "choices_text"}


class MaterialForm(forms.ModelForm):
    """Something to read or watch after the event."""

    url = forms.URLField(label=gettext_lazy("Address"), max_length=500, assume_scheme="https")

    class Meta:
        model = Material
        fields = ("title_de", "title_en", "url")
        labels = {
            "title_de": gettext_lazy("Title (German)"),
            "title_en": gettext_lazy("Title (English)"),
        }


class CallOffForm(forms.Form):
    """Why an event does not take place."""

    reason_de = forms.CharField(
        label=gettext_lazy("Reason (German)"),
        max_length=250,
        error_messages={"required": gettext_lazy("Tell people why.")},
    )
    reason_en = forms.CharField(
        label=gettext_lazy("Reason (English)"), max_length=250, required=False
    )


class CountForm(forms.Form):
    """How many came without a registration."""

    number = forms.IntegerField(
        label=gettext_lazy("People without registration"), min_value=1, max_value=200, initial=1
    )
