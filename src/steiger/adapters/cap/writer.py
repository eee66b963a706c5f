"""Typed messages as CAP 1.2 documents; the same message always gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from lxml import etree

from steiger.adapters.cap.types import (
    UNWRITABLE,
    CapAlert,
    CapArea,
    CapError,
    CapInfo,
    NamedValue,
)

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
# The type's only name in lxml.
_Element = etree._Element


def write_cap(alert: CapAlert) -> bytes:
    """The message as an XML document in UTF-8.

    Raises:
        CapError: a text holds a character that XML cannot.
    """
    spaces: dict[str | None, str] = {None: NAMESPACE}  # the default namespace: no prefix
    root = etree.Element(_tag("alert"), nsmap=spaces)  # type: ignore[arg-type]
    _add(root, "identifier", alert.identifier)
    _add(root, "sender", alert.sender)
    _add(root, "sent", cap_time(alert.sent))
    _add(root, "status", alert.status)
    _add(root, "msgType", alert.message_type)
    _optional(root, "source", alert.source)
    _add(root, "scope", alert.scope)
    _optional(root, "restriction", alert.restriction)
    _optional(root, "addresses", alert.addresses)
    for code in alert.codes:
        _add(root, "code", code)
    _optional(root, "note", alert.note)
    references = [f"{r.sender},{r.identifier},{cap_time(r.sent)}" for r in alert.references]
    _optional(root, "references", " ".join(references))
    _optional(root, "incidents", " ".join(_incident(name) for name in alert.incidents))
    for info in alert.infos:
        _info(etree.SubElement(root, _tag("info")), info)
    etree.indent(root, "  ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def cap_time(moment: datetime) -> str:
    """A time to the second; UTC is written “-00:00”, never “Z” (CAP 1.2, section 3.3.2)."""
    if moment.utcoffset() == UTC.utcoffset(None):
        return moment.strftime("%Y-%m-%dT%H:%M:%S-00:00")
    return moment.isoformat(timespec="seconds")


def _incident(name: str) -> str:
    # Names with spaces are put in quotation marks (CAP 1.2, section 3.2.1).
    return f'"{name}"' if any(sign.isspace() for sign in name) else name


def _info(element: _Element, info: CapInfo) -> None:
    _add(element, "language", info.language)
    for category in info.categories:
        _add(element, "category", category)
    _add(element, "event", info.event)
    for response in info.response_types:
        _add(element, "responseType", response)
    _add(element, "urgency", info.urgency)
    _add(element, "severity", info.severity)
    _add(element, "certainty", info.certainty)
    _optional(element, "audience", info.audience)
    _named(element, "eventCode", info.event_codes)
    for name in ("effective", "onset", "expires"):
        moment = getattr(info, name)
        if moment is not None:
            _add(element, name, cap_time(moment))
    _optional(element, "senderName", info.sender_name)
    for name in ("headline", "description", "instruction", "web", "contact"):
        _optional(element, name, getattr(info, name))
    _named(element, "parameter", info.parameters)
    for area in info.areas:
        _area(etree.SubElement(element, _tag("area")), area)


def _area(element: _Element, area: CapArea) -> None:
    _add(element, "areaDesc", area.description)
    for polygon in area.polygons:
        corners = (f"{_degrees(lat)},{_degrees(lon)}" for lat, lon in polygon.points)
        _add(element, "polygon", " ".join(corners))
    for circle in area.circles:
        centre = f"{_degrees(circle.lat)},{_degrees(circle.lon)}"
        _add(element, "circle", f"{centre} {circle.radius_km:.3f}")
    _named(element, "geocode", area.geocodes)


def _degrees(angle: float) -> str:
    # Six decimals are a tenth of a metre; no exponent, which CAP does not allow.
    return f"{angle + 0.0:.6f}"


def _named(parent: _Element, name: str, values: Iterable[NamedValue]) -> None:
    for value in values:
        element = etree.SubElement(parent, _tag(name))
        _add(element, "valueName", value.name)
        _add(element, "value", value.value)


def _optional(parent: _Element, name: str, text: str) -> None:
    if text:
        _add(parent, name, text)


def _add(parent: _Element, name: str, text: str) -> None:
    bad = UNWRITABLE.search(text)
    if bad:
        raise CapError(f"{name} holds the character {bad.group()!r}, which XML cannot")
    etree.SubElement(parent, _tag(name)).text = text


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
