"""Actors of the KI-Landkarte and everything said about them."""

from steiger.web.directory.models.actors import Actor, FormerAddress
from steiger.web.directory.models.history import Change, Merger
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
    "Change",
    "Classification",
    "Description",
    "Fact",
    "FormerAddress",
    "Identifier",
    "ImportRun",
    "ImportedRecord",
    "IndexChange",
    "Link",
    "Merger",
    "Name",
    "Place",
    "Relation",
    "Role",
    "Source",
    "Sourced",
    "Term",
]
