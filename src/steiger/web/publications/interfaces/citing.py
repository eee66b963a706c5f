"""A publication as a citation, in the formats that reference managers read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from steiger.adapters.citations import Citation, as_bibtex, as_csl_json, as_ris
from steiger.regions import load_region
from steiger.web.directory.domain.queries import in_language
from steiger.web.publications.domain.licences import licence_of
from steiger.web.publications.domain.texts import localized
from steiger.web.publications.models import Publication, Version


@dataclass(frozen=True, slots=True)
class Form:
    """One format."""

    name: str
    media_type: str
    ending: str
    write: Callable[[Citation], str]


FORMS = {
    "csl": Form("CSL-JSON", "application/vnd.citationstyles.csl+json", "json", as_csl_json),
    "bibtex": Form("BibTeX", "application/x-bibtex", "bib", as_bibtex),
    "ris": Form("RIS", "application/x-research-info-systems", "ris", as_ris),
}


def citation_of(publication: Publication, version: Version) -> Citation:
    """What is cited: this version, at its own address unless it is the newest."""
    licence = licence_of(publication.licence)
    authors = [author.organisation for author in publication.authors.all()]
    return Citation(
        key=publication.slug[:112] + (f"-v{version.number}" if version.number > 1 else ""),
        kind=publication.kind,
        title=localized(publication, "title"),
        authors=tuple(authors),
        publisher=publisher_name(),
        issued=version.released_on,
        url=address_of(publication, version),
        abstract=localized(publication, "abstract"),
        edition=str(version.number) if version.number > 1 else "",
        doi=version.doi,
        languages=tuple(d.language for d in version.documents.all()),
        licence=str(licence.name),
        licence_url=licence.url,
        keywords=tuple(term.label for term in publication.topics.all()),
    )


def address_of(publication: Publication, version: Version) -> str:
    """The full address of a version; the newest has that of the publication."""
    newest = next((v.number for v in publication.versions.all() if v.public), version.number)
    if version.number >= newest:
        return settings.BASE_URL + publication.get_absolute_url()
    kwargs = {"slug": publication.slug, "number": version.number}
    return settings.BASE_URL + reverse("publications:version", kwargs=kwargs)


def publisher_name() -> str:
    """Who publishes: the platform of the region."""
    region = load_region(settings.REGION)
    return f"Steiger {in_language(region.name_de, region.name_en)}"


def in_words(publication: Publication, version: Version) -> str:
    """The citation as one writes it by hand."""
    authors = ", ".join(author.organisation for author in publication.authors.all())
    link = f"https://doi.org/{version.doi}" if version.doi else ""
    link = link or address_of(publication, version)
    title = localized(publication, "title").rstrip(".")
    return f"{authors} ({version.released_on.year}): {title}. {publisher_name()}. {link}"
