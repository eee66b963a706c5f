"""Vocabularies for moderators: the list, and the form for one term."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.regions import Vocabulary
from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.areas import region
from steiger.web.directory.domain.queries import is_english
from steiger.web.directory.domain.vocabularies import (
    CLOSED,
    EDITABLE,
    PARENTS,
    TermError,
    add_term,
    check_fields,
    edit_term,
    uses,
)
from steiger.web.directory.models import Term


@dataclass(frozen=True, slots=True)
class TermLine:
    """One term and how many values of actors carry it."""

    term: Term
    uses: int


@dataclass(frozen=True, slots=True)
class TermGroup:
    """One vocabulary."""

    key: str
    name: str
    lines: tuple[TermLine, ...]

    @property
    def open(self) -> bool:
        """Whether moderators may add terms."""
        return self.key not in CLOSED


def term_groups() -> list[TermGroup]:
    """All vocabularies with their terms, in the region's order."""
    known_uses = uses()
    rows: dict[str, list[TermLine]] = {}
    for term in Term.objects.select_related("parent").order_by(
        "vocabulary", "parent__position", "position", "key"
    ):
        rows.setdefault(term.vocabulary, []).append(
            TermLine(term, known_uses[term.vocabulary, term.key])
        )
    known = region().vocabularies
    order = [*(key for key in known if key in rows), *(key for key in rows if key not in known)]
    return [TermGroup(key, vocabulary_name(known.get(key), key), tuple(rows[key])) for key in order]


def vocabulary_name(vocabulary: Vocabulary | None, key: str) -> str:
    """What a vocabulary is called in the reader's language."""
    if vocabulary is None:
        return key
    return vocabulary.name_en if is_english() else vocabulary.name_de


class TermForm(forms.ModelForm[Term]):
    """Words, meaning, other words, fields, order, and whether the term can be chosen."""

    words = forms.CharField(
        label=gettext_lazy("Other words that find this term"),
        help_text=gettext_lazy("One per line."),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    field_list = forms.CharField(
        label=gettext_lazy("Fields of an entry in this sub-category"),
        help_text=gettext_lazy(
            "As JSON: a list of fields, each with key, type (text, url, number, choice, boolean or "
            "date), label_de and label_en; the type choice also needs choices."
        ),
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "st-code"}),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why do you change this?"),
        help_text=gettext_lazy("Stands in the log beside the change."),
        max_length=300,
        required=False,
    )

    class Meta:
        model = Term
        fields = [
            "label_de",
            "label_en",
            "description_de",
            "description_en",
            "position",
            "active",
        ]
        labels = {
            "label_de": gettext_lazy("German word"),
            "label_en": gettext_lazy("English word"),
            "description_de": gettext_lazy("Meaning in German"),
            "description_en": gettext_lazy("Meaning in English"),
            "position": gettext_lazy("Place in the order"),
            "active": gettext_lazy("Can be chosen"),
        }
        help_texts = {"position": gettext_lazy("Small numbers come first.")}
        widgets = {
            "description_de": forms.Textarea(attrs={"rows": 3}),
            "description_en": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].initial = "\n".join(self.instance.synonyms)
        text = json.dumps(self.instance.fields, ensure_ascii=False, indent=2)
        self.fields["field_list"].initial = text
        if self.instance.vocabulary != "role":
            del self.fields["field_list"]

    def clean_words(self) -> list[str]:
        """One word per line, each once."""
        lines = (" ".join(line.split()) for line in self.cleaned_data["words"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def clean_field_list(self) -> list[Mapping[str, Any]]:
        """The fields as data, checked by the rules of the vocabulary."""
        try:
            fields = json.loads(self.cleaned_data["field_list"] or "[]")
            check_fields(fields)
        except json.JSONDecodeError as error:
            text = _("This is no valid JSON: line %(line)d, column %(column)d.")
            raise forms.ValidationError(
                text % {"line": error.lineno, "column": error.colno}
            ) from error
        except TermError as error:
            raise forms.ValidationError(str(error)) from error
        return list(fields)

    def values(self) -> dict[str, Any]:
        """What the domain function takes."""
        data = self.cleaned_data
        values = {name: data[name] for name in EDITABLE if name in data}
        values["synonyms"] = data["words"]
        if "field_list" in data:
            values["fields"] = data["field_list"]
        return values


class _TermField(forms.ModelChoiceField[Term]):
    def label_from_instance(self, obj: Term) -> str:
        return obj.label


class NewTermForm(TermForm):
    """A term that is not there yet: its key and, where needed, the term above it, too."""

    key = forms.RegexField(
        regex=r"^[a-z][a-z0-9_]*$",
        label=gettext_lazy("Key"),
        help_text=gettext_lazy(
            "Small letters, digits and underscores. Stands in addresses and imports, and never "
            "changes. Left empty, it is made from the English word."
        ),
        max_length=64,
        required=False,
        error_messages={"invalid": gettext_lazy("Only small letters, digits and underscores.")},
    )

    def __init__(self, data: Any = None, *, vocabulary: str) -> None:
        last = Term.objects.filter(vocabulary=vocabulary).order_by("position").last()
        super().__init__(
            data, instance=Term(vocabulary=vocabulary, position=last.position + 10 if last else 10)
        )
        if vocabulary in PARENTS:
            parents = Term.objects.filter(vocabulary=PARENTS[vocabulary], active=True)
            self.fields["parent"] = _TermField(
                queryset=parents.order_by("position"), label=gettext_lazy("Belongs to")
            )
        first = [name for name in ("parent", "label_de", "label_en", "key") if name in self.fields]
        self.order_fields(first)

    def clean(self) -> dict[str, Any]:
        """Fill in the key; it must be new."""
        data = super().clean() or self.cleaned_data
        if "key" in data and not data["key"]:
            data["key"] = slugify(data.get("label_en", "")).replace("-", "_")[:64]
            if not re.match("[a-z]", data["key"]):
                self.add_error("key", _("No key can be made from the English word: give one."))
        key = data.get("key", "")
        if Term.objects.filter(vocabulary=self.instance.vocabulary, key=key).exists():
            self.add_error("key", _("This key exists already."))
        return data


def save_new_term(*, by: audit.Actor, form: NewTermForm) -> Term:
    """Hand a valid form to the domain."""
    return add_term(
        vocabulary=form.instance.vocabulary,
        key=form.cleaned_data["key"],
        values=form.values(),
        parent=form.cleaned_data.get("parent"),
        by=by,
        reason=form.cleaned_data["reason"],
    )


def save_term(*, by: audit.Actor, form: TermForm) -> Term:
    """Hand a valid form to the domain."""
    return edit_term(
        # The form has already written its values into its own instance; the domain compares with
        # the row as it is.
        term=Term.objects.get(pk=form.instance.pk),
        values=form.values(),
        by=by,
        reason=form.cleaned_data["reason"],
    )
