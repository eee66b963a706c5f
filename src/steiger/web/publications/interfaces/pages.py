"""The page of one publication."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from steiger.web.directory.models import Actor
from steiger.web.publications.domain.dois import doi_url
from steiger.web.publications.domain.licences import licence_of
from steiger.web.publications.domain.queries import published, with_parts
from steiger.web.publications.domain.texts import localized
from steiger.web.publications.interfaces.accessibility import described, is_accessible
from steiger.web.publications.interfaces.cards import card_of
from steiger.web.publications.interfaces.citing import FORMS, in_words, publisher_name
from steiger.web.publications.models import Document, Publication, Version

SCHEMA_KINDS = {
    "guide": "CreativeWork",
    "study": "Report",
    "recording": "VideoObject",
    "newsletter": "PublicationIssue",
}


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file ready to be taken along."""

    url: str
    language: str
    lang: str
    size: str
    pages: int
    accessible: bool
    findings: list[Any]


def size_text(size: int) -> str:
    """Bytes as people say them."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    return f"{number_format(size / 1_000_000, 1)} MB"


def file_line(document: Document, publication: Publication, version: Version) -> FileLine:
    """One file."""
    return FileLine(
        url=reverse(
            "publications:file",
            kwargs={
                "slug": publication.slug,
                "number": version.number,
                "language": document.language,
            },
        ),
        language=str(document.get_language_display()),
        lang=document.language,
        size=size_text(document.size),
        pages=document.pages,
        accessible=is_accessible(document.findings),
        findings=described(document.findings),
    )


def shown_version(publication: Publication, number: int | None, *, preview: bool) -> Version | None:
    """The version that is asked for, or the newest that the reader may see."""
    versions = publication.versions.prefetch_related("documents")
    if not preview:
        versions = versions.filter(public=True)
    return versions.filter(number=number).first() if number else versions.first()


def page_context(publication: Publication, version: Version) -> dict[str, Any]:
    """Everything that the page shows."""
    newest = publication.versions.filter(public=True).first() or version
    licence = licence_of(publication.licence)
    text = localized(publication, "text")
    return {
        "publication": publication,
        "version": version,
        "newest": newest,
        "is_old": version.number < newest.number,
        "title": localized(publication, "title"),
        "abstract": localized(publication, "abstract"),
        # An older version's text is not known: the text belongs to the newest.
        "text": text if version == newest else "",
        "authors": [
            (
                a.organisation,
                a.actor if a.actor and a.actor.state == Actor.State.PUBLISHED else None,
            )
            for a in publication.authors.all()
        ],
        "licence": licence,
        "doi_url": doi_url(version.doi) if version.doi else "",
        "files": [file_line(d, publication, version) for d in version.documents.all()],
        "older": publication.versions.filter(public=True).exclude(pk=newest.pk),
        "note": localized(version, "note"),
        "day": date_format(version.released_on, "DATE_FORMAT"),
        "citation": in_words(publication, version),
        "styles": [(key, form.name) for key, form in FORMS.items()],
        "json_ld": json_ld(publication, version),
        "related": related(publication),
        "crumbs": [
            (_("Publications"), reverse("publications:list")),
            (localized(publication, "title"), ""),
        ],
    }


def related(publication: Publication, limit: int = 3) -> list[Any]:
    """Others with the same topics or of the same community, the nearest first."""
    topics = {term.pk for term in publication.topics.all()}
    others = published().exclude(pk=publication.pk).filter(topics__in=topics).distinct()
    ranked = sorted(
        with_parts(others)[:60],
        key=lambda p: -len(topics & {term.pk for term in p.topics.all()}),
    )
    return [card_of(p) for p in ranked[:limit]]


def json_ld(publication: Publication, version: Version) -> str:
    """The publication in the words of schema.org, safe inside a script element."""
    address = settings.BASE_URL + publication.get_absolute_url()
    licence = licence_of(publication.licence)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": SCHEMA_KINDS[publication.kind],
        "@id": address,
        "url": publication.url or address,
        "name": localized(publication, "title"),
        "abstract": localized(publication, "abstract"),
        "datePublished": version.released_on.isoformat(),
        "version": str(version.number),
        "author": [
            {"@type": "Organization", "name": a.organisation}
            | ({"url": settings.BASE_URL + a.actor.get_absolute_url()} if a.actor else {})
            for a in publication.authors.all()
        ],
        "publisher": {"@type": "Organization", "name": publisher_name()},
        "inLanguage": [d.language for d in version.documents.all()],
        "keywords": [term.label for term in publication.topics.all()],
        "isAccessibleForFree": True,
    }
    if publication.kind == Publication.Kind.RECORDING:
        data |= {"description": data["abstract"], "uploadDate": data["datePublished"]}
    if licence.url:
        data["license"] = licence.url
    if version.doi:
        data["identifier"] = {"@type": "PropertyValue", "propertyID": "DOI", "value": version.doi}
        data["sameAs"] = doi_url(version.doi)
    data["encoding"] = [
        {
            "@type": "MediaObject",
            "encodingFormat": "application/pdf",
            "contentUrl": settings.BASE_URL + file_line(d, publication, version).url,
            "contentSize": str(d.size),
            "inLanguage": d.language,
        }
        for d in version.documents.all()
    ]
    text = json.dumps(
        {key: value for key, value in data.items() if value not in ("", [])},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    # Inside a script element only these could end it or start another one.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
