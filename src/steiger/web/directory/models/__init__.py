"""Actors of the KI-Landkarte and everything said about them."""

from steiger.web.directory.models.actors import Actor, FormerAddress
from steiger.web.directory.models.imports import ImportedRecord, ImportRun, IndexChange
from steiger.web.directory.models.values import (
    Classification,
    Description,
    Fact,
    Identifier,
    Link,
    Name,
    Place,
    Relation,
    Role,
    Source,
    Sourced,
)
from steiger.web.directory.models.vocabulary import Term

__all__ = [
    "Actor",
    "Classification",
    "Description",
    "Fact",
    "FormerAddress",
    "Identifier",
    "ImportRun",
    "ImportedRecord",
    "IndexChange",
    "Link",
    "Name",
    "Place",
    "Relation",
    "Role",
    "Source",
    "Sourced",
    "Term",
]
