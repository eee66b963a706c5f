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
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from steiger.engines.directory.records.validation import CONTROL, FORMULA, MARKUP
from steiger.web.accounts.interfaces.limits import within_limit
from steiger.web.curation.domain.proposing import HurriedError, TooManyError

SALT = "curation.form"
#: Seconds that a person needs at least, and for which a page may stay open at most.
LEAST_S, MOST_S = 4, 24 * 3600
#: Seconds within which hardly anybody has typed a form; counts only while much is being sent.
CALM_S = 60
#: Submissions from one network within an hour, unless the person is signed in.
MOST_SUBMISSIONS = 10
#: Forms and wrong links from one network within an hour; no person sends so many.
MOST_FORMS, MOST_WRONG_LINKS = 60, 100


def new_stamp() -> str:
    """A signed number for one form, with the time at which it was made."""
    return signing.dumps(uuid.uuid4().hex, salt=SALT)


def plain_text(text: str) -> None:
    """Refuse what the map's own files could not be read with again.

    Raises:
        forms.ValidationError: it holds HTML or control characters, or begins like a formula of a
            spreadsheet.
    """
    if CONTROL.search("".join(text.split())):
        told = _("The text holds invisible control characters. Delete the field and type it anew.")
        raise forms.ValidationError(told)
    if found := MARKUP.search(text):
        told = _("Write plain text; “%(found)s” is HTML.")
        raise forms.ValidationError(told, params={"found": found.group()[:40]})
    if FORMULA.match(text):
        raise forms.ValidationError(_("A text does not begin like a formula of a spreadsheet."))


class Described(forms.Form):
    """A form whose fields tell screen readers their hints and errors."""

    def full_clean(self) -> None:
        """All texts are plain, also those of fields that a form adds by itself."""
        for field in self.fields.values():
            if type(field) is forms.CharField and plain_text not in field.validators:
                field.validators = [*field.validators, plain_text]
        super().full_clean()

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
        if _is_younger(stamp, LEAST_S):
            raise forms.ValidationError(
                _("That was very quick. Please wait a few seconds and send it again.")
            )
        return values

    @property
    def is_hurried(self) -> bool:
        """Whether a valid form came back quicker than people type."""
        return _is_younger(str(self.cleaned_data["stamp"]), CALM_S)


def _is_younger(stamp: str, seconds: int) -> bool:
    try:
        signing.loads(stamp, salt=SALT, max_age=seconds)
    except signing.SignatureExpired:
        return False
    return True


def count_submission(request: HttpRequest, *, is_proven: bool) -> None:
    """Count what is about to be submitted from this network, unless the address is proven.

    Raises:
        TooManyError: it is one too many within the hour.
    """
    if not is_proven and not within_limit(request, "curation.submit", MOST_SUBMISSIONS):
        raise TooManyError


def too_many_words(error: TooManyError) -> str:
    """Why nothing was taken, and what to do."""
    if isinstance(error, HurriedError):
        return _(
            "Very much is being sent just now, mostly by machines. Look once more at what you "
            "wrote, and send it again in a minute. Nothing of it is lost."
        )
    return _(
        "Very much was sent from your network or in all within the last hour. Sign in with "
        "your address (a code by mail is enough) and send it again: then only you count. "
        "Or try again in an hour."
    )


def flooded(request: HttpRequest) -> HttpResponse | None:
    """The short answer to a network that sends form after form; None for everybody else.

    Reading such forms would take the time of those who have something to say.
    """
    if (
        request.method != "POST"
        or request.user.is_authenticated
        or within_limit(request, "curation.form", MOST_FORMS)
    ):
        return None
    return _held_off(request)


def _held_off(request: HttpRequest) -> HttpResponse:
    response = render(request, "curation/self/flooded.html", status=429)
    response["Retry-After"] = "3600"
    return response


def secretive(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address holds a token: no other page learns it, no cache, no search engine.

    Whoever tries wrong ones hears after a hundred that it is enough. A right one always works: it
    cannot be guessed, and a neighbour in the same network must not be shut out.
    """

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        is_wrong = response.status_code == 404
        if is_wrong and not within_limit(request, "curation.link", MOST_WRONG_LINKS):
            response = _held_off(request)
        # Not "no-referrer": browsers would then send the form without its origin, which is refused.
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded
