"""The Common Alerting Protocol 1.2 as typed values.

Source: OASIS, Common Alerting Protocol Version 1.2, 1 July 2010 (element names are the standard's,
in Python's spelling). https://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

CATEGORIES = frozenset(
    [
        "Geo",
        "Met",
        "Safety",
        "Security",
        "Rescue",
        "Fire",
        "Health",
        "Env",
        "Transport",
        "Infra",
        "CBRNE",
        "Other",
    ]
)
RESPONSE_TYPES = frozenset(
    ["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"]
)
URGENCIES = frozenset(["Immediate", "Expected", "Future", "Past", "Unknown"])
SEVERITIES = frozenset(["Extreme", "Severe", "Moderate", "Minor", "Unknown"])
CERTAINTIES = frozenset(["Observed", "Likely", "Possible", "Unlikely", "Unknown"])
STATUSES = frozenset(["Actual", "Exercise", "System", "Test", "Draft"])
MESSAGE_TYPES = frozenset(["Alert", "Update", "Cancel", "Ack", "Error"])
SCOPES = frozenset(["Public", "Restricted", "Private"])

#: Characters that XML 1.0 cannot hold.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: The standard forbids these in identifiers and senders.
FORBIDDEN = re.compile(r"[\s,<&]")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


class CapError(ValueError):
    """A message breaks CAP 1.2 or the profile; the text names the element."""


@dataclass(frozen=True, slots=True)
class NamedValue:
    """valueName and value: event codes, geocodes, parameters."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Circle:
    """Centre in degrees (WGS 84), radius in kilometres."""

    lat: float
    lon: float
    radius_km: float

    def __post_init__(self) -> None:
        """Reject what is no circle.

        Raises:
            CapError: what is wrong.
        """
        _check_point(self.lat, self.lon)
        if not 0.0 <= self.radius_km <= 20_000.0:
            raise CapError(f"circle: a radius of {self.radius_km} km makes no sense")


@dataclass(frozen=True, slots=True)
class Polygon:
    """Corners (lat, lon) in degrees (WGS 84); the first is repeated as the last."""

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        """Reject what is no closed ring.

        Raises:
            CapError: what is wrong.
        """
        if len(self.points) < 4 or self.points[0] != self.points[-1]:
            raise CapError("polygon: at least four points are needed, the last equal to the first")
        for lat, lon in self.points:
            _check_point(lat, lon)


def _check_point(lat: float, lon: float) -> None:
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0):
        raise CapError(f"{lat}, {lon} is no point on earth (latitude first)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CapArea:
    """A place that is concerned."""

    description: str
    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[NamedValue, ...] = ()

    def __post_init__(self) -> None:
        """Reject a place without a name.

        Raises:
            CapError: areaDesc is missing.
        """
        if not self.description.strip():
            raise CapError("areaDesc is missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class CapInfo:
    """What is said in one language."""

    language: str = "en-US"
    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    response_types: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[NamedValue, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[NamedValue, ...] = ()
    areas: tuple[CapArea, ...] = ()

    def __post_init__(self) -> None:
        """Reject words that CAP does not know.

        Raises:
            CapError: naming the element.
        """
        if not LANGUAGE.fullmatch(self.language):
            raise CapError(f"language {self.language!r} is no language such as “de-DE”")
        if not self.categories:
            raise CapError("category is missing")
        if not self.event.strip():
            raise CapError("event is missing")
        for word in self.categories:
            _check("category", word, CATEGORIES)
        for word in self.response_types:
            _check("responseType", word, RESPONSE_TYPES)
        _check("urgency", self.urgency, URGENCIES)
        _check("severity", self.severity, SEVERITIES)
        _check("certainty", self.certainty, CERTAINTIES)
        for name in ("effective", "onset", "expires"):
            _check_time(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class CapReference:
    """An earlier message: sender, identifier, sent."""

    sender: str
    identifier: str
    sent: datetime

    def __post_init__(self) -> None:
        """Reject what could not be read back.

        Raises:
            CapError: naming the element.
        """
        _check_identity(self.sender, self.identifier, self.sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapAlert:
    """One message."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    message_type: str
    scope: str
    source: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[CapReference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[CapInfo, ...] = ()

    def __post_init__(self) -> None:
        """Reject what CAP 1.2 forbids.

        Raises:
            CapError: naming the element.
        """
        _check_identity(self.sender, self.identifier, self.sent)
        _check("status", self.status, STATUSES)
        _check("msgType", self.message_type, MESSAGE_TYPES)
        _check("scope", self.scope, SCOPES)
        if self.message_type in {"Update", "Cancel", "Ack", "Error"} and not self.references:
            raise CapError(f"references are missing: {self.message_type} needs the message meant")
        if self.scope == "Restricted" and not self.restriction.strip():
            raise CapError("restriction is missing: scope Restricted needs it")
        if self.scope == "Private" and not self.addresses.strip():
            raise CapError("addresses are missing: scope Private needs them")


def _check(element: str, word: str, allowed: frozenset[str]) -> None:
    if word not in allowed:
        raise CapError(f"{element} {word!r} is unknown; known are {', '.join(sorted(allowed))}")


def _check_time(element: str, moment: datetime | None) -> None:
    if moment is not None and moment.tzinfo is None:
        raise CapError(f"{element} has no time zone")


def _check_identity(sender: str, identifier: str, sent: datetime) -> None:
    for element, value in (("sender", sender), ("identifier", identifier)):
        if not value or FORBIDDEN.search(value) or UNWRITABLE.search(value):
            raise CapError(
                f"{element} {value!r} is empty or holds a space, comma, “<” or “&”, "
                "which CAP forbids"
            )
    _check_time("sent", sent)
