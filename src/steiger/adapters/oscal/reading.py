"""An OSCAL catalogue that we wrote, back into our type; others are refused with what they lack."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from steiger.adapters.oscal.structure import check_catalogue
from steiger.adapters.oscal.terms import NAMESPACE, Node
from steiger.adapters.oscal.writing import WAYS
from steiger.engines.audit.catalogue.tables import condition, read_json, reference
from steiger.engines.audit.catalogue.types import (
    Answer,
    Catalogue,
    CatalogueError,
    Condition,
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

MAX_BYTES = 50_000_000


def read_oscal_catalogue(content: bytes) -> Catalogue:
    """A catalogue from OSCAL JSON.

    Raises:
        CatalogueError: it is no JSON, no OSCAL catalogue, or lacks what an examination needs.
    """
    if len(content) > MAX_BYTES:
        raise CatalogueError(f"The OSCAL file is larger than {MAX_BYTES:,} bytes.")
    tree = read_json(content, "The OSCAL file")
    problems = check_catalogue(tree)
    if problems:
        raise CatalogueError(f"This is no OSCAL catalogue: {problems[0]}.")
    root = Entry(tree["catalog"]["metadata"], "metadata")
    try:
        return _catalogue(tree["catalog"], root)
    except CatalogueError:
        raise
    except (KeyError, ValueError) as error:
        raise CatalogueError(f"The OSCAL catalogue cannot be read: {error}.") from None


class Entry:
    """A node with properties of ours."""

    def __init__(self, node: Node, name: str = "") -> None:
        self.node, self.name = node, name or str(node.get("id", node.get("uuid", "")))

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a property."""
        own = self.node.get("props", ())
        return tuple(
            row["value"] for row in own if row["name"] == name and row.get("ns") == NAMESPACE
        )

    def one(self, name: str, default: str | None = None) -> str:
        """The value of a property; required without a default."""
        found = self.all(name)
        if len(found) > 1:
            raise CatalogueError(f"{self.name}: the property {name!r} stands {len(found)} times.")
        if not found and default is None:
            raise CatalogueError(
                f"{self.name}: the property {name!r} is missing. Only catalogues made for "
                "examinations can be read, not those of security controls."
            )
        return found[0] if found else str(default)

    def title(self) -> Text:
        """Its title."""
        return Text(self.node["title"], self.one("title-en", ""))

    def parts(self, name: str) -> Iterator[Node]:
        """Its parts of a name."""
        return (part for part in self.node.get("parts", ()) if part["name"] == name)

    def text(self, name: str) -> Text:
        """The text of a part; empty if it is not there."""
        return next((_text(part) for part in self.parts(name)), Text(""))

    def when(self, name: str = "when") -> tuple[Condition, ...]:
        """Conditions."""
        return tuple(condition(text) for text in self.all(name))

    def need(self, name: str) -> Need | None:
        """A protection need, or None."""
        value = self.one(name, "")
        return _need(value, self.name) if value else None


def _text(part: Node) -> Text:
    english = [inner["prose"] for inner in part.get("parts", ()) if inner["name"] == "english"]
    return Text(part.get("prose", ""), english[0] if english else "")


def _need(value: str, name: str) -> Need:
    try:
        return Need[value.upper()]
    except KeyError:
        raise CatalogueError(f"{name}: {value!r} is no protection need.") from None


def _catalogue(content: Node, root: Entry) -> Catalogue:
    kinds: dict[str, list[Entry]] = {}
    dimensions, criteria, indicators = [], [], []
    for outer in content.get("groups", ()):
        entry = Entry(outer)
        if outer.get("class") != "dimension":
            kinds.setdefault(outer.get("class", ""), []).extend(
                map(Entry, outer.get("controls", ()))
            )
            continue
        dimensions.append(Dimension(outer["id"], entry.title(), entry.text("purpose")))
        for inner in outer.get("groups", ()):
            row = Entry(inner)
            place = int(row.one("place"))
            criteria.append((place, Criterion(inner["id"], outer["id"], row.title())))
            for node in inner.get("controls", ()):
                item = Entry(node)
                indicators.append((int(item.one("place")), _indicator(item, inner["id"])))
    rest: dict[str, Any] = {
        name: tuple(read(entry) for entry in kinds.get(kind, ()))
        for name, kind, read in (
            ("evidence", "evidence", lambda entry: EvidenceKind(entry.node["id"], entry.title())),
            ("questions", "question", _question),
            ("need_rules", "need-rule", _need_rule),
            ("methods", "method", _method),
            ("conflicts", "conflict", _conflict),
            ("dated_rules", "dated-rule", _dated_rule),
            ("contents", "content", _content),
        )
    }
    resources = content.get("back-matter", {}).get("resources", ())
    return Catalogue(
        id=root.one("catalogue-id"),
        version=root.node["version"],
        day=date.fromisoformat(root.node["last-modified"][:10]),
        title=root.title(),
        target=(_level(root, "none"), _level(root, "moderate"), _level(root, "high")),
        sources=tuple(_source(Entry(node)) for node in resources),
        dimensions=tuple(dimensions),
        criteria=tuple(item for _, item in sorted(criteria, key=lambda row: row[0])),
        indicators=tuple(item for _, item in sorted(indicators, key=lambda row: row[0])),
        use=_use(kinds),
        **rest,
    )


