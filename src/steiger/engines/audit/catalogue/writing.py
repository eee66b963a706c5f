"""Writes a catalogue as TOML files that the reader reads back unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from steiger.engines.audit.catalogue.lint import texts
from steiger.engines.audit.catalogue.reading import MAIN
from steiger.engines.audit.catalogue.tables import is_id
from steiger.engines.audit.catalogue.types import (
    Catalogue,
    CatalogueError,
    Condition,
    Figure,
    Need,
    Question,
    Source,
    UseRules,
)
from steiger.engines.audit.catalogue.words import Text

Row = Mapping[str, Any]


def write_catalogue(catalogue: Catalogue) -> dict[str, str]:
    """File name → content. `read_catalogue` of a folder with them gives an equal catalogue.

    Raises:
        CatalogueError: an id cannot stand in our files.
    """
    for key, _, _ in texts(catalogue):
        if not is_id(key):
            raise CatalogueError(f"{key!r} is no id: letters, digits, “.”, “-”, “_”, at most 64.")
    parts = {
        f"dimension_{number}.toml": _dimension(catalogue, dimension.id)
        for number, dimension in enumerate(catalogue.dimensions, start=1)
    }
    parts["questions.toml"] = _tables("question", map(_question, catalogue.questions)) + _tables(
        "rule", map(_need_rule, catalogue.need_rules)
    )
    parts["methods.toml"] = _tables("method", (_method(item) for item in catalogue.methods))
    parts["conflicts.toml"] = _tables("conflict", (_conflict(x) for x in catalogue.conflicts))
    law: dict[str, str] = {}
    if catalogue.dated_rules or catalogue.contents:
        law["ai_act.toml"] = _tables("rule", (_dated(item) for item in catalogue.dated_rules))
        law["ai_act.toml"] += _tables(
            "content",
            ({"id": x.id, "title": x.title, "follows": x.follows} for x in catalogue.contents),
        )
    if catalogue.use:
        law["annex_iii.toml"] = _use(catalogue.use)
    return {MAIN: _main(catalogue, list(parts), list(law)), **parts, **law}


def _main(catalogue: Catalogue, files: list[str], rules: list[str]) -> str:
    none, moderate, high = (level.name for level in catalogue.target)
    head = _lines(
        {
            "id": catalogue.id,
            "version": catalogue.version,
            "date": catalogue.day,
            "title": catalogue.title,
            "files": files,
            "rules": rules,
        }
    )
    target = "\n[target]\n" + _lines({"none": none, "moderate": moderate, "high": high})
    evidence = ({"id": item.id, "title": item.title} for item in catalogue.evidence)
    return (
        head
        + target
        + _tables("evidence", evidence)
        + _tables("source", map(_source, catalogue.sources))
    )


def _dimension(catalogue: Catalogue, key: str) -> str:
    dimension = next(item for item in catalogue.dimensions if item.id == key)
    head = {"id": key, "title": dimension.title, "purpose": dimension.purpose}
    criteria = catalogue.criteria_of(key)
    indicators = [item for c in criteria for item in catalogue.indicators_of(c.id)]
    rows = (
        {
            "id": item.id,
            "criterion": item.criterion,
            "kind": item.kind,
            "title": item.title,
            **dict(zip("ABCD", item.levels, strict=True)),
            "compulsory_from": _need(item.compulsory_from),
            "evidence": list(item.evidence),
            "references": [str(reference) for reference in item.references],
        }
        for item in indicators
    )
    return (
        "[dimension]\n"
        + _lines(head)
        + _tables("criterion", ({"id": item.id, "title": item.title} for item in criteria))
        + _tables("indicator", rows)
    )


def _use(use: UseRules) -> str:
    ways = {
        "prohibited": use.prohibited,
        "product": use.product,
        "way_out": use.way_out,
        "transparency": use.transparency,
    }
    text = "".join(
        f"[{name}]\n{_lines({'when': _when(way.when), 'rule': way.rule})}\n"
        for name, way in ways.items()
    )
    classes = (
        {"id": item.id, "title": item.title, "when": _when(item.when), "rule": item.rule}
        for item in use.classes
    )
    return text + _tables("question", map(_question, use.questions)) + _tables("class", classes)


def _question(item: Question) -> Row:
    return {
        "id": item.id,
        "text": item.text,
        "asked_if": _when(item.asked_if),
        "multiple": item.multiple,
        "answers": [{"id": x.id, "de": x.text.de, "en": x.text.en} for x in item.answers],
    }


def _source(item: Source) -> Row:
    names = ("id", "title", "edition", "publisher", "published", "address", "ids", "shapes")
    return {name: getattr(item, name) for name in names}


def _need_rule(item: Any) -> Row:
    return {
        "id": item.id,
        "dimension": item.dimension,
        "need": item.need.key,
        "when": _when(item.when),
        "reason": item.reason,
    }


def _dated(item: Any) -> Row:
    return {
        "id": item.id,
        "article": str(item.article),
        "applies_from": item.applies_from,
        "status": item.status,
        "replaces": item.replaces,
        "title": item.title,
        "basis": str(item.basis),
    }


def _method(item: Any) -> Row:
    def figure(row: Figure) -> Row:
        return {name: getattr(row, name) for name in ("name", "better", "moderate", "high")}

    return {
        "check": item.check,
        "title": item.title,
        "indicators": list(item.indicators),
        "compulsory_from": _need(item.compulsory_from),
        "tasks": list(item.tasks),
        "modalities": list(item.modalities),
        "figures": [figure(row) for row in item.figures],
    }


def _conflict(item: Any) -> Row:
    sides = {
        name: {"dimension": side.dimension, "checks": list(side.checks)}
        for name, side in (("first", item.first), ("second", item.second))
    }
    return {"id": item.id, **sides, "why": item.why, "source": item.source}


def _when(conditions: Iterable[Condition]) -> list[str]:
    return [str(item) for item in conditions]


def _need(need: Need | None) -> str:
    return "" if need is None else need.key


def _tables(name: str, rows: Iterable[Row]) -> str:
    return "".join(f"\n[[{name}]]\n{_lines(row)}" for row in rows)


def _lines(row: Row) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in row.items())


def _value(value: Any) -> str:
    if isinstance(value, str):
        # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | float | int):
        return str(value)
    if isinstance(value, Text):
        value = {"de": value.de, "en": value.en}
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    return "[" + ", ".join(_value(item) for item in value) + "]"
