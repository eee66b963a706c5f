"""CAP 1.2 documents as typed messages: our own, and those of other senders."""

from __future__ import annotations

import re
import shlex
from datetime import datetime

from lxml import etree

from steiger.adapters.cap.types import (
    CapAlert,
    CapArea,
    CapError,
    CapInfo,
    CapReference,
    Circle,
    NamedValue,
    Polygon,
)
from steiger.adapters.cap.writer import NAMESPACE

LARGEST = 20_000_000
# The type's only name in lxml.
_Element = etree._Element
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([-+]\d\d:\d\d|Z)")


def parse_cap(content: bytes) -> CapAlert:
    """The message in an XML document.

    Raises:
        CapError: it is no CAP 1.2 message; the text names the element.
    """
    if len(content) > LARGEST:
        raise CapError(f"a message of more than {LARGEST:,} bytes is not read")
    # Entities stay unresolved and nothing is fetched: messages come from strangers.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise CapError(f"no well-formed XML: {error}") from None
    if root.tag != _tag("alert"):
        raise CapError(f"the document is no CAP 1.2 alert, but {root.tag}")
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise CapError("a CAP message has no document type declaration")
    return CapAlert(
        identifier=_text(root, "identifier"),
        sender=_text(root, "sender"),
        sent=_time(root, "sent") or _missing("sent"),
        status=_text(root, "status"),
        message_type=_text(root, "msgType"),
        scope=_text(root, "scope"),
        source=_text(root, "source"),
        restriction=_text(root, "restriction"),
        addresses=_text(root, "addresses"),
        codes=_texts(root, "code"),
        note=_text(root, "note"),
        references=tuple(_reference(part) for part in _text(root, "references").split()),
        incidents=_quoted(_text(root, "incidents")),
        infos=tuple(_info(element) for element in root.iterfind(_tag("info"))),
    )


def _info(element: _Element) -> CapInfo:
    return CapInfo(
        language=_text(element, "language") or "en-US",
        categories=_texts(element, "category"),
        event=_text(element, "event"),
        response_types=_texts(element, "responseType"),
        urgency=_text(element, "urgency"),
        severity=_text(element, "severity"),
        certainty=_text(element, "certainty"),
        audience=_text(element, "audience"),
        event_codes=_named(element, "eventCode"),
        effective=_time(element, "effective"),
        onset=_time(element, "onset"),
        expires=_time(element, "expires"),
        sender_name=_text(element, "senderName"),
        headline=_text(element, "headline"),
        description=_text(element, "description"),
        instruction=_text(element, "instruction"),
        web=_text(element, "web"),
        contact=_text(element, "contact"),
        parameters=_named(element, "parameter"),
        areas=tuple(_area(area) for area in element.iterfind(_tag("area"))),
    )


def _area(element: _Element) -> CapArea:
    return CapArea(
        description=_text(element, "areaDesc"),
        polygons=tuple(_polygon(text) for text in _texts(element, "polygon")),
        circles=tuple(_circle(text) for text in _texts(element, "circle")),
        geocodes=_named(element, "geocode"),
    )


def _polygon(text: str) -> Polygon:
    return Polygon(tuple(_point(part) for part in text.split()))


def _circle(text: str) -> Circle:
    parts = text.split()
    if len(parts) != 2:
        raise CapError(f"circle {text!r} is no “latitude,longitude radius”")
    lat, lon = _point(parts[0])
    return Circle(lat, lon, _number(parts[1]))


def _point(text: str) -> tuple[float, float]:
    parts = text.split(",")
    if len(parts) != 2:
        raise CapError(f"{text!r} is no “latitude,longitude”")
    return _number(parts[0]), _number(parts[1])


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise CapError(f"{text!r} is no number") from None


def _reference(text: str) -> CapReference:
    parts = text.split(",")
    if len(parts) != 3:
        raise CapError(f"reference {text!r} is no “sender,identifier,sent”")
    return CapReference(parts[0], parts[1], _moment(parts[2], "references"))


def _quoted(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())


def _named(element: _Element, name: str) -> tuple[NamedValue, ...]:
    return tuple(
        NamedValue(_text(child, "valueName"), _text(child, "value"))
        for child in element.iterfind(_tag(name))
    )


def _time(element: _Element, name: str) -> datetime | None:
    text = _text(element, name)
    return _moment(text, name) if text else None


def _moment(text: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if _TIME.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise CapError(f"{name} {text!r} is no time such as 2021-07-14T12:00:00+02:00")
    return moment


def _missing(name: str) -> datetime:
    raise CapError(f"{name} is missing")


def _texts(element: _Element, name: str) -> tuple[str, ...]:
    return tuple((child.text or "").strip() for child in element.iterfind(_tag(name)))


def _text(element: _Element, name: str) -> str:
    return (element.findtext(_tag(name)) or "").strip()


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
