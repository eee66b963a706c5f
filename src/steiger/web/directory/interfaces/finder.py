"""One page of the Landkarte, ready to be shown: as list, map, table or within a region's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from steiger.engines.directory.search import Relaxation
from steiger.web.directory.domain.areas import (
    PlaceAnswer,
    area_label,
    region_name,
    resolve_place,
)
from steiger.web.directory.domain.search import Found, common_topics, find
from steiger.web.directory.interfaces.facets import (
    Group,
    facet_groups,
    facet_title,
    known_keys,
    option_label,
    parameter_title,
)
from steiger.web.directory.interfaces.filters import RADII, Filters, parse, to_query
from steiger.web.directory.interfaces.network import TiePage, tie_page
from steiger.web.directory.interfaces.outline import Outline, outline

PER_PAGE: Mapping[str, int] = {"list": 20, "map": 50, "table": 50, "network": 1}


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter and the address without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Way:
    """A link that leads on: a relaxation, a quick link, a view, an order."""

    label: str
    url: str
    count: int | None = None
    current: bool = False
    key: str = ""


@dataclass(frozen=True)
class FinderPage:
    """Everything the templates need.

    Attributes:
        path: address without the query.
        preset: facets that the page itself sets (region pages).
        hints: sentences about what was left out of the address or could not be found.
        common: the most frequent topics with their numbers, where a text finds nobody.
        ties: the relations of this page, where the network is shown.
    """

    path: str
    all_path: str
    filters: Filters
    found: Found
    place: PlaceAnswer
    preset: Mapping[str, str]
    hints: tuple[str, ...]
    common: Mapping[str, int]
    ties: TiePage | None = None

    @cached_property
    def count_text(self) -> str:
        """How many were found, as a sentence for eyes and ears."""
        total = self.found.total
        number = number_format(total, force_grouping=True)
        if self.place.place and self.filters.active_radius:
            return ngettext(
                "%(number)s entry within %(km)s km of %(place)s",
                "%(number)s entries within %(km)s km of %(place)s",
                total,
            ) % {
                "number": number,
                "km": self.filters.active_radius,
                "place": self.place.place.label,
            }
        return ngettext("%(number)s entry", "%(number)s entries", total) % {"number": number}

    @cached_property
    def groups(self) -> list[Group]:
        """The filters with their counts."""
        hidden = set(self.preset)
        if "municipality" in hidden:
            hidden.add("district")
        return facet_groups(self.filters, self.found.facet_counts, frozenset(hidden))

    @cached_property
    def chips(self) -> list[Chip]:
        """Active filters, each with the address without it."""
        f = self.filters
        chips = [Chip(_("“%(text)s”") % {"text": f.q}, self.url(f.but(q="")))] if f.q else []
        for facet, keys in f.chosen.items():
            chips.extend(
                Chip(option_label(facet, key), self.url(f.toggled(facet, key))) for key in keys
            )
        if f.near and self.place.place:
            label = self.place.place.label
            if f.active_radius:
                label = _("%(km)s km around %(place)s") % {"km": f.active_radius, "place": label}
            chips.append(Chip(label, self.url(f.but(near="", radius=None))))
        if f.bounds:
            chips.append(Chip(_("visible part of the map"), self.url(f.but(bounds=None))))
        if not f.examples:
            chips.append(Chip(_("without examples"), self.url(f.but(examples=True))))
        return chips

    @cached_property
    def quick(self) -> list[Way]:
        """Short cuts: only one category, only checked entries, without examples."""
        f, counts = self.filters, self.found.facet_counts
        ways = []
        if not f.chosen.get("category") and not f.chosen.get("role"):
            for key, number in counts.get("category", {}).items():
                label = _("only %(what)s") % {"what": option_label("category", key)}
                ways.append(Way(label, self.url(f.toggled("category", key)), number, key=key))
        checked = counts.get("verified", {}).get("yes", 0)
        if checked and not f.chosen.get("verified"):
            url = self.url(f.with_facet("verified", ["yes"]))
            ways.append(Way(_("only checked entries"), url, checked))
        return [way for way in ways if way.count and way.count < self.found.total]

    @cached_property
    def examples(self) -> Way | None:
        """The switch for invented examples, where there are any."""
        f = self.filters
        if not f.examples:
            return Way(_("show examples"), self.url(f.but(examples=True)), current=True)
        if self.found.facet_counts.get("example", {}).get("yes"):
            return Way(_("hide examples"), self.url(f.but(examples=False)))
        return None

    @cached_property
    def views(self) -> list[Way]:
        """The ways to look at the same answer."""
        names = {
            "list": _("List"),
            "map": pgettext("view", "Map"),
            "network": _("Network"),
            "table": _("Table"),
        }
        f = self.filters
        return [
            Way(name, self.url(f.but(view=key)), current=f.view == key, key=key)
            for key, name in names.items()
        ]

    @cached_property
    def sorts(self) -> list[Way]:
        """The orders that make sense for this question."""
        names = {"relevance": _("best match"), "name": _("name"), "newest": _("latest change")}
        if not self.filters.q:
            del names["relevance"]
        if self.place.place:
            names["distance"] = _("distance")
        active = self.filters.active_sort
        return [
            Way(name, self.url(self.filters.but(sort=key)), current=key == active, key=key)
            for key, name in names.items()
        ]

    @property
    def spelling(self) -> Way | None:
        """A better spelling, if one is known."""
        text = self.found.spelling
        if not text or text == self.filters.q.casefold():
            return None
        return Way(text, self.url(self.filters.but(q=text)))

    @cached_property
    def ways_out(self) -> list[Way]:
        """What an empty answer offers instead, most helpful first."""
        ways = [way for r in self.found.relaxations if (way := self._way_out(r))]
        if self.filters.is_narrowed:
            only_text = not ways and self.filters.q and len(self.chips) == 1
            label = _("Show all entries") if only_text else _("Remove all filters")
            ways.append(Way(label, self.path))
        return ways

    @cached_property
    def topics(self) -> list[Way]:
        """Where to look instead when nobody matches a text."""
        f = self.filters.but(q="")
        return [
            Way(option_label("topic", key), self.url(f.toggled("topic", key)), number, key=key)
            for key, number in self.common.items()
        ]

    def _way_out(self, r: Relaxation) -> Way | None:
        f, n = self.filters, r.total
        number = number_format(n, force_grouping=True)
        if r.kind == "spelling":
            text = _("Did you mean “%(text)s”? That gives %(n)s.")
            return Way(text % {"text": r.text, "n": number}, self.url(f.but(q=r.text)))
        if r.kind == "radius" and r.radius_km:
            km = round(r.radius_km)
            text = ngettext(
                "Within %(km)s km there is %(n)s.", "Within %(km)s km there are %(n)s.", n
            )
            return Way(text % {"km": km, "n": number}, self.url(f.but(radius=km)))
        if r.kind == "area":
            text = ngettext("Anywhere, there is %(n)s.", "Anywhere, there are %(n)s.", n)
            return Way(text % {"n": number}, self.url(f.but(near="", radius=None)))
        if r.kind == "text":
            text = ngettext(
                "Without “%(text)s” there is %(n)s.", "Without “%(text)s” there are %(n)s.", n
            )
            return Way(text % {"text": f.q, "n": number}, self.url(f.but(q="")))
        return self._without_facet(r.facet, n, number)

    def _without_facet(self, facet: str, n: int, number: str) -> Way:
        f = self.filters
        if facet == "example":
            text = ngettext(
                "With the examples there is %(n)s.", "With the examples there are %(n)s.", n
            )
            return Way(text % {"n": number}, self.url(f.but(examples=True)))
        if facet in self.preset:
            text = ngettext(
                "In all of %(region)s there is %(n)s.", "In all of %(region)s there are %(n)s.", n
            )
            text = text % {"region": region_name(), "n": number}
            return Way(text, f"{self.all_path}{f.query_string()}")
        labels = [option_label(facet, key) for key in f.chosen.get(facet, ())]
        what = labels[0] if len(labels) == 1 else facet_title(facet)
        text = ngettext(
            "Without “only %(what)s” there is %(n)s.",
            "Without “only %(what)s” there are %(n)s.",
            n,
        )
        return Way(text % {"what": what, "n": number}, self.url(f.with_facet(facet, ())))

    def url(self, filters: Filters) -> str:
        """The address of this page with other filters."""
        return f"{self.path}{filters.query_string()}"

    def page_url(self, number: int) -> str:
        """The address of one page of the answer."""
        return self.url(self.filters.but(page=number))

    @property
    def radii(self) -> list[tuple[int, bool]]:
        """Choices of the radius in kilometres; 0 is any distance."""
        radius = self.filters.active_radius or (0 if self.filters.radius == 0 else 40)
        choices = sorted({*RADII, radius} - {0})
        return [(km, km == radius) for km in choices] + [(0, radius == 0)]

    @property
    def columns(self) -> list[Way]:
        """Columns of the table; those with an address sort by it."""
        f, active = self.filters, self.filters.active_sort
        columns = [
            Way(_("Name"), self.url(f.but(sort="name")), current=active == "name", key="name"),
            Way(_("Town"), ""),
            Way(_("What they do"), ""),
            Way(
                _("Changed"),
                self.url(f.but(sort="newest")),
                current=active == "newest",
                key="newest",
            ),
        ]
        if self.place.place:
            url = self.url(f.but(sort="distance"))
            columns.append(Way(_("km"), url, current=active == "distance", key="distance"))
        return columns

    @cached_property
    def pagination(self) -> list[Way]:
        """Links to other pages: the ends, and two around this one; an empty one is a gap."""
        now, last = self.found.page, self.found.pages
        shown = sorted({1, last, *(n for n in range(now - 2, now + 3) if 1 <= n <= last)})
        ways = [Way(_("Back"), self.page_url(now - 1), key="prev")] if now > 1 else []
        before = 0
        for number in shown:
            if number > before + 1:
                ways.append(Way("…", ""))
            label = number_format(number, force_grouping=True)
            current = number == now
            ways.append(Way(label, "" if current else self.page_url(number), current=current))
            before = number
        if now < last:
            ways.append(Way(_("Next"), self.page_url(now + 1), key="next"))
        return ways

    @property
    def place_choices(self) -> list[Way]:
        """The places that the typed one may mean."""
        return [
            Way(area_label(place), self.url(self.filters.but(near=area_label(place))))
            for place in self.place.choices
        ]

    @property
    def canvas(self) -> Outline:
        """The drawing for those without script."""
        return outline()

    @property
    def spots(self) -> list[tuple[int, int]]:
        """Where the actors of this page lie on the drawing."""
        canvas = outline()
        places = [
            (line.card.latitude, line.card.longitude)
            for line in self.found.lines
            if line.card.latitude is not None and line.card.longitude is not None
        ]
        spots = {canvas.point(lat, lon) for lat, lon in places if canvas.holds(lat, lon)}
        return sorted(spots)

    @property
    def canonical(self) -> str:
        """The one address for this content: the list, without order and page size."""
        return self.url(self.filters.but(view="list", sort="", more="", page=self.found.page))

    @property
    def profile_query(self) -> str:
        """The same question for the page to print."""
        f = self.filters.but(view="list", sort="", more="")
        for facet, key in self.preset.items():
            f = f.with_facet(facet, [key])
        return f.query_string()

    @property
    def points_query(self) -> str:
        """The same question for the map's data."""
        f = self.filters.but(view="list", sort="", more="", bounds=None)
        for facet, key in self.preset.items():
            f = f.with_facet(facet, [key])
        return f.query_string()


