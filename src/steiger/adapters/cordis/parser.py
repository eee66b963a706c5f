"""Reads organisations and their projects from a CORDIS download (HORIZON, H2020).

Layout: ``organization.csv`` has one row per organisation and project, ``project.csv`` one per
project; see https://cordis.europa.eu/about/services. Quirks met in real downloads:
an organisation stands there once per project, sometimes with another spelling, so the row with the
newest ``contentUpdateDate`` counts; ``geolocation`` is "latitude,longitude" in one cell; partners
who left keep their row with ``endOfParticipation`` true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from steiger.adapters.cordis.files import Row, reject, rows
from steiger.adapters.cordis.partners import Participation, Project, relations
from steiger.engines.directory.records import (
    Bounds,
    IncomingName,
    IncomingPlace,
    IncomingRecord,
    RejectedRow,
    UnusableFileError,
)
from steiger.engines.directory.records.validation import (
    MAX_ID,
    MAX_NAME,
    Rejected,
    check_row,
    clean,
    coordinates,
    number,
    web_address,
)

ORGANISATIONS, PROJECTS = "organization.csv", "project.csv"
NEEDED = (
    *("projectID", "organisationID", "name", "SME", "activityType", "street", "postCode"),
    *("city", "country", "nutsCode", "geolocation", "role", "ecContribution"),
)
#: Kinds of organisation in CORDIS -> as in ROR.
TYPES = {"HES": "education", "REC": "facility", "PRC": "company", "PUB": "government"}
_DIGITS = re.compile(r"[0-9]{1,12}")
_NUTS = re.compile(r"([A-Z]{2}[A-Z0-9]{0,3})?")
Inside = Callable[[IncomingPlace], bool]


@dataclass(slots=True)
class _Organisation:
    """What is known of one organisation so far."""

    record: IncomingRecord
    newest: str


def read_cordis(
    path: Path,
    *,
    this_year: int,
    expected: Bounds | None = None,
    inside: Inside | None = None,
    about: Sequence[str] = (),
) -> Iterator[IncomingRecord | RejectedRow]:
    """Each organisation once, with its partners as relations; then rows that were rejected.

    Args:
        path: folder or ZIP with organization.csv and project.csv.
        inside: which seats will be taken over; only those become each other's partners.
        about: words of which a project's title, keywords or objective must hold one.

    Raises:
        UnusableFileError: a file is missing, damaged, too large or laid out otherwise.
    """
    rejected: list[RejectedRow] = []
    projects, others = _projects(path, about, rejected)
    found: dict[str, _Organisation] = {}
    parts: list[Participation] = []
    count = 0
    for line, row, problem in rows(path, ORGANISATIONS, NEEDED):
        count += 1
        if row is None:
            rejected.append(reject("", line, problem))
            continue
        try:
            if (part := _participation(row, projects, others)) is None:
                continue
            _take(found, line, row, expected)
        except Rejected as problem_at:
            rejected.append(problem_at.at(line, row["organisationID"]))
            continue
        if row.get("endOfParticipation", "").strip().lower() != "true":
            parts.append(part)
    if not count:
        raise UnusableFileError(f"{ORGANISATIONS} holds no rows.")
    yield from rejected
    taken = {key for key, one in found.items() if inside is None or _is_inside(one, inside)}
    ties = relations([part for part in parts if part.organisation in taken], projects)
    for key, one in found.items():
        yield replace(one.record, relations=ties.get(key, ()))


def _is_inside(one: _Organisation, inside: Inside) -> bool:
    return one.record.place is not None and inside(one.record.place)


# --- projects -------------------------------------------------------------------------------------
def _projects(
    path: Path, about: Sequence[str], rejected: list[RejectedRow]
) -> tuple[dict[str, Project], set[str]]:
    """Projects that count, and the ids of those that are about something else."""
    wanted = [word.casefold() for word in about if word.strip()]
    projects: dict[str, Project] = {}
    others: set[str] = set()
    for line, row, problem in rows(path, PROJECTS, ("id", "acronym", "title")):
        if row is None:
            rejected.append(reject(PROJECTS, line, problem))
            continue
        key = row["id"].strip()
        try:
            project = _project(key, row)
        except Rejected as problem_at:
            rejected.append(problem_at.at(line))
            continue
        texts = (row["title"], row.get("objective", ""), row.get("keywords", ""))
        if wanted and not any(word in " ".join(texts).casefold() for word in wanted):
            others.add(key)
        else:
            projects[key] = project
    return projects, others


def _project(key: str, row: Row) -> Project:
    if not _DIGITS.fullmatch(key):
        raise Rejected(f"{PROJECTS} id", "is no project number, for example 101070000", key)
    acronym = clean(f"{PROJECTS} acronym", row["acronym"], 60)
    return Project(key, acronym, _day(row.get("startDate", "")))


# --- organisations --------------------------------------------------------------------------------
def _participation(
    row: Row, projects: dict[str, Project], others: set[str]
) -> Participation | None:
    """Who took part in what; None where the project is about something else.

    Raises:
        Rejected: ids are missing or unknown, or the money is no number.
    """
    check_row(row, ("projectID", "organisationID", "name"))
    key, project = row["organisationID"].strip(), row["projectID"].strip()
    if not _DIGITS.fullmatch(key):
        raise Rejected("organisationID", "is no PIC, for example 999980470", key)
    if project in others:
        return None
    if project not in projects:
        raise Rejected("projectID", f"names no project of {PROJECTS}", project)
    share = number("ecContribution", row["ecContribution"].strip())
    if share is not None and share < 0:
        raise Rejected("ecContribution", "is negative", row["ecContribution"])
    is_coordinator = row["role"].strip().lower() == "coordinator"
    return Participation(project, key, is_coordinator, share or 0.0)


def _take(found: dict[str, _Organisation], line: int, row: Row, expected: Bounds | None) -> None:
    key = row["organisationID"].strip()
    newest = row.get("contentUpdateDate", "").strip()
    known = found.get(key)
    if known is not None and newest <= known.newest:
        _record(line, row, expected)  # checked all the same
        return
    record = _record(line, row, expected)
    if known is not None:
        known.record, known.newest = record, newest
    else:
        found[key] = _Organisation(record, newest)


def _record(line: int, row: Row, expected: Bounds | None) -> IncomingRecord:
    key = clean("organisationID", row["organisationID"], MAX_ID)
    names = [IncomingName(clean("name", row["name"], MAX_NAME))]
    short = clean("shortName", row.get("shortName", ""), MAX_NAME)
    if short and short != names[0].text:
        names.append(IncomingName(short, "short"))
    kind = TYPES.get(row["activityType"].strip().upper(), "other")
    types = (kind, "sme") if _yes("SME", row["SME"]) else (kind,)
    return IncomingRecord(
        row=line,
        record_id=key,
        names=tuple(names),
        place=_place(row, expected),
        website=web_address("organizationURL", row.get("organizationURL", "")),
        identifiers=(("pic", key),),
        types=types,
        stated_on=_day(row.get("contentUpdateDate", "")),
    )


def _yes(field: str, text: str) -> bool:
    word = text.strip().lower()
    if word not in {"true", "false", ""}:
        raise Rejected(field, "is neither true nor false", text)
    return word == "true"


def _place(row: Row, expected: Bounds | None) -> IncomingPlace | None:
    town = clean("city", row["city"], 120)
    nuts = row["nutsCode"].strip().upper()
    if not _NUTS.fullmatch(nuts):
        raise Rejected("nutsCode", "is no NUTS code, for example DEA22", nuts)
    spot = row["geolocation"].strip()
    lat, _, lon = spot.partition(",")
    if spot and not (lat.strip() and lon.strip()):
        raise Rejected("geolocation", "is not “latitude,longitude”, for example 50.7,7.1", spot)
    latitude, longitude = coordinates(lat.strip(), lon.strip(), expected)
    if not town and latitude is None:
        return None
    street = clean("street", row["street"], 120)
    return IncomingPlace(
        town=town,
        country=clean("country", row["country"], 2).upper(),
        region=nuts,
        postcode=clean("postCode", row["postCode"], 12),
        street=street,
        lat=latitude,
        lon=longitude,
        precision="address" if street else "town",
    )


def _day(text: str) -> date | None:
    """The day of "2024-05-01 12:30:00", or None where none is given.

    Raises:
        Rejected: no such day.
    """
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise Rejected("date", "is no day, for example 2024-05-01", text) from None
