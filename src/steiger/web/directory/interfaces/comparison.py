"""Actors side by side, and districts side by side: what the address names, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from steiger.engines.directory.search import Query
from steiger.web.directory.domain.areas import (
    AreaPage,
    area_name,
    area_page,
    area_url,
    district_names,
    map_name,
    region,
)
from steiger.web.directory.domain.details import ActorDetails, actor_details
from steiger.web.directory.domain.index import search_index
from steiger.web.directory.domain.queries import Card, cards
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.interfaces.facets import option_label
from steiger.web.directory.interfaces.filters import MAX_TEXT, clean_text
from steiger.web.directory.models import Actor

ACTORS, AREAS = 3, 4
OFFERED = 8
TOPICS = 8
ACTOR, AREA = "eintrag", "gebiet"


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over a column: name, its page, the address without it."""

    name: str
    url: str
    without: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: pieces of text, each with whether all others have it too.

    Attributes:
        share: 0 to 1, for a bar; None where a bar says nothing.
    """

    pieces: tuple[tuple[str, bool], ...]
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    label: str
    cells: tuple[Cell, ...]
    category: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart, in units of the drawing (0 to 100)."""

    label: str
    value: str
    width: float


@dataclass(frozen=True)
class Comparison:
    """The page.

    Attributes:
        kind: "actors" or "areas".
        common: labels of the topics that all actors share.
        choices: (label, address) that would add one more.
        options: (key, name) of the districts that can be added.
        kept: the keys in the address, to be sent again by a form.
    """

    kind: str
    heads: tuple[Head, ...] = ()
    lines: tuple[Line, ...] = ()
    bars: tuple[Bar, ...] = ()
    common: tuple[str, ...] = ()
    asked: str = ""
    choices: tuple[tuple[str, str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    kept: tuple[str, ...] = ()
    hints: tuple[str, ...] = field(default=())

    @property
    def is_full(self) -> bool:
        """Whether no more fit side by side."""
        return len(self.heads) >= (ACTORS if self.kind == "actors" else AREAS)

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """The way to this page."""
        return [(map_name(), reverse("directory:map")), (_("Compare"), "")]


def comparison(data: QueryDict) -> Comparison:
    """What an address asks to compare: districts if it names any, else actors."""
    if AREA in data:
        return _areas(_keys(data, AREA), clean_text(data.get("q", ""), MAX_TEXT))
    return _actors(_keys(data, ACTOR), clean_text(data.get("q", ""), MAX_TEXT))


def compare_url(name: str, keys: list[str]) -> str:
    """The address that compares these."""
    query = urlencode([(name, key) for key in keys])
    return f"{reverse('directory:compare')}?{query}" if query else reverse("directory:compare")


def _keys(data: QueryDict, name: str) -> list[str]:
    return list(dict.fromkeys(clean_text(key, 120) for key in data.getlist(name)[:20] if key))


# --- actors ---------------------------------------------------------------------------------------
def _actors(asked: list[str], text: str) -> Comparison:
    rows = Actor.objects.filter(slug__in=asked, state=Actor.State.PUBLISHED).in_bulk(
        field_name="slug"
    )
    keys = [key for key in asked if key in rows]
    hints = [_("“%(key)s” is no entry of the map.") % {"key": k} for k in asked if k not in rows]
    if len(keys) > ACTORS:
        hints.append(_("Three entries fit side by side; the first three are shown."))
    keys = keys[:ACTORS]
    found = [actor_details(rows[key]) for key in keys]
    heads = tuple(
        Head(
            name=one.actor.name,
            url=one.actor.get_absolute_url(),
            without=compare_url(ACTOR, [k for k in keys if k != one.actor.slug]),
            note=_("Example") if one.actor.is_example else "",
        )
        for one in found
    )
    topics = [{line.label for line in one.terms if line.facet == "topic"} for one in found]
    common = set.intersection(*topics) if len(topics) > 1 else set()
    return Comparison(
        kind="actors",
        heads=heads,
        lines=_actor_lines(found),
        common=tuple(sorted(common)),
        asked=text,
        choices=_choices(text, keys),
        kept=tuple(keys),
        hints=tuple(hints),
    )


def _actor_lines(found: list[ActorDetails]) -> tuple[Line, ...]:
    words = vocabulary()
    rows: list[tuple[str, list[list[str]]]] = [
        (_("What they are"), [[one.description] if one.description else [] for one in found]),
        (_("Roles"), [[role.label for role in one.roles] for one in found]),
        (_("Offer"), [[role.offer for role in one.roles if role.offer] for one in found]),
        (_("Place"), [_place(one) for one in found]),
        (
            _("Topics"),
            [[t.label for t in one.terms if t.facet == "topic"] for one in found],
        ),
        (_("Sectors"), [[t.label for t in one.terms if t.facet == "sector"] for one in found]),
        (
            _("Size"),
            [
                [words.label("size", str(k))] if (k := one.facts.get("size")) else []
                for one in found
            ],
        ),
        (_("Founded"), [[str(y)] if (y := one.facts.get("founded")) else [] for one in found]),
        (_("Connected with"), [[line.other.name for line in one.relations] for one in found]),
        (
            _("Checked"),
            [[_("yes")] if one.actor.verified_on else [_("not yet checked")] for one in found],
        ),
    ]
    lines = []
    for label, columns in rows:
        if not any(columns):
            continue
        shared = set.intersection(*map(set, columns)) if len(columns) > 1 else set()
        cells = (Cell(tuple((text, text in shared) for text in column)) for column in columns)
        lines.append(Line(label, tuple(cells)))
    return tuple(lines)


def _place(one: ActorDetails) -> list[str]:
    parts = [one.actor.town]
    district = one.actor.district
    if district in region().districts and area_name(district) != one.actor.town:
        parts.append(area_name(district))
    return [part for part in parts if part]


def _choices(text: str, keys: list[str]) -> tuple[tuple[str, str, str], ...]:
    if not text or len(keys) >= ACTORS:
        return ()
    found = search_index().search(Query(text=text, limit=OFFERED + ACTORS), relax=False)
    known: dict[int, Card] = cards([hit.id for hit in found.hits])
    listed = [known[hit.id] for hit in found.hits if hit.id in known]
    return tuple(
        (card.name, card.town, compare_url(ACTOR, [*keys, card.slug]))
        for card in listed
        if card.slug not in keys
    )[:OFFERED]


# --- districts ------------------------------------------------------------------------------------
def _areas(asked: list[str], text: str) -> Comparison:
    pages = {key: page for key in asked if key.isdigit() and (page := area_page(key))}
    hints = [_("“%(key)s” is no district or town.") % {"key": k} for k in asked if k not in pages]
    if len(pages) > AREAS:
        hints.append(_("Four areas fit side by side; the first four are shown."))
    keys = list(pages)[:AREAS]
    found = [pages[key] for key in keys]
    heads = tuple(
        Head(
            area_name(key), area_url(key), compare_url(AREA, [k for k in keys if k != key] or [""])
        )
        for key in keys
    )
    rates = [page.figure.per_100k or 0.0 for page in found]
    most = max(rates, default=0.0) or 1.0
    bars = tuple(
        Bar(area_name(key), number_format(rate, 1), 100 * rate / most)
        for key, rate in zip(keys, rates, strict=True)
    )
    return Comparison(
        kind="areas",
        heads=heads,
        lines=_area_lines(found),
        bars=bars,
        asked=text,
        options=tuple((k, name) for k, name in district_names().items() if k not in keys),
        kept=tuple(keys),
        hints=tuple(hints),
    )


def _area_lines(found: list[AreaPage]) -> tuple[Line, ...]:
    if not found:
        return ()
    figures = [page.figure for page in found]
    lines = [
        _numbers(_("Entries"), [figure.actors for figure in figures]),
        _numbers(_("Inhabitants"), [figure.population for figure in figures]),
        _numbers(_("per 100,000 inhabitants"), [figure.per_100k for figure in figures], digits=1),
        _numbers(_("Rank"), [page.rank for page in found], bar=False),
    ]
    for key, word in vocabulary().facet("category").items():
        counts = [dict(page.categories).get(key, 0) for page in found]
        if any(counts):
            lines.append(_numbers(word.label, counts, category=key))
    topics = [_topics(page) for page in found]
    totals = {key: sum(one.get(key, 0) for one in topics) for one in topics for key in one}
    for key in sorted(totals, key=lambda k: (-totals[k], k))[:TOPICS]:
        if totals[key]:
            counts = [one.get(key, 0) for one in topics]
            lines.append(_numbers(option_label("topic", key), counts))
    return tuple(lines)


def _topics(page: AreaPage) -> dict[str, int]:
    kind = "district" if page.is_district else "municipality"
    query = Query(facets={kind: frozenset({page.area.ags})}, limit=1)
    return dict(search_index().search(query, relax=False).facet_counts.get("topic", {}))


def _numbers(
    label: str,
    values: list[int | None] | list[float | None] | list[int],
    *,
    digits: int = 0,
    bar: bool = True,
    category: str = "",
) -> Line:
    known = [float(value) for value in values if value is not None]
    most = max(known, default=0.0) or 1.0
    cells = []
    for value in values:
        text = "–" if value is None else number_format(value, digits, force_grouping=True)
        share = float(value) / most if bar and value is not None else None
        cells.append(Cell(((text, False),), share))
    return Line(label, tuple(cells), category)
