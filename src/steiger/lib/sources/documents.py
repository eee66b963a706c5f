"""JSON, XML and numbers from foreign sources: bytes that may hold anything."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, TypeVar
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from steiger.lib.sources.errors import SourceError
from steiger.lib.sources.unpacking import unpack

T = TypeVar("T")
#: A document is held in memory several times over while it is read.
LARGEST_DOCUMENT = 50_000_000
#: No reading of a river, a rain gauge or a model is larger; what is, is a fault of the source.
LARGEST = 1e9
DEEPEST = 64
HTML = (b"<!doctype html", b"<html")


def read_json(data: bytes, source: str, *, station: str = "") -> Any:
    """The value of a JSON document in UTF-8, plain or packed (gzip, bzip2).

    Raises:
        SourceError: empty, an HTML page, another encoding, cut off, not JSON, larger than 50 MB
            or nested deeper than 64 levels; with line and column.
    """
    data = unpack(data, source, limit=LARGEST_DOCUMENT, station=station)
    text = _text(data, source, station, "JSON")
    if text.startswith("<"):
        raise SourceError(source, "answered with a web page or XML, not with JSON", station=station)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        cut = error.pos >= len(text.rstrip()) - 1
        problem = "the JSON is cut off here" if cut else f"is no valid JSON ({error.msg})"
        raise SourceError(source, problem, station=station, where=where) from None
    except RecursionError:
        raise SourceError(source, "the JSON is nested too deep", station=station) from None
    except ValueError as error:  # an integer of thousands of digits
        raise SourceError(source, f"is no valid JSON ({error})", station=station) from None
    if _deeper_than(value, DEEPEST):
        problem = f"the JSON is nested deeper than {DEEPEST} levels"
        raise SourceError(source, problem, station=station)
    return value


def read_xml(data: bytes, source: str, *, station: str = "") -> Element:
    """The root of an XML document, plain or packed, without document types or entities.

    Raises:
        SourceError: empty, an HTML page, cut off, not XML, larger than 50 MB, or it declares
            entities.
    """
    data = unpack(data, source, limit=LARGEST_DOCUMENT, station=station)
    head = data.lstrip()[:200].lower()
    if not head:
        raise SourceError(source, "answered with nothing", station=station)
    if head.startswith(HTML):
        raise SourceError(source, "answered with a web page, not with XML", station=station)
    try:
        root: Element = defusedxml.ElementTree.fromstring(data, forbid_dtd=True)
    except ParseError as error:
        line, column = error.position
        where = f"line {line}, column {column + 1}"
        problem = f"is no valid XML, or it is cut off ({str(error).partition(':')[0]})"
        raise SourceError(source, problem, station=station, where=where) from None
    except DefusedXmlException:
        problem = "declares a document type or entities, which is not allowed"
        raise SourceError(source, problem, station=station) from None
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise SourceError(source, f"is no readable XML ({error})", station=station) from None
    if _deeper_xml(root, DEEPEST):
        problem = f"the XML is nested deeper than {DEEPEST} levels"
        raise SourceError(source, problem, station=station)
    return root


def number(value: object) -> float:
    """A finite number, or NaN for what sources write when there is none (null, "", "NaN").

    Raises:
        ValueError: it is no number, infinite, or larger than any reading.
    """
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        # One error for everything that is no number, because callers add its place.
        raise ValueError(f"{type(value).__name__} is no number")  # noqa: TRY004
    if isinstance(value, str):
        text = value.strip()
        if text.lower() in {"", "nan", "null", "none", "-"}:
            return math.nan
        # float() also takes "1_000" and Arabic digits, which no source means.
        if not text.isascii() or "_" in text or len(text) > 60:
            raise ValueError(f"{text[:60]!r} is no number")
        value = text
    try:
        result = float(value)
    except (ValueError, OverflowError):
        raise ValueError(f"{str(value)[:60]!r} is no number") from None
    if math.isnan(result):
        return math.nan
    if not abs(result) <= LARGEST:
        raise ValueError(f"{result:g} is larger than any reading")
    return result


def place(lat: object, lon: object) -> tuple[float | None, float | None]:
    """Latitude and longitude in degrees, or nothing when they are missing or in metres.

    Raises:
        ValueError: one is no number.
    """
    north, east = number(lat), number(lon)
    return (north, east) if abs(north) <= 90 and abs(east) <= 180 else (None, None)


def each(
    items: object, read: Callable[[Any], T], source: str, *, what: str, station: str = ""
) -> list[T]:
    """`read` of each element of a list; what fails is named by its number, from 1.

    Raises:
        SourceError: it is no list, or an element is laid out otherwise than `read` expects.
    """
    if not isinstance(items, list):
        raise SourceError(source, f"holds no list of {what}s", station=station)
    result = []
    for number_, item in enumerate(items, start=1):
        try:
            result.append(read(item))
        except KeyError as error:
            problem = f"has no {error.args[0]!r}"
        except (TypeError, AttributeError, IndexError):
            problem = "is laid out otherwise than this source documents"
        except ValueError as error:
            problem = str(error)
        else:
            continue
        raise SourceError(source, problem, station=station, where=f"{what} {number_}") from None
    return result


def _text(data: bytes, source: str, station: str, what: str) -> str:
    if not data.strip():
        raise SourceError(source, "answered with nothing", station=station)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceError(source, f"is UTF-16; {what} is read in UTF-8", station=station)
    try:
        return data.decode("utf-8-sig").lstrip()
    except UnicodeDecodeError as error:
        where = f"byte {error.start:,}"
        raise SourceError(source, "is not UTF-8 here", station=station, where=where) from None


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        deeper: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                deeper.extend(v for v in item.values() if isinstance(v, dict | list))
            elif isinstance(item, list):
                deeper.extend(v for v in item if isinstance(v, dict | list))
        if not deeper:
            return False
        level = deeper
    return True


def _deeper_xml(root: Element, limit: int) -> bool:
    level = [root]
    for _ in range(limit):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True
