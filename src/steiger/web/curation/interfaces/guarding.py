"""Holding off machines without a puzzle: the age of a form, and a field that nobody sees.

Neither asks anything of a person. The hidden field is hidden from screen readers and from the tab
key, too, and a form that is sent too early or too late comes back with all that was typed.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

SALT = "curation.form"
#: Seconds that a person needs at least, and for which a page may stay open at most.
LEAST_S, MOST_S = 4, 24 * 3600


def new_stamp() -> str:
    """A signed number for one form, with the time at which it was made."""
    return signing.dumps(uuid.uuid4().hex, salt=SALT)


class Described(forms.Form):
    """A form whose fields tell screen readers their hints and errors."""

    def described(self) -> None:
        """Tie hints and errors to their fields; called when all fields are there."""
        for name, field in self.fields.items():
            parts = [f"id_{name}_helptext"] if field.help_text else []
            if self.is_bound and name in self.errors:
                parts.append(f"id_{name}_error")
                field.widget.attrs["aria-invalid"] = "true"
            if parts:
                field.widget.attrs["aria-describedby"] = " ".join(parts)


class Guarded(Described):
    """A form that knows its number and age. One number makes one submission, however often sent."""

    stamp = forms.CharField(required=False, widget=forms.HiddenInput)
    fax = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    number: uuid.UUID | None = None

    def clean(self) -> dict[str, object]:
        """Refuse what no person sends, in clear words; nothing typed is lost."""
        values = super().clean() or {}
        if values.get("fax"):
            raise forms.ValidationError(
                _("A field that people do not see was filled in. Empty it, and send again.")
            )
        stamp = str(values.get("stamp", ""))
        try:
            self.number = uuid.UUID(signing.loads(stamp, salt=SALT, max_age=MOST_S))
        except (signing.BadSignature, ValueError):
            raise forms.ValidationError(
                _("This page was open for very long. Please send it again.")
            ) from None
        if self._is_early(stamp):
            raise forms.ValidationError(
                _("That was very quick. Please wait a few seconds and send it again.")
            )
        return values

    @staticmethod
    def _is_early(stamp: str) -> bool:
        try:
            signing.loads(stamp, salt=SALT, max_age=LEAST_S)
        except signing.SignatureExpired:
            return False
        return True


def secretive(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address holds a token: no other page learns it, no cache, no search engine."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        # Not "no-referrer": browsers would then send the form without its origin, which is refused.
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded
