"""Forms of freshness, subscriptions and contact persons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from steiger.web.curation.models import MapSubscription

ADDRESS = {
    "required": _("Give the e-mail address."),
    "invalid": _("An e-mail address looks like this: name@example.org."),
}
PHONE = RegexValidator(
    r"^\+?[0-9 ()/\-]{5,40}$", _("A telephone number has digits, for example +49 202 123456.")
)


class Described(forms.Form):
    """A form whose fields tell screen readers their hints and errors."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            parts = [f"id_{name}_helptext"] if field.help_text else []
            if self.is_bound and name in self.errors:
                parts.append(f"id_{name}_error")
                field.widget.attrs["aria-invalid"] = "true"
            if parts:
                field.widget.attrs["aria-describedby"] = " ".join(parts)


class ChangeForm(Described):
    """What a representative corrects by the link in a mail."""

    web = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": _("A website looks like this: https://example.org/.")},
    )
    description_de = forms.CharField(
        label=_("What you do, in German (one to three sentences)"),
        required=False,
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "de"}),
    )
    description_en = forms.CharField(
        label=_("The same in English (may stay empty)"),
        required=False,
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "en"}),
    )
    words = forms.CharField(
        label=_("What else is not right? (may stay empty)"),
        help_text=_("For example a new address, another name, an offer that has ended."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SubscribeForm(Described):
    """Where mails go, and how often."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages=ADDRESS,
    )
    rhythm = forms.ChoiceField(
        label=_("How often at most?"),
        choices=MapSubscription.Rhythm.choices,
        initial=MapSubscription.Rhythm.WEEKLY,
        widget=forms.RadioSelect,
    )
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def is_machine(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.data.get("website"))


class ContactForm(Described):
    """A contact person, as a representative proposes her."""

    name = forms.CharField(
        label=_("Name"), max_length=120, error_messages={"required": _("Give the name.")}
    )
    function = forms.CharField(
        label=_("Function (may stay empty)"),
        help_text=_("For example: transfer office, head of data science."),
        max_length=120,
        required=False,
    )
    email = forms.EmailField(label=_("E-mail address"), max_length=254, error_messages=ADDRESS)
    phone = forms.CharField(
        label=_("Telephone (may stay empty)"), max_length=40, required=False, validators=[PHONE]
    )


class OwnContactForm(Described):
    """What a contact person corrects and decides herself."""

    name = forms.CharField(
        label=_("Name"), max_length=120, error_messages={"required": _("Give your name.")}
    )
    function = forms.CharField(label=_("Function (may stay empty)"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("Telephone (may stay empty)"), max_length=40, required=False, validators=[PHONE]
    )
    show_email = forms.BooleanField(label=_("Show my e-mail address, too"), required=False)
    show_phone = forms.BooleanField(label=_("Show my telephone number, too"), required=False)
