"""Forms of this room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.domain.access_keys import scopes_for
from steiger.web.accounts.interfaces.log_words import act_choices, object_choices
from steiger.web.accounts.models import AccessKey, RoleName, User


class NameForm(forms.ModelForm[User]):
    """The name that colleagues see."""

    class Meta:
        model = User
        fields = ["display_name"]
        help_texts = {"display_name": _("Colleagues see it. You may leave it empty.")}


class RoleForm(forms.Form):
    """Give or take a role."""

    role = forms.ChoiceField(label=_("Role"), choices=RoleName.choices)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("It stands in the log.")
    )


class InviteForm(forms.Form):
    """Add a person with a first role."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=RoleName.choices)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("It stands in the log.")
    )


class PeopleFilter(forms.Form):
    """Which people to show."""

    q = forms.CharField(label=_("E-mail address"), required=False)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("All")), *RoleName.choices]
    )


class LogFilter(forms.Form):
    """Which entries of the log to show."""

    act = forms.ChoiceField(label=_("Act"), required=False, choices=act_choices)
    object_type = forms.ChoiceField(
        label=_("Kind of object"), required=False, choices=object_choices
    )
    object_id = forms.CharField(label=_("Number of the object"), required=False, max_length=64)
    person = forms.IntegerField(label=_("Number of the person"), required=False, min_value=1)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class KeyForm(forms.Form):
    """A new access key."""

    name = forms.CharField(
        label=_("Name of the key"),
        max_length=80,
        help_text=_("What it is for, for example “Website of our institute”."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What a program may do with it"),
        widget=forms.CheckboxSelectMultiple,
        initial=[AccessKey.Scope.READ],
    )
    days = forms.TypedChoiceField(
        label=_("How long it is valid"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("One year"))],
        initial=90,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(scope.value, scope.label) for scope in scopes_for(user)]
        self.fields["scopes"].choices = offered  # type: ignore[attr-defined]
