"""A catalogue as OSCAL catalogue; see ``terms`` for how."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time

from steiger.adapters.oscal.terms import (
    VERSION,
    Node,
    control,
    derived_uuid,
    group,
    props,
    text_part,
)
from steiger.engines.audit.catalogue.types import (
    Catalogue,
    CatalogueError,
    Condition,
    Indicator,
    Method,
    Need,
    Question,
    Source,
    Way,
)
from steiger.engines.audit.catalogue.words import Text

KINDS = {
    "evidence": Text("Arten von Nachweisen", "Kinds of evidence"),
    "question": Text("Fragen zum Schutzbedarf", "Questions on the protection need"),
    "need-rule": Text("Regeln zum Schutzbedarf", "Rules on the protection need"),
    "method": Text("Prüfverfahren", "Test methods"),
    "conflict": Text("Zielkonflikte", "Conflicts"),
    "dated-rule": Text("Rechtspflichten mit Datum", "Legal duties with their dates"),
    "content": Text("Inhalte der Unterlagen", "Contents of the documentation"),
    "use-question": Text("Fragen zur Verwendung", "Questions on the use"),
    "use-class": Text("Gelistete Verwendungen", "Listed uses"),
    "use-way": Text("Wege der Einordnung", "Ways of classification"),
}
WAYS = ("prohibited", "product", "way_out", "transparency")


def oscal_catalogue(catalogue: Catalogue) -> Node:
    """The catalogue as OSCAL JSON, ready for ``json.dumps``.

    Raises:
        CatalogueError: a criterion or an indicator belongs to nothing, so it would be lost.
    """
    resources = {
        item.id: derived_uuid(catalogue.id, "source", item.id) for item in catalogue.sources
    }
    groups = [_dimension(catalogue, item.id, resources) for item in catalogue.dimensions]
    inside = [inner for outer in groups for inner in outer.get("groups", ())]
    written = sum(len(inner.get("controls", ())) for inner in inside)
    if written != len(catalogue.indicators) or len(inside) != len(catalogue.criteria):
        raise CatalogueError(
            "Some criterion or indicator belongs to nothing; lint the catalogue before exporting."
        )
    for kind, controls in _others(catalogue).items():
        if controls:
            groups.append(group(kind, f"group-{kind}", KINDS[kind], controls=controls))
    none, moderate, high = (level.name for level in catalogue.target)
    content: Node = {
        "uuid": derived_uuid(catalogue.id, catalogue.version, catalogue.digest()),
        "metadata": {
            "title": catalogue.title.de,
            "last-modified": datetime.combine(catalogue.day, time(), UTC).isoformat(),
            "version": catalogue.version,
            "oscal-version": VERSION,
            "props": props(
                catalogue_id=catalogue.id,
                title_en=catalogue.title.en,
                target_none=none,
                target_moderate=moderate,
                target_high=high,
            ),
        },
        "groups": groups,
    }
    if catalogue.sources:
        content["back-matter"] = {
            "resources": [_source(item, resources[item.id]) for item in catalogue.sources]
        }
    return {"catalog": content}


def _dimension(catalogue: Catalogue, key: str, resources: dict[str, str]) -> Node:
    found = next(item for item in catalogue.dimensions if item.id == key)
    places = {item.id: place for place, item in enumerate(catalogue.indicators)}
    inner = []
    for place, criterion in enumerate(catalogue.criteria):
        if criterion.dimension == key:
            controls = [
                _indicator(item, places[item.id], resources)
                for item in catalogue.indicators_of(criterion.id)
            ]
            own = props(place=str(place))
            inner.append(
                group("criterion", criterion.id, criterion.title, props=own, controls=controls)
            )
    purpose = text_part(key, "purpose", found.purpose)
    return group("dimension", key, found.title, parts=purpose, groups=inner)


def _indicator(item: Indicator, place: int, resources: dict[str, str]) -> Node:
    own = props(
        place=str(place),
        kind=item.kind,
        compulsory_from=_need(item.compulsory_from),
        evidence=list(item.evidence),
    )
    parts = [
        part
        for name, text in zip("ABCD", item.levels, strict=True)
        for part in text_part(item.id, f"level-{name}", text)
    ]
    found = control("indicator", item.id, item.title, own, parts)
    links = []
    for reference in item.references:
        if reference.source not in resources:
            raise CatalogueError(f"{item.id}: there is no source {reference.source!r}.")
        links.append(
            {
                "href": f"#{resources[reference.source]}",
                "rel": "reference",
                "text": str(reference),
            }
        )
    return found | ({"links": links} if links else {})


def _others(catalogue: Catalogue) -> dict[str, list[Node]]:
    use = catalogue.use
    return {
        "evidence": [control("evidence", x.id, x.title, [], []) for x in catalogue.evidence],
        "question": [_question("question", item) for item in catalogue.questions],
        "need-rule": [
            control(
                "need-rule",
                item.id,
                Text(item.id),
                props(dimension=item.dimension, need=item.need.key, when=_when(item.when)),
                text_part(item.id, "reason", item.reason),
            )
            for item in catalogue.need_rules
        ],
        "method": [_method(item) for item in catalogue.methods],
        "conflict": [
            control(
                "conflict",
                item.id,
                Text(item.id),
                props(
                    first_dimension=item.first.dimension,
                    first_check=item.first.checks,
                    second_dimension=item.second.dimension,
                    second_check=item.second.checks,
                    source=item.source,
                ),
                text_part(item.id, "why", item.why),
            )
            for item in catalogue.conflicts
        ],
        "dated-rule": [
            control(
                "dated-rule",
                item.id,
                item.title,
                props(
                    article=str(item.article),
                    applies_from=item.applies_from.isoformat(),
                    basis=str(item.basis),
                    status=item.status,
                    replaces=item.replaces,
                ),
                [],
            )
            for item in catalogue.dated_rules
        ],
        "content": [
            control("content", item.id, item.title, props(follows=item.follows), [])
            for item in catalogue.contents
        ],
        "use-question": [_question("use-question", x) for x in use.questions] if use else [],
        "use-class": [
            control("use-class", x.id, x.title, props(when=_when(x.when), rule=x.rule), [])
            for x in (use.classes if use else ())
        ],
        "use-way": [_way(name, getattr(use, name)) for name in WAYS] if use else [],
    }


def _way(name: str, way: Way) -> Node:
    return control("use-way", name, Text(name), props(when=_when(way.when), rule=way.rule), [])


def _question(kind: str, item: Question) -> Node:
    parts = text_part(item.id, "text", item.text)
    for answer in item.answers:
        # The name tells the parts apart: an answer may be called "text".
        for part in text_part(f"{item.id}_{answer.id}", "answer", answer.text):
            parts.append(part | {"props": props(answer_id=answer.id)})
    own = props(asked_if=_when(item.asked_if), multiple="yes" if item.multiple else "")
    return control(kind, item.id, Text(item.id), own, parts)


def _method(item: Method) -> Node:
    parts = [
        {
            "id": f"{item.check}_{figure.name}",
            "name": "figure",
            "title": figure.name,
            "props": props(
                better=figure.better, moderate=repr(figure.moderate), high=repr(figure.high)
            ),
        }
        for figure in item.figures
    ]
    own = props(
        indicator=item.indicators,
        compulsory_from=_need(item.compulsory_from),
        task=item.tasks,
        modality=item.modalities,
    )
    return control("method", item.check, item.title, own, parts)


def _source(item: Source, key: str) -> Node:
    return {
        "uuid": key,
        "title": item.title,
        "props": props(
            source_id=item.id,
            edition=item.edition,
            publisher=item.publisher,
            published=item.published.isoformat(),
            address=item.address,
            shape=item.shapes,
            known_id=item.ids,
        ),
    }


def _when(conditions: Iterable[Condition]) -> list[str]:
    return [str(item) for item in conditions]


def _need(need: Need | None) -> str:
    return "" if need is None else need.key
