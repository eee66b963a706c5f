"""Writes a catalogue as RDF, valid against the SHACL shapes of DCAT-AP.de 2.0.

Sources: DCAT-AP.de 2.0 (https://www.dcat-ap.de/def/dcatde/2.0/spec/) and its book of conventions
(https://www.dcat-ap.de/def/dcatde/2.0/implRules/). Entries of controlled vocabularies are described
in the catalogue itself (label and scheme), so that it can be checked without the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steiger.adapters.dcat.types import Catalogue, Concept, Dataset, Distribution, Texts

if TYPE_CHECKING:
    from rdflib import Graph, URIRef
    from rdflib.term import Node

#: Name of a form → what rdflib calls it, and its media type.
FORMATS = {
    "turtle": ("turtle", "text/turtle; charset=utf-8"),
    "rdf": ("pretty-xml", "application/rdf+xml"),
    "json-ld": ("json-ld", "application/ld+json"),
}
DCATDE = "http://dcat-ap.de/def/dcatde/"
DCATAP = "http://data.europa.eu/r5r/"
ADMS = "http://www.w3.org/ns/adms#"
LOCN = "http://www.w3.org/ns/locn#"
VCARD = "http://www.w3.org/2006/vcard/ns#"
WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"


def as_rdf(catalogue: Catalogue, form: str) -> bytes:
    """The catalogue in one of ``FORMATS``.

    Raises:
        KeyError: the form is unknown.
    """
    name, _ = FORMATS[form]
    text: str = _Writer(catalogue).graph().serialize(format=name)
    return text.encode() if isinstance(text, str) else text


class _Writer:
    """Puts one catalogue into a graph. rdflib is loaded here, never at the start of a process."""

    def __init__(self, catalogue: Catalogue) -> None:
        from rdflib import Graph, Namespace
        from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SKOS

        self.catalogue = catalogue
        self.dcat, self.dct, self.foaf, self.rdf, self.skos = DCAT, DCTERMS, FOAF, RDF, SKOS
        self.de, self.vcard = Namespace(DCATDE), Namespace(VCARD)
        self.ap, self.locn = Namespace(DCATAP), Namespace(LOCN)
        self._graph = Graph()
        for prefix, space in (
            ("dcat", DCAT), ("dct", DCTERMS), ("foaf", FOAF), ("skos", SKOS), ("dcatde", self.de),
            ("dcatap", self.ap), ("vcard", self.vcard), ("locn", self.locn),
        ):  # fmt: skip
            self._graph.bind(prefix, space)

    def graph(self) -> Graph:
        c = self.catalogue
        me = self.uri(c.uri)
        self.add(me, self.rdf.type, self.dcat.Catalog)
        self.texts(me, self.dct.title, c.title)
        self.texts(me, self.dct.description, c.description)
        self.add(me, self.dct.publisher, self._publisher())
        self.add(me, self.foaf.homepage, self.uri(c.homepage))
        self.add(self.uri(c.homepage), self.rdf.type, self.foaf.Document)
        self._dates(me, c.issued, c.modified)
        self.add(me, self.dct.spatial, self._area())
        for language in c.languages:
            self.add(me, self.dct.language, self.concept(language, self.dct.LinguisticSystem))
        for dataset in c.datasets:
            self.add(me, self.dcat.dataset, self._dataset(dataset))
        return self._graph

    # --- parts ------------------------------------------------------------------------------------
    def _dataset(self, dataset: Dataset) -> URIRef:
        c, me = self.catalogue, self.uri(dataset.uri)
        self.add(me, self.rdf.type, self.dcat.Dataset)
        self.add(me, self.dct.identifier, self.text(dataset.identifier))
        self.texts(me, self.dct.title, dataset.title)
        self.texts(me, self.dct.description, dataset.description)
        self.texts(me, self.dcat.keyword, dataset.keywords)
        self.add(me, self.dcat.landingPage, self.uri(dataset.landing_page))
        self.add(self.uri(dataset.landing_page), self.rdf.type, self.foaf.Document)
        self._dates(me, dataset.issued, dataset.modified)
        self.add(me, self.dct.publisher, self._publisher())
        self.add(me, self.dcat.contactPoint, self._contact())
        self.add(me, self.de.contributorID, self.concept(c.contributor))
        self.add(me, self.de.politicalGeocodingURI, self.concept(c.geocoding))
        self.add(me, self.de.politicalGeocodingLevelURI, self.concept(c.level))
        self.add(me, self.dct.spatial, self._area())
        self.add(me, self.dct.accrualPeriodicity, self.concept(c.frequency, self.dct.Frequency))
        for theme in c.themes:
            self.add(me, self.dcat.theme, self.concept(theme))
        for language in c.languages:
            self.add(me, self.dct.language, self.concept(language, self.dct.LinguisticSystem))
        for distribution in dataset.distributions:
            self.add(me, self.dcat.distribution, self._distribution(distribution, dataset))
        return me

    def _distribution(self, distribution: Distribution, dataset: Dataset) -> URIRef:
        me = self.uri(distribution.uri)
        self.add(me, self.rdf.type, self.dcat.Distribution)
        self.texts(me, self.dct.title, distribution.title)
        self.add(me, self.dcat.accessURL, self.uri(dataset.landing_page))
        self.add(me, self.dcat.downloadURL, self.uri(distribution.url))
        kind = self.concept(distribution.format, self.dct.MediaTypeOrExtent)
        self.add(me, self.dct["format"], kind)
        media = self.uri(f"{MEDIA_TYPE}{distribution.media_type}")
        self.add(me, self.dcat.mediaType, media)
        self.add(media, self.rdf.type, self.dct.MediaType)
        licence = self.concept(distribution.licence, self.dct.LicenseDocument)
        self.add(me, self.dct.license, licence)
        self.add(me, self.de.licenseAttributionByText, self.text(distribution.attribution))
        self.add(me, self.ap.availability, self.concept(self.catalogue.availability))
        self._dates(me, dataset.issued, dataset.modified)
        return me

    def _publisher(self) -> URIRef:
        agent = self.catalogue.publisher
        me = self.uri(agent.uri)
        self.add(me, self.rdf.type, self.foaf.Agent)
        self.add(me, self.rdf.type, self.foaf.Organization)
        self.add(me, self.foaf.name, self.text(agent.name))
        self.add(me, self.foaf.homepage, self.uri(agent.homepage))
        return me

    def _contact(self) -> URIRef:
        contact = self.catalogue.contact
        me = self.uri(contact.uri)
        self.add(me, self.rdf.type, self.vcard.Kind)
        self.add(me, self.rdf.type, self.vcard.Organization)
        self.add(me, self.vcard.fn, self.text(contact.name))
        self.add(me, self.vcard.hasEmail, self.uri(f"mailto:{contact.email}"))
        return me

    def _area(self) -> URIRef:
        from rdflib import Literal, URIRef

        west, south, east, north = self.catalogue.bounds
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        ring = ", ".join(f"{lon} {lat}" for lon, lat in corners)
        me = self.uri(f"{self.catalogue.uri}#gebiet")
        self.add(me, self.rdf.type, self.dct.Location)
        box = Literal(f"POLYGON(({ring}))", datatype=URIRef(WKT))
        self.add(me, self.dcat.bbox, box)
        return me

    def _dates(self, of: URIRef, issued: object, modified: object) -> None:
        from rdflib import Literal

        self.add(of, self.dct.issued, Literal(issued))
        self.add(of, self.dct.modified, Literal(modified))

    # --- words ------------------------------------------------------------------------------------
    def concept(self, concept: Concept, kind: Node | None = None) -> URIRef:
        """An entry of a vocabulary, described just enough to be recognised as such."""
        me = self.uri(concept.uri)
        self.add(me, self.rdf.type, self.skos.Concept)
        if kind is not None:
            self.add(me, self.rdf.type, kind)
        self.add(me, self.skos.inScheme, self.uri(concept.scheme))
        self.add(me, self.skos.prefLabel, self.text(concept.label, "de"))
        return me

    def texts(self, of: URIRef, what: Node, texts: Texts) -> None:
        for language, text in texts.items():
            self.add(of, what, self.text(text, language))

    def add(self, of: Node, what: Node, value: Node) -> None:
        self._graph.add((of, what, value))

    @staticmethod
    def uri(address: str) -> URIRef:
        from rdflib import URIRef

        return URIRef(address)

    @staticmethod
    def text(text: str, language: str | None = None) -> Node:
        from rdflib import Literal

        return Literal(text, lang=language)
