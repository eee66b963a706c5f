"""A selection of the map as one page to hand out: what stands on it, and the file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from steiger.adapters.profile_pdf import Bar, Contact, Entry, Figure, Profile, as_pdf
from steiger.engines.directory.search import Query
from steiger.lib.typesetting import fonts_as_ttf
from steiger.web.directory.domain.areas import (
    AreaPage,
    area_page,
    area_url,
    map_name,
    region,
    region_name,
)
from steiger.web.directory.domain.index import search_index
from steiger.web.directory.domain.queries import Card, cards
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.interfaces.facets import facet_title, option_label
from steiger.web.directory.interfaces.outline import outline
from steiger.web.directory.interfaces.question import Question

#: How many entries are read; the page takes as many as fit.
READ = 200
LISTED = 30
DOTS = 2_000


def profile_of(question: Question) -> Profile:
    """What stands on the page of a selection."""
    filters = question.filters
    area = _area(question)
    found = search_index().search(replace(question.query, limit=READ, sort="name"), relax=False)
    known = cards([hit.id for hit in found.hits])
    listed = [known[hit.id] for hit in found.hits if hit.id in known]
    # Those who exist, were checked and say what they offer help a reader most.
    listed.sort(key=lambda card: (card.is_example, card.verified_on is None, not card.offer))
    url = area_url(area.area.ags) if area else f"{reverse('directory:map')}{filters.query_string()}"
    name = area.figure.name if area else region_name()
    counts = found.facet_counts
    return Profile(
        language="en" if (get_language() or "de").startswith("en") else "de",
        title=_("AI in %(name)s") % {"name": name},
        subtitle=_subtitle(question, area),
        author=region().imprint.get("operator", ""),
        figures=_figures(found.total, counts, area),
        svg=_drawing(question.query, area),
        alt=_("Map of %(region)s with the places of the entries.") % {"region": region_name()},
        topics=_bars("topic", counts.get("topic", {})),
        categories=_bars("category", counts.get("category", {})),
        entries=tuple(_entry(card) for card in listed[:LISTED]),
        total=found.total,
        url=f"{settings.BASE_URL}{url}",
        contacts=_contacts(),
        sources=_sources(),
    )


def profile_pdf(question: Question) -> bytes:
    """The page as PDF."""
    fonts = fonts_as_ttf(settings.FONT_SOURCES, settings.FONT_DIR)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return as_pdf(profile_of(question), fonts=fonts, made_at=today)


def _area(question: Question) -> AreaPage | None:
    """The one district or municipality that is all that is asked for."""
    chosen = question.filters.chosen
    if set(chosen) - {"district", "municipality"} or len(chosen) != 1 or question.filters.q:
        return None
    (keys,) = chosen.values()
    return area_page(keys[0]) if len(keys) == 1 and not question.filters.near else None


def _subtitle(question: Question, area: AreaPage | None) -> str:
    day = date_format(timezone.localdate(), "DATE_FORMAT")
    filters = question.filters
    parts = [] if area else [f"“{filters.q}”"] if filters.q else []
    if not area:
        parts += [
            f"{facet_title(facet)}: {', '.join(option_label(facet, key) for key in keys)}"
            for facet, keys in filters.chosen.items()
        ]
        if filters.near:
            parts.append(_("around %(place)s") % {"place": filters.near})
    what = " · ".join(parts) or _("Firms, research and training at a glance")
    return f"{what} · {map_name()}, {day}"


def _figures(
    total: int, counts: Mapping[str, Mapping[str, int]], area: AreaPage | None
) -> tuple[Figure, ...]:
    figures = [Figure(number_format(total, force_grouping=True), _("Entries"))]
    if area and area.figure.per_100k is not None and area.figure.population:
        rate = number_format(area.figure.per_100k, 1)
        people = number_format(area.figure.population, force_grouping=True)
        figures.append(Figure(rate, _("per 100,000 inhabitants")))
        figures.append(Figure(people, _("Inhabitants")))
        if area.rank and area.figure.actors:
            of = (
                _("rank among %(n)s districts") if area.is_district else _("rank among %(n)s towns")
            )
            figures.append(Figure(str(area.rank), of % {"n": area.ranked}))
        return tuple(figures)
    checked = counts.get("verified", {}).get("yes", 0)
    towns = sum(1 for n in counts.get("municipality", {}).values() if n)
    topics = sum(1 for n in counts.get("topic", {}).values() if n)
    figures.append(Figure(number_format(towns), _("Towns and municipalities")))
    figures.append(Figure(number_format(topics), _("Topics")))
    figures.append(Figure(number_format(checked, force_grouping=True), _("checked entries")))
    return tuple(figures)


def _bars(facet: str, counts: Mapping[str, int]) -> tuple[Bar, ...]:
    some = sorted(
        ((n, key) for key, n in counts.items() if n), key=lambda pair: (-pair[0], pair[1])
    )
    return tuple(Bar(option_label(facet, key), n) for n, key in some)


def _entry(card: Card) -> Entry:
    words = vocabulary()
    offer = card.offer or ", ".join(words.label("role", key) for key in card.roles)
    page = reverse("directory:actor", kwargs={"slug": card.slug})
    word = _("Example")
    is_told = not card.is_example or card.name.startswith(word)
    name = card.name if is_told else f"{card.name} ({word})"
    return Entry(name, card.town, offer, f"{settings.BASE_URL}{page}")


def _drawing(query: Query, area: AreaPage | None) -> str:
    canvas = outline()
    here = area.area.ags[:5] if area else ""
    out = io.StringIO()
    out.write(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {canvas.width} {canvas.height}">'
    )
    for ags, path in canvas.districts.items():
        fill = "#ffdf9e" if ags == here else "#e9eff5"
        out.write(f'<path d="{escape(path)}" fill="{fill}" stroke="#9fb0c0" stroke-width="2"/>')
    points = search_index().points(query)
    spots = {
        canvas.point(lat, lon)
        for lat, lon in zip(points.lat.tolist(), points.lon.tolist(), strict=True)
        if canvas.holds(lat, lon)
    }
    for x, y in sorted(spots)[:DOTS]:
        out.write(f'<circle cx="{x}" cy="{y}" r="7" fill="#0b3c6e" fill-opacity=".8"/>')
    if area and not area.is_district:
        x, y = canvas.point(area.area.lat, area.area.lon)
        out.write(
            f'<circle cx="{x}" cy="{y}" r="26" fill="none" stroke="#b34700" stroke-width="6"/>'
        )
    out.write("</svg>")
    return out.getvalue()


def _contacts() -> tuple[Contact, ...]:
    imprint = region().imprint
    advice = f"{settings.BASE_URL}{reverse('advice:start')}"
    found = [Contact(_("Ask what AI can do for your firm, free of charge:"), advice)]
    if mail := imprint.get("email"):
        found.append(Contact(_("Write to us:"), f"mailto:{mail}"))
    if phone := imprint.get("phone"):
        found.append(Contact(_("Call us: %(phone)s") % {"phone": phone}))
    return tuple(found)


def _sources() -> tuple[str, ...]:
    english = (get_language() or "de").startswith("en")
    day = date_format(timezone.localdate(), "DATE_FORMAT")
    own = _("Entries: %(map)s as of %(day)s; each entry names its sources.")
    drawn = [one.attribution_en if english else one.attribution_de for one in region().map_sources]
    return (own % {"map": map_name(), "day": day}, *(f"{text}." for text in drawn))
