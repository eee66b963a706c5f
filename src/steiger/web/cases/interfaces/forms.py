"""Forms of this room."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from steiger.web.accounts.models import User
from steiger.web.cases.domain.cases import CaseError
from steiger.web.cases.domain.entries import BY_HAND, Station, check_file
from steiger.web.cases.domain.merging import KEPT, OTHER
from steiger.web.cases.domain.queries import advisers
from steiger.web.cases.domain.record import FirmGiven
from steiger.web.cases.interfaces.words import FIELD_WORDS, error_words, shown
from steiger.web.cases.models import Case, CaseEntry, ConsentEvent, Firm
from steiger.web.directory.domain.areas import area_label, area_name, resolve_place
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.models import Actor

Kind = CaseEntry.Kind
NOTHING = gettext_lazy("Please choose")
ADDRESS_ERRORS = {
    "required": gettext_lazy("Give an e-mail address."),
    "invalid": gettext_lazy("An e-mail address looks like this: name@example.org."),
}


class Described(forms.Form):
    """A form whose fields point to their hints and errors, for screen readers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepare()
        for name, field in self.fields.items():
            identity = self[name].auto_id
            described = [f"{identity}_helptext"] if field.help_text else []
            if self.is_bound and name in self.errors:
                described.append(f"{identity}_error")
                field.widget.attrs["aria-invalid"] = "true"
            if described:
                field.widget.attrs["aria-describedby"] = " ".join(described)

    def prepare(self) -> None:
        """Fill in choices; called before anything is checked."""


def _day(**more: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Give a day, for example 24.11.2026."),
            "invalid": gettext_lazy("A day looks like this: 24.11.2026."),
        },
        **more,
    )


class EnterForm(Described):
    """The address to which the link goes."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The one with which you booked, registered or asked."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages=ADDRESS_ERRORS,
    )
    # People never see this field; whoever fills it in is a machine.
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )


class FactsForm(Described):
    """What is known of a firm."""

    name = forms.CharField(
        label=gettext_lazy("Name of the firm"),
        max_length=200,
        error_messages={"required": gettext_lazy("Give the name of the firm.")},
    )
    size = forms.ChoiceField(label=gettext_lazy("Size"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    place = forms.CharField(label=gettext_lazy("Town or postcode"), required=False, max_length=80)
    actor = forms.CharField(
        label=gettext_lazy("Entry on the map"),
        help_text=gettext_lazy("Name or address of its entry; empty if it has none."),
        required=False,
        max_length=255,
    )

    def prepare(self) -> None:
        """Sizes and sectors of the region."""
        for name in ("size", "sector"):
            terms = vocabulary().facet(name).values()
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [("", NOTHING), *((w.key, w.label) for w in terms if w.active)]

    def clean_place(self) -> str:
        """The key of the place that is meant."""
        answer = resolve_place(" ".join(self.cleaned_data["place"].split()))
        if answer.place:
            return answer.place.ags
        if answer.choices:
            names = ", ".join(area_label(place) for place in answer.choices)
            raise forms.ValidationError(
                _("Several places are called so. Write one of these: %(names)s.") % {"names": names}
            )
        if answer.asked:
            raise forms.ValidationError(
                _("This place is not in the region. Write a town or a postcode, e.g. 42103.")
            )
        return ""

    def clean_actor(self) -> Actor | None:
        """The entry that is meant."""
        return find_actor(self.cleaned_data["actor"])

    def given(self) -> FirmGiven:
        """What was said, for the domain."""
        values = self.cleaned_data
        return FirmGiven(
            name=values["name"],
            size=values["size"],
            sector=values["sector"],
            municipality=values["place"],
            actor=values["actor"],
        )


def find_actor(text: str) -> Actor | None:
    """The entry with this name or address; None for an empty text."""
    text = text.strip()
    if not text:
        return None
    slug = text.rstrip("/").rpartition("/")[2]
    published = Actor.objects.filter(state=Actor.State.PUBLISHED)
    found = list(published.filter(name__iexact=text)[:2]) or list(published.filter(slug=slug))
    if len(found) != 1:
        raise forms.ValidationError(
            _("No entry is called so. Copy the address of its page, or leave the field empty.")
        )
    return found[0]


def facts_of(firm: Firm) -> dict[str, str]:
    """What the form shows at first."""
    place = area_name(firm.municipality) if firm.municipality else ""
    actor = firm.actor.slug if firm.actor else ""
    return {
        "name": firm.name,
        "size": firm.size,
        "sector": firm.sector,
        "place": place,
        "actor": actor,
    }


class _Evidence(Described):
    url = forms.URLField(
        label=gettext_lazy("Evidence: a link"),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": gettext_lazy("A link looks like this: https://example.org.")},
    )
    file = forms.FileField(
        label=gettext_lazy("Evidence: a file"),
        help_text=gettext_lazy("PDF, picture or office document, up to 10 MB."),
        required=False,
    )

    def clean_file(self) -> Any:
        """Only kinds of files that nobody is harmed by."""
        file = self.cleaned_data["file"]
        try:
            if file:
                check_file(file)
        except CaseError as error:
            raise forms.ValidationError(error_words(error.code)) from error
        return file


class EvidenceForm(_Evidence):
    """A link, a file, or both, by which a station that stands already can be checked."""

    def clean(self) -> dict[str, Any]:
        """One of both is needed."""
        values = super().clean() or {}
        if not self.errors and not values.get("url") and not values.get("file"):
            self.add_error("url", error_words("nothing"))
        return values


class StationForm(_Evidence):
    """One station of the path, entered by hand."""

    field_order = (
        "day", "title", "partner", "amount_eur", "result", "text", "url", "file", "for_firm",
    )  # fmt: skip

    day = _day(label=gettext_lazy("When?"))
    title = forms.CharField(
        label=gettext_lazy("In one line"),
        max_length=250,
        error_messages={"required": gettext_lazy("Say in one line what happened.")},
    )
    partner = forms.CharField(
        label=gettext_lazy("Entry of the partner on the map"),
        help_text=gettext_lazy("Name or address of its entry; empty if it has none."),
        required=False,
        max_length=255,
    )
    amount_eur = forms.IntegerField(
        label=gettext_lazy("Amount in euros"),
        required=False,
        min_value=0,
        max_value=10**12,
        error_messages={"invalid": gettext_lazy("Whole euros, digits only, e.g. 25000.")},
    )
    result = forms.ChoiceField(label=gettext_lazy("Result"), required=False)
    text = forms.CharField(
        label=gettext_lazy("More about it"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    for_firm = forms.BooleanField(
        label=gettext_lazy("The firm sees this entry"), required=False, initial=True
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Only what belongs to the kind of station."""
        results = BY_HAND[self.kind]
        field = self.fields["result"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        labels = dict(CaseEntry.Result.choices)
        field.choices = [
            ("", pgettext_lazy("result", "not known yet")),
            *((key, labels[key]) for key in results),
        ]
        wanted = {"result": bool(results), "partner": self.kind == Kind.PARTNER}
        wanted["amount_eur"] = self.kind == Kind.FUNDING
        for name, shown_here in wanted.items():
            if not shown_here:
                del self.fields[name]

    def clean_day(self) -> date:
        """What has not happened yet is a task."""
        day: date = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(
                _("This day lies ahead. Note it as a task, and enter it when it has happened.")
            )
        return day

    def clean_partner(self) -> Actor | None:
        """The entry that is meant."""
        return find_actor(self.cleaned_data["partner"])

    def station(self) -> Station:
        """What was said, for the domain."""
        values = self.cleaned_data
        return Station(
            kind=self.kind,
            happened_at=timezone.make_aware(datetime.combine(values["day"], time(12))),
            title=values["title"],
            text=values["text"],
            result=values.get("result", ""),
            amount_eur=values.get("amount_eur"),
            partner=values.get("partner"),
            for_firm=values["for_firm"],
            url=values["url"],
            file=values["file"] or None,
        )


class NoteForm(Described):
    """A note."""

    text = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write something first.")},
    )
    for_firm = forms.BooleanField(label=gettext_lazy("The firm sees this note"), required=False)


