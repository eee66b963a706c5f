"""The door: reading codes, and finding people who have none with them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from steiger.web.events.domain import words
from steiger.web.events.domain.door import (
    MOST_FOUND,
    SHORTEST_SEARCH,
    Reading,
    search_door,
    seat_code,
    split_code,
    valid_digests,
)
from steiger.web.events.domain.queries import event_figures
from steiger.web.events.models import Event, Registration, Scan

MOST_READINGS = 500


class ReadingsError(ValueError):
    """What a device sent cannot be understood."""


def door_context(event: Event, text: str) -> dict[str, Any]:
    """What the page at the door knows: no names but those that were searched for."""
    found = search_door(event, text)
    numbers = event_figures([event])[event.pk]
    return {
        "event": event,
        "title": event.title,
        "when": words.when_text(event),
        "figures": numbers,
        "digests": valid_digests(event),
        "q": text[:80],
        "too_short": 0 < len(text.strip()) < SHORTEST_SEARCH,
        "too_many": len(found) > MOST_FOUND,
        "found": [] if len(found) > MOST_FOUND else [_person(row) for row in found],
        "again": event.scans.filter(result=Scan.Result.AGAIN).count(),
    }


def _person(row: Registration) -> dict[str, Any]:
    here = {attendance.seat for attendance in row.attendances.all()}
    return {
        "name": row.name,
        "firm": row.firm_name,
        "seats": [
            {"number": n, "code": seat_code(row.code, n), "here": n in here}
            for n in range(1, row.seats + 1)
        ],
    }


def readings_of(body: bytes) -> list[Reading]:
    """Readings as a device sends them: {"readings": [{id, code, at, door, offline}, …]}.

    Raises:
        ReadingsError: naming what is wrong.
    """
    try:
        data = json.loads(body)
        rows = data["readings"]
        if not isinstance(rows, list) or len(rows) > MOST_READINGS:
            raise ReadingsError(f"readings is a list of at most {MOST_READINGS}")
        return [
            Reading(
                id=UUID(row["id"]),
                code=str(row["code"])[:60],
                scanned_at=datetime.fromtimestamp(float(row["at"]) / 1000, UTC),
                door=str(row.get("door", ""))[:40],
                offline=bool(row.get("offline")),
            )
            for row in rows
        ]
    except (KeyError, TypeError, ValueError, OverflowError, OSError, AttributeError) as error:
        raise ReadingsError(str(error)) from error


def result_json(scan: Scan) -> dict[str, Any]:
    """What the device is told about a reading; never a name."""
    code, seat = split_code(scan.code)
    return {
        "id": str(scan.id),
        "result": scan.result,
        "text": str(scan.get_result_display()),
        "code": seat_code(code, seat),
    }
