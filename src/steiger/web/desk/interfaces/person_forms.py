"""Forms about one person's data."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

INVALID = {
    "required": _("Give the address under which the person is known."),
    "invalid": _("An e-mail address looks like this: name@example.org."),
}


class FindForm(forms.Form):
    """Whose data."""

    address = forms.EmailField(
        label=_("E-mail address of the person"),
        max_length=254,
        error_messages=INVALID,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class CorrectForm(forms.Form):
    """What is right instead."""

    new_address = forms.EmailField(
        label=_("New e-mail address (may stay empty)"),
        max_length=254,
        required=False,
        error_messages=INVALID,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    new_name = forms.CharField(label=_("New name (may stay empty)"), max_length=120, required=False)
