"""Catalogues as data: dimensions, criteria, indicators, protection needs, methods, law."""

from steiger.engines.audit.catalogue.classification import Classification, classify
from steiger.engines.audit.catalogue.needs import ProtectionNeed, protection_needs
from steiger.engines.audit.catalogue.reading import own_catalogue, read_catalogue
from steiger.engines.audit.catalogue.types import (
    Catalogue,
    CatalogueError,
    Criterion,
    Dimension,
    Figure,
    Indicator,
    Level,
    Method,
    Need,
)
from steiger.engines.audit.catalogue.words import Text

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Classification",
    "Criterion",
    "Dimension",
    "Figure",
    "Indicator",
    "Level",
    "Method",
    "Need",
    "ProtectionNeed",
    "Text",
    "classify",
    "own_catalogue",
    "protection_needs",
    "read_catalogue",
]
