"""Terms of OSCAL and our own properties, as both directions use them.

OSCAL is made for controls of information security. What it has no word for (levels, questions,
thresholds) stands in properties and parts of our own namespace, as OSCAL intends. How an entry of a
catalogue is written:

=====================  ==========================================================================
dimension, criterion   group within group, class ``dimension``, ``criterion``
indicator              control, class ``indicator``; parts ``level-A`` … ``level-D``
question, rule, …      control, class of that name, in a group of its kind
English text           part ``english`` within the German one, or property ``title-en``
source                 resource in the back matter; references are links to it
=====================  ==========================================================================

uuids are derived from the content (version 5), so that the same catalogue gives the same file.
"""

from __future__ import annotations

import uuid
from typing import Any

from steiger.engines.audit.catalogue.words import Text

VERSION = "1.1.3"
#: Identifies our properties; an identifier only, nothing needs to answer there.
NAMESPACE = "https://steiger.invalid/ns/oscal"
_ROOT = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)
Node = dict[str, Any]


def derived_uuid(*parts: str) -> str:
    """The same uuid for the same parts, always."""
    return str(uuid.uuid5(_ROOT, "\x1f".join(parts)))


def prop(name: str, value: str) -> Node:
    """A property of our namespace."""
    return {"name": name, "ns": NAMESPACE, "value": value}


def props(**values: str | list[str] | tuple[str, ...]) -> list[Node]:
    """Properties; a list gives several of one name, an empty text none."""
    found = []
    for name, value in values.items():
        several = [value] if isinstance(value, str) else value
        found += [prop(name.replace("_", "-"), item) for item in several if item]
    return found


def text_part(owner: str, name: str, text: Text) -> list[Node]:
    """A text as a part, English within German; none if there is neither."""
    if not text.de and not text.en:
        return []
    part: Node = {"id": f"{owner}_{name}", "name": name, "prose": text.de}
    if text.en:
        part["parts"] = [{"id": f"{owner}_{name}_en", "name": "english", "prose": text.en}]
    return [part]


def control(kind: str, key: str, title: Text, own: list[Node], parts: list[Node]) -> Node:
    """A control."""
    found: Node = {"id": key, "class": kind, "title": title.de}
    if own or title.en:
        found["props"] = own + (props(title_en=title.en) if title.en else [])
    if parts:
        found["parts"] = parts
    return found


def group(kind: str, key: str, title: Text, **inside: list[Node]) -> Node:
    """A group with its `props`, `parts`, `groups` and `controls`, those that are not empty."""
    own = inside.pop("props", []) + (props(title_en=title.en) if title.en else [])
    found: Node = {"id": key, "class": kind, "title": title.de}
    if own:
        found["props"] = own
    return found | {name: value for name, value in inside.items() if value}
