"""What goes wrong, said as RFC 9457 wants it: what, where, and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its status, its title, and what to do about it."""

    status: int
    title: str
    advice: str


KINDS: Mapping[str, Kind] = {
    "invalid": Kind(
        400,
        _("The request does not fit the description."),
        _("Each part that does not fit is named under “errors”. Correct it and send again."),
    ),
    "no-key": Kind(
        401,
        _("An access key is missing or no longer valid."),
        _(
            "Make an access key in your account and send it in the header "
            "“Authorization: Bearer …”."
        ),
    ),
    "not-allowed": Kind(
        403,
        _("The access key does not allow this."),
        _("Make an access key with the permission that is named."),
    ),
    "not-found": Kind(
        404,
        _("Nothing is at this address."),
        _("Compare the address with this page. Addresses have no slash at the end."),
    ),
    "method": Kind(
        405,
        _("This address does not take this method."),
        _("The header “Allow” names the methods that it takes."),
    ),
    "gone": Kind(
        410,
        _("This entry is no longer on the map."),
        _("Take it out of your list. Its address is not given to anybody else."),
    ),
    "changed": Kind(
        412,
        _("The entry was changed meanwhile."),
        _("Read the entry again and send your change for the new state."),
    ),
    "too-large": Kind(
        413,
        _("The request is too large."),
        _("Send it in several parts. The largest size is named."),
    ),
    "media-type": Kind(
        415,
        _("The form of the content is not known here."),
        _("Name the form in the header “Content-Type”; the description says which ones are read."),
    ),
    "unknown-value": Kind(
        422,
        _("The request names something that does not exist here."),
        _("Each value is named under “errors”, with those that you may have meant."),
    ),
    "unreadable": Kind(
        422,
        _("The JSON inside of the request is not what it should be."),
        _("Each part that does not fit is named under “errors”. Correct it and send again."),
    ),
    "not-possible": Kind(
        422,
        _("The change cannot be taken like this."),
        _("Each part that does not fit is named under “errors”. Correct it and send again."),
    ),
    "no-condition": Kind(
        428,
        _("The request does not say which state of the entry it changes."),
        _("Read the entry and send its “ETag” in the header “If-Match”."),
    ),
    "too-many": Kind(
        429,
        _("Too many requests."),
        _("Wait as many seconds as the header “Retry-After” says."),
    ),
    "internal": Kind(
        500,
        _("The error is ours."),
        _("Try again later. If it stays, tell us the number under “request_id”."),
    ),
    "unavailable": Kind(
        503,
        _("The search is being built at the moment."),
        _("Try again in a minute."),
    ),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One part of a request that is wrong.

    Attributes:
        part: ``query``, ``path``, ``header``, ``form`` or ``body``.
        name: the parameter, or a JSON pointer into the body.
        detail: what is wrong with it.
        choices: what may have been meant.
    """

    part: str
    name: str
    detail: str
    choices: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it stands in the answer."""
        found: dict[str, Any] = {"part": self.part, "name": self.name, "detail": self.detail}
        if self.choices:
            found["choices"] = list(self.choices)
        return found


class ProblemError(Exception):
    """Ends an operation with a problem.

    Args:
        kind: key of :data:`KINDS`.
        detail: what happened this time, in the reader's language.
    """

    def __init__(
        self,
        kind: str,
        detail: str = "",
        wrong: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind, detail)
        self.kind, self.detail, self.wrong = kind, detail, tuple(wrong)
        self.headers = dict(headers or {})


def problem_type(kind: str) -> str:
    """The address that explains a kind of problem."""
    return f"{settings.BASE_URL}{reverse('api-pages:reference')}#problem-{kind}"


def answer(
    kind: str,
    detail: str = "",
    wrong: Iterable[Wrong] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The problem as an answer."""
    known = KINDS[kind]
    body: dict[str, Any] = {
        "type": problem_type(kind),
        "title": gettext(known.title),
        "status": known.status,
        "detail": detail or gettext(known.advice),
    }
    if errors := [one.as_json() for one in wrong]:
        body["errors"] = errors
    if kind == "internal":
        body["request_id"] = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=known.status,
        content_type=CONTENT_TYPE,
        headers={"Content-Language": get_language() or "de", **(headers or {})},
    )
    response["Cache-Control"] = "no-store"
    return response


def of(problem: ProblemError) -> HttpResponse:
    """The answer for a problem that was raised."""
    return answer(problem.kind, problem.detail, problem.wrong, problem.headers)


# --- what the checks of parameters find ----------------------------------------------------------
#: Kind of finding → what is said about it; limits stand in brackets of the text.
FINDINGS: Mapping[str, str] = {
    "missing": _("It is missing."),
    "extra_forbidden": _("It is not known here."),
    "int_parsing": _("It must be a whole number."),
    "int_type": _("It must be a whole number."),
    "int_from_float": _("It must be a whole number."),
    "int_parsing_size": _("The number is too large."),
    "bool_parsing": _("It must be “true” or “false”."),
    "greater_than_equal": _("It must be at least %(ge)s."),
    "less_than_equal": _("It must be at most %(le)s."),
    "string_type": _("It must be a text."),
    "string_too_long": _("It may have at most %(max_length)s characters."),
    "string_too_short": _("It needs at least %(min_length)s characters."),
    "string_pattern_mismatch": _("It does not have the right form."),
    "string_unicode": _("It holds characters that cannot be read."),
    "too_long": _("It may hold at most %(max_length)s values."),
    "literal_error": _("It must be one of: %(expected)s."),
    "json_invalid": _("It is no valid JSON."),
    "dict_type": _("It must be an object."),
    "list_type": _("It must be a list."),
}


def finding_text(finding: str, limits: Mapping[str, Any]) -> str:
    """What is wrong, in the reader's language."""
    text = FINDINGS.get(finding)
    if text is None:
        return gettext("It does not have the right form.")
    return gettext(text) % {key: _plain(value) for key, value in limits.items()}


def _plain(value: Any) -> str:
    """Alternatives with our own word between them."""
    return str(value).replace("'", "").replace(" or ", ", ")
