"""Forms for firms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from steiger.web.advice.domain.consulting import LONGEST_NOTE
from steiger.web.advice.domain.follow_up import LONGEST_WORDS
from steiger.web.advice.domain.need import Need, need_of
from steiger.web.advice.models import LANGUAGES, Booking, FollowUp, Format
from steiger.web.directory.domain.areas import area_label, resolve_place
from steiger.web.directory.domain.vocabulary_cache import vocabulary

LONGEST_NEED = 2000
_PHONE = re.compile(r"[+0-9][0-9 ()/-]{5,38}")


class Described(forms.Form):
    """A form whose fields name their hints and errors to screen readers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepare()
        self.describe()

    def prepare(self) -> None:
        """What has to be set before what was sent is looked at, such as choices."""

    def describe(self) -> None:
        """Connect fields with their hints and errors."""
        for name, field in self.fields.items():
            described = [f"id_{name}_helptext"] if field.help_text else []
            if self.is_bound and name in self.errors:
                described.append(f"id_{name}_error")
                field.widget.attrs["aria-invalid"] = "true"
            if described and not isinstance(field.widget, forms.HiddenInput):
                field.widget.attrs["aria-describedby"] = " ".join(described)


class AskForm(Described):
    """What a firm needs, and how it wants to talk."""

    words = forms.CharField(
        label=gettext_lazy("What would you like to achieve?"),
        help_text=gettext_lazy("Two or three sentences in your own words are enough."),
        max_length=LONGEST_NEED,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("Write in a sentence what it is about."),
            "min_length": gettext_lazy("Write a little more, so that we find who knows about it."),
            "max_length": gettext_lazy("Shorten it to 2,000 characters; the rest has time."),
        },
    )
    format = forms.ChoiceField(
        label=gettext_lazy("How do you want to talk?"),
        choices=Format.choices,
        initial=Format.VIDEO,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how you want to talk.")},
    )
    place = forms.CharField(
        label=gettext_lazy("Your town or postcode"),
        help_text=gettext_lazy("Optional. We use it for the way to the adviser and for figures."),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the talk"),
        choices=LANGUAGES,
        error_messages={"required": gettext_lazy("Choose a language.")},
    )
    since = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.ags = ""
        kwargs.setdefault("initial", {}).setdefault("language", (get_language() or "de")[:2])
        super().__init__(*args, **kwargs)

    def clean_place(self) -> str:
        """A place that is known here, or none."""
        text = str(self.cleaned_data["place"]).strip()
        answer = resolve_place(text)
        if answer.place is not None:
            self.ags = answer.place.ags
        elif answer.choices:
            names = ", ".join(area_label(place) for place in answer.choices)
            raise ValidationError(
                _("There are several places of this name. Write one of these: %(names)s.")
                % {"names": names}
            )
        elif answer.is_broken_postcode:
            raise ValidationError(_("A postcode has five digits, for example 42103."))
        elif answer.is_unknown:
            raise ValidationError(
                _("We do not know this place. Write another one nearby, or leave the field empty.")
            )
        return text

    def need(self) -> Need:
        """The need; only of a valid form."""
        values = self.cleaned_data
        return need_of(
            words=values["words"],
            language=values["language"],
            format_=values["format"],
            ags=self.ags,
        )


class BookForm(AskForm):
    """Which time, and who asks."""

    slot = forms.ChoiceField(
        label=gettext_lazy("Which time suits you?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a time."),
            "invalid_choice": gettext_lazy("This time is no longer free. Choose another one."),
        },
    )
    firm_name = forms.CharField(
        label=gettext_lazy("Your firm"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": gettext_lazy("Write the name of your firm.")},
    )
    contact = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Write whom the adviser may ask for.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("We send a link there. The time is yours once you have opened it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Give the address to which the confirmation goes."),
            "invalid": gettext_lazy("An e-mail address looks like this: name@example.org."),
        },
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    size = forms.ChoiceField(label=gettext_lazy("Size of your firm"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    # People never see this field; whoever fills it in is a machine.
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, slots: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        self.slots = slots
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Sizes, sectors and times; what stood on the page before is hidden."""
        for name in ("words", "format", "place", "language"):
            self.fields[name].widget = forms.HiddenInput()
        for name in ("size", "sector"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            words = [w for w in vocabulary().words.values() if w.vocabulary == name and w.active]
            field.choices = [
                ("", _("Please choose (optional)")),
                *((w.key, w.label) for w in words if not w.parent),
            ]
        slot = self.fields["slot"]
        assert isinstance(slot, forms.ChoiceField)  # noqa: S101 - declared above
        slot.choices = list(self.slots)

    def clean(self) -> dict[str, Any]:
        """Who wants to be called says where."""
        values = super().clean() or {}
        if values.get("format") == Format.PHONE and "phone" not in self.errors:
            phone = str(values.get("phone", "")).strip()
            if not _PHONE.fullmatch(phone):
                self.add_error(
                    "phone", _("Give the number on which we call you, for example 0201 123456.")
                )
        return values

    @property
    def is_machine(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.data.get("website"))


class MoveForm(Described):
    """To which time."""

    slot = forms.ChoiceField(
        label=gettext_lazy("New time"),
        error_messages={
            "required": gettext_lazy("Choose a time."),
            "invalid_choice": gettext_lazy("This time is no longer free. Choose another one."),
        },
    )

    def __init__(self, *args: Any, slots: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        self.slots = slots
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """The times."""
        field = self.fields["slot"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("Please choose")), *self.slots]


class OutcomeForm(Described):
    """What came of it."""

    answer = forms.ChoiceField(
        label=gettext_lazy("What came of it?"),
        choices=FollowUp.Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what fits best.")},
    )
    words = forms.CharField(
        label=gettext_lazy("In your words"),
        help_text=gettext_lazy("Optional: what it brings, what is in the way, what you need now."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": gettext_lazy("Shorten it to 2,000 characters.")},
    )


class NotesForm(forms.ModelForm):
    """What was talked about; the firm sees all of it."""

    class Meta:
        model = Booking
        fields = ("situation", "data", "idea", "risk", "next_steps")
        labels = {
            "situation": gettext_lazy("Situation"),
            "data": gettext_lazy("Data"),
            "idea": gettext_lazy("Idea"),
            "risk": gettext_lazy("Risk"),
            "next_steps": pgettext_lazy("advice", "Agreed next steps"),
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_NOTE}) for name in fields
        }
