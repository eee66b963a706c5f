"""Rules that every row from outside must meet, whatever its format.

A row that breaks a rule is rejected with the field and the way out. Nothing is silently mended but
white space and the Unicode form (NFC), which no reader can see, and what programs do to codes that
look like numbers: ``42283.0`` for a postcode, a leading zero that is lost, a day for a year.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from steiger.engines.directory.records.types import RejectedRow

MAX_NAME = 255
MAX_TEXT = 5_000
MAX_URL = 500
MAX_ID = 200
EARLIEST_YEAR = 500
#: What is no plain text, and what a spreadsheet would carry out.
MARKUP = re.compile(r"<[a-zA-Z/!][^>]*>")
FORMULA = re.compile(r"^[=@]|^[+-](?![\s\d]*$)\S*[(!|]")
# Scheme and host only: whether a page is there is for the link check to find out.
_ADDRESS = re.compile(r"^https?://(?P<host>[^/?#\s]+\.[^/?#\s]+)", re.IGNORECASE)
# Control, surrogate and private characters, and directions that make a name read as another one.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\u202a-\u202e\u2066-\u2069]")
_AS_NUMBER = re.compile(r"(\d+)\.0+")
_DAY = re.compile(r"(?:(\d{4})-\d{2}-\d{2}(?:[T ][\d:.+Z-]*)?|\d{1,2}\.\d{1,2}\.(\d{4}))")
_SPACE = re.compile(r"\s+")
_IDENTIFIER = re.compile(r"(?P<scheme>[a-z][a-z0-9_-]{0,31}):\s?(?P<value>\S.*)")


class Rejected(Exception):  # noqa: N818 - reads as what happened to the row
    """A row breaks a rule (caught by :func:`check_row`'s callers, turned into a RejectedRow)."""

    def __init__(self, field: str, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.field, self.reason, self.value = field, reason, value

    def at(self, row: int, record_id: object = "") -> RejectedRow:
        """The rejection with its place, and the id that stands in the row unless that is wrong."""
        shown = self.value if len(self.value) <= 60 else self.value[:60] + "…"
        known = "" if self.field == "id" else _plain(str(record_id or ""))
        return RejectedRow(row, self.field, self.reason, shown, known)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle in degrees in which coordinates are expected."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, lat: float, lon: float) -> bool:
        """Whether a point lies inside."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east


def _plain(value: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFC", value)).strip()


def clean(field: str, value: str, limit: int) -> str:
    """A text without needless space, in NFC.

    Raises:
        Rejected: too long, control characters, markup, or a spreadsheet formula.
    """
    text = _plain(value)
    if len(text) > limit:
        raise Rejected(field, f"has {len(text):,} characters; at most {limit:,} are allowed", text)
    if found := CONTROL.search(text):
        reason = f"holds the control character U+{ord(found.group()):04X}; remove it"
        raise Rejected(field, reason, text)
    if "\ufffd" in text:
        raise Rejected(
            field,
            "holds the replacement character �: save the file as UTF-8",
            text,
        )
    if MARKUP.search(text):
        raise Rejected(field, "holds HTML; give plain text", text)
    if FORMULA.match(text):
        raise Rejected(field, "begins like a spreadsheet formula; give the value itself", text)
    return text


def code(field: str, value: str, limit: int, *, digits: int = 0) -> str:
    """A code of digits that a program may have taken for a number; other codes stay as they are.

    Args:
        digits: its length, where a zero in front may be lost.

    Raises:
        Rejected: as for :func:`clean`.
    """
    text = clean(field, value, max(limit, MAX_ID))
    if found := _AS_NUMBER.fullmatch(text):
        text = found[1]
    if len(text) == digits - 1 and text.isascii() and text.isdigit():
        text = f"0{text}"
    return clean(field, text, limit)


def web_address(field: str, value: str) -> str:
    """An http(s) address with a host, or "".

    Raises:
        Rejected: another scheme, no host, or spaces.
    """
    text = clean(field, value, MAX_URL)
    if not text:
        return ""
    if "://" not in text and re.match(r"^[\w-]+(\.[\w-]+)+(/|$)", text):
        text = f"http://{text}"
    found = _ADDRESS.match(text)
    if found is None or " " in text:
        raise Rejected(field, "is no web address; it begins with https:// or http://", text)
    if "@" in found.group("host"):
        raise Rejected(field, "holds a user name or password; give the plain address", text)
    return text


def number(field: str, value: object) -> float | None:
    """A finite number, or None for nothing.

    Raises:
        Rejected: not a number.
    """
    if value is None or value == "":
        return None
    try:
        result = float(str(value).strip().replace(",", "."))
    except ValueError:
        raise Rejected(field, "is not a number, for example 51.45", str(value)) from None
    if not math.isfinite(result):
        raise Rejected(field, "is not a finite number", str(value))
    return result


def coordinates(
    lat_value: object, lon_value: object, expected: Bounds | None
) -> tuple[float | None, float | None]:
    """Latitude and longitude in degrees, both or neither.

    Raises:
        Rejected: only one is given, out of range, 0/0, or swapped.
    """
    lat, lon = number("lat", lat_value), number("lon", lon_value)
    if lat is None and lon is None:
        return None, None
    if lat is None or lon is None:
        missing = "lat" if lat is None else "lon"
        raise Rejected(missing, "is missing: give both latitude and longitude, or neither")
    shown = f"{lat}, {lon}"
    swapped_fits = expected is not None and expected.contains(lon, lat)
    if expected is not None and not expected.contains(lat, lon) and swapped_fits:
        raise Rejected("lat", "and lon look swapped: exchange the two columns", shown)
    if not -90 <= lat <= 90:
        raise Rejected("lat", "is not between -90 and 90 degrees", shown)
    if not -180 <= lon <= 180:
        raise Rejected("lon", "is not between -180 and 180 degrees", shown)
    if lat == 0 and lon == 0:
        raise Rejected(
            "lat", "and lon are both 0, a point in the Atlantic: leave unknown ones empty", shown
        )
    return lat, lon


def year(field: str, value: object, this_year: int) -> int | None:
    """A year, or that of a day, or None for nothing.

    Raises:
        Rejected: not a whole number, before 500, or in the future.
    """
    day = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    result = number(field, (day[1] or day[2]) if day else value)
    if result is None:
        return None
    if result != int(result) or not EARLIEST_YEAR <= result <= this_year:
        raise Rejected(field, f"is no year between {EARLIEST_YEAR} and {this_year}", str(value))
    return int(result)


def one_of(field: str, value: str, allowed: tuple[str, ...]) -> str:
    """One of a few words in small letters, or "".

    Raises:
        Rejected: another word.
    """
    text = clean(field, value, 40).lower()
    if text and text not in allowed:
        raise Rejected(field, f"is none of {', '.join(allowed)}", value)
    return text


def pairs(field: str, value: str) -> tuple[tuple[str, str], ...]:
    """Identifiers, each with its register in front: ``wikidata:Q42|ror:https://ror.org/…``.

    Raises:
        Rejected: one has no register, or is too long.
    """
    found = []
    for part in value.split("|"):
        text = clean(field, part, MAX_ID + 33)
        match = _IDENTIFIER.fullmatch(text)
        if text and (match is None or len(match["value"]) > MAX_ID):
            raise Rejected(
                field, "is no register and number, for example wikidata:Q42 (several with |)", text
            )
        if match:
            found.append((match["scheme"], match["value"]))
    return tuple(dict.fromkeys(found))


def check_row(row: Mapping[str, str], required: tuple[str, ...]) -> None:
    """All required fields are there.

    Raises:
        Rejected: one is empty.
    """
    for field in required:
        if not str(row.get(field) or "").strip():
            raise Rejected(field, "is empty, but every row needs it")
