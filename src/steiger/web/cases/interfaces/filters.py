"""The adviser's list: its filters stand in the address."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from steiger.web.accounts.models import User
from steiger.web.cases.domain.queries import STATIONS, advisers, cases_matching, visible_to
from steiger.web.cases.interfaces.forms import Described
from steiger.web.cases.models import Case
from steiger.web.directory.domain.areas import district_names
from steiger.web.directory.domain.vocabulary_cache import vocabulary

OPEN, CLOSED, ALL = "open", "closed", "all"
#: Short words in the address → what the domain calls it.
ANY = pgettext_lazy("filter", "all")


class CaseFilter(Described):
    """Which cases to show. What cannot be understood is left out and said."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            (OPEN, pgettext_lazy("cases", "open")),
            (CLOSED, pgettext_lazy("cases", "closed")),
            (ALL, ANY),
        ],
    )
    adviser = forms.ChoiceField(label=pgettext_lazy("case", "Adviser"), required=False)
    station = forms.ChoiceField(label=gettext_lazy("Station reached"), required=False)
    district = forms.ChoiceField(label=gettext_lazy("District"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    size = forms.ChoiceField(label=gettext_lazy("Size"), required=False)

    def prepare(self) -> None:
        """People, stations, districts and terms of this installation."""
        people = [(str(p.pk), str(p)) for p in advisers().order_by("display_name", "email")]
        districts = sorted(district_names().items(), key=lambda pair: pair[1])
        choices: dict[str, list[tuple[str, object]]] = {
            "adviser": [("none", pgettext_lazy("adviser", "nobody yet")), *people],
            "station": [(str(kind), kind.label) for kind in STATIONS],
            "district": list(districts),
        }
        for name in ("sector", "size"):
            choices[name] = [(w.key, w.label) for w in vocabulary().facet(name).values()]
        for name, found in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [("", ANY), *found]

    def cases(self, person: User) -> QuerySet[Case]:
        """The cases that fit, as far as the person may see them."""
        self.is_valid()
        good = self.cleaned_data
        state = good.get("state") or OPEN
        found = cases_matching(
            state="" if state == ALL else state,
            adviser=good.get("adviser", ""),
            district=good.get("district", ""),
            sector=good.get("sector", ""),
            size=good.get("size", ""),
            station=good.get("station", ""),
            text=good.get("q", ""),
        )
        return visible_to(person, found)

    @property
    def first(self) -> list[forms.BoundField]:
        """What is asked most."""
        return [self[name] for name in ("q", "state", "adviser")]

    @property
    def more(self) -> list[forms.BoundField]:
        """The rest, which is folded until something in it is chosen."""
        return [self[name] for name in ("station", "district", "sector", "size")]

    @property
    def more_chosen(self) -> bool:
        """Whether something in the folded part is chosen."""
        return any(self.cleaned_data.get(field.name) for field in self.more)

    @property
    def ignored(self) -> list[str]:
        """Labels of the filters that could not be understood."""
        return [str(self.fields[name].label) for name in self.errors if name in self.fields]

    @property
    def narrowed(self) -> bool:
        """Whether anything but the state is chosen."""
        return any(value for name, value in self.cleaned_data.items() if name != "state")


@dataclass(frozen=True, slots=True)
class Mine:
    """Addresses of the two lists that an adviser needs most."""

    own: str
    free: str


def shortcuts(person: User) -> Mine:
    """The adviser's own cases, and those that nobody has."""
    return Mine(own=f"?adviser={person.pk}", free="?adviser=none")
