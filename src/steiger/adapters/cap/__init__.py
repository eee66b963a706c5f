"""Common Alerting Protocol 1.2: warnings out, messages of anybody in."""

from steiger.adapters.cap.messages import cap_of, cap_renderer, file_name
from steiger.adapters.cap.parser import parse_cap
from steiger.adapters.cap.profile import Profile, german_profile, read_profile
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
from steiger.adapters.cap.writer import write_cap

__all__ = [
    "CapAlert",
    "CapArea",
    "CapError",
    "CapInfo",
    "CapReference",
    "Circle",
    "NamedValue",
    "Polygon",
    "Profile",
    "cap_of",
    "cap_renderer",
    "file_name",
    "german_profile",
    "parse_cap",
    "read_profile",
    "write_cap",
]
