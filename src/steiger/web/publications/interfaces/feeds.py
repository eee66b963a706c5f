"""News of publications for feed readers: RSS 2.0."""

from __future__ import annotations

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from steiger.web.publications.domain import searching
from steiger.web.publications.domain.queries import published, with_parts
from steiger.web.publications.domain.texts import localized
from steiger.web.publications.interfaces.citing import publisher_name
from steiger.web.publications.interfaces.filters import FACETS, parse
from steiger.web.publications.interfaces.finder import fits, values_of
from steiger.web.publications.interfaces.pages import file_line

NEWEST = 30


def feed(data: QueryDict) -> str:
    """The newest publications that fit the same filters as the list."""
    rows = values_of(published())
    known = {name: {v for values in rows.values() for v in values[name]} for name in FACETS}
    filters = parse(data, known)
    answer = searching.answer(published(), filters.q)
    asked = answer.rows.order_by("-published_at", "-pk")
    chosen = [pk for pk in asked.values_list("pk", flat=True) if fits(rows[pk], filters)][:NEWEST]
    here = settings.BASE_URL + reverse("publications:feed") + filters.query_string()
    made = Rss201rev2Feed(
        title=_("New publications – %(name)s") % {"name": publisher_name()},
        link=settings.BASE_URL + reverse("publications:list") + filters.query_string(),
        description=_("Guides, studies, recordings and newsletters about AI for firms."),
        language=(get_language() or "de")[:2],
        feed_url=here,
    )
    for publication in with_parts(published().filter(pk__in=chosen)).order_by("-published_at"):
        version = next(iter(publication.versions.all()), None)
        files = list(version.documents.all()) if version else []
        enclosures = []
        if version and files:
            url = settings.BASE_URL + file_line(files[0], publication, version).url
            enclosures = [Enclosure(url, str(files[0].size), "application/pdf")]
        made.add_item(
            title=localized(publication, "title"),
            link=settings.BASE_URL + publication.get_absolute_url(),
            description=localized(publication, "abstract"),
            unique_id=f"{settings.BASE_URL}/publications/{publication.pk}",
            unique_id_is_permalink=False,
            pubdate=publication.published_at,
            updateddate=publication.changed_at,
            categories=[term.label for term in publication.topics.all()],
            enclosures=enclosures,
        )
    return str(made.writeString("utf-8"))
