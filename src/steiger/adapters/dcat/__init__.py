"""DCAT-AP.de: a catalogue of open data, as portals of the administration harvest it."""

from steiger.adapters.dcat.types import Agent, Catalogue, Concept, Contact, Dataset, Distribution
from steiger.adapters.dcat.writer import FORMATS, as_rdf

__all__ = [
    "FORMATS",
    "Agent",
    "Catalogue",
    "Concept",
    "Contact",
    "Dataset",
    "Distribution",
    "as_rdf",
]