class TaskForm(Described):
    """A task."""

    title = forms.CharField(
        label=gettext_lazy("What is to be done?"),
        max_length=250,
        error_messages={"required": gettext_lazy("Say what is to be done.")},
    )
    due_on = _day(
        label=gettext_lazy("Until when?"),
        help_text=gettext_lazy("On this day you get a mail that reminds you."),
        initial=lambda: timezone.localdate() + timedelta(days=7),
    )


class ContactForm(Described):
    """A person of the firm; the address counts when it is confirmed."""

    name = forms.CharField(label=gettext_lazy("Name of the person"), required=False, max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), error_messages=ADDRESS_ERRORS)


class ConsentForm(Described):
    """What a person agrees to."""

    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("Agreed to"),
        choices=ConsentEvent.Purpose.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class HandOverForm(Described):
    """To whom, and why."""

    taker = forms.ModelChoiceField(
        label=gettext_lazy("To whom?"),
        queryset=User.objects.none(),
        empty_label=NOTHING,
        error_messages={
            "required": gettext_lazy("Choose who takes the case."),
            "invalid_choice": gettext_lazy("Choose somebody from the list."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Your colleague reads this. It is erased with the case."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": gettext_lazy("Say why, so that your colleague can go on from there.")
        },
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Everybody but the one who has it."""
        field = self.fields["taker"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = advisers().exclude(pk=self.case.adviser_id or 0)


class CloseForm(Described):
    """Why a case is closed."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why is it closed?"),
        choices=[
            (key, label)
            for key, label in Case.Closing.choices
            if key not in {Case.Closing.DORMANT, Case.Closing.ERASED}
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose why the case is closed.")},
    )


class EraseForm(Described):
    """A second look before what cannot be undone."""

    sure = forms.BooleanField(
        label=gettext_lazy("Yes, erase it. I know that it cannot be brought back."),
        error_messages={"required": gettext_lazy("Tick the box if you are sure.")},
    )


class MergeForm(Described):
    """Which value is kept, for every field about which two cases differ."""

    def __init__(self, *args: Any, fields: dict[str, tuple[Any, Any]], **kwargs: Any) -> None:
        self.differing = fields
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """One choice for each field."""
        for name, (mine, theirs) in self.differing.items():
            self.fields[name] = forms.ChoiceField(
                label=str(FIELD_WORDS[name]),
                choices=[(KEPT, shown(name, mine)), (OTHER, shown(name, theirs))],
                initial=KEPT,
                widget=forms.RadioSelect,
                error_messages={"required": error_words("choose")},
            )
