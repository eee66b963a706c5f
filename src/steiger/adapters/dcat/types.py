"""What a catalogue of open data says. Texts are given by language: ``{"de": …, "en": …}``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Concept:
    """An entry of a controlled vocabulary: its address, the vocabulary's, what it is called."""

    uri: str
    scheme: str
    label: str

    def __post_init__(self) -> None:
        for address in (self.uri, self.scheme):
            if not address.startswith(("http://", "https://")):
                raise ValueError(f"A concept is named by a web address, not by “{address}”.")


@dataclass(frozen=True, slots=True)
class Agent:
    """Who publishes."""

    uri: str
    name: str
    homepage: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers questions."""

    uri: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """One file of a data set.

    Attributes:
        format: in the EU's vocabulary of file types.
        licence: in DCAT-AP.de's vocabulary of licences.
        attribution: what a reuser has to print.
    """

    uri: str
    title: Texts
    url: str
    media_type: str
    format: Concept
    licence: Concept
    attribution: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """One set of data with its files."""

    uri: str
    identifier: str
    title: Texts
    description: Texts
    keywords: Texts
    landing_page: str
    issued: date
    modified: datetime
    distributions: tuple[Distribution, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The catalogue.

    Attributes:
        contributor: who hands it in, in GovData's list.
        geocoding, level: which area it covers, and on which level of government.
        bounds: west, south, east, north in degrees (WGS84).
        languages, themes, frequency, availability: the same for all data sets.
    """

    uri: str
    title: Texts
    description: Texts
    homepage: str
    issued: date
    modified: datetime
    publisher: Agent
    contact: Contact
    contributor: Concept
    geocoding: Concept
    level: Concept
    bounds: tuple[float, float, float, float]
    languages: tuple[Concept, ...]
    themes: tuple[Concept, ...]
    frequency: Concept
    availability: Concept
    datasets: tuple[Dataset, ...]
