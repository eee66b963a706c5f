"""A publication as one line of a list; other rooms show these too."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.text import Truncator

from steiger.web.publications.domain.searching import Snippet
from steiger.web.publications.domain.texts import localized
from steiger.web.publications.models import Publication


@dataclass(frozen=True, slots=True)
class Card:
    """What a visitor needs in order to choose."""

    url: str
    title: str
    kind: str
    kind_key: str
    day: str
    abstract: str
    authors: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    is_example: bool
    snippet: Snippet | None


def card_of(publication: Publication, snippet: Snippet | None = None) -> Card:
    """One line; the publication with its parts (:func:`..domain.queries.with_parts`)."""
    version = next((v for v in publication.versions.all() if v.public), None)
    languages = (
        tuple(str(d.get_language_display()) for d in version.documents.all()) if version else ()
    )
    day = version.released_on if version else None
    return Card(
        url=publication.get_absolute_url(),
        title=localized(publication, "title"),
        kind=str(publication.get_kind_display()),
        kind_key=publication.kind,
        day=date_format(day, "DATE_FORMAT") if day else "",
        abstract=Truncator(localized(publication, "abstract")).chars(240),
        authors=", ".join(author.organisation for author in publication.authors.all()),
        languages=languages,
        topics=tuple(term.label for term in publication.topics.all())[:4],
        is_example=publication.example,
        snippet=snippet,
    )
