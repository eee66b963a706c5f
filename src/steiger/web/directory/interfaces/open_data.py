"""The map's lists as a catalogue of open data; invented examples are no data and stay out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Max, Min
from django.utils import timezone

from steiger.adapters.dcat import Agent, Catalogue, Concept, Contact, Dataset, Distribution
from steiger.regions import Region
from steiger.web.accounts.models import LogEntry
from steiger.web.directory.domain.areas import region
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.models import Actor

EU = "http://publications.europa.eu/resource/authority"
DE = "http://dcat-ap.de/def"
MAP = "/landkarte/"


def _eu(vocabulary_name: str, key: str, label: str) -> Concept:
    return Concept(f"{EU}/{vocabulary_name}/{key}", f"{EU}/{vocabulary_name}", label)


#: Ending, media type, file type, what it is called.
FILES = (
    ("csv", "text/csv", _eu("file-type", "CSV", "CSV"), "CSV"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _eu("file-type", "XLSX", "Excel XLSX"),
        "Excel (XLSX)",
    ),
    ("geojson", "application/geo+json", _eu("file-type", "GEOJSON", "GeoJSON"), "GeoJSON"),
    ("jsonld", "application/ld+json", _eu("file-type", "JSON_LD", "JSON-LD"), "JSON-LD"),
)
LANGUAGES = {
    "de": _eu("language", "DEU", "Deutsch"),
    "en": _eu("language", "ENG", "Englisch"),
}
THEMES = (
    _eu("data-theme", "TECH", "Wissenschaft und Technologie"),
    _eu("data-theme", "ECON", "Wirtschaft und Finanzen"),
)


def catalogue() -> Catalogue:
    """The catalogue as it is now."""
    here = region()
    real = Actor.objects.filter(state=Actor.State.PUBLISHED, is_example=False)
    span = real.aggregate(first=Min("created_at"), last=Max("changed_at"))
    issued = timezone.localdate(_begin(span["first"]))
    modified = timezone.localtime(span["last"] or timezone.now()).replace(microsecond=0)
    base, operator = settings.BASE_URL, here.imprint["operator"]
    return Catalogue(
        uri=f"{base}{MAP}katalog",
        title={
            "de": f"Offene Daten der {here.map_name_de} {here.name_de}",
            "en": f"Open data of the {here.map_name_en} of {here.name_en}",
        },
        description={
            "de": f"Wer in {here.name_de} mit Künstlicher Intelligenz arbeitet, als Listen zum"
            " Weiterverwenden.",
            "en": f"Who works with artificial intelligence in {here.name_en}, as lists for reuse.",
        },
        homepage=f"{base}{MAP}",
        issued=issued,
        modified=modified,
        publisher=Agent(f"{base}/#betreiberin", operator, f"{base}/"),
        contact=Contact(f"{base}/#kontakt", operator, here.imprint["email"]),
        contributor=_named(here, "contributor", f"{DE}/contributors", operator),
        geocoding=_named(
            here, "geocoding", here.open_data["geocoding"].rsplit("/", 1)[0], here.name_de
        ),
        level=_named(here, "geocoding_level", f"{DE}/politicalGeocoding/Level", "Geltungsbereich"),
        bounds=here.bounds,
        languages=tuple(LANGUAGES[key] for key in here.languages if key in LANGUAGES),
        themes=THEMES,
        frequency=_eu("frequency", "CONT", "ständige Aktualisierung"),
        availability=_eu("planned-availability", "AVAILABLE", "verfügbar"),
        datasets=tuple(_datasets(here, issued, modified)),
    )


def _named(here: Region, field: str, scheme: str, label: str) -> Concept:
    return Concept(here.open_data[field], scheme, label)


def _begin(first: datetime | None) -> datetime:
    """Since when the map is published here: its first entry, but not before the log's first line.

    The demonstration dates entries back to an invented year; nothing was published then.
    """
    logged = LogEntry.objects.order_by("pk").values_list("at", flat=True).first()
    return max((one for one in (first, logged) if one), default=timezone.now())


def _datasets(here: Region, issued: date, modified: datetime) -> Iterator[Dataset]:
    """Everything, then each category."""
    yield _dataset(
        here, "alle", (), here.map_name_de, here.map_name_en, issued=issued, modified=modified
    )
    for key, word in vocabulary().facet("category").items():
        if word.active:
            yield _dataset(
                here,
                key,
                (("category", key),),
                f"{here.map_name_de}: {word.label_de}",
                f"{here.map_name_en}: {word.label_en}",
                issued=issued,
                modified=modified,
            )


def _dataset(
    here: Region,
    key: str,
    filters: tuple[tuple[str, str], ...],
    german: str,
    english: str,
    *,
    issued: date,
    modified: datetime,
) -> Dataset:
    base = f"{settings.BASE_URL}{MAP}"
    uri = f"{base}katalog#{key}"
    query = f"?{urlencode([*filters, ('examples', 'hide')])}"
    licence = _named(here, "licence_code", f"{DE}/licenses", here.open_data["licence"])
    attribution = (
        f"{german}, {here.name_de} ({here.imprint['operator']}), {here.open_data['licence']}"
    )
    return Dataset(
        uri=uri,
        identifier=uri,
        title={"de": f"{german} ({here.name_de})", "en": f"{english} ({here.name_en})"},
        description={
            "de": "Organisationen und Initiativen mit Namen, Ort, Rollen, Angeboten, Themen,"
            " Kennungen, Quellen und Lizenzen der Angaben.",
            "en": "Organisations and initiatives with names, place, roles, offers, topics, ids,"
            " sources and licences of the values.",
        },
        keywords={"de": "Künstliche Intelligenz", "en": "artificial intelligence"},
        landing_page=f"{base}{query}",
        issued=issued,
        modified=modified,
        distributions=tuple(
            Distribution(
                uri=f"{uri}-{ending}",
                title={"de": f"{german} als {name}", "en": f"{english} as {name}"},
                url=f"{base}daten.{ending}{query}",
                media_type=media_type,
                format=kind,
                licence=licence,
                attribution=attribution,
            )
            for ending, media_type, kind, name in FILES
        ),
    )
