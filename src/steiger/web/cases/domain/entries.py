"""Acts on entries: what an adviser writes down by hand, and its evidence."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import User
from steiger.web.cases.domain.cases import CaseError, locked_case
from steiger.web.cases.domain.files import LARGEST, drop_files, kind_of
from steiger.web.cases.domain.record import touch
from steiger.web.cases.models import Case, CaseEntry, Evidence
from steiger.web.directory.models import Actor

ROOM = "cases"
Kind, Result = CaseEntry.Kind, CaseEntry.Result
#: Stations that advisers enter by hand, each with the results that it can have.
BY_HAND: dict[str, tuple[str, ...]] = {
    Kind.ENQUIRY: (),
    Kind.TALK: (),
    Kind.USE_CASE: (Result.GOES_ON, Result.DECIDED_AGAINST),
    Kind.PARTNER: (),
    Kind.FUNDING: (Result.GRANTED, Result.REFUSED),
    Kind.TRIAL: (Result.GOES_ON, Result.WORKED, Result.FAILED),
    Kind.OUTCOME: (Result.IN_USE, Result.GOES_ON, Result.DECIDED_AGAINST),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """What an adviser says about one station."""

    kind: str
    happened_at: datetime
    title: str
    text: str = ""
    result: str = ""
    amount_eur: int | None = None
    partner: Actor | None = None
    for_firm: bool = True
    url: str = ""
    file: File[Any] | None = None


@transaction.atomic
def add_station(*, case: Case, station: Station, author: User, by: audit.Actor) -> CaseEntry:
    """Write a station into a case, with its evidence.

    Raises:
        CaseError: ``kind`` or ``result``: not one that can be entered here; see also evidence.
    """
    case = locked_case(case)
    if station.kind not in BY_HAND:
        raise CaseError("kind")
    if station.result and station.result not in BY_HAND[station.kind]:
        raise CaseError("result")
    entry = CaseEntry.objects.create(
        case=case,
        kind=station.kind,
        happened_at=station.happened_at,
        title=station.title.strip()[:250],
        details={"text": station.text.strip()} if station.text.strip() else {},
        room=ROOM,
        source=f"entry/{uuid.uuid4().hex}",
        for_firm=station.for_firm,
        author=author,
        result=station.result,
        amount_eur=station.amount_eur,
        partner=station.partner,
    )
    touch(case)
    audit.record(by=by, act="cases.entry.add", on=entry)
    if station.url or station.file:
        add_evidence(entry=entry, url=station.url, file=station.file, by=by)
    return entry


@transaction.atomic
def add_note(
    *, case: Case, text: str, author: User, by: audit.Actor, for_firm: bool = False
) -> CaseEntry:
    """Write a note; the firm sees it only if that is wanted."""
    case = locked_case(case)
    if not text.strip():
        raise CaseError("text")
    entry = CaseEntry.objects.create(
        case=case,
        kind=Kind.NOTE,
        happened_at=timezone.now(),
        details={"text": text.strip()},
        room=ROOM,
        source=f"note/{uuid.uuid4().hex}",
        for_firm=for_firm,
        author=author,
    )
    touch(case)
    audit.record(by=by, act="cases.note.add", on=entry)
    return entry


@transaction.atomic
def show_to_firm(*, entry: CaseEntry, shown: bool, by: audit.Actor) -> bool:
    """Let the firm see an entry, or no longer; whether that is new."""
    locked_case(entry.case)
    if entry.for_firm == shown:
        return False
    entry.for_firm = shown
    entry.save(update_fields=["for_firm"])
    audit.record(by=by, act="cases.entry.show", on=entry, changes={"for_firm": [not shown, shown]})
    return True


@transaction.atomic
def remove_entry(*, entry: CaseEntry, by: audit.Actor) -> None:
    """Take back what was entered by hand.

    Raises:
        CaseError: ``room``: another room told it, and only that room takes it back.
    """
    locked_case(entry.case)
    if entry.room != ROOM:
        raise CaseError("room")
    drop_files(entry.evidence.all())
    audit.record(by=by, act="cases.entry.withdraw", on=entry)
    entry.delete()


@transaction.atomic
def add_evidence(
    *, entry: CaseEntry, by: audit.Actor, url: str = "", file: File[Any] | None = None
) -> Evidence:
    """Keep a link, a file, or both as evidence of an entry.

    Raises:
        CaseError: ``nothing``, ``large``, or ``file_kind``: not a kind that is taken.
    """
    locked_case(entry.case)
    if not url and file is None:
        raise CaseError("nothing")
    evidence = Evidence(entry=entry, url=url)
    if file is not None:
        check_file(file)
        evidence.name = PurePath(file.name or "").name[:200]
        file.seek(0)
        evidence.kind = kind_of(evidence.name, file.read(16))
        file.seek(0)
        evidence.size = file.size
        evidence.file.save(evidence.name, file, save=False)
    evidence.save()
    if not entry.evidenced:
        entry.evidenced = True
        entry.save(update_fields=["evidenced"])
    audit.record(by=by, act="cases.evidence.add", on=evidence)
    return evidence


def check_file(file: File[Any]) -> None:
    """Whether a file can be kept.

    Raises:
        CaseError: ``large`` or ``file_kind``.
    """
    if file.size > LARGEST:
        raise CaseError("large")
    file.seek(0)
    if not kind_of(file.name or "", file.read(16)):
        raise CaseError("file_kind")


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: audit.Actor) -> None:
    """Forget a piece of evidence and its file."""
    locked_case(evidence.entry.case)
    audit.record(by=by, act="cases.evidence.remove", on=evidence)
    drop_files([evidence])
    entry = evidence.entry
    evidence.delete()
    if not entry.evidence.exists():
        entry.evidenced = False
        entry.save(update_fields=["evidenced"])
