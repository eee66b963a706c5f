"""The OpenAPI document: what the operations say of themselves, in the reader's language.

Keys that a filter knows change with the vocabularies, so the document is made anew when these do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from steiger.web.api.interfaces.problems import CONTENT_TYPE, KINDS, ProblemError, Wrong
from steiger.web.api.interfaces.schemas import Problem
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.interfaces.facets import known_keys
from steiger.web.directory.interfaces.filters import FACETS

Json = dict[str, Any]
_PLAIN = {400: Problem, 429: Problem}
_MINE = _PLAIN | {401: Problem, 403: Problem}
#: What can go wrong with which kind of operation, by status.
PROBLEMS: Mapping[str, Mapping[int, Any]] = {
    "plain": _PLAIN,
    "question": _PLAIN | {422: Problem},
    "list": _PLAIN | {422: Problem},
    "one": _PLAIN | {404: Problem},
    "actor": _PLAIN | {404: Problem, 410: Problem},
    "send": _PLAIN | {404: Problem, 413: Problem, 415: Problem, 422: Problem},
    "mine": _MINE,
    "my": _MINE | {404: Problem},
    "change": _MINE
    | {404: Problem, 412: Problem, 413: Problem, 415: Problem, 422: Problem, 428: Problem},
}
LICENCE = {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}
TEXTS = ("summary", "description", "title")

_source: Callable[[], Json] | None = None
_made: dict[tuple[str, tuple[int, ...]], Json] = {}
_parameters: dict[str, dict[str, bool]] = {}


def describe_with(source: Callable[[], Json]) -> None:
    """Where the description comes from (the service, which stands above this file)."""
    global _source  # noqa: PLW0603 -- set once, when the addresses are read
    _source = source
    _made.clear()
    _parameters.clear()


def document(language: str) -> Json:
    """The OpenAPI document in a language; not to be changed."""
    key = (language, vocabulary().version)
    found = _made.get(key)
    if found is None:
        if _source is None:
            raise RuntimeError("The API has no operations yet.")
        with translation.override(language):
            found = _finished(_source())
        if len(_made) > 8:
            _made.clear()
        _made[key] = found
    return found


def as_bytes(language: str) -> bytes:
    """The document as it is sent."""
    return json.dumps(document(language), ensure_ascii=False, indent=1).encode()


def known_parameters(request: HttpRequest, operation: str) -> None:
    """Refuse parameters that the operation does not have: most likely a typing error.

    And those given twice of which only one counts, because the other would be left out in silence.

    Raises:
        ProblemError: there is one.
    """
    known = _parameters.get(operation)
    if known is None:
        _parameters.update(
            {
                one["operationId"]: {
                    p["name"]: p.get("schema", {}).get("type") == "array"
                    for p in one.get("parameters", ())
                    if p["in"] == "query"
                }
                for methods in document(settings.LANGUAGE_CODE)["paths"].values()
                for one in methods.values()
            }
        )
        known = _parameters[operation]
    unknown = sorted(set(request.GET) - known.keys())
    twice = [
        name
        for name, values in request.GET.lists()
        if len(values) > 1 and not known.get(name, True)
    ]
    if not (unknown or twice):
        return
    choices = tuple(sorted(known))[:30]
    text = gettext("This parameter does not exist here.")
    wrong = [Wrong("query", name[:80], text, choices) for name in unknown[:10]]
    text = gettext("It is given twice, and only one value counts.")
    wrong += [Wrong("query", name, text) for name in twice]
    raise ProblemError("invalid", wrong=wrong)


def _finished(found: Json) -> Json:
    """Keys of filters, kinds of content, licence and language."""
    found["info"]["license"] = LICENCE
    found["info"]["contact"] = {"url": settings.BASE_URL}
    for methods in found["paths"].values():
        for method, operation in methods.items():
            _finish(operation, method)
    for schema in found["components"]["schemas"].values():
        schema.pop("description", None)  # what our own code says to its readers
        _without_titles(schema)
    _translate(found)
    return found


def _without_titles(part: Any) -> None:
    """Names that the library makes up from names of fields, in no language."""
    if isinstance(part, list):
        for one in part:
            _without_titles(one)
    if isinstance(part, dict):
        if isinstance(part.get("title"), str):
            del part["title"]
        for one in part.values():
            _without_titles(one)


def _finish(operation: Json, method: str) -> None:
    for parameter in operation.get("parameters", []):
        if "schema" not in parameter:
            continue
        if parameter["name"] in FACETS and parameter["schema"].get("type") == "array":
            keys = sorted(known_keys(parameter["name"]))
            parameter["schema"]["items"] = {"type": "string", "enum": [*keys, ""]}
        parameter["schema"].pop("description", None)
        parameter["schema"].pop("title", None)
        _as_examples(parameter)
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if int(status) >= 400 and "application/json" in content:
            response["content"] = {CONTENT_TYPE: content["application/json"]}
            response["description"] = next(
                (kind.title for kind in KINDS.values() if str(kind.status) == status),
                response["description"],
            )
        elif status in {"200", "202"}:
            response["description"] = (
                _("The answer.") if status == "200" else _("Some of it waits for the editors.")
            )
            response["headers"] = {
                "ETag": {
                    "description": _("Send it as “If-None-Match”: unchanged answers are 304."),
                    "schema": {"type": "string"},
                }
            }
        elif status == "301":
            response["description"] = _("The entry has moved; “Location” says where to.")
    if method == "get" and "200" in operation["responses"]:
        operation["responses"]["304"] = {"description": _("Unchanged since your “If-None-Match”.")}


def _as_examples(parameter: Json) -> None:
    """OpenAPI names examples of parameters; JSON Schema only lists them."""
    listed = parameter.pop("examples", None)
    if isinstance(listed, list) and listed:
        parameter["schema"].pop("examples", None)
        parameter["example"] = listed[0]


def _translate(part: Any) -> None:
    """Texts of people into their language; names and keys stay as they are."""
    if isinstance(part, list):
        for one in part:
            _translate(one)
    if isinstance(part, dict):
        for key, value in part.items():
            if key in TEXTS and isinstance(value, str) and value:
                part[key] = gettext(value)
            elif key == "tags" and isinstance(value, list):
                part[key] = [gettext(one) if isinstance(one, str) else one for one in value]
            else:
                _translate(value)
