"""The form with which representatives edit their entry.

It compares what was typed with what the page showed when it was opened (``seen``), so only what
somebody changed is written, and what somebody else changed meanwhile is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.regions import Place as Found
from steiger.web.curation.interfaces.entry_values import (
    LANGUAGES,
    SEAT,
    Entry,
    Fields,
    role_of_field,
    wanted,
)
from steiger.web.curation.interfaces.guarding import Described
from steiger.web.curation.interfaces.proposal_form import MOST_ROLES, MOST_TOPICS
from steiger.web.curation.interfaces.role_fields import (
    RoleChoice,
    changed_values,
    checked_number,
    make_field,
    missing,
    number_field,
    number_name,
    role_choice,
    url_field,
    value_name,
    year_field,
)
from steiger.web.curation.interfaces.seat_field import seat_of
from steiger.web.directory.domain.vocabulary_cache import Word, vocabulary
from steiger.web.directory.models import Sourced

SALT = "curation.entry"
LISTS = ("roles", "topics", "sectors")
FACETS = {"topics": "topic", "sectors": "sector"}
WEBSITE = "link_website"


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A field that somebody else changed while the page was open, in the reader's words.

    Attributes:
        mine: what was typed, if that differs from what was seen, too.
    """

    label: str
    today: str
    mine: str | None


def seal(fields: Fields) -> str:
    """What somebody saw, signed, to be sent along with the form."""
    return signing.dumps(fields, salt=SALT, compress=True)


def unseal(text: str) -> Fields | None:
    """What somebody saw; None if the page did not come from here."""
    try:
        found: Fields = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return found


#: Fields that say nothing about the entry.
ASIDE = frozenset({"words", "seen", "forget_name"})


