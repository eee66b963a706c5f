"""The register of processing (Art. 30 GDPR), read from the declarations on the models."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from steiger.web.desk.domain.personal_data import declarations

BASIS = re.compile(r"Art\.\s*(\d+)\((\d)\)(?:\(([a-f])\))?\s*GDPR")
#: Where a model's own words name no legal basis, that of its room counts.
ROOM_BASIS = {
    "account": "6(1)(b)",
    "accounts": "6(1)(b)",
    "advice": "6(1)(b)",
    "audits": "6(1)(b)",
    "axes": "6(1)(f)",
    "background": "6(1)(b)",
    "cases": "6(1)(b)",
    "communities": "6(1)(a)",
    "curation": "6(1)(e)",
    "desk": "6(1)(e)",
    "events": "6(1)(b)",
    "flood": "6(1)(a)",
    "mfa": "6(1)(b)",
    "publications": "6(1)(b)",
    "socialaccount": "6(1)(b)",
}


@dataclass(frozen=True, slots=True)
class Processing:
    """One line of the register.

    Attributes:
        room: label of the room or library.
        model: which kind of record.
        field: which field of it.
        purpose: what for.
        retention: until when.
        basis: legal basis, as an article of the GDPR.
    """

    room: str
    model: str
    field: str
    purpose: str
    retention: str
    basis: str


def register_of_processing() -> list[Processing]:
    """All lines, by room, model and field.

    Raises:
        ValueError: a room is new and nobody has said on which basis it keeps personal data.
    """
    lines = []
    for model, fields in declarations().items():
        room, name = model._meta.app_label, str(model._meta.object_name)
        basis = _basis(model, room)
        for field, text in fields.items():
            purpose, retention = split(text)
            lines.append(Processing(room, name, field, purpose, retention, basis))
    return sorted(lines, key=lambda one: (one.room, one.model, one.field))


def split(text: str) -> tuple[str, str]:
    """A declaration as purpose and retention; the model's words name the rest."""
    for sign in (";", ":", ","):
        before, found, after = text.partition(sign)
        if found:
            return before.strip(), after.strip()
    return text.strip(), ""


def _basis(model: Any, room: str) -> str:
    found = BASIS.search(model.__doc__ or "")
    if found:
        article, paragraph, letter = found.groups()
        return f"{article}({paragraph})" + (f"({letter})" if letter else "")
    if room not in ROOM_BASIS:
        raise ValueError(f"Say in ROOM_BASIS on which legal basis {room!r} keeps personal data.")
    return ROOM_BASIS[room]
