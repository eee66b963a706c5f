"""Short forms of self-service: claiming, and answering the editors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from steiger.web.curation.interfaces.guarding import Described, Guarded, new_stamp


class ClaimForm(Guarded):
    """Who says to speak for an actor."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address at this organisation"),
        help_text=gettext_lazy(
            "With an address at the domain of its website you can begin at once. With another one "
            "the editors decide."
        ),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Give the address to which the link goes."),
            "invalid": gettext_lazy("An e-mail address looks like this: name@example.org."),
        },
    )
    person_name = forms.CharField(
        label=gettext_lazy("Your name (may stay empty)"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    words = forms.CharField(
        label=gettext_lazy("What shows that you speak for it? (may stay empty)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("stamp", new_stamp())
        self.described()


class AnswerForm(Described):
    """An answer to the editors' question."""

    words = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write an answer.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.described()


class InvitationForm(Described):
    """Whom a representative asks to speak for the entry, too."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address of your colleague"),
        help_text=gettext_lazy("A mail goes there; whoever accepts it can edit the entry, too."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Give the address to which the invitation goes."),
            "invalid": gettext_lazy("An e-mail address looks like this: name@example.org."),
        },
    )

    def full_clean(self) -> None:
        """Errors are tied to their fields, once they are known."""
        super().full_clean()
        self.described()