def _level(root: Entry, need: str) -> Level:
    return Level[root.one(f"target-{need}")]


def _indicator(entry: Entry, criterion: str) -> Indicator:
    a, b, c, d = (entry.text(f"level-{name}") for name in "ABCD")
    links = entry.node.get("links", ())
    return Indicator(
        id=entry.node["id"],
        criterion=criterion,
        kind=_known(entry, "kind", ("analysis", "measure", "test", "assessment")),
        title=entry.title(),
        levels=(a, b, c, d),
        compulsory_from=entry.need("compulsory-from"),
        evidence=entry.all("evidence"),
        references=tuple(reference(x["text"]) for x in links if x.get("rel") == "reference"),
    )


def _known(entry: Entry, name: str, known: tuple[str, ...]) -> Any:
    value = entry.one(name)
    if value not in known:
        raise CatalogueError(f"{entry.name}: {name} {value!r} is unknown: {', '.join(known)}.")
    return value


def _question(entry: Entry) -> Question:
    answers = [Answer(Entry(x).one("answer-id"), _text(x)) for x in entry.parts("answer")]
    return Question(
        id=entry.node["id"],
        text=entry.text("text"),
        answers=tuple(answers),
        asked_if=entry.when("asked-if"),
        multiple=entry.one("multiple", "") == "yes",
    )


def _need_rule(entry: Entry) -> NeedRule:
    return NeedRule(
        id=entry.node["id"],
        dimension=entry.one("dimension"),
        need=_need(entry.one("need"), entry.name),
        when=entry.when(),
        reason=entry.text("reason"),
    )


def _method(entry: Entry) -> Method:
    figures = []
    for part in entry.parts("figure"):
        row = Entry(part)
        better = _known(row, "better", ("below", "above"))
        figure = Figure(part["title"], better, float(row.one("moderate")), float(row.one("high")))
        figures.append(figure)
    return Method(
        check=entry.node["id"],
        title=entry.title(),
        indicators=entry.all("indicator"),
        compulsory_from=entry.need("compulsory-from"),
        tasks=entry.all("task"),
        modalities=entry.all("modality"),
        figures=tuple(figures),
    )


def _conflict(entry: Entry) -> Conflict:
    first, second = (
        ConflictSide(entry.one(f"{name}-dimension"), entry.all(f"{name}-check"))
        for name in ("first", "second")
    )
    return Conflict(entry.node["id"], first, second, entry.text("why"), entry.one("source", ""))


def _dated_rule(entry: Entry) -> DatedRule:
    return DatedRule(
        id=entry.node["id"],
        title=entry.title(),
        article=reference(entry.one("article")),
        applies_from=date.fromisoformat(entry.one("applies-from")),
        basis=reference(entry.one("basis")),
        status=_known(entry, "status", ("published", "adopted")),
        replaces=entry.one("replaces", ""),
    )


def _content(entry: Entry) -> Content:
    return Content(entry.node["id"], entry.title(), entry.one("follows", ""))


def _source(entry: Entry) -> Source:
    return Source(
        id=entry.one("source-id"),
        title=entry.node.get("title", ""),
        edition=entry.one("edition", ""),
        publisher=entry.one("publisher", ""),
        published=date.fromisoformat(entry.one("published")),
        address=entry.one("address", ""),
        ids=entry.all("known-id"),
        shapes=entry.all("shape"),
    )


def _use(kinds: dict[str, list[Entry]]) -> UseRules | None:
    ways = {
        item.node["id"]: Way(item.when(), item.one("rule")) for item in kinds.get("use-way", ())
    }
    if not ways:
        return None
    missing = [name for name in WAYS if name not in ways]
    if missing:
        raise CatalogueError(f"The ways of classification lack {', '.join(missing)}.")
    return UseRules(
        questions=tuple(map(_question, kinds.get("use-question", ()))),
        classes=tuple(
            UseClass(item.node["id"], item.title(), item.when(), item.one("rule"))
            for item in kinds.get("use-class", ())
        ),
        prohibited=ways["prohibited"],
        product=ways["product"],
        way_out=ways["way_out"],
        transparency=ways["transparency"],
    )
