"""The list of publications with its facets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from steiger.web.accounts.domain.spelling import Meant
from steiger.web.directory.domain.community_names import community_labels
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.publications.domain import searching
from steiger.web.publications.domain.queries import published, with_parts
from steiger.web.publications.domain.texts import localized
from steiger.web.publications.interfaces.cards import Card, card_of
from steiger.web.publications.interfaces.filters import FACETS, Filters, parse
from steiger.web.publications.models import Document, Publication, Version

PER_PAGE = 12
#: So many values of a facet are shown at once.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Option:
    """One checkbox."""

    facet: str
    key: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Options of one facet."""

    facet: str
    title: str
    options: list[Option]
    further: list[Option]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One chosen value with the address that leaves it out."""

    label: str
    url: str


def values_of(publications: QuerySet[Publication]) -> dict[int, dict[str, set[str]]]:
    """Publication → facet → its values, in four small queries."""
    rows: dict[int, dict[str, set[str]]] = {}
    for pk, kind, community, at in publications.order_by().values_list(
        "pk", "kind", "community", "published_at"
    ):
        rows[pk] = {
            "kind": {kind},
            "community": {community} if community else set(),
            "year": {str(at.year)} if at else set(),
            "topic": set(),
            "language": set(),
        }
    topics = Publication.topics.through.objects.filter(publication_id__in=rows)
    words = vocabulary()
    for pk, term in topics.values_list("publication_id", "term_id"):
        if word := words.by_id.get(term):
            rows[pk]["topic"].add(word.key)
    versions = Version.objects.filter(publication_id__in=rows, public=True)
    newest = {v: p for p, v in versions.order_by("number").values_list("publication_id", "pk")}
    last = {p: v for v, p in newest.items()}
    files = Document.objects.filter(version_id__in=last.values()).values_list(
        "version__publication_id", "language"
    )
    for pk, language in files:
        rows[pk]["language"].add(language)
    return rows


def fits(values: Mapping[str, set[str]], filters: Filters, but: str = "") -> bool:
    """Whether a publication has one of the chosen values of each facet."""
    return all(
        name == but or bool(values[name] & set(keys)) for name, keys in filters.chosen.items()
    )


def facet_title(facet: str) -> str:
    """What a facet is called."""
    return {
        "kind": _("Kind"),
        "topic": _("Topic"),
        "language": _("Language"),
        "year": _("Year"),
        "community": _("Community"),
    }[facet]


def option_labels(facet: str) -> Callable[[str], str]:
    """What the values of a facet are called."""
    if facet == "community":
        return community_labels()
    labels: dict[str, Callable[[str], str]] = {
        "kind": lambda key: str(Publication.Kind(key).label),
        "language": lambda key: str(Document.Language(key).label),
        "topic": _topic_label,
    }
    return labels.get(facet, str)


def _topic_label(key: str) -> str:
    word = next(
        (w for n in ("method", "technology", "sector") if (w := vocabulary().word(n, key))),
        None,
    )
    return word.label if word else key


def list_context(data: QueryDict) -> dict[str, Any]:
    """Everything that the list shows."""
    rows = values_of(published())
    known = {name: {v for values in rows.values() for v in values[name]} for name in FACETS}
    filters = parse(data, known)
    answer = searching.answer(published(), filters.q)
    order = list(answer.rows.values_list("pk", flat=True))
    hits = [pk for pk in order if fits(rows[pk], filters)]
    page = Paginator(hits, PER_PAGE).get_page(filters.page)
    return {
        "filters": filters,
        "total": len(hits),
        "all": len(rows),
        "page_obj": page,
        "cards": _cards(page, filters.q, answer.meant),
        "is_near": answer.is_near,
        "groups": _groups(rows, order, filters),
        "chips": _chips(filters),
        "feed": reverse("publications:feed") + filters.but().query_string(),
        "ways_out": _ways_out(rows, order, filters, answer.meant) if not hits else [],
    }


def _cards(page: Page, q: str, meant: Meant) -> list[Card]:
    found = {p.pk: p for p in with_parts(Publication.objects.filter(pk__in=list(page)))}
    cards = []
    for pk in page:
        publication = found[pk]
        shown = f"{localized(publication, 'title')} {localized(publication, 'abstract')}"
        passage = None
        if q:
            version = next(iter(publication.versions.all()), None)
            files = list(Document.objects.filter(version=version)) if version else []
            passage = searching.snippet(publication, files, q, shown, meant)
        cards.append(card_of(publication, passage))
    return cards


def _groups(
    rows: Mapping[int, Mapping[str, set[str]]], order: list[int], filters: Filters
) -> list[Group]:
    groups = []
    for facet in FACETS:
        # A facet counts what would be found if only its own choice were another.
        counts = Counter(
            value for pk in order if fits(rows[pk], filters, but=facet) for value in rows[pk][facet]
        )
        chosen = filters.chosen.get(facet, ())
        label = option_labels(facet)
        options = [
            Option(facet, key, label(key), counts[key], key in chosen) for key in {*counts, *chosen}
        ]
        if facet == "year":
            options.sort(key=lambda o: o.key, reverse=True)
        else:
            options.sort(key=lambda o: (-o.count, o.label))
        if options:
            is_open = facet in {"kind", "topic"} or bool(chosen)
            # What is chosen is always seen.
            shown = [o for n, o in enumerate(options) if n < SHOWN or o.chosen]
            further = [o for o in options if o not in shown]
            groups.append(Group(facet, facet_title(facet), shown, further, is_open))
    return groups


def _chips(filters: Filters) -> list[Chip]:
    path = reverse("publications:list")
    chips = (
        [Chip(_("“%(text)s”") % {"text": filters.q}, path + filters.but(q="").query_string())]
        if filters.q
        else []
    )
    chips += [
        Chip(label(key), path + filters.without(facet, key).query_string())
        for facet in FACETS
        for label in [option_labels(facet)]
        for key in filters.chosen.get(facet, ())
    ]
    return chips


def _ways_out(
    rows: Mapping[int, dict[str, set[str]]], order: list[int], filters: Filters, meant: Meant
) -> list[tuple[str, str]]:
    """What to leave out so that something is found: a sentence with its number, an address."""
    path, ways = reverse("publications:list"), []
    for facet in filters.chosen:
        count = sum(fits(rows[pk], filters, but=facet) for pk in order)
        if count:
            url = path + filters.with_facet(facet, ()).query_string()
            ways.append((_without(facet_title(facet), count), url))
    words = filters.q.split()[: searching.MOST_WORDS]
    for place, word in enumerate(words if len(words) > 1 else ()):
        rest = " ".join((*words[:place], *words[place + 1 :]))
        left = searching.found(published(), rest, meant).values_list("pk", flat=True)
        if count := sum(fits(rows[pk], filters) for pk in left):
            ways.append((_without(word, count), path + filters.but(q=rest).query_string()))
    if not ways and filters.q:
        count = sum(fits(values, filters) for values in rows.values())
        if count:
            text = ngettext(
                "Without your search words %(n)s publication fits.",
                "Without your search words %(n)s publications fit.",
                count,
            )
            ways.append((text % {"n": count}, path + filters.but(q="").query_string()))
    return ways


def _without(name: str, count: int) -> str:
    text = ngettext(
        "Without “%(name)s” %(n)s publication fits.",
        "Without “%(name)s” %(n)s publications fit.",
        count,
    )
    return text % {"name": name, "n": count}
