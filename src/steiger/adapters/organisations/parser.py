"""Reading a pool of organisations and a list of affiliations.

The pool is a CSV file (plain or .gz, UTF-8) with a header. Needed are ``id`` (or ``ror_id``) and
``name``; read are also ``other_names`` (parted by |), ``town`` (or ``city``), ``region``,
``country_code`` (or ``country``), ``postcode``, ``street``, ``website``, ``types`` (parted by |),
``status``, ``register_number``, ``lat`` and ``lng`` (degrees). Further columns are not looked at.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import zlib
from collections.abc import Iterator
from pathlib import Path

from steiger.engines.directory.matching import Organisation

FIELD_LIMIT = 1_000_000


class UnusableListError(ValueError):
    """The file as a whole cannot be read; the message says why and what to do."""


class UnusableRowError(UnusableListError):
    """A row or entry that makes no sense; the message names file, row and field."""


def read_organisations(path: Path) -> Iterator[Organisation]:
    """The organisations of a CSV file, plain or .gz.

    Raises:
        UnusableListError: the file is missing, broken, no UTF-8, or has no such columns.
        UnusableRowError: a row without id or name, or with an id that was there before.
    """
    csv.field_size_limit(FIELD_LIMIT)
    seen: dict[str, int] = {}
    try:
        with _open(path) as file:
            reader = csv.DictReader(file, strict=True)
            _check_columns(path, reader.fieldnames)
            for row in reader:
                yield _organisation(path, reader.line_num, row, seen)
    except UnicodeDecodeError as error:
        raise UnusableListError(
            f"{path}: not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8."
        ) from None
    except csv.Error as error:
        raise UnusableListError(f"{path}, line {reader.line_num}: broken CSV ({error}).") from None
    except (OSError, EOFError, zlib.error) as error:
        raise UnusableListError(f"{path}: cannot be read ({error}).") from None
    if not seen:
        raise UnusableListError(f"{path}: no organisation in it.")


def read_queries(path: Path) -> list[str]:
    """The affiliations of a JSON list of {"affiliation": …}, plain or .gz; other keys are not read.

    Raises:
        UnusableListError: the file is missing or broken, or is no list.
        UnusableRowError: an entry without a text under ``affiliation``.
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
        raise UnusableListError(f"{path}: a JSON list of objects with “affiliation” is expected.")
    texts = []
    for row, entry in enumerate(entries, start=1):
        text = entry.get("affiliation") if isinstance(entry, dict) else None
        if not isinstance(text, str):
            raise UnusableRowError(
                f"{path}, entry {row}, field affiliation: a text is expected, found {_shown(text)}."
            )
        texts.append(text)
    return texts


def _open(path: Path):  # type: ignore[no-untyped-def]
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _check_columns(path: Path, columns: object) -> None:
    found = {str(column) for column in columns} if isinstance(columns, list) else set()
    if not found & {"id", "ror_id"} or "name" not in found:
        shown = ", ".join(sorted(found)[:12]) or "none"
        raise UnusableListError(
            f"{path}: the header needs the columns id (or ror_id) and name; found: {shown}."
        )


def _organisation(
    path: Path, line: int, row: dict[str | None, str | None], seen: dict[str, int]
) -> Organisation:
    def value(*names: str) -> str:
        return next((text.strip() for name in names if (text := row.get(name))), "")

    where = f"{path}, line {line}"
    if None in row:
        raise UnusableRowError(f"{where}: more fields than the header names.")
    key, name = value("id", "ror_id"), value("name")
    if not key:
        raise UnusableRowError(f"{where}, field id: empty.")
    if key in seen:
        raise UnusableRowError(f"{where}, field id: {key} stands in line {seen[key]} already.")
    if not name:
        raise UnusableRowError(f"{where}, field name: empty.")
    seen[key] = line
    country = value("country_code", "country")
    if country and not (len(country) == 2 and country.isalpha()):
        raise UnusableRowError(
            f"{where}, field country_code: {_shown(country)} is no code of two letters (ISO 3166)."
        )
    register = value("register_number")
    latitude, longitude = _seat(where, value("lat"), value("lng"))
    return Organisation(
        id=key,
        name=name,
        other_names=_parts(value("other_names")),
        town=value("town", "city"),
        region=value("region"),
        country=country.upper(),
        postcode=value("postcode"),
        street=value("street"),
        website=value("website"),
        identifiers=(("register", register),) if register else (),
        types=_parts(value("types")),
        active=value("status") in {"", "active"},
        latitude=latitude,
        longitude=longitude,
    )


def _seat(where: str, lat: str, lng: str) -> tuple[float, float] | tuple[None, None]:
    if not lat and not lng:
        return None, None
    found = []
    for field, text, most in (("lat", lat, 90), ("lng", lng, 180)):
        try:
            degrees = float(text)
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