class EntryForm(Described):
    """Everything that a representative may say about an entry."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy(
            "If it changes, the old one stays on the page as a former name and is still found. Not "
            "if only the spelling is corrected: one or two letters."
        ),
        max_length=255,
        error_messages={"required": gettext_lazy("An entry needs a name.")},
    )
    forget_name = forms.BooleanField(
        label=gettext_lazy("The old name was wrong: do not keep it as a former name"),
        required=False,
    )
    short_name = forms.CharField(
        label=gettext_lazy("Short name (may stay empty)"), max_length=80, required=False
    )
    street = forms.CharField(
        label=gettext_lazy("Street and number (may stay empty)"), max_length=120, required=False
    )
    place = forms.CharField(
        label=gettext_lazy("Town or postcode of the seat"), max_length=140, required=False
    )
    description_de = forms.CharField(
        label=gettext_lazy("What you do, in German (one to three sentences)"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "de"}),
    )
    description_en = forms.CharField(
        label=gettext_lazy("The same in English (may stay empty)"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "en"}),
    )
    topics = forms.MultipleChoiceField(required=False)
    sectors = forms.MultipleChoiceField(required=False)
    roles = forms.MultipleChoiceField(
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This sub-category does not exist.")},
    )
    words = forms.CharField(
        label=gettext_lazy("Words to the editors (may stay empty)"),
        help_text=gettext_lazy("For example why a name changed, or what they have to correct."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, entry: Entry, data: QueryDict | None = None, *, begin: Fields | None = None
    ) -> None:
        """``begin``: with what the fields start, if that is not what the page shows."""
        super().__init__(data, initial=dict(begin or entry.fields))
        self.entry = entry
        self.spot: Found | None = None
        words = vocabulary()
        self.known = {key: word for key, word in words.facet("role").items() if word.active}
        held = set(entry.fields["roles"])
        self.known |= {key: words.facet("role")[key] for key in held}
        self._add_links_and_numbers()
        self._add_roles()
        for name, facet in FACETS.items():
            known = words.facet(facet).values()
            chosen = entry.fields[name]
            self.fields[name].choices = [  # type: ignore[attr-defined]
                (w.key, w.label) for w in known if w.active or w.key in chosen
            ]
        for name, field in self.fields.items():
            value = entry.fields.get(name)
            if type(field) is forms.ChoiceField and value and not field.valid_value(value):
                offered = cast("Iterable[tuple[str, str]]", field.choices)
                field.choices = [*offered, (value, value)]  # a word that is no longer offered
        for name, why in entry.closed.items():
            if name in self.fields:
                self.fields[name].disabled, self.fields[name].help_text = True, why
        if data is None:
            self.initial["seen"] = seal(entry.fields)
        self.described()

    def _add_links_and_numbers(self) -> None:
        # Whoever speaks for an entry is known by its website, whatever else a region names.
        self.fields[WEBSITE] = url_field(_("Website (may stay empty)"))
        for (kind, key), word in vocabulary().words.items():
            if kind == "link":
                label = _("%(label)s (may stay empty)") % {"label": word.label}
                self.fields[f"link_{key}"] = url_field(label)
            elif kind == "identifier" and word.active:
                self.fields[number_name(key)] = number_field(word)
        self.fields["fact_founded"] = year_field(_("Year of foundation (may stay empty)"))
        sizes = [(k, w.label) for k, w in vocabulary().facet("size").items() if w.active]
        self.fields["fact_size"] = forms.ChoiceField(
            label=_("Size"), required=False, choices=[("", _("not stated")), *sizes]
        )

    def _add_roles(self) -> None:
        self.fields["roles"].choices = [(k, w.label) for k, w in self.known.items()]  # type: ignore[attr-defined]
        labels = {
            "de": _("What a firm gets from you, in German"),
            "en": _("The same in English (may stay empty)"),
        }
        for key, word in self.known.items():
            for language in LANGUAGES:
                self.fields[f"offer_{key}_{language}"] = forms.CharField(
                    label=labels[language],
                    required=False,
                    max_length=600,
                    widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
                )
            self.fields[f"more_{key}"] = url_field(_("Page about this offer (may stay empty)"))
            for spec in word.fields:
                field = make_field(
                    {**spec, "required": spec.get("required") and not self._held(key)}
                )
                self.fields[value_name(key, str(spec["key"]))] = field

    def _held(self, role: str) -> bool:
        return role in self.entry.fields["roles"]

    # --- what the page shows --------------------------------------------------------------------
    def held_roles(self) -> list[RoleChoice]:
        """Sub-categories in which the entry stands today."""
        return [self._choice(word) for key, word in self.known.items() if self._held(key)]

    def other_roles(self) -> Iterator[tuple[str, list[RoleChoice], bool]]:
        """Category, its further sub-categories, and whether one of them is chosen."""
        found: dict[str, list[RoleChoice]] = {}
        for key, word in self.known.items():
            if not self._held(key):
                found.setdefault(word.parent, []).append(self._choice(word))
        for parent, choices in found.items():
            chosen = any(one.chosen for one in choices)
            yield vocabulary().label("category", parent), choices, chosen

    def _choice(self, word: Word) -> RoleChoice:
        offers = [f"offer_{word.key}_{language}" for language in LANGUAGES]
        chosen = word.key in (self["roles"].value() or ())
        return role_choice(self, word, chosen=chosen, offers=[*offers, f"more_{word.key}"])

    def links(self) -> list[forms.BoundField]:
        """Addresses on the web but the website."""
        return [self[n] for n in self.fields if n.startswith("link_") and n != WEBSITE]

    def website(self) -> forms.BoundField:
        """The website, which others look at to know who speaks."""
        return self[WEBSITE]

    def numbers(self) -> list[forms.BoundField]:
        """Numbers in registers."""
        return [self[name] for name in self.fields if name.startswith("number_")]

    def terms(self, name: str) -> list[tuple[str, str, bool, bool]]:
        """(key, label, whether chosen, whether part of another) of the topics or sectors."""
        given = self[name].value() or ()
        words = vocabulary().facet(FACETS[name])
        choices = self.fields[name].choices  # type: ignore[attr-defined]
        return [(key, label, key in given, bool(words[key].parent)) for key, label in choices]

    # --- what changed ---------------------------------------------------------------------------
    def meanwhile(self) -> list[Meanwhile] | None:
        """What somebody else changed since the page was opened; the form is brought up to date.

        Fields that were not touched take today's value, those that were keep what was typed.
        None if the page did not come from here.
        """
        seen = unseal(str(self.data.get("seen", "")))
        data, found = cast("QueryDict", self.data).copy(), []
        if seen is None:
            data["seen"], self.data = seal(self.entry.fields), data
            return None
        for name in sorted(self.fields.keys() - ASIDE):
            then, now = self._as_sent(name, seen), self._as_sent(name, self.entry.fields)
            if then == now:
                continue
            typed = self._typed(name)
            untouched = typed in (then, now) or self.fields[name].disabled
            mine = None if untouched else self._told(name, typed)
            found.append(Meanwhile(self._label(name), self._told(name, now), mine))
            if typed == then:
                data.setlist(name, now if isinstance(now, list) else [now])
        data["seen"] = seal(self.entry.fields)
        self.data = data
        return found

    def changed_names(self) -> set[str]:
        """Fields that differ from what the page shows; those of roles not chosen do not count."""
        chosen = set(self._typed("roles"))
        return {
            name
            for name in self.fields.keys() - ASIDE
            if not self.fields[name].disabled
            and (not (role := role_of_field(name)) or role in chosen)
            and self._typed(name) != self._as_sent(name, self.entry.fields)
        }

    def _typed(self, name: str) -> Any:
        if name in LISTS:
            return sorted(set(cast("QueryDict", self.data).getlist(name)))
        return self._as_sent(name, self.data)

    @staticmethod
    def _as_sent(name: str, values: Mapping[str, Any]) -> Any:
        value = values.get(name)
        if name in LISTS:
            return list(value or ())
        return "\n".join(str(value or "").strip().splitlines())

    def _label(self, name: str) -> str:
        fixed = {
            "topics": _("Topics"),
            "sectors": _("Sectors"),
            "roles": _("Sub-categories"),
        }
        label = str(fixed.get(name) or self.fields[name].label)
        role = role_of_field(name)
        return f"{self.known[role].label}: {label}" if role in self.known else label

    def _told(self, name: str, value: Any) -> str:
        labels = dict(getattr(self.fields[name], "choices", ()))
        several = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(one, one)) for one in several if one)

    # --- checks ---------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        """Only what changed is looked at: what stands there already stops nobody."""
        given = super().clean() or {}
        changed = self.changed_names()
        for name in list(self.errors):
            if name not in changed and name != "__all__":
                del self.errors[name]
                given[name] = self.entry.fields.get(name, "")
        self._check_seat(given, changed)
        self._check_emptied(given, changed)
        self._check_numbers(given, changed)
        self._check_roles(given)
        if "topics" in changed and len(given.get("topics", ())) > MOST_TOPICS:
            told = _("Choose at most %(n)d, the most important ones.") % {"n": MOST_TOPICS}
            self.add_error("topics", told)
        return given

    def _check_seat(self, given: dict[str, Any], changed: set[str]) -> None:
        if not changed & set(SEAT) or "place" in self.errors:
            return
        if not given.get("place"):
            self.add_error("place", _("Write the town or the postcode of the seat."))
            return
        if "place" not in changed:
            return
        try:
            self.spot = seat_of(given["place"])
        except forms.ValidationError as error:
            self.add_error("place", error)

    def _check_emptied(self, given: dict[str, Any], changed: set[str]) -> None:
        """A statement of another source cannot be taken away, only answered by an own one."""
        for name in changed:
            empty = name in given and given[name] in (None, "") and not role_of_field(name)
            if empty and name not in SEAT and (source := self.entry.source_of(name)):
                self.add_error(name, _no_removal(source))

    def _check_numbers(self, given: dict[str, Any], changed: set[str]) -> None:
        for name in changed:
            word = vocabulary().word("identifier", name.removeprefix("number_"))
            if not name.startswith("number_") or word is None or not given.get(name):
                continue
            try:
                given[name] = checked_number(word, given[name])
            except forms.ValidationError as error:
                self.add_error(name, error)

    def _check_roles(self, given: dict[str, Any]) -> None:
        chosen = given.get("roles", [])
        before = set(self.entry.fields["roles"])
        if len(chosen) > max(MOST_ROLES, len(before)):
            told = _("Choose at most %(n)d, the most important ones.") % {"n": MOST_ROLES}
            self.add_error("roles", told)
        for key in before - set(chosen):
            if source := self.entry.source_of(f"more_{key}"):
                label = self.known[key].label
                self.add_error("roles", f"{label}: {_no_removal(source)}")
        for key in set(chosen) - before:
            if not (given.get(f"offer_{key}_de") or given.get(f"offer_{key}_en")):
                told = _("Say in one sentence what a firm gets from you.")
                self.add_error(f"offer_{key}_de", told)
            for name, error in missing(self, self.known[key]):
                self.add_error(name, error)

    def full_clean(self) -> None:
        """Errors found late are tied to their fields, too."""
        super().full_clean()
        if self.is_bound:
            self.described()

    def statements(self) -> list[Sourced]:
        """Everything that the actor shall state itself, if the form is valid."""
        given, changed = self.cleaned_data, self.changed_names()
        values = {key: changed_values(self, self.known[key], changed) for key in given["roles"]}
        return wanted(self.entry, given, changed, spot=self.spot, values=values)


def _no_removal(source: str) -> str:
    told = _(
        "This comes from “%(source)s”, so it cannot be taken away here. Write what is right "
        "instead, or tell the editors below."
    )
    return told % {"source": source}
