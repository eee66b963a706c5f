"""The words of the Reconciliation Service API 0.2: what comes in, and the manifest."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from steiger.web.api.domain import reconciling
from steiger.web.api.domain.actors import absolute, page_url
from steiger.web.api.interfaces.problems import ProblemError, Wrong, finding_text
from steiger.web.directory.domain.areas import map_name
from steiger.web.directory.interfaces.filters import clean_text

VERSION = "0.2"
BATCH, MOST_IDS, MOST_CANDIDATES = 50, 200, 20
WIDTH, HEIGHT = 430, 220
Text = Annotated[str, StringConstraints(max_length=500)]


class Entity(BaseModel):
    """A value that was matched before."""

    model_config = ConfigDict(title="ReconcileEntity")
    id: Text = Field(examples=["beispiel-ag"])
    name: Text = ""


# Strict: else a text of digits that is too long would be taken for a number.
Value = Text | StrictBool | StrictInt | StrictFloat | Entity


class Property(BaseModel):
    """What is known beyond the name."""

    model_config = ConfigDict(title="ReconcileProperty")
    pid: Text = Field(description=_("Id of a property."), examples=["town"])
    v: Value | Annotated[list[Value], Field(max_length=20)] = Field(
        description=_("One value or several."), examples=["Dortmund"]
    )


class ReconcileQuery(BaseModel):
    """One name of a list, and what is known about it."""

    model_config = ConfigDict(extra="forbid", title="ReconcileQuery")
    query: Text = Field(
        "",
        description=_("The name, or the id of an entry; an empty one has no candidates."),
        examples=["Beispiel AG"],
    )
    type: Text | Annotated[list[Text], Field(max_length=20)] = Field(
        [], description=_("Ids of types, of which the entry must have one.")
    )
    limit: int = Field(5, ge=1, description=_("How many candidates at most."))
    properties: Annotated[list[Property], Field(max_length=20)] = Field(
        [], description=_("Town, website or an identifier.")
    )
    type_strict: Literal["any", "all", "should"] = "should"


class ExtendProperty(BaseModel):
    """A property that is asked for."""

    id: Text = Field(examples=["website"])
    name: Text = ""
    settings: dict[str, Any] = Field(default_factory=dict)


class ExtendQuery(BaseModel):
    """Entries, and the properties whose values are asked for."""

    ids: list[Text] = Field(examples=[["beispiel-ag"]])
    properties: Annotated[list[ExtendProperty], Field(max_length=40)]


Batch = dict[Annotated[str, StringConstraints(max_length=80)], ReconcileQuery]
_BATCH: TypeAdapter[dict[str, ReconcileQuery]] = TypeAdapter(Batch)
_EXTEND = TypeAdapter(ExtendQuery)


def batch_of(data: Any, part: str) -> dict[str, reconciling.Asked]:
    """The queries of a batch.

    Raises:
        ProblemError: they are no batch, or too many.
    """
    read: dict[str, ReconcileQuery] = _checked(_BATCH, data, part, "queries")
    if len(read) > BATCH:
        text = gettext("At most %(n)s queries are answered at once.")
        raise ProblemError("too-large", text % {"n": BATCH})
    # An empty name is a row without one: its answer is empty. Without any question it is no query.
    bare = [
        key
        for key, query in read.items()
        if "query" not in query.model_fields_set and not query.properties
    ]
    if bare:
        text = gettext("It needs a “query” or “properties”.")
        wrong = [Wrong(part, f"queries/{key}", text) for key in bare]
        raise ProblemError("unreadable" if part == "form" else "invalid", wrong=wrong)
    return {key: _asked(query) for key, query in read.items()}


def extension_of(data: Any, part: str) -> tuple[list[str], list[str]]:
    """Ids of entries and properties.

    Raises:
        ProblemError: it is no such question, names an unknown property, or too many entries.
    """
    read: ExtendQuery = _checked(_EXTEND, data, part, "extend")
    if len(read.ids) > MOST_IDS:
        text = gettext("At most %(n)s entries are extended at once.")
        raise ProblemError("too-large", text % {"n": MOST_IDS})
    known = tuple(one["id"] for one in reconciling.properties())
    wanted = list(dict.fromkeys(one.id for one in read.properties))
    text = gettext("This property does not exist here.")
    wrong = [Wrong(part, f"extend/{key[:60]}", text, known) for key in wanted if key not in known]
    if wrong:
        raise ProblemError("unknown-value", wrong=wrong)
    return [clean_text(one, 500) for one in dict.fromkeys(read.ids)], wanted


def _checked(adapter: TypeAdapter[Any], data: Any, part: str, name: str) -> Any:
    try:
        if isinstance(data, str | bytes):
            return adapter.validate_json(data)
        return adapter.validate_python(data)
    except ValidationError as error:
        wrong = []
        for finding in error.errors()[:10]:
            way = "/".join([name, *(str(step)[:60] for step in finding["loc"])])
            wrong.append(Wrong(part, way, finding_text(finding["type"], finding.get("ctx") or {})))
        # A form says only that a text stands there: it is read, and does not say what it should.
        raise ProblemError("unreadable" if part == "form" else "invalid", wrong=wrong) from error


def _asked(query: ReconcileQuery) -> reconciling.Asked:
    kinds = [query.type] if isinstance(query.type, str) else query.type
    values: dict[str, tuple[str, ...]] = {}
    for one in query.properties:
        several = one.v if isinstance(one.v, list) else [one.v]
        texts = [clean_text(_text(value), 500) for value in several]
        values[one.pid] = (*values.get(one.pid, ()), *(text for text in texts if text))
    return reconciling.Asked(
        name=clean_text(query.query, 255),
        limit=min(query.limit, MOST_CANDIDATES),
        types=tuple(kinds),
        values=values,
    )


def _text(value: Any) -> str:
    if isinstance(value, Entity):
        return value.id
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def parts_of(request: HttpRequest) -> dict[str, tuple[Any, str]]:
    """What was sent: ``queries`` and ``extend`` with the part of the request they stood in.

    Raises:
        ProblemError: the content cannot be read.
    """
    if request.method == "GET":
        return {k: (request.GET[k], "query") for k in ("queries", "extend") if k in request.GET}
    kind = request.content_type or ""
    if kind == "application/json":
        try:
            data = json.loads(request.body)
        except (ValueError, RecursionError) as error:
            text = finding_text("json_invalid", {})
            raise ProblemError("invalid", wrong=[Wrong("body", "", text)]) from error
        if not isinstance(data, dict):
            text = finding_text("dict_type", {})
            raise ProblemError("invalid", wrong=[Wrong("body", "", text)])
        return {k: (data[k], "body") for k in ("queries", "extend") if k in data}
    if kind == "application/x-www-form-urlencoded":
        return {k: (request.POST[k], "form") for k in ("queries", "extend") if k in request.POST}
    raise ProblemError("media-type")


def manifest() -> dict[str, Any]:
    """What the service offers, and where."""
    entry = page_url("directory:actor", slug="PLACEHOLDER")
    preview = absolute(reverse("api:preview"))

    def suggest(view: str) -> dict[str, str]:
        return {"service_url": settings.BASE_URL, "service_path": reverse(view)}

    return {
        "versions": [VERSION],
        "name": f"{map_name()} ({settings.BASE_URL.split('//')[-1]})",
        "identifierSpace": entry.replace("PLACEHOLDER/", ""),
        "schemaSpace": "https://schema.org/Organization",
        "documentation": f"{page_url('api-pages:reference')}#reconcile",
        "logo": absolute(reverse("portal-machine:icon", args=[180])),
        "serviceVersion": "1",
        "defaultTypes": [{k: t[k] for k in ("id", "name")} for t in reconciling.types()[:3]],
        "view": {"url": entry.replace("PLACEHOLDER", "{{id}}")},
        "feature_view": {"url": f"{page_url('api-pages:reference')}#feature-{{{{id}}}}"},
        "preview": {"url": f"{preview}?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": {
            "entity": suggest("api:suggest_entity"),
            "type": suggest("api:suggest_type"),
            "property": suggest("api:suggest_property"),
        },
        "extend": {
            "propose_properties": suggest("api:propose_properties"),
            "property_settings": [],
        },
        "batchSize": BATCH,
    }


# --- its description ------------------------------------------------------------------------------
def described(found: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with what comes in as JSON inside of parameters, forms and bodies."""
    template = "#/components/schemas/{model}"
    batch = _BATCH.json_schema(ref_template=template)
    extend = _EXTEND.json_schema(ref_template=template)
    schemas = found["components"]["schemas"]
    for one in (batch, extend):
        schemas.update(one.pop("$defs", {}))
    batch["maxProperties"] = BATCH
    extend["properties"]["ids"]["maxItems"] = MOST_IDS
    schemas["ReconcileQuery"]["anyOf"] = [
        {"required": ["query"]},
        {"required": ["properties"], "properties": {"properties": {"minItems": 1}}},
    ]
    known = [one["id"] for one in reconciling.properties()]
    schemas["ExtendProperty"]["properties"]["id"] = {"type": "string", "enum": known}
    for name, one in (("ReconcileBatch", batch), ("ExtendQuery", extend)):
        schemas[name] = one
    parts = {
        "queries": {"$ref": template.format(model="ReconcileBatch")},
        "extend": {"$ref": template.format(model="ExtendQuery")},
    }
    methods = found["paths"]["/api/v1/reconcile"]
    for parameter in methods["get"]["parameters"]:
        parameter["content"] = {"application/json": {"schema": parts[parameter["name"]]}}
        parameter.pop("schema")
    body = {
        "type": "object",
        "oneOf": [{"required": ["queries"]}, {"required": ["extend"]}],
        "properties": parts,
    }
    form = body | {
        "properties": {
            name: {"type": "string", "contentMediaType": "application/json", "contentSchema": one}
            for name, one in parts.items()
        }
    }
    example = {"queries": {"q0": {"query": "Beispiel AG"}}}
    methods["post"]["requestBody"] = {
        "required": True,
        "content": {
            "application/json": {"schema": body, "example": example},
            "application/x-www-form-urlencoded": {"schema": form},
        },
    }
    methods["get"]["responses"]["414"] = {
        "description": _("The address is too long; send it by POST.")
    }
    preview = found["paths"]["/api/v1/reconcile/preview"]["get"]["responses"]["200"]
    preview["content"] = {"text/html": {"schema": {"type": "string"}}}
    return found
