"""Reading a pool of organisations and a list of affiliations.

The pool is a CSV file (plain, .gz or .zip; comma, semicolon or tab; UTF-8, UTF-16 with its mark,
or else Windows-1252) with a header, whose names stand in any case, German or English, as for an
import. Needed are ``id`` (or ``ror_id``) and ``name``; read are also other, former, short and
English names (parted by |), ``town`` (or ``city``), ``region``, ``country_code`` (or ``country``),
``postcode``, ``street``, ``website``, ``types`` (parted by |), ``status``, ``register_number``,
``lat`` and ``lng`` (degrees, with a point or a comma). Further columns are not looked at.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from steiger.engines.directory.matching import Organisation
from steiger.engines.directory.records.rows import ACTIVE, COLUMNS
from steiger.lib.limits import BrokenFileError, TooLargeError, open_capped
from steiger.lib.spreadsheets import unmarked

FIELD_LIMIT = 1_000_000
#: Field -> names of its column; the first one that is there counts.
FIELDS: Mapping[str, tuple[str, ...]] = {
    **COLUMNS,
    "register_number": ("register_number", "registernummer"),
}
_OTHER_NAMES = ("other_names", "former_names", "short_name", "name_en")


class UnusableListError(ValueError):
    """The file as a whole cannot be read; the message says why and what to do."""


class UnusableRowError(UnusableListError):
    """A row or entry that makes no sense; the message names file, row and field."""


def read_organisations(
    path: Path, note: Callable[[str], None] = lambda _: None
) -> Iterator[Organisation]:
    """The organisations of a CSV file; of several with one id the first.

    Args:
        note: told which rows are left out because their id was there before.

    Raises:
        UnusableListError: the file is missing, broken, no text, or has no such columns.
        UnusableRowError: a row without id or name, or with a value that makes no sense.
    """
    csv.field_size_limit(FIELD_LIMIT)
    seen: dict[str, int] = {}
    text = _text(path)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = next(reader, [])
        places = _places(path, header)
        for cells in reader:
            where = f"{path}, line {reader.line_num}"
            if not any(map(str.strip, cells)):
                continue
            if len(cells) > len(header):
                raise UnusableRowError(f"{where}: more fields than the header names.")
            row = {f: unmarked(cells[p]).strip() for f, p in places.items() if p < len(cells)}
            one = _organisation(where, row)
            if one.id in seen:
                note(f"{where}: left out, {one.id} stands in line {seen[one.id]} already.")
                continue
            seen[one.id] = reader.line_num
            yield one
    except csv.Error as error:
        raise UnusableListError(f"{path}, line {reader.line_num}: broken CSV ({error}).") from None
    if not seen:
        raise UnusableListError(f"{path}: no organisation in it.")


def read_queries(path: Path) -> list[str]:
    """The affiliations of a JSON list of texts or of {"affiliation": …}, plain or .gz.

    Other keys are not read; null is an empty text, so that every entry has its answer.

    Raises:
        UnusableListError: the file is missing or broken, or is no list.
        UnusableRowError: an entry that is no text, or holds none under ``affiliation``.
    """
    try:
        with _open(path) as file:
            entries = json.load(file)
    except UnicodeDecodeError as error:
        raise UnusableListError(f"{path}: not UTF-8 text (at byte {error.start}).") from None
    except json.JSONDecodeError as error:
        raise UnusableListError(
            f"{path}, line {error.lineno}, column {error.colno}: broken JSON ({error.msg})."
        ) from None
    except RecursionError:
        raise UnusableListError(f"{path}: nested too deeply for a list of texts.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise UnusableListError(f"{path}: cannot be read ({error}).") from None
    if not isinstance(entries, list):
        raise UnusableListError(
            f"{path}: a JSON list of texts, or of objects with “affiliation”, is expected."
        )
    return [_affiliation(f"{path}, entry {row}", one) for row, one in enumerate(entries, start=1)]


def _affiliation(where: str, entry: object) -> str:
    text = entry
    if isinstance(entry, dict):
        if "affiliation" not in entry:
            raise UnusableRowError(f"{where}: the field affiliation is missing.")
        where, text = f"{where}, field affiliation", entry["affiliation"]
    if text is None:
        return ""
    if not isinstance(text, str):
        raise UnusableRowError(f"{where}: a text is expected, found {_shown(text)}.")
    return text


def _open(path: Path):  # type: ignore[no-untyped-def]
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _text(path: Path) -> str:
    """The text of a file, plain or packed, as a spreadsheet program may have saved it."""
    try:
        with open_capped(path) as file:
            data = file.read()
    except (BrokenFileError, TooLargeError, OSError, EOFError, zlib.error) as error:
        raise UnusableListError(f"{path}: cannot be read ({error}).") from None
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnusableListError(f"{path}: no text; save the list as “CSV UTF-8”.")


def _places(path: Path, header: list[str]) -> dict[str, int]:
    """Field -> place of its column."""
    given = [cell.strip().lower().replace(" ", "_") for cell in header]
    found = {
        field: given.index(name)
        for field, names in FIELDS.items()
        for name in reversed(names)
        if name in given
    }
    if not {"id", "name"} <= found.keys():
        shown = ", ".join(sorted(filter(None, given))[:12]) or "none"
        raise UnusableListError(
            f"{path}: the header needs the columns id (or ror_id) and name; found: {shown}."
        )
    return found


def _organisation(where: str, row: Mapping[str, str]) -> Organisation:
    def value(field: str) -> str:
        return row.get(field, "")

    if not value("id"):
        raise UnusableRowError(f"{where}, field id: empty.")
    if not value("name"):
        raise UnusableRowError(f"{where}, field name: empty.")
    country = value("country")
    if country and not (len(country) == 2 and country.isalpha()):
        raise UnusableRowError(
            f"{where}, field country_code: {_shown(country)} is no code of two letters (ISO 3166)."
        )
    register = value("register_number")
    latitude, longitude = _seat(where, value("lat"), value("lon"))
    return Organisation(
        id=value("id"),
        name=value("name"),
        other_names=tuple(name for field in _OTHER_NAMES for name in _parts(value(field))),
        town=value("town"),
        region=value("region"),
        country=country.upper(),
        postcode=value("postcode"),
        street=value("street"),
        website=value("website"),
        identifiers=(("register", register),) if register else (),
        types=_parts(value("types")),
        active=value("status").lower() in ACTIVE,
        latitude=latitude,
        longitude=longitude,
    )


def _seat(where: str, lat: str, lng: str) -> tuple[float, float] | tuple[None, None]:
    if not lat and not lng:
        return None, None
    found = []
    for field, text, most in (("lat", lat, 90), ("lng", lng, 180)):
        try:
            degrees = float(text.replace(",", "."))
        except ValueError:
            degrees = math.nan
        if not -most <= degrees <= most:
            raise UnusableRowError(
                f"{where}, field {field}: {_shown(text)} are no degrees from -{most} to {most}."
            )
        found.append(degrees)
    return found[0], found[1]


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"
