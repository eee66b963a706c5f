"""Reads the vocabularies of a region: one TOML file each."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from steiger.regions.rows import Row, read_toml
from steiger.regions.types import Choice, FieldSpec, FieldType, RegionError, Term, Vocabulary

#: Every region has these; what is in them is the region's choice.
REQUIRED = (
    "category",
    "role",
    "method",
    "technology",
    "sector",
    "size",
    "relation",
    "identifier",
    "name",
    "link",
    "initiative",
)
#: Vocabularies whose terms have a parent in another vocabulary.
PARENTS = {"role": "category"}
SYNONYMS = "search_synonyms.toml"


def read_vocabularies(folder: Path) -> dict[str, Vocabulary]:
    """All vocabularies of a region, checked against each other."""
    found: dict[str, Vocabulary] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == SYNONYMS:
            continue
        vocabulary = _vocabulary(path)
        if vocabulary.key in found:
            raise RegionError(f"There are two files for {vocabulary.key!r}.", file=path.name)
        found[vocabulary.key] = vocabulary
    for key in REQUIRED:
        if key not in found:
            raise RegionError(f"No file here is the vocabulary {key!r}.", file=folder.name)
    for vocabulary in found.values():
        _check_parents(vocabulary, found[PARENTS.get(vocabulary.key, vocabulary.key)])
    return found


def read_synonyms(folder: Path) -> tuple[tuple[str, ...], ...]:
    """Groups of words that mean the same in a search."""
    path = folder / SYNONYMS
    row = Row(read_toml(path), file=path.name)
    groups = []
    for number, group in enumerate(row.get("groups", list), start=1):
        place = f"group {number}"
        if not isinstance(group, list) or len(group) < 2:
            raise RegionError("A group has at least two words.", file=path.name, row=place)
        words = [word.strip().casefold() for word in group if isinstance(word, str)]
        if len(words) != len(group) or not all(words) or len(set(words)) != len(words):
            raise RegionError("Words are texts, each once.", file=path.name, row=place)
        groups.append(tuple(group))
    row.finish()
    return tuple(groups)


def _vocabulary(path: Path) -> Vocabulary:
    row = Row(read_toml(path), file=path.name)
    key = row.key("vocabulary")
    name_de, name_en = row.bilingual("name")
    terms = tuple(_term(key, order, entry) for order, entry in enumerate(row.rows("term"), 1))
    row.finish()
    seen: set[str] = set()
    for term in terms:
        if term.key in seen:
            raise row.error("The key appears twice.", f"term {term.key}")
        seen.add(term.key)
    if not terms:
        raise row.error("There is no [[term]].")
    return Vocabulary(key, name_de, name_en, terms)


def _term(vocabulary: str, order: int, row: Row) -> Term:
    label = row.bilingual("label")
    description = row.bilingual("description", required=False)
    term = Term(
        vocabulary=vocabulary,
        key=row.key(),
        label_de=label[0],
        label_en=label[1],
        description_de=description[0],
        description_en=description[1],
        order=order * 10,
        parent=row.text("parent", ""),
        synonyms=row.texts("synonyms"),
        same_as=row.address("same_as", ""),
        fields=tuple(_field(entry) for entry in row.rows("field")),
        details=row.get("details", dict, {}),
    )
    row.finish()
    keys = [spec.key for spec in term.fields]
    if len(set(keys)) != len(keys):
        raise row.error("A field's key appears twice.", "field")
    return term


def _field(row: Row) -> FieldSpec:
    label, help_text = row.bilingual("label"), row.bilingual("help", required=False)
    kind: FieldType = row.get("type", str)
    if kind not in get_args(FieldType):
        raise row.error(f"{kind!r} is none of {', '.join(get_args(FieldType))}.", "type")
    choices = tuple(_choice(entry) for entry in row.rows("choices"))
    if (kind == "choice") != bool(choices):
        raise row.error("Choices belong to the type “choice”, and only to it.", "choices")
    spec = FieldSpec(
        key=row.key(),
        label_de=label[0],
        label_en=label[1],
        type=kind,
        required=row.get("required", bool, default=False),
        choices=choices,
        help_de=help_text[0],
        help_en=help_text[1],
    )
    row.finish()
    return spec


def _choice(row: Row) -> Choice:
    choice = Choice(row.key(), row.text("de"), row.text("en"))
    row.finish()
    return choice


def _check_parents(vocabulary: Vocabulary, parents: Vocabulary) -> None:
    for term in vocabulary:
        if term.parent and term.parent not in parents:
            raise RegionError(
                f"There is no {term.parent!r} in the vocabulary {parents.key!r}.",
                file=f"vocabulary {vocabulary.key}",
                row=f"term {term.key}",
                field="parent",
            )
        if vocabulary.key in PARENTS and not term.parent:
            raise RegionError(
                f"Name the {parents.key} to which it belongs.",
                file=f"vocabulary {vocabulary.key}",
                row=f"term {term.key}",
                field="parent",
            )