def finder_page(
    data: QueryDict,
    *,
    path: str,
    all_path: str,
    preset: Mapping[str, str] | None = None,
) -> FinderPage:
    """Read the address, ask the index, put the page together.

    Args:
        preset: facets that the page itself sets, for example its district.
    """
    parsed = parse(data, known_keys)
    filters, preset = parsed.filters, preset or {}
    answer = resolve_place(filters.near)
    spot = (answer.place.lat, answer.place.lon) if answer.place else None
    per_page = PER_PAGE[filters.view]
    query = to_query(filters, near=spot, preset=preset, per_page=per_page)
    ties = None
    if filters.view == "network":
        found = find(replace(query, offset=0))
        ties = tie_page(query, filters.page, found.total)
        found = replace(found, page=ties.page, pages=ties.pages)
    else:
        found = find(query)
    if found.page != filters.page:
        filters = filters.but(page=found.page)
    return FinderPage(
        path=path,
        all_path=all_path,
        filters=filters,
        found=found,
        place=answer,
        preset=preset,
        hints=tuple(_hint(name, value) for name, value in parsed.ignored),
        common=common_topics(query) if filters.q and not found.total else {},
        ties=ties,
    )


def _hint(name: str, value: str) -> str:
    return _("“%(value)s” is not known under “%(name)s” and was left out.") % {
        "value": value,
        "name": parameter_title(name),
    }
