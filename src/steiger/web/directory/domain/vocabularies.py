"""Words with a fixed meaning: read from the region's folder, then edited by moderators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from steiger.regions import Region
from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.index import queue_term
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary
from steiger.web.directory.models import (
    Classification,
    Fact,
    Identifier,
    Link,
    Name,
    Relation,
    Role,
    Term,
)

#: Vocabularies whose terms the product itself relies on: words change there, terms do not.
CLOSED = frozenset({"category", "name", "size"})
#: Vocabularies in which a new term needs a parent, and where the parent is found.
PARENTS = {"role": "category"}
EDITABLE = (
    "label_de",
    "label_en",
    "description_de",
    "description_en",
    "synonyms",
    "fields",
    "position",
    "active",
)


class TermError(ValueError):
    """An edit of a term makes no sense; ``field`` says where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def load_vocabularies(*, region: Region, by: audit.Actor) -> int:
    """Bring the terms of the region's folder into the database; returns how many changed.

    A term that a moderator edited stays as it is. Terms that left the folder become inactive.
    """
    known = {(term.vocabulary, term.key): term for term in Term.objects.all()}
    changed: list[audit.Entry] = []
    seen = set()
    ordered = [term for vocabulary in region.vocabularies.values() for term in vocabulary]
    ordered.sort(key=lambda term: bool(term.parent))
    for term in ordered:
        seen.add((term.vocabulary, term.key))
        values = _values(term, known)
        row = known.get((term.vocabulary, term.key))
        if row is None:
            row = Term.objects.create(vocabulary=term.vocabulary, key=term.key, **values)
            known[(term.vocabulary, term.key)] = row
            changed.append(_entry("directory.term.load", row, {}))
        elif not row.edited:
            difference = _assign(row, values)
            if difference:
                row.save()
                changed.append(_entry("directory.term.load", row, difference))
    for key, row in known.items():
        if key not in seen and row.active and not row.edited:
            row.active = False
            row.save(update_fields=["active"])
            changed.append(_entry("directory.term.load", row, {"active": [True, False]}))
    audit.record_many(by=by, entries=changed, reason=f"region {region.key}")
    forget_vocabulary()
    return len(changed)


def _values(term: Any, known: Mapping[tuple[str, str], Term]) -> dict[str, Any]:
    parent_vocabulary = "category" if term.vocabulary == "role" else term.vocabulary
    return {
        "parent": known.get((parent_vocabulary, term.parent)) if term.parent else None,
        "label_de": term.label_de,
        "label_en": term.label_en,
        "description_de": term.description_de,
        "description_en": term.description_en,
        "synonyms": list(term.synonyms),
        "fields": [field.as_json() for field in term.fields],
        "details": dict(term.details),
        "position": term.order,
    }


def _assign(row: Term, values: Mapping[str, Any]) -> dict[str, Any]:
    difference = {}
    for field, value in values.items():
        before = getattr(row, field)
        if before != value:
            setattr(row, field, value)
            difference[field] = [
                before if not isinstance(before, Term) else before.key,
                value if not isinstance(value, Term) else value.key,
            ]
    return difference


def _entry(act: str, row: Term, changes: Mapping[str, Any]) -> audit.Entry:
    return audit.Entry(act, row._meta.label_lower, str(row.pk), str(row), changes)


@transaction.atomic
def edit_term(*, term: Term, values: Mapping[str, Any], by: audit.Actor, reason: str = "") -> Term:
    """Change a term's words, fields, place in the order, or whether it is offered.

    Raises:
        TermError: a label is empty, or a field of an entry is described wrongly.
    """
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise TermError(min(unknown), f"{sorted(unknown)} cannot be edited.")
    for field in ("label_de", "label_en"):
        if field in values and not str(values[field]).strip():
            raise TermError(field, _("A term needs a label in German and in English."))
    if "fields" in values:
        check_fields(values["fields"])
    row = Term.objects.select_for_update().get(pk=term.pk)
    difference = _assign(row, values)
    if difference:
        row.edited = True
        row.save()
        audit.record(by=by, act="directory.term.edit", on=row, changes=difference, reason=reason)
        queue_term(row.pk)
        transaction.on_commit(forget_vocabulary)
    return row


@transaction.atomic
def add_term(
    *,
    vocabulary: str,
    key: str,
    values: Mapping[str, Any],
    by: audit.Actor,
    parent: Term | None = None,
    reason: str = "",
) -> Term:
    """Add a term to a vocabulary.

    Raises:
        TermError: the key exists already, a label or the parent is missing, fields are described
            wrongly, or the vocabulary is closed.
    """
    if vocabulary in CLOSED:
        raise TermError("key", _("No word can be added to this vocabulary."))
    if (vocabulary in PARENTS) != (parent is not None):
        raise TermError("parent", _("Choose where the word belongs."))
    check_fields(values.get("fields", []))
    if Term.objects.filter(vocabulary=vocabulary, key=key).exists():
        raise TermError("key", _("This key exists already."))
    for field in ("label_de", "label_en"):
        if not str(values.get(field, "")).strip():
            raise TermError(field, _("A term needs a label in German and in English."))
    row = Term.objects.create(vocabulary=vocabulary, key=key, parent=parent, edited=True, **values)
    audit.record(by=by, act="directory.term.add", on=row, changes={}, reason=reason)
    queue_term(row.pk)
    transaction.on_commit(forget_vocabulary)
    return row


def uses() -> Counter[tuple[str, str]]:
    """How many values of actors carry each term, by vocabulary and key."""
    found: Counter[tuple[str, str]] = Counter()
    for model in (Role, Classification):
        rows = model.objects.order_by().values_list("term__vocabulary", "term__key")
        found.update(rows)
    found.update(
        ("category", key)
        for key in Role.objects.order_by().values_list("term__parent__key", flat=True)
        if key
    )
    plain: dict[str, QuerySet[Any, str]] = {
        "name": Name.objects.values_list("kind", flat=True),
        "link": Link.objects.values_list("kind", flat=True),
        "identifier": Identifier.objects.values_list("scheme", flat=True),
        "relation": Relation.objects.values_list("kind", flat=True),
        "size": Fact.objects.filter(key="size").values_list("value", flat=True),
        "initiative": Fact.objects.filter(key="initiative").values_list("value", flat=True),
    }
    for vocabulary, keys in plain.items():
        found.update((vocabulary, str(key)) for key in keys.order_by())
    return found


def check_fields(fields: Any) -> None:
    """The description of a sub-category's fields makes sense.

    Raises:
        TermError: with what is wrong and in which entry.
    """
    if not isinstance(fields, list):
        raise TermError("fields", _("Fields are a list."))
    seen: set[str] = set()
    types = {"text", "url", "number", "choice", "boolean", "date", "year"}
    for number, field in enumerate(fields, start=1):
        if not isinstance(field, dict) or not field.get("key") or field["key"] in seen:
            raise TermError("fields", _("Field %d needs a key of its own.") % number)
        seen.add(field["key"])
        if field.get("type") not in types:
            raise TermError("fields", _("Field %d has an unknown type.") % number)
        if not field.get("label_de") or not field.get("label_en"):
            raise TermError("fields", _("Field %d needs a German and an English label.") % number)
        if field["type"] == "choice" and not field.get("choices"):
            raise TermError("fields", _("Field %d needs choices.") % number)
