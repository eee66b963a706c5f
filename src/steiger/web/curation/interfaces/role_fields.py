"""The own fields of sub-categories, and numbers in registers, as fields of a form.

The vocabularies define them (``Term.fields``, ``Term.details``). A form carries the fields of all
sub-categories, so that it works without scripts; only those of the chosen ones count.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.directory.domain.queries import in_language
from steiger.web.directory.domain.vocabulary_cache import Word, vocabulary

Spec = Mapping[str, Any]
YES, NO = "yes", "no"
MOST_TEXT = 300
WRONG_URL = gettext_lazy("An address on the web looks like this: https://www.example.org.")


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """One sub-category on the page.

    Attributes:
        offers: the fields that say what a firm gets.
        needed, more: its own fields, those that must be filled in first.
        is_open: whether ``more`` is unfolded, because something in it is filled in or wrong.
    """

    word: Word
    chosen: bool
    offers: tuple[forms.BoundField, ...]
    needed: tuple[forms.BoundField, ...]
    more: tuple[forms.BoundField, ...]
    is_open: bool = False


def value_name(role: str, key: str) -> str:
    """Name of the form's field for one own field of a sub-category."""
    return f"value__{role}__{key}"


def number_name(scheme: str) -> str:
    """Name of the form's field for a number in a register."""
    return f"number_{scheme}"


def url_field(label: Any, hint: Any = "") -> forms.URLField:
    """An optional address on the web."""
    return forms.URLField(
        label=label,
        help_text=hint,
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        error_messages={"invalid": WRONG_URL},
    )


def year_field(label: Any, hint: Any = "") -> forms.IntegerField:
    """An optional year that has begun."""
    return forms.IntegerField(
        label=label,
        help_text=hint,
        required=False,
        min_value=1000,
        max_value=timezone.localdate().year,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("A year has four digits, for example 1998.")},
    )


def make_field(spec: Spec) -> forms.Field:
    """A form's field for an own field; optional, because it counts only if its role is chosen."""
    label = in_language(str(spec["label_de"]), str(spec["label_en"]))
    hint = in_language(str(spec.get("help_de", "")), str(spec.get("help_en", "")))
    if not spec.get("required"):
        label = _("%(label)s (may stay empty)") % {"label": label}
    given: dict[str, Any] = {"label": label, "help_text": hint, "required": False}
    unknown = ("", _("not stated"))
    match spec["type"]:
        case "choice" | "boolean":
            choices = [(YES, _("yes")), (NO, _("no"))]
            if spec["type"] == "choice":
                choices = [
                    (c["key"], in_language(c["label_de"], c["label_en"])) for c in spec["choices"]
                ]
            return forms.ChoiceField(choices=[unknown, *choices], **given)
        case "number":
            number = forms.TextInput(attrs={"inputmode": "decimal"})
            wrong = {"invalid": _("A number looks like this: 2024 or 2.5.")}
            return forms.FloatField(widget=number, error_messages=wrong, **given)
        case "year":
            return year_field(label, hint)
        case "date":
            day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(widget=day, **given)
        case "url":
            return url_field(label, hint)
    return forms.CharField(max_length=MOST_TEXT, **given)


def number_field(word: Word) -> forms.CharField:
    """A form's field for a number in a register."""
    example = str(word.details.get("example", ""))
    return forms.CharField(
        label=_("%(label)s (may stay empty)") % {"label": word.label},
        help_text=_("For example %(example)s.") % {"example": example} if example else "",
        required=False,
        max_length=200,
    )


def numbers_asked_in(category: str) -> list[Word]:
    """The registers whose numbers the entries of a category are asked for."""
    words = vocabulary().words.values()
    return [
        word
        for word in words
        if word.vocabulary == "identifier" and word.details.get("asked_in") == category
    ]


def checked_number(word: Word, text: str) -> str:
    """A number in its register, without an address around it.

    Raises:
        forms.ValidationError: it does not have the form of one.
    """
    number = " ".join(text.split()).rstrip("/")
    if "://" in number:
        number = number.rpartition("/")[2]
    pattern = str(word.details.get("pattern", ""))
    for form in (number, number.upper(), number.lower()):
        tight = form.replace(" ", "") if pattern else form
        if not pattern or re.fullmatch(pattern, tight):
            return tight
    told = {"label": word.label, "example": word.details.get("example", "")}
    raise forms.ValidationError(
        _("This is no number of “%(label)s”. It looks like this: %(example)s.") % told
        if told["example"]
        else _("This is no number of “%(label)s”.") % told
    )


def missing(form: forms.Form, word: Word) -> Iterator[tuple[str, str]]:
    """(name of the field, error) of own fields of a role that must be filled in and are not."""
    for spec in word.fields:
        name = value_name(word.key, str(spec["key"]))
        if spec.get("required") and name in form.cleaned_data and not form.cleaned_data[name]:
            label = in_language(str(spec["label_de"]), str(spec["label_en"]))
            yield name, _("Fill in “%(label)s”.") % {"label": label}


def stated_values(form: forms.Form, word: Word) -> dict[str, Any]:
    """What a valid form says in the own fields of a role, as ``Role.values`` keeps it."""
    names = [value_name(word.key, str(spec["key"])) for spec in word.fields]
    said = changed_values(form, word, names)
    return {key: value for key, value in said.items() if value is not None}


def changed_values(form: forms.Form, word: Word, changed: Collection[str]) -> dict[str, Any]:
    """The same for the fields with these names only; None where one was emptied."""
    found: dict[str, Any] = {}
    for spec in word.fields:
        name = value_name(word.key, str(spec["key"]))
        if name in changed:
            found[str(spec["key"])] = _kept_value(spec, form.cleaned_data.get(name))
    return found


def _kept_value(spec: Spec, value: Any) -> Any:
    if value in (None, ""):
        return None
    match spec["type"]:
        case "boolean":
            return value == YES
        case "number":
            return int(value) if float(value).is_integer() else value
        case "date":
            return value.isoformat()
    return value


def shown_value(value: Any) -> str:
    """A kept value as the form's field shows it."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def role_choice(form: forms.Form, word: Word, *, chosen: bool, offers: list[str]) -> RoleChoice:
    """A sub-category with its fields, for the page."""
    fields = [(spec, form[value_name(word.key, str(spec["key"]))]) for spec in word.fields]
    more = tuple(field for spec, field in fields if not spec.get("required"))
    return RoleChoice(
        word=word,
        chosen=chosen,
        offers=tuple(form[name] for name in offers),
        needed=tuple(field for spec, field in fields if spec.get("required")),
        more=more,
        is_open=any(field.errors or field.value() for field in more),
    )
