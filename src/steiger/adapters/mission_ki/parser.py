"""Reads the portal's JSON files (VCIO, protection needs, methods) into our type of catalogue.

Quirks met in the published files, and what is made of them:

- Texts hold ``<br>`` and nothing else of HTML. They become lines.
- Some titles in VCIO.json lack their beginning ("möglich sein, ihre …"); test_methods.json has it.
- Some levels D are empty, and some pairs of levels are equal. They are kept as they are: the lint
  says so.
- English titles of dimensions are mostly the German ones; there is no other English. So texts are
  German only.
- ``weighting`` "Maximalwert" marks indicators that bound their criterion: they become compulsory
  from moderate need. All others are voluntary.
- Answers are weighted 3, 2, 1: they become rules for high, moderate and no need. Questions of type
  AF decide whether a criterion matters at all: they raise nothing, but open the criterion's other
  questions. Where a criterion has two of them, either opens it, which `asked_if` cannot say; its
  questions are then always asked. The portal's own way of joining answers is not in the files; ours
  is the highest need.
- The files carry no date; their licences say 2024-2025.

The portal's methods are names of procedures that others run. So that an audit on this catalogue
ends in verdicts, ``checks.toml`` says which of our checks give evidence for which of its
indicators, with the reason.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from steiger.engines.audit.catalogue.reading import own_catalogue
from steiger.engines.audit.catalogue.tables import is_id, read_json, read_table
from steiger.engines.audit.catalogue.types import (
    Answer,
    Catalogue,
    CatalogueError,
    Condition,
    Criterion,
    Dimension,
    Indicator,
    Level,
    Method,
    Need,
    NeedRule,
    Question,
    Source,
)
from steiger.engines.audit.catalogue.words import Text

VCIO, NEEDS, METHODS = "VCIO.json", "ProtectionNeedsAnalysis.json", "test_methods.json"
ASSUMED_DAY = date(2025, 12, 31)
MAX_BYTES = 20_000_000
KINDS = {
    "Analyse": "analysis",
    "Maßnahme": "measure",
    "Bewertung": "assessment",
}
WEIGHTS = {"3": Need.HIGH, "2": Need.MODERATE, "1": Need.NONE}
CHECKS = Path(__file__).with_name("checks.toml")
T = TypeVar("T")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")


@dataclass(frozen=True, slots=True)
class Backed:
    """One of our checks, the standard's indicators that it gives evidence for, and why."""

    check: str
    indicators: tuple[str, ...]
    why: Text


@lru_cache(maxsize=1)
def backing() -> tuple[str, tuple[Backed, ...]]:
    """Version and lines of ``checks.toml``."""
    table = read_table(CHECKS)
    rows = []
    for row in table.tables("check"):
        rows.append(Backed(row.id(), row.strings("indicators"), row.text("why")))
        row.finish()
    version = table.string("version")
    table.finish()
    return version, tuple(rows)


