"""Values of an actor as plain data: for drafts, differences, history and undoing.

A statement names terms by vocabulary and key, so that it can be kept for years and read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from steiger.web.directory.models import Sourced, Term
from steiger.web.directory.models.values import VALUE_MODELS

#: Columns that say where a value belongs, not what it says.
_FRAME = frozenset({"id", "actor", "source", "term"})
_MODELS = {model._meta.model_name or "": model for model in VALUE_MODELS}


class StatementError(ValueError):
    """The data is no statement; the message says why."""


def to_data(values: Iterable[Sourced]) -> list[dict[str, Any]]:
    """Values as statements, in a fixed order: equal values give equal data."""
    found = [_statement(value) for value in values]
    return sorted(found, key=lambda one: repr(sorted(one.items())))


def from_data(data: Iterable[Mapping[str, Any]]) -> list[Sourced]:
    """Unsaved values, without actor and source.

    Raises:
        StatementError: a kind of value, a field or a term is not known.
    """
    return [_value(one) for one in data]


def _statement(value: Sourced) -> dict[str, Any]:
    found: dict[str, Any] = {"is": value._meta.model_name}
    for field in value._meta.concrete_fields:
        if field.name not in _FRAME:
            content = getattr(value, field.attname)
            found[field.name] = content.isoformat() if isinstance(content, date) else content
    if term := getattr(value, "term", None):
        found["term"] = f"{term.vocabulary}/{term.key}"
    return found


def _value(one: Mapping[str, Any]) -> Sourced:
    fields = dict(one)
    model = _MODELS.get(str(fields.pop("is", "")))
    if model is None:
        raise StatementError(f"Unknown kind of value: {one.get('is')!r}.")
    known = {field.name: field for field in model._meta.concrete_fields}
    term = fields.pop("term", None)
    if unknown := sorted(fields.keys() - (known.keys() - _FRAME)):
        raise StatementError(f"Unknown field of {one['is']}: {unknown[0]}.")
    cleaned = {name: known[name].to_python(content) for name, content in fields.items()}
    value: Sourced = model(**cleaned)
    if "term" in known:
        vocabulary, _, key = str(term).partition("/")
        row = Term.objects.filter(vocabulary=vocabulary, key=key).first()
        if row is None:
            raise StatementError(f"There is no term {term!r}.")
        value.term = row  # type: ignore[attr-defined]  # the models with a term
    return value
