"""Whether JSON is built like an OSCAL document: the parts of the model that we read and write.

It follows the OSCAL 1.1 model (required fields, no unknown ones, tokens, uuids, dates with a zone):
https://pages.nist.gov/OSCAL/. It is no complete validator of the schema; what it accepts was held
against one by hand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

TOKEN = re.compile(r"[^\W\d][\w.\-·]*")
UUID = re.compile(
    r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}"
)
STRING = re.compile(r"\S(.*\S)?")
#: Deeper nesting is an attack on readers, not a catalogue.
DEPTH = 20

#: Object → (required fields, optional fields); the kind of a field is looked up in KINDS.
MODEL: dict[str, tuple[str, str]] = {
    "catalog": ("uuid metadata", "params controls groups back-matter"),
    "metadata": (
        "title last-modified version oscal-version",
        "published revisions document-ids props links roles locations parties "
        "responsible-parties actions remarks",
    ),
    "group": ("title", "id class params props links parts groups controls"),
    "control": ("id title", "class params props links parts controls"),
    "part": ("name", "id ns class title props prose parts links"),
    "prop": ("name value", "uuid ns class group remarks"),
    "link": ("href", "rel media-type resource-fragment text"),
    "back-matter": ("", "resources"),
    "resource": (
        "uuid",
        "title description props document-ids citation rlinks base64 remarks",
    ),
    "assessment-results": ("uuid metadata import-ap results", "local-definitions back-matter"),
    "import-ap": ("href", "remarks"),
    "result": (
        "uuid title description start reviewed-controls",
        "end props links local-definitions attestations assessment-log observations risks "
        "findings remarks",
    ),
    "reviewed-controls": (
        "control-selections",
        "description props links control-objective-selections remarks",
    ),
    "control-selection": (
        "",
        "description props links include-all include-controls exclude-controls remarks",
    ),
    "include-control": ("control-id", "statement-ids"),
    "observation": (
        "uuid description methods collected",
        "title props links types origins subjects relevant-evidence expires remarks",
    ),
    "relevant-evidence": ("description", "href props links remarks"),
    "finding": (
        "uuid title description target",
        "props links origins implementation-statement-uuid related-observations related-risks "
        "remarks",
    ),
    "target": (
        "type target-id status",
        "title description props links implementation-status remarks",
    ),
    "status": ("state", "reason remarks"),
    "related-observation": ("observation-uuid", ""),
}
#: Field → kind of its items, for lists of objects.
LISTS = {
    "groups": "group",
    "controls": "control",
    "parts": "part",
    "props": "prop",
    "links": "link",
    "resources": "resource",
    "results": "result",
    "control-selections": "control-selection",
    "include-controls": "include-control",
    "observations": "observation",
    "relevant-evidence": "relevant-evidence",
    "findings": "finding",
    "related-observations": "related-observation",
}
OBJECTS = {"metadata", "back-matter", "import-ap", "reviewed-controls", "target", "status"}
#: Parts of the model that we neither read nor write: lists or objects, not looked into.
OPAQUE = {
    "params",
    "revisions",
    "document-ids",
    "roles",
    "locations",
    "parties",
    "responsible-parties",
    "actions",
    "citation",
    "rlinks",
    "base64",
    "local-definitions",
    "attestations",
    "assessment-log",
    "risks",
    "origins",
    "subjects",
    "related-risks",
    "control-objective-selections",
    "exclude-controls",
    "implementation-status",
    "include-all",
}
UUIDS = {"uuid", "observation-uuid"}
DATES = {"last-modified", "published", "start", "end", "collected"}
CHOICES = {
    ("status", "state"): ("satisfied", "not-satisfied"),
    ("target", "type"): ("statement-id", "objective-id"),
}
#: Kind → fields that are tokens.
TOKENS = {
    "group": ("id", "class"),
    "control": ("id", "class"),
    "part": ("id", "name", "class"),
    "prop": ("name", "class", "group"),
    "include-control": ("control-id",),
    "target": ("target-id",),
    "status": ("reason",),
}


def check_catalogue(tree: Any) -> list[str]:
    """What keeps JSON from being an OSCAL catalogue; empty if nothing does."""
    return _document(tree, "catalog")


def check_results(tree: Any) -> list[str]:
    """What keeps JSON from being OSCAL assessment results; empty if nothing does."""
    return _document(tree, "assessment-results")


def _document(tree: Any, kind: str) -> list[str]:
    if not isinstance(tree, dict) or set(tree) != {kind}:
        return [f"the outermost object must hold {kind!r} and nothing else"]
    walk = _Walk()
    problems = list(walk.object(tree[kind], kind, kind, 0))
    for what, found in (("id", walk.ids), ("uuid", walk.uuids)):
        repeated = sorted(item for item, count in found.items() if count > 1)
        problems += [f"the {what} {item!r} stands more than once" for item in repeated]
    return problems


class _Walk:
    """Goes through a document and counts its identifiers."""

    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()
        self.uuids: Counter[str] = Counter()

    def object(self, node: Any, kind: str, path: str, depth: int) -> Iterator[str]:
        """Problems of an object and of everything in it."""
        if not isinstance(node, dict):
            yield f"{path} is no object"
            return
        if depth > DEPTH:
            yield f"{path} is nested too deeply"
            return
        required, optional = (names.split() for names in MODEL[kind])
        yield from (f"{path} lacks {name!r}" for name in required if name not in node)
        for name, value in node.items():
            if name in required or name in optional:
                yield from self.field(kind, name, value, f"{path}/{name}", depth)
            else:
                yield f"{path} has {name!r}, which the model does not know"
        if kind in {"group", "control", "part"} and isinstance(node.get("id"), str):
            self.ids[node["id"]] += 1
        if isinstance(node.get("uuid"), str):
            self.uuids[node["uuid"]] += 1

    def field(self, kind: str, name: str, value: Any, place: str, depth: int) -> Iterator[str]:
        """Problems of a field that the model knows."""
        if name in OBJECTS:
            yield from self.object(value, name, place, depth + 1)
        elif name not in LISTS:
            yield from _field(kind, name, value, place)
        elif not isinstance(value, list) or not value:
            yield f"{place} must be a list that is not empty"
        else:
            for number, item in enumerate(value):
                yield from self.object(item, LISTS[name], f"{place}/{number}", depth + 1)


def _field(kind: str, name: str, value: Any, place: str) -> Iterator[str]:
    if name in {"methods", "types", "statement-ids"}:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            yield f"{place} must be a list of texts"
    elif name in OPAQUE:
        if not isinstance(value, list | dict):
            yield f"{place} must be a list or an object"
    elif not isinstance(value, str):
        yield f"{place} must be a text"
    elif name in UUIDS and not UUID.fullmatch(value):
        yield f"{place} is no uuid of version 4 or 5"
    elif name in DATES and not _is_moment(value):
        yield f"{place} is no date and time with a zone"
    elif name in TOKENS.get(kind, ()) and not TOKEN.fullmatch(value):
        yield f"{place}: {value!r} is no token"
    elif kind == "prop" and name == "value" and not STRING.fullmatch(value):
        yield f"{place} must be one line, without space around it"
    elif (kind, name) in CHOICES and value not in CHOICES[kind, name]:
        yield f"{place} must be one of {', '.join(CHOICES[kind, name])}"


def _is_moment(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
