"""Who came: codes that are read at doors, with or without a network, each visitor once.

The earliest reading of a code counts, whatever order readings arrive in: two doors without a
network come to the same list. Every further reading is kept and shown as a conflict.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from steiger.lib.text import fold
from steiger.web.accounts.domain.audit import Actor, Entry, record, record_many
from steiger.web.events.domain.persons import companion
from steiger.web.events.domain.registering import CODE_LENGTH
from steiger.web.events.models import Attendance, Event, Registration, Scan

Result = Scan.Result
_NOT_CODE = re.compile(r"[^A-Z0-9]")
SHORTEST_SEARCH, MOST_FOUND = 3, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One code read at one door. ``id`` is made by the device, so that it can be sent again."""

    id: UUID
    code: str
    scanned_at: datetime
    door: str = ""
    offline: bool = False


def split_code(text: str) -> tuple[str, int]:
    """Code and number of the seat of what was read or typed; the first seat if none is named."""
    plain = _NOT_CODE.sub("", text.upper())[: CODE_LENGTH + 3]
    code, seat = plain[:CODE_LENGTH], plain[CODE_LENGTH:]
    return code, int(seat) if seat.isdigit() and int(seat) else 1


def seat_code(code: str, seat: int) -> str:
    """What stands in the QR code of one seat."""
    return f"{code[:5]}-{code[5:]}-{seat}"


def code_digest(code: str) -> str:
    """By this a device without a network knows valid codes, and no names (SHA-256, 16 signs)."""
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def valid_digests(event: Event) -> list[str]:
    """Digests of all seats that may come in."""
    rows = event.registrations.filter(state=Registration.State.CONFIRMED).exclude(code="")
    return sorted(
        code_digest(f"{code}{seat}")
        for code, seats in rows.values_list("code", "seats")
        for seat in range(1, seats + 1)
    )


def admit(*, event: Event, readings: Iterable[Reading], by: Actor) -> dict[UUID, Scan]:
    """Take readings in; what came of each, also of those that were sent before."""
    now = timezone.now()
    with transaction.atomic():
        Event.objects.select_for_update().get(pk=event.pk)
        wanted = {reading.id: reading for reading in readings}
        known = {scan.id: scan for scan in Scan.objects.filter(pk__in=wanted)}
        new = sorted(
            (reading for key, reading in wanted.items() if key not in known),
            key=lambda reading: (reading.scanned_at, str(reading.id)),
        )
        entries = []
        for reading in new:
            scan = _take(event, reading, now)
            known[scan.id] = scan
            entries.append(Entry("events.scan.take", "events.scan", str(scan.id), scan.result))
        record_many(by=by, entries=entries)
        known = {scan.id: scan for scan in Scan.objects.filter(pk__in=wanted)}
    return known


def _take(event: Event, reading: Reading, now: datetime) -> Scan:
    code, seat = split_code(reading.code)
    row = event.registrations.filter(code=code).first() if len(code) == CODE_LENGTH else None
    scan = Scan(
        id=reading.id,
        event=event,
        code=f"{code}{seat}"[:24],
        door=reading.door[:40],
        scanned_at=min(reading.scanned_at, now),
        received_at=now,
        offline=reading.offline,
        registration=row,
        seat=seat,
        result=Result.UNKNOWN,
    )
    if row is not None and seat <= row.seats:
        scan.result = _result(scan, row)
    scan.save(force_insert=True)
    return scan


def _result(scan: Scan, row: Registration) -> Scan.Result:
    """What a reading of a known seat means; an earlier one takes the place of a later one."""
    if row.state != Registration.State.CONFIRMED:
        return Result.WITHDRAWN
    came = Attendance.objects.filter(registration=row, seat=scan.seat).first()
    if came is None:
        Attendance.objects.create(
            event=scan.event,
            registration=row,
            seat=scan.seat,
            person=companion(row.person, scan.seat),
            came_at=scan.scanned_at,
            door=scan.door,
        )
        return Result.CAME
    first = Scan.objects.filter(registration=row, seat=scan.seat, result=Result.CAME).first()
    if first is None or (first.scanned_at, str(first.id)) <= (scan.scanned_at, str(scan.id)):
        return Result.AGAIN
    first.result = Result.AGAIN
    first.save(update_fields=["result"])
    came.came_at, came.door = scan.scanned_at, scan.door
    came.save(update_fields=["came_at", "door"])
    return Result.CAME


@transaction.atomic
def let_in_unregistered(*, event: Event, number: int, by: Actor, door: str = "") -> None:
    """People who came without a registration; they are counted, and nothing else is known."""
    now = timezone.now()
    rows = [Attendance(event=event, came_at=now, door=door[:40]) for _ in range(number)]
    Attendance.objects.bulk_create(rows)
    record(by=by, act="events.attendance.count", on=event, changes={"came": [0, number]})


def search_door(event: Event, text: str) -> Sequence[Registration]:
    """Those whose name or address fits what was typed; never the list of everybody."""
    wanted = fold(text.strip())
    if len(wanted) < SHORTEST_SEARCH:
        return []
    rows = event.registrations.filter(state=Registration.State.CONFIRMED).exclude(name="")
    found = [
        row
        for row in rows.prefetch_related("attendances")
        if any(part.startswith(wanted) for part in [fold(row.name), *fold(row.name).split()])
        or row.email == text.strip().lower()
    ]
    # So many people mean that the word was too short; names are not to be read off a list.
    return found[: MOST_FOUND + 1]


def conflicts(event: Event) -> list[tuple[Scan, list[Scan]]]:
    """Codes that were read more than once: the reading that counts, and the others."""
    again = list(event.scans.filter(result=Result.AGAIN).select_related("registration"))
    firsts = {
        (scan.registration_id, scan.seat): scan
        for scan in event.scans.filter(result=Result.CAME).select_related("registration")
    }
    grouped: dict[tuple[UUID | None, int], list[Scan]] = {}
    for scan in again:
        grouped.setdefault((scan.registration_id, scan.seat), []).append(scan)
    return [(firsts[key], scans) for key, scans in grouped.items() if key in firsts]
