"""The columns in which actors leave the map: what an import reads again, and what readers need.

Every value is text, several are separated by ``|``. What an import reads is named like the columns
of ``steiger directory import``, so that a list comes back as it went.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from steiger.engines.directory.records.rows import FOR_READERS
from steiger.regions import Region, load_region
from steiger.web.directory.domain.export_rows import ExportRow
from steiger.web.directory.domain.vocabulary_cache import Vocabulary, vocabulary
from steiger.web.directory.models import Source

Value = str | int | float | None

#: What an import reads again.
IMPORTED = (
    "id", "kind", "name", "name_en", "short_name", "former_names", "other_names", "street",
    "postcode", "city", "municipality", "region", "country", "lat", "lng", "website", "wikipedia",
    "identifiers", "founded", "size", "initiative", "roles", "offers_de", "offers_en", "topics",
    "sectors", "description_de", "description_en", "example",
)  # fmt: skip
COLUMNS = (*IMPORTED, *FOR_READERS)
#: Where the German page of an actor lies; it is the actor's name in every list.
PAGE = "/landkarte/eintrag/"


def entry_address(slug: str) -> str:
    """The address of an actor's page, which is its id in every list that leaves the map."""
    return f"{settings.BASE_URL}{PAGE}{slug}/"


def entry_named(record_id: str) -> tuple[str, str]:
    """Where a map is and the slug of an entry there; both "" where the id is no such address."""
    address, page, rest = record_id.rpartition(PAGE)
    slug = rest.removesuffix("/")
    return (address, slug) if page and slug and "/" not in slug else ("", "")


def imported_values(row: ExportRow, here: Region) -> tuple[Value, ...]:
    """The values under ``IMPORTED``."""
    return (
        entry_address(row.slug),
        row.kind,
        row.name,
        _several(row.names_en),
        _several(row.short),
        _several(row.former),
        _several(row.others),
        row.street,
        row.postcode,
        row.town,
        row.municipality,
        here.name_de if row.district else "",
        row.country,
        _degrees(row.latitude),
        _degrees(row.longitude),
        row.website,
        row.wikipedia,
        _several(f"{scheme}:{value}" for scheme, value in row.identifiers),
        row.founded,
        row.size,
        row.initiative,
        "|".join(role.key for role in row.roles),
        _aligned(role.offer_de for role in row.roles),
        _aligned(role.offer_en for role in row.roles),
        "|".join(row.topics),
        "|".join(row.sectors),
        row.description_de,
        row.description_en,
        "yes" if row.is_example else "",
    )


def _degrees(value: float | None) -> float | None:
    # A centimetre; further digits do not survive in a spreadsheet.
    return None if value is None else round(value, 7)


def _part(text: str) -> str:
    # The separator inside a value would make two of it.
    return text.replace("|", "¦") if "|" in text else text


def _several(texts: Iterable[str]) -> str:
    return "|".join(_part(text) for text in texts)


def _aligned(texts: Iterable[str]) -> str:
    return _several(texts).rstrip("|")


@dataclass(frozen=True, slots=True)
class SourceWords:
    """What is said about a source in a list."""

    name: str
    licence: str
    licence_url: str
    url: str


class Columns:
    """Makes the values of all columns, in one language.

    Everything that is looked up is looked up once: a list is written long after the request's
    language is forgotten.
    """

    def __init__(self, language: str) -> None:
        self.english = english = language.startswith("en")
        self.here = load_region(settings.REGION)
        self.words: Vocabulary = vocabulary()
        self._labels = {
            word.key if name == "role" else f"{name}/{word.key}": (
                word.label_en if english else word.label_de
            )
            for (name, _), word in self.words.words.items()
        }
        self._categories = {
            word.key: self.category(word.parent) for word in self.words.facet("role").values()
        }
        self._districts = {ags: area.display_name for ags, area in self.here.districts.items()}
        self.sources: Mapping[str, SourceWords] = {
            s.key: SourceWords(s.name, s.licence, s.licence_url, s.url)
            for s in Source.objects.all()
        }

    def text(self, de: str, en: str) -> str:
        """The text in the language of the columns; the other one where it is missing."""
        return (en or de) if self.english else (de or en)

    def category(self, key: str) -> str:
        """Label of a category."""
        return self._labels.get(f"category/{key}", key)

    def topic(self, key: str) -> str:
        """Label of a method or technology field."""
        return self._labels.get(f"method/{key}") or self._labels.get(f"technology/{key}", key)

    def role(self, key: str) -> str:
        """Label of a role."""
        return self._labels.get(key, key)

    def values(self, row: ExportRow) -> tuple[Value, ...]:
        """The values under ``COLUMNS``."""
        roles = row.roles
        known = [self.sources[key] for key in row.sources]
        return (
            *imported_values(row, self.here),
            self._districts.get(row.district, ""),
            "|".join(dict.fromkeys(self._categories.get(r.key, "") for r in roles))
            if roles
            else "",
            _several(self.role(r.key) for r in roles) if roles else "",
            _several(self.topic(key) for key in row.topics) if row.topics else "",
            _several(self._labels.get(f"sector/{key}", key) for key in row.sectors)
            if row.sectors
            else "",
            row.precision,
            row.verified_on,
            row.changed_on,
            "|".join(source.name for source in known),
            "|".join(dict.fromkeys(source.licence for source in known)),
            row.stated_on,
        )