def read_mission_ki(folder: Path) -> Catalogue:
    """The catalogue in a folder with the portal's three files.

    Raises:
        CatalogueError: a file is missing, too large, or not laid out as the portal's.
    """
    contents = []
    for name in (VCIO, NEEDS, METHODS):
        path = folder / name
        try:
            if path.stat().st_size > MAX_BYTES:
                raise CatalogueError(f"{name}: larger than {MAX_BYTES:,} bytes.")
            contents.append(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            raise CatalogueError(f"{folder}: there is no {name} in it.") from None
    return parse_mission_ki(*contents)


def parse_mission_ki(
    vcio: bytes, needs: bytes, methods: bytes, *, day: date = ASSUMED_DAY
) -> Catalogue:
    """The catalogue from the three files' contents.

    Args:
        vcio: VCIO.json: dimensions, criteria, indicators with levels.
        needs: ProtectionNeedsAnalysis.json: questions.
        methods: test_methods.json: methods and which indicators they serve.
        day: the files' date, which they do not carry.

    Raises:
        CatalogueError: a file is no JSON or not laid out as the portal's; says which and where.
    """
    digest = hashlib.sha256(vcio + needs + methods).hexdigest()
    tree, questions, table = (
        read_json(content, name)
        for content, name in ((vcio, VCIO), (needs, NEEDS), (methods, METHODS))
    )
    full = _within(METHODS, lambda: _full_titles(table))
    parts = _within(VCIO, lambda: list(_indicators(tree, full)))
    dimensions = _within(VCIO, lambda: tuple(_dimensions(tree)))
    criteria = _within(VCIO, lambda: tuple(_criteria(tree)))
    asked, rules = _within(NEEDS, lambda: _questions(questions))
    found = _within(METHODS, lambda: tuple(_methods(table)))
    version, backed = backing()
    _check_ids(VCIO, *(x.id for x in dimensions), *(x.id for x in criteria), *(x.id for x in parts))
    _check_ids(NEEDS, *(x.id for x in asked), *(x.id for x in rules), *(x.dimension for x in rules))
    _check_ids(METHODS, *(x.check for x in found), *(key for x in found for key in x.indicators))
    files = dict.fromkeys([d.id for d in dimensions] + [c.id for c in criteria], VCIO)
    files |= dict.fromkeys([item.id for item in parts], VCIO)
    files |= dict.fromkeys([q.id for q in asked] + [r.id for r in rules], NEEDS)
    files |= dict.fromkeys([item.check for item in found], METHODS)
    return Catalogue(
        id="mission_ki",
        version=f"sha256-{digest[:12]}-checks-{version}",
        day=day,
        title=Text("MISSION KI Qualitätsstandard", "MISSION KI quality standard"),
        target=(Level.D, Level.C, Level.B),
        sources=(
            Source(
                id="mission_ki",
                title="MISSION KI Qualitätsstandard (VCIO)",
                edition=f"SHA-256 {digest}",
                publisher="acatech / MISSION KI",
                published=day,
            ),
        ),
        dimensions=dimensions,
        criteria=criteria,
        indicators=tuple(parts),
        questions=asked,
        need_rules=rules,
        methods=(*found, *_our_checks(backed, {item.id for item in parts})),
        files=files | {row.check: CHECKS.name for row in backed},
    )


def _check_ids(name: str, *ids: object) -> None:
    for key in ids:
        if not is_id(key):
            raise CatalogueError(f"{name}: {key!r} is no id: letters, digits, “.”, “-”, “_”.")


def _within(name: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except CatalogueError:
        raise
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        told = f"{type(error).__name__}: {error}"
        raise CatalogueError(f"{name}: not laid out like the portal's file ({told}).") from None


def plain_text(text: str) -> str:
    """A text without HTML, with its lines."""
    lines = _TAG.sub("", _BREAK.sub("\n", html.unescape(text))).splitlines()
    kept = [" ".join(line.split()) for line in lines]
    return "\n".join(line for line in kept if line)


def _line(text: str) -> str:
    return " ".join(plain_text(text).split())


def _full_titles(table: Mapping[str, Any]) -> dict[str, str]:
    return {row["short_name"]: _line(row["requirement"]) for row in table["indicators"]}


def _dimensions(tree: Mapping[str, Any]) -> Iterator[Dimension]:
    for key, row in tree.items():
        yield Dimension(key, Text(_line(row["title"])), Text(_line(row["title"])))


def _criteria(tree: Mapping[str, Any]) -> Iterator[Criterion]:
    for key, row in tree.items():
        for item in row["criteria"]:
            yield Criterion(item["index"], key, Text(_line(item["title"])))


def _indicators(tree: Mapping[str, Any], full: Mapping[str, str]) -> Iterator[Indicator]:
    for row in tree.values():
        for criterion in row["criteria"]:
            for key, item in criterion["indicators"].items():
                title = _line(item["title"])
                if title[:1].islower() and title[:30] in full.get(key, ""):
                    title = full[key]
                bounding = item["weighting"] == "Maximalwert"
                a, b, c, d = (Text(plain_text(item[level] or "")) for level in "ABCD")
                yield Indicator(
                    id=key,
                    criterion=criterion["index"],
                    kind=KINDS[item["type"]],  # type: ignore[arg-type]
                    title=Text(title),
                    levels=(a, b, c, d),
                    compulsory_from=Need.MODERATE if bounding else None,
                )


def _questions(tree: Mapping[str, Any]) -> tuple[tuple[Question, ...], tuple[NeedRule, ...]]:
    rows = [row for part in tree.values() for group in part["questions"] for row in group]
    gates: dict[int, list[str]] = {}
    for row in rows:
        if row["type"] == "AF":
            gates.setdefault(row["criteria"], []).append(row["id"])
    asked, rules = [], []
    for row in rows:
        opening = gates.get(row["criteria"], [])
        gated = row["type"] != "AF" and len(opening) == 1
        text = plain_text(row["question"])
        # The lightest answer first, as everywhere else.
        answers = {key: _line(row["answers"][key]) for key in sorted(row["answers"])}
        asked.append(
            Question(
                id=row["id"],
                text=Text(text),
                answers=tuple(Answer(key, Text(words)) for key, words in answers.items()),
                asked_if=(Condition(opening[0], ("3",)),) if gated else (),
            )
        )
        for key, words in answers.items():
            if row["type"] != "AF" and WEIGHTS[key] is not Need.NONE:
                rules.append(
                    NeedRule(
                        id=f"{row['id']}-{key}",
                        dimension=row["dimension"],
                        need=WEIGHTS[key],
                        when=(Condition(row["id"], (key,)),),
                        reason=Text(f"{text} – {words}"),
                    )
                )
    return tuple(asked), tuple(rules)


def _methods(table: Mapping[str, Any]) -> Iterator[Method]:
    names = {row["id"]: row["short_name"] for row in table["indicators"]}
    served: dict[int, list[str]] = {}
    for row in table["indicator_method"]:
        indicators = served.setdefault(row["method_id"], [])
        if names[row["indicator_id"]] not in indicators:
            indicators.append(names[row["indicator_id"]])
    for row in table["methods"]:
        yield Method(
            check=f"mission_ki_{row['id']}",
            title=Text(_line(row["name"])),
            indicators=tuple(served.get(row["id"], ())),
        )


def _our_checks(backed: tuple[Backed, ...], known: set[str]) -> Iterator[Method]:
    """Our checks for those of their indicators that this edition has. The standard prescribes
    neither checks nor thresholds: none is compulsory, and thresholds are those of our catalogue."""
    ours = {method.check: method for method in own_catalogue().methods}
    for row in backed:
        indicators = tuple(key for key in row.indicators if key in known)
        if indicators:
            yield replace(ours[row.check], indicators=indicators, compulsory_from=None)
