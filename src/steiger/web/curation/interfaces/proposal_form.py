"""The form by which anybody proposes an entry, and what its answers state about the actor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.regions import Place as Found
from steiger.web.curation.domain.proposing import Proof
from steiger.web.curation.interfaces.guarding import Guarded, new_stamp
from steiger.web.curation.models import Evidence
from steiger.web.directory.domain.areas import (
    area_label,
    area_name,
    region,
    region_name,
    resolve_place,
)
from steiger.web.directory.domain.queries import is_english
from steiger.web.directory.domain.vocabulary_cache import Word, vocabulary
from steiger.web.directory.models import Actor, Description, Link, Name, Place, Role, Sourced, Term

#: What shows a relation to AI; the seat has its own kind.
TIES = (
    Evidence.Kind.PRODUCT,
    Evidence.Kind.PROJECT,
    Evidence.Kind.PUBLICATION,
    Evidence.Kind.COURSE,
)
MOST_ROLES = 6
WRONG_URL = gettext_lazy("An address on the web looks like this: https://www.example.org.")


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """One sub-category on the page, with the field for its offer."""

    word: Word
    chosen: bool
    offer: forms.BoundField


def _text(label: Any, missing: Any, hint: Any = "", most: int = 255, **attrs: str) -> Any:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=bool(missing),
        widget=forms.TextInput(attrs=attrs),
        error_messages={"required": missing},
    )


def _url(label: Any, hint: Any = "") -> forms.URLField:
    return forms.URLField(
        label=label,
        help_text=hint,
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        error_messages={"invalid": WRONG_URL},
    )


class ProposalForm(Guarded):
    """Everything about a new entry on one page."""

    name = _text(
        gettext_lazy("Name of the organisation or initiative"),
        gettext_lazy("Write the name of the entry."),
        gettext_lazy("With the legal form, as on your imprint."),
        autocomplete="organization",
    )
    website = _url(gettext_lazy("Website (may stay empty)"))
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
    seat_text = _text(
        gettext_lazy("What shows the seat?"),
        gettext_lazy("Say what shows the seat, for example the address in your imprint."),
        gettext_lazy("For example the address in the imprint, or the number in the register."),
        300,
    )
    seat_url = _url(gettext_lazy("Page that shows it (may stay empty)"))
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
    tie_url = _url(
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
        for key in known:
            self.fields[f"offer_{key}"] = forms.CharField(
                label=_("What a firm gets from you, in one or two sentences"),
                required=False,
                max_length=600,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        self.described()

    @property
    def next_stamp(self) -> str:
        """The number stays while the form comes back, so that one page makes one proposal."""
        return str(self.data["stamp"]) if self.is_bound and self.number else new_stamp()

    def role_groups(self) -> Iterator[tuple[str, list[RoleChoice]]]:
        """Label of each category, and its sub-categories."""
        given = self["roles"].value() or ()
        words = vocabulary()
        found: dict[str, list[RoleChoice]] = {}
        for key, _label in self.fields["roles"].choices:  # type: ignore[attr-defined]
            word = words.facet("role")[key]
            choice = RoleChoice(word, key in given, self[f"offer_{key}"])
            found.setdefault(word.parent, []).append(choice)
        for parent, choices in found.items():
            yield words.label("category", parent), choices

    def clean_place(self) -> str:
        """The seat must be one municipality of the region."""
        text = " ".join(str(self.cleaned_data["place"]).split())
        answer = resolve_place(text)
        names = {"place": text, "region": region_name()}
        if answer.place is None and answer.choices:
            places = ", ".join(area_label(p) for p in answer.choices if len(p.ags) == 8)
            if not places:
                raise forms.ValidationError(_("Write the town, not the district."))
            raise forms.ValidationError(
                _("Several places are meant. Write one of them: %(places)s.") % {"places": places}
            )
        if answer.place is None or not (answer.place.exact or answer.place.postcode):
            raise forms.ValidationError(
                _(
                    "“%(place)s” is no town or postcode in %(region)s. Only who has a seat in "
                    "%(region)s stands on this map."
                )
                % names
            )
        if len(answer.place.ags) != 8:
            raise forms.ValidationError(_("Write the town, not the district."))
        self.spot = answer.place
        if answer.place.postcode:  # a postcode may belong to several towns; the typed one counts
            for place in region().find_place(text):
                if area_name(place.ags).casefold() in text.casefold():
                    self.spot = place
        return text

    def clean_roles(self) -> list[str]:
        """Few, so that the map stays of use."""
        keys: list[str] = self.cleaned_data["roles"]
        if len(keys) > MOST_ROLES:
            raise forms.ValidationError(
                _("Choose at most %(n)d, the most important ones.") % {"n": MOST_ROLES}
            )
        return keys

    def clean(self) -> dict[str, object]:
        """Every chosen sub-category says what it offers."""
        given = self.cleaned_data  # before the guard, which ends the check with one error
        for key in given.get("roles") or ():
            if f"offer_{key}" in given and not given[f"offer_{key}"]:
                self.add_error(f"offer_{key}", _("Say in one sentence what a firm gets from you."))
        return super().clean()

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
            Role(term=terms[key], **{f"offer_{language}": given[f"offer_{key}"]})
            for key in given["roles"]
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
    known = vocabulary().facet("role")
    return {
        "name": query.get("name", "")[:255],
        "roles": [key for key in query.getlist("role") if key in known][:MOST_ROLES],
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
