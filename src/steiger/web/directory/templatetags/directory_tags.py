"""The parts of the Landkarte that are written hundreds of times a second: filters and lines.

They are put together in Python: with the template language the same text took five times as long,
and these two parts are most of every page. Everything that comes from data is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from steiger.web.directory.domain.areas import area_url, map_name
from steiger.web.directory.domain.queries import Card
from steiger.web.directory.domain.search import Line
from steiger.web.directory.domain.sources import source_label
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.interfaces.facets import Group, Option
from steiger.web.directory.interfaces.finder import FinderPage

register = template.Library()
register.simple_tag(area_url)
register.simple_tag(map_name)
register.filter(source_label)


def _safe(text: str) -> SafeString:
    # Only called with text whose data went through escape() above.
    return mark_safe(text)  # noqa: S308


# --- filters --------------------------------------------------------------------------------------
@register.simple_tag
def facet_groups(page: FinderPage) -> SafeString:
    """All filters as groups of checkboxes; they belong to the form around them."""
    return _safe("".join(_group(page, group) for group in page.groups))


def _group(page: FinderPage, group: Group) -> str:
    more = ""
    if group.left_out:
        url = escape(page.url(page.filters.but(more=group.facet)))
        text = ngettext("show %(n)s more", "show %(n)s more", group.left_out)
        more = f'<a class="st-facet-more" href="{url}">{text % {"n": group.left_out}}</a>'
    state = " open" if group.is_open else ""
    return (
        f'<details class="st-facet" id="facet-{group.facet}"{state}><summary>'
        f"{escape(group.title)}</summary><ul>{_options(group.options)}</ul>{more}</details>"
    )


def _options(options: Iterable[Option]) -> str:
    parts = []
    for o in options:
        nested = f"<ul>{_options(o.children)}</ul>" if o.children else ""
        label: str = escape(o.label)
        if o.facet == "category":
            label = f'<span class="st-category st-category--{o.key}">{label}</span>'
        number = str(o.count) if o.count < 1000 else number_format(o.count, force_grouping=True)
        parts.append(
            f'<li><label class="st-option"><input type="checkbox" name="{o.facet}" value="{o.key}"'
            f' id="f-{o.facet}-{o.key}"{" checked" if o.chosen else ""}><span>{label}</span>'
            f'<span class="st-count">{number}</span></label>{nested}</li>'
        )
    return "".join(parts)


# --- lines ----------------------------------------------------------------------------------------
@register.simple_tag
def category_mark(role: str) -> SafeString:
    """A sub-category with the colour and the shape of its category."""
    return _safe(_mark(role))


def _mark(role: str) -> str:
    word = vocabulary().word("role", role)
    if word is None:
        return ""
    return f'<span class="st-category st-category--{word.parent}">{escape(word.label)}</span>'


def _tags(card: Card) -> str:
    tags = ""
    if card.is_example:
        example = _("Example")
        tags += f' <span class="st-tag st-tag--example">{example}</span>'
    if card.verified_on:
        checked, day = _("checked"), date_format(card.verified_on, "SHORT_DATE_FORMAT")
        title = _("checked on %(day)s") % {"day": day}
        tags += f' <span class="st-tag st-tag--checked" title="{title}">{checked}</span>'
    return tags


def _place(line: Line) -> str:
    place: str = escape(line.card.town)
    if line.hit.distance_km is not None:
        place += f'<span class="st-away">{_away(line.hit.distance_km)}</span>'
    return place


def _away(km: float) -> str:
    """A distance as exact as it is: many entries are placed at the centre of their town."""
    if km < 1:
        return _("in the town")
    return _("about %(n)s km") % {"n": number_format(km, 0)}


def _matched(line: Line) -> str:
    if not line.hit.matched_name or line.hit.matched_name == line.card.name:
        return ""
    word = _("formerly") if line.hit.why == "former" else _("also")
    return f"{word}: {escape(line.hit.matched_name)}"


@register.simple_tag
def hit_list(page: FinderPage, *, choose: bool = True) -> SafeString:
    """The answer as a list; each item carries the actor's number for the map.

    ``choose``: whether entries can be chosen to be compared; a frame has no place for that.
    """
    begin, end = reverse("directory:actor", kwargs={"slug": "_"}).rsplit("_", 1)
    compact = page.filters.view == "map"
    choice = (
        '<label class="st-hit-choose"><input type="checkbox" name="eintrag" value="{}"'
        f' form="vergleich"> {_("Compare")}<span class="kern-sr-only">: {{}}</span></label>'
    )
    parts = []
    for line in page.found.lines:
        card = line.card
        matched = _matched(line)
        roles = "".join(f"<li>{_mark(role)}</li>" for role in card.roles[:4])
        parts.append(
            f'<li class="st-hit" data-actor="{card.id}"><h3 class="st-hit-name">'
            f'<a href="{begin}{card.slug}{end}">{escape(card.name)}</a>{_tags(card)}</h3>'
            + (f'<p class="st-hit-also">{matched}</p>' if matched else "")
            + f'<div class="st-hit-meta"><span class="st-hit-place">{_place(line)}</span>'
            + (f'<ul class="st-roles">{roles}</ul>' if roles else "")
            + "</div>"
            + (
                f'<p class="st-hit-offer"{_language(card)}>{escape(card.offer)}</p>'
                if card.offer and not compact
                else ""
            )
            + (choice.format(card.slug, escape(card.name)) if choose and not compact else "")
            + "</li>"
        )
    return _safe(
        f'<ol class="st-hits{" st-hits--compact" if compact else ""}">{"".join(parts)}</ol>'
    )


def _language(card: Card) -> str:
    return f' lang="{card.offer_language}"' if card.offer_language else ""


@register.simple_tag
def hit_rows(page: FinderPage) -> SafeString:
    """The answer as rows of a table."""
    begin, end = reverse("directory:actor", kwargs={"slug": "_"}).rsplit("_", 1)
    with_distance = page.place.place is not None
    # On a small display each value stands under the name of its column.
    cells = [f'<td data-label="{escape(column.label)}"' for column in page.columns[1:]]
    parts = []
    for line in page.found.lines:
        card = line.card
        matched = _matched(line)
        away = line.hit.distance_km
        roles = "".join(f"<li>{_mark(role)}</li>" for role in card.roles)
        parts.append(
            f'<tr data-actor="{card.id}"><th scope="row"><a href="{begin}{card.slug}{end}">'
            f"{escape(card.name)}</a>{_tags(card)}"
            + (f'<span class="st-hit-also">{matched}</span>' if matched else "")
            + f"</th>{cells[0]}>{escape(card.town)}</td>"
            + f'{cells[1]}><ul class="st-roles">{roles}</ul></td>'
            + f"{cells[2]}>{date_format(card.changed_on, 'SHORT_DATE_FORMAT')}</td>"
            + (
                f'{cells[3]} class="st-number">'
                f"{number_format(away, 0) if away is not None else '–'}</td>"
                if with_distance
                else ""
            )
            + "</tr>"
        )
    return _safe("".join(parts))
