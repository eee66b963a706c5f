"""Reads a catalogue from its folder of TOML files."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from steiger.engines.audit.catalogue.tables import Table, read_table
from steiger.engines.audit.catalogue.types import (
    Answer,
    Catalogue,
    CatalogueError,
    Conflict,
    ConflictSide,
    Content,
    Criterion,
    DatedRule,
    Dimension,
    EvidenceKind,
    Figure,
    Indicator,
    Level,
    Method,
    Need,
    NeedRule,
    Question,
    Source,
    UseClass,
    UseRules,
    Way,
)
from steiger.engines.audit.catalogue.words import Text

OWN = Path(__file__).resolve().parent / "data" / "steiger"
MAIN = "catalogue.toml"
KINDS = ("analysis", "measure", "test", "assessment")


@lru_cache(maxsize=1)
def own_catalogue() -> Catalogue:
    """Our own catalogue, which comes with the package."""
    return read_catalogue(OWN)


def read_catalogue(folder: Path) -> Catalogue:
    """Read the catalogue in a folder.

    Raises:
        CatalogueError: a file is missing or has a field that is wrong, missing or unknown.
    """
    main = read_table(folder / MAIN)
    files: dict[str, str] = {}
    parts: dict[str, list[Any]] = {}
    names = [*main.strings("files"), *main.strings("rules")]
    for name in names:
        if Path(name).name != name:
            raise main.error(f"{name!r} must lie in the catalogue's own folder.", "files")
        _read_part(read_table(folder / name), parts, files)
    evidence = tuple(_evidence(row) for row in main.tables("evidence"))
    sources = tuple(_source(row) for row in main.tables("source"))
    target = main.table("target")
    found = Catalogue(
        id=main.string("id"),
        version=main.string("version"),
        day=main.day("date"),
        title=main.text("title"),
        target=_target(target),
        evidence=evidence,
        sources=sources,
        use=_use(parts),
        files=files | {item.id: MAIN for item in evidence} | {item.id: MAIN for item in sources},
        **{name: tuple(rows) for name, rows in parts.items() if not name.startswith("use_")},
    )
    main.finish()
    return found


def _read_part(table: Table, parts: dict[str, list[Any]], files: dict[str, str]) -> None:
    def add(name: str, item: Any, key: str) -> None:
        if key in files:
            raise CatalogueError(f"{table.file}, {key}: the id is taken, in {files[key]}.")
        parts.setdefault(name, []).append(item)
        files[key] = table.file

    dimension = ""
    if table.has("dimension"):
        row = table.table("dimension")
        dimension = row.id()
        add("dimensions", Dimension(dimension, row.text("title"), row.text("purpose")), dimension)
        row.finish()
    use = table.has("way_out")
    dated = table.file.startswith("ai_act")
    readers: tuple[tuple[str, str, Callable[[Table], Any]], ...] = (
        ("criterion", "criteria", lambda row: Criterion(row.id(), dimension, row.text("title"))),
        ("indicator", "indicators", _indicator),
        ("question", "use_questions" if use else "questions", _question),
        ("rule", "dated_rules", _dated_rule)
        if dated
        else ("rule", "need_rules", lambda row: _need_rule(row, dimension)),
        (
            "content",
            "contents",
            lambda row: Content(row.id(), row.text("title"), row.string("follows")),
        ),
        ("method", "methods", _method),
        ("conflict", "conflicts", _conflict),
        ("class", "use_classes", _use_class),
    )
    for field, name, read in readers:
        for row in table.tables(field):
            item = read(row)
            row.finish()
            add(name, item, item.check if isinstance(item, Method) else item.id)
    if use:
        parts["use_ways"] = [
            _way(table, name) for name in ("prohibited", "product", "way_out", "transparency")
        ]
    table.finish()


def _target(row: Table) -> tuple[Level, Level, Level]:
    levels = (row.level("none"), row.level("moderate"), row.level("high"))
    row.finish()
    return levels


def _evidence(row: Table) -> EvidenceKind:
    found = EvidenceKind(row.id(), row.text("title"))
    row.finish()
    return found


def _source(row: Table) -> Source:
    found = Source(
        id=row.id(),
        title=row.string("title"),
        edition=row.string("edition"),
        publisher=row.string("publisher"),
        published=row.day("published"),
        address=row.string("address", ""),
        ids=row.strings("ids"),
        shapes=row.strings("shapes"),
    )
    row.finish()
    return found


def _indicator(row: Table) -> Indicator:
    return Indicator(
        id=row.id(),
        criterion=row.string("criterion"),
        kind=row.choice("kind", KINDS),  # type: ignore[arg-type]
        title=row.text("title"),
        levels=(row.text("A"), row.text("B"), row.text("C"), row.text("D")),
        compulsory_from=row.need("compulsory_from"),
        evidence=row.strings("evidence"),
        references=row.references("references"),
    )


def _question(row: Table) -> Question:
    key, answers = row.id(), []
    for inner in row.tables("answers"):
        answers.append(Answer(inner.string("id"), _words(inner)))
        inner.finish()
    return Question(
        id=key,
        text=row.text("text"),
        answers=tuple(answers),
        asked_if=row.conditions("asked_if"),
        multiple=bool(row.get("multiple", bool, False)),
    )


def _words(row: Table) -> Text:
    return Text(row.string("de", ""), row.string("en", ""))


def _need_rule(row: Table, dimension: str) -> NeedRule:
    need = row.need("need", required=True)
    return NeedRule(
        id=row.id(),
        dimension=row.string("dimension", dimension or None),
        need=Need.NONE if need is None else need,
        when=row.conditions("when"),
        reason=row.text("reason"),
    )


def _dated_rule(row: Table) -> DatedRule:
    return DatedRule(
        id=row.id(),
        title=row.text("title"),
        article=row.reference("article"),
        applies_from=row.day("applies_from"),
        basis=row.reference("basis"),
        status=row.choice("status", ("published", "adopted")),  # type: ignore[arg-type]
        replaces=row.string("replaces", ""),
    )


def _method(row: Table) -> Method:
    check, figures = row.id("check"), []
    for inner in row.tables("figures"):
        better = inner.choice("better", ("below", "above"))
        moderate, high = float(inner.get("moderate", float)), float(inner.get("high", float))
        figures.append(Figure(inner.string("name"), better, moderate, high))  # type: ignore[arg-type]
        inner.finish()
    return Method(
        check=check,
        title=row.text("title"),
        indicators=row.strings("indicators"),
        compulsory_from=row.need("compulsory_from"),
        tasks=row.strings("tasks"),
        modalities=row.strings("modalities"),
        figures=tuple(figures),
    )


def _conflict(row: Table) -> Conflict:
    return Conflict(
        row.id(), _side(row, "first"), _side(row, "second"), row.text("why"), row.string("source")
    )


def _side(row: Table, field: str) -> ConflictSide:
    inner = row.table(field)
    found = ConflictSide(inner.string("dimension"), inner.strings("checks"))
    inner.finish()
    return found


def _use_class(row: Table) -> UseClass:
    return UseClass(row.id(), row.text("title"), row.conditions("when"), row.string("rule"))


def _way(table: Table, name: str) -> Way:
    row = table.table(name)
    found = Way(row.conditions("when"), row.string("rule"))
    row.finish()
    return found


def _use(parts: dict[str, list[Any]]) -> UseRules | None:
    if "use_ways" not in parts:
        return None
    questions, classes = parts.get("use_questions", []), parts.get("use_classes", [])
    return UseRules(tuple(questions), tuple(classes), *parts["use_ways"])
