"""The form by which anybody proposes an entry, and what its answers state about the actor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.regions import Place as Found
from steiger.web.curation.domain.proposing import Proof
from steiger.web.curation.interfaces.guarding import Guarded, new_stamp
from steiger.web.curation.interfaces.role_fields import (
    RoleChoice,
    checked_number,
    make_field,
    missing,
    number_field,
    number_name,
    numbers_asked_in,
    role_choice,
    stated_values,
    url_field,
    value_name,
)
from steiger.web.curation.interfaces.seat_field import seat_of
from steiger.web.curation.models import Evidence
from steiger.web.directory.domain.areas import area_name, region, resolve_place
from steiger.web.directory.domain.queries import is_english
from steiger.web.directory.domain.vocabulary_cache import Word, vocabulary
from steiger.web.directory.models import (
    Actor,
    Classification,
    Description,
    Identifier,
    Link,
    Name,
    Place,
    Role,
    Sourced,
    Term,
)

#: What shows a relation to AI; the seat has its own kind.
TIES = (
    Evidence.Kind.PRODUCT,
    Evidence.Kind.PROJECT,
    Evidence.Kind.PUBLICATION,
    Evidence.Kind.COURSE,
)
MOST_ROLES = 6
MOST_TOPICS = 8


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """A category on the page: its sub-categories, and the numbers that its entries have."""

    label: str
    choices: tuple[RoleChoice, ...]
    numbers: tuple[forms.BoundField, ...]


def _text(label: Any, missing: Any, hint: Any = "", most: int = 255, **attrs: str) -> Any:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=bool(missing),
        widget=forms.TextInput(attrs=attrs),
        error_messages={"required": missing},
    )


class ProposalForm(Guarded):
    """Everything about a new entry on one page."""

    name = _text(
        gettext_lazy("Name of the organisation or initiative"),
        gettext_lazy("Write the name of the entry."),
        gettext_lazy("With the legal form, as on your imprint."),
        autocomplete="organization",
    )
    website = url_field(gettext_lazy("Website (may stay empty)"))
    place = _text(
        gettext_lazy("Town or postcode of the seat"),
        gettext_lazy("Write the town or the postcode of the seat."),
        gettext_lazy("For example 42103 or Wuppertal."),
        80,
        autocomplete="postal-code",
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"), choices=Actor.Kind.choices, initial="organisation"
    )
    description = forms.CharField(
        label=gettext_lazy("What you are and do, in one to three sentences"),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Describe the entry in one sentence at least.")},
    )
    roles = forms.MultipleChoiceField(
        error_messages={
            "required": gettext_lazy("Choose at least one sub-category."),
            "invalid_choice": gettext_lazy("This sub-category does not exist any more."),
        }
    )
    topics = forms.MultipleChoiceField(
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This topic does not exist any more.")},
    )
    draft = forms.CharField(required=False, widget=forms.HiddenInput)
    seat_text = _text(
        gettext_lazy("What shows the seat?"),
        gettext_lazy("Say what shows the seat, for example the address in your imprint."),
        gettext_lazy("For example the address in the imprint, or the number in the register."),
        300,
    )
    seat_url = url_field(gettext_lazy("Page that shows it (may stay empty)"))
    tie_kind = forms.ChoiceField(
        label=gettext_lazy("What shows the relation to AI?"),
        choices=[(kind.value, kind.label) for kind in TIES],
    )
    tie_text = _text(
        gettext_lazy("Which one, in a few words"),
        gettext_lazy("Say in a few words what shows the relation to AI."),
        gettext_lazy("For example: camera that finds cracks in castings, in use since 2023."),
        300,
    )
    tie_url = url_field(
        gettext_lazy("Page about it (may stay empty)"),
        gettext_lazy("With a link the editors decide faster."),
    )
    person_name = _text(
        gettext_lazy("Your name (may stay empty)"), "", "", 120, autocomplete="name"
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("The link to confirm and the decision go there."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Give the address to which the link goes."),
            "invalid": gettext_lazy("An e-mail address looks like this: name@example.org."),
        },
    )
    words = forms.CharField(
        label=gettext_lazy("Words to the editors (may stay empty)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    consent = forms.BooleanField(
        label=gettext_lazy(
            "The statements about the entry may be published and used again under CC BY 4.0."
        ),
        error_messages={"required": gettext_lazy("Without this the entry cannot be published.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("stamp", new_stamp())
        self.spot: Found | None = None
        known = {key: word for key, word in vocabulary().facet("role").items() if word.active}
        self.fields["roles"].choices = [(key, word.label) for key, word in known.items()]  # type: ignore[attr-defined]
        for key, word in known.items():
            self.fields[f"offer_{key}"] = forms.CharField(
                label=_("What a firm gets from you, in one or two sentences"),
                required=False,
                max_length=600,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            for spec in word.fields:
                self.fields[value_name(key, str(spec["key"]))] = make_field(spec)
        for parent in {word.parent for word in known.values()}:
            for number in numbers_asked_in(parent):
                self.fields[number_name(number.key)] = number_field(number)
        topics = vocabulary().facet("topic").values()
        self.fields["topics"].choices = [(w.key, w.label) for w in topics if w.active]  # type: ignore[attr-defined]
        self.described()

    @property
    def next_stamp(self) -> str:
        """The number stays while the form comes back, so that one page makes one proposal."""
        return str(self.data["stamp"]) if self.is_bound and self.number else new_stamp()

    def role_groups(self) -> Iterator[RoleGroup]:
        """Each category with its sub-categories and the numbers that it is asked for."""
        given = self["roles"].value() or ()
        words = vocabulary()
        found: dict[str, list[RoleChoice]] = {}
        for key, _label in self.fields["roles"].choices:  # type: ignore[attr-defined]
            word = words.facet("role")[key]
            choice = role_choice(self, word, chosen=key in given, offers=[f"offer_{key}"])
            found.setdefault(word.parent, []).append(choice)
        for parent, choices in found.items():
            numbers = tuple(self[number_name(w.key)] for w in numbers_asked_in(parent))
            yield RoleGroup(words.label("category", parent), tuple(choices), numbers)

    def topic_choices(self) -> list[tuple[str, str, bool, bool]]:
        """(key, label, whether chosen, whether part of another) of the topics."""
        given = self["topics"].value() or ()
        words, choices = vocabulary().facet("topic"), self.fields["topics"].choices  # type: ignore[attr-defined]
        return [(key, label, key in given, bool(words[key].parent)) for key, label in choices]

    def clean_place(self) -> str:
        """The seat must be one municipality of the region."""
        text = " ".join(str(self.cleaned_data["place"]).split())
        self.spot = seat_of(text)
        return text

    def clean_roles(self) -> list[str]:
        """Few, so that the map stays of use."""
        keys: list[str] = self.cleaned_data["roles"]
        if len(keys) > MOST_ROLES:
            raise forms.ValidationError(
                _("Choose at most %(n)d, the most important ones.") % {"n": MOST_ROLES}
            )
        return keys

    def clean_topics(self) -> list[str]:
        """Few, so that they say something."""
        keys: list[str] = self.cleaned_data["topics"]
        if len(keys) > MOST_TOPICS:
            raise forms.ValidationError(
                _("Choose at most %(n)d, the most important ones.") % {"n": MOST_TOPICS}
            )
        return keys

    def clean(self) -> dict[str, object]:
        """Every chosen sub-category says what it offers; nothing else is looked at."""
        given = self.cleaned_data  # before the guard, which ends the check with one error
        chosen = given.get("roles") or ()
        self._forget_others(chosen)
        for key in chosen:
            if f"offer_{key}" in given and not given[f"offer_{key}"]:
                self.add_error(f"offer_{key}", _("Say in one sentence what a firm gets from you."))
            for name, error in missing(self, vocabulary().facet("role")[key]):
                self.add_error(name, error)
        for word in self._numbers(chosen):
            name = number_name(word.key)
            try:
                if given.get(name):
                    given[name] = checked_number(word, given[name])
            except forms.ValidationError as error:
                self.add_error(name, error)
        return super().clean()

    def _forget_others(self, chosen: Sequence[str]) -> None:
        """Errors in fields of sub-categories that were not chosen would be seen by nobody."""
        asked = {number_name(word.key) for word in self._numbers(chosen)}
        for name in list(self.errors):
            part, _gap, rest = name.partition("_")
            foreign = (part == "offer" and rest not in chosen) or (
                part == "value" and rest.strip("_").split("__")[0] not in chosen
            )
            if foreign or (part == "number" and name not in asked):
                del self.errors[name]

    def _numbers(self, chosen: Sequence[str]) -> list[Word]:
        """The registers whose numbers the chosen sub-categories are asked for."""
        words = vocabulary()
        parents = dict.fromkeys(words.category_of(key) for key in chosen)
        return [word for parent in parents for word in numbers_asked_in(parent)]

    def full_clean(self) -> None:
        """Errors found late are tied to their fields, too."""
        super().full_clean()
        if self.is_bound:
            self.described()

    def statements(self) -> list[Sourced]:
        """What a valid form states about the actor, unsaved."""
        given, spot = self.cleaned_data, self.spot
        if spot is None:
            raise ValueError("Only a valid form states something.")
        language = "en" if is_english() else "de"
        found: list[Sourced] = [
            Name(kind=Name.Kind.OFFICIAL, text=given["name"], language="de"),
            Place(
                town=area_name(spot.ags),
                postcode=spot.postcode,
                municipality=spot.ags,
                latitude=spot.lat,
                longitude=spot.lon,
            ),
            Description(language=language, text=given["description"]),
        ]
        if given["website"]:
            found.append(Link(kind="website", url=given["website"]))
        rows = Term.objects.filter(vocabulary="role", key__in=given["roles"])
        terms = {row.key: row for row in rows}
        found += [
            Role(
                term=terms[key],
                values=stated_values(self, vocabulary().facet("role")[key]),
                **{f"offer_{language}": given[f"offer_{key}"]},
            )
            for key in given["roles"]
        ]
        topics = vocabulary().facet("topic")
        found += [Classification(term_id=topics[key].id) for key in given["topics"]]
        found += [
            Identifier(scheme=word.key, value=number)
            for word in self._numbers(given["roles"])
            if (number := given[number_name(word.key)])
        ]
        return found

    def proofs(self) -> list[Proof]:
        """What shows that the rules of admission are met."""
        given = self.cleaned_data
        return [
            Proof("seat", Evidence.Kind.SEAT, given["seat_text"], given["seat_url"]),
            Proof("relation_to_ai", given["tie_kind"], given["tie_text"], given["tie_url"]),
        ]


def carried_over(query: QueryDict) -> dict[str, Any]:
    """What the finder's filters already say about a new entry."""
    known, topics = vocabulary().facet("role"), vocabulary().facet("topic")
    return {
        "name": query.get("name", "")[:255],
        "roles": [key for key in query.getlist("role") if key in known][:MOST_ROLES],
        "topics": [key for key in query.getlist("topic") if key in topics][:MOST_TOPICS],
        "place": _place_of(query),
    }


def _place_of(query: QueryDict) -> str:
    towns = region().municipalities
    keys = [*query.getlist("municipality"), *(f"{k}000" for k in query.getlist("district"))]
    for key in keys:  # a town that is its own district ends in 000; another district is no place
        if key in towns:
            return towns[key].name
    near = query.get("near", "")[:80]
    return near if near and resolve_place(near).place else ""
