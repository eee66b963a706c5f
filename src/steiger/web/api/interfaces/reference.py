"""The reference page: the OpenAPI document as people read it, with an example for everything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import get_language, gettext

from steiger.web.accounts.models import AccessKey
from steiger.web.api.interfaces.description import document
from steiger.web.api.interfaces.guard import WINDOW_S
from steiger.web.api.interfaces.problems import KINDS
from steiger.web.api.interfaces.webhook_example import webhooks_part

Json = dict[str, Any]
#: So many keys of a filter are named; the others stand in the vocabulary.
SHOWN_KEYS = 12
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter, in words."""

    name: str
    place: str
    kind: str
    description: str
    keys: tuple[str, ...]
    left_out: int
    required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page shows it."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    statuses: tuple[tuple[str, str], ...]
    call: str
    try_url: str
    answer: str
    needs_key: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Operations of one kind."""

    title: str
    anchor: str
    operations: tuple[Operation, ...]


def reference_page() -> dict[str, Any]:
    """Everything that the template needs."""
    found = document(get_language() or settings.LANGUAGE_CODE)
    groups: dict[str, list[Operation]] = {}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            title = operation.get("tags", [""])[0]
            groups.setdefault(title, []).append(_operation(found, path, method, operation))
    return {
        "groups": [
            Group(title, f"group-{number}", tuple(operations))
            for number, (title, operations) in enumerate(groups.items(), 1)
        ],
        "problems": [
            (key, kind.status, gettext(kind.title), gettext(kind.advice))
            for key, kind in KINDS.items()
        ],
        "per_minute": settings.API_PER_MINUTE,
        "window": WINDOW_S,
        "base": f"{settings.BASE_URL}/api/v1",
        "webhooks": webhooks_part(),
        "scopes": [(one.value, one.label) for one in AccessKey.Scope],
    }


def _operation(found: Json, path: str, method: str, operation: Json) -> Operation:
    parameters = operation.get("parameters", [])
    address, query = path, {}
    for one in parameters:
        value = one.get("example")
        if value is None:
            continue
        if one["in"] == "path":
            address = address.replace(f"{{{one['name']}}}", str(value))
        elif one["required"] or one["name"] in {"q", "near"}:
            query[one["name"]] = value
    address = address.replace("{slug}", "beispiel-ag")
    url = f"{settings.BASE_URL}{address}{f'?{urlencode(query)}' if query else ''}"
    needs_key = bool(operation.get("security"))
    good = operation["responses"].get("200", {}).get("content", {})
    schema = good.get("application/json", {}).get("schema", {})
    example = example_of(schema, found["components"]["schemas"]) if schema else None
    simple = method == "get" and not needs_key and "{" not in address
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=tuple(_parameter(one) for one in parameters),
        statuses=tuple((code, r["description"]) for code, r in operation["responses"].items()),
        call=_call(method, url, operation, found["components"]["schemas"]),
        try_url=url if simple and "beispiel-ag" not in url else "",
        answer=json.dumps(example, ensure_ascii=False, indent=2) if example else "",
        needs_key=needs_key,
    )


def _call(method: str, url: str, operation: Json, known: Mapping[str, Json]) -> str:
    """The call as a command."""
    parts = ["curl"]
    if method != "get":
        parts.append(f"-X {method.upper()}")
    if operation.get("security"):
        parts.append('-H "Authorization: Bearer $KEY"')
    parts += [
        f'-H "{one["name"]}: {one["example"]}"'
        for one in operation.get("parameters", [])
        if one["in"] == "header" and one["required"]
    ]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content:
        body = content.get("example") or example_of(content["schema"], known)
        parts.append('-H "Content-Type: application/json"')
        parts.append(f"-d '{json.dumps(body, ensure_ascii=False)}'")
    parts.append(f'"{url}"')
    return " ".join(parts)


def _parameter(one: Json) -> Parameter:
    schema = one.get("schema") or {}
    keys = tuple(schema.get("items", {}).get("enum", ()) or _enum(schema))
    return Parameter(
        name=one["name"],
        place=one["in"],
        kind=_kind(schema),
        description=one.get("description", ""),
        keys=tuple(str(key) for key in keys if key != "")[:SHOWN_KEYS],
        left_out=max(0, len(keys) - SHOWN_KEYS),
        required=bool(one.get("required")),
    )


def _enum(schema: Json) -> Iterable[Any]:
    return schema.get("enum", ())


def _kind(schema: Json) -> str:
    """What sort of value, with its limits."""
    kinds = [one.get("type") for one in schema.get("anyOf", [schema])]
    kind = next((k for k in kinds if k and k != "null"), "string")
    words = {
        "string": gettext("text"),
        "integer": gettext("whole number"),
        "array": gettext("several values"),
        "boolean": gettext("yes or no"),
        "object": gettext("JSON"),
    }
    text = words.get(kind, kind)
    bounds: Json = next(
        (one for one in schema.get("anyOf", [schema]) if one.get("type") == kind), {}
    )
    low, high = bounds.get("minimum"), bounds.get("maximum")
    if low is not None and high is not None:
        text = gettext("%(kind)s, %(low)s to %(high)s") % {"kind": text, "low": low, "high": high}
    return text


# --- examples -------------------------------------------------------------------------------------
_FORMATS = {"date": "2026-03-01", "date-time": "2026-03-01T10:00:00+01:00"}
_PLAIN: Mapping[str, Any] = {"string": "", "integer": 1, "number": 1.0, "boolean": False}


def example_of(schema: Json, known: Mapping[str, Json], depth: int = 0) -> Any:
    """A value that fits a schema, from the examples that stand in it."""
    if "$ref" in schema:
        return example_of(known[schema["$ref"].rsplit("/", 1)[-1]], known, depth)
    if schema.get("examples"):
        return schema["examples"][0]
    chosen = [schema[key] for key in ("const", "default") if key in schema]
    chosen += [one for one in schema.get("enum", ()) if one != ""]
    if chosen:
        return chosen[0]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], known, depth)
    return _of_kind(schema, known, depth)


def _of_kind(schema: Json, known: Mapping[str, Json], depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object":
        inner = schema.get("properties", {})
        if depth > DEEPEST:
            return {}
        found = {name: example_of(one, known, depth + 1) for name, one in inner.items()}
        more = schema.get("additionalProperties")
        if not inner and isinstance(more, dict) and more:
            found["category"] = example_of(more, known, depth + 1)
        return found
    if kind == "array":
        return [example_of(schema.get("items", {}), known, depth + 1)] if depth <= DEEPEST else []
    return _FORMATS.get(schema.get("format", ""), _PLAIN.get(str(kind)))
