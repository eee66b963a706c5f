"""Entries of the person to whom an access key belongs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, Path, Router, Status

from steiger.web.accounts.interfaces.limits import WindowCounter
from steiger.web.accounts.models import AccessKey
from steiger.web.api.domain import own_entries
from steiger.web.api.domain.actors import full
from steiger.web.api.domain.own_entries import OwnEntry, own_entry, tag_of, told
from steiger.web.api.interfaces import own_schemas, schemas
from steiger.web.api.interfaces.changing import wanted_values
from steiger.web.api.interfaces.description import PROBLEMS, known_parameters
from steiger.web.api.interfaces.guard import language_of
from steiger.web.api.interfaces.keys import READ, WRITE
from steiger.web.api.interfaces.problems import ProblemError, Wrong
from steiger.web.curation.domain.editing import EditError
from steiger.web.curation.domain.representing import of_person
from steiger.web.curation.models import Submission
from steiger.web.directory.models import Actor

router = Router(tags=[_("My entries")])
#: Changes of one person, in each web process.
CHANGES = WindowCounter(3600)
SLUG = Path(
    max_length=120,
    pattern=schemas.SLUG,
    description=_("Id of the entry."),
    examples=["beispiel-ag"],
)
CHANGE = Body()
NUMBER = Path(
    description=_("Id of the submission."), examples=["6f0c5a2e-6f3e-4c36-9d1c-0a4f8c0e7a11"]
)
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {
        "type": "string",
        "maxLength": 1000,
        "pattern": r'^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$',
    },
    "description": _(
        "The “ETag” of the entry as you read it, so that nobody's change is lost. “*” means: "
        "whatever it is."
    ),
    "example": "*",
}


def _key(request: HttpRequest) -> AccessKey:
    key: AccessKey = request.auth  # type: ignore[attr-defined]  # set by the library
    return key


@router.get(
    "/actors",
    response={200: own_schemas.MyActors, **PROBLEMS["mine"]},
    auth=READ,
    summary=_("My entries"),
    description=_("Every entry that you represent, with all values and their sources."),
    operation_id="my_actors",
)
def my_actors(request: HttpRequest) -> dict[str, Any]:
    """Entries for which the person speaks."""
    known_parameters(request, "my_actors")
    mine = of_person(_key(request).user).filter(actor__state=Actor.State.PUBLISHED)
    rows = mine.order_by("actor__sort_name", "actor_id")
    items = [full(one.actor) | {"responsible": one.responsible} for one in rows]
    return {"items": items}


@router.get(
    "/actors/{slug}",
    response={200: own_schemas.MyEntry, **PROBLEMS["my"]},
    auth=READ,
    summary=_("One of my entries, with what it states itself"),
    description=_(
        "The entry with all values, beside them what it states itself (“own”), and your change "
        "that waits for the editors. Keep the “ETag” for a change."
    ),
    url_name="my_actor",
    operation_id="my_actor",
)
def my_actor(request: HttpRequest, response: HttpResponse, slug: str = SLUG) -> dict[str, Any]:
    """One entry for which the person speaks."""
    known_parameters(request, "my_actor")
    return _marked(response, told(_entry(request, slug)))


@router.patch(
    "/actors/{slug}",
    response={200: own_schemas.MyEntry, 202: own_schemas.MyEntry, **PROBLEMS["change"]},
    auth=WRITE,
    summary=_("Change one of my entries"),
    description=_(
        "Each list that you send takes the place of the one under “own”; lists that you leave out "
        "stay. Descriptions, topics, facts, links and the offers of your sub-categories are on the "
        "map at once (200). Names, places, identifiers, the website and new sub-categories wait "
        "for the editors (202): “waiting” and “Location” say where you read how far they are. A "
        "later change takes the place of one that still waits."
    ),
    url_name="my_actor",
    operation_id="change_my_actor",
    openapi_extra={"parameters": [IF_MATCH]},
)
def change_my_actor(
    request: HttpRequest,
    response: HttpResponse,
    slug: str = SLUG,
    change: own_schemas.ActorChange = CHANGE,
) -> Status[dict[str, Any]]:
    """Change what the entry states itself, by the rules of every edit."""
    known_parameters(request, "change_my_actor")
    if request.content_type != "application/json":
        raise ProblemError("media-type")
    key = _key(request)
    _count(key)
    with transaction.atomic():
        entry = _entry(request, slug, to_write=True)
        _check_unchanged(request, entry)
        wanted = wanted_values(change, entry)
        # A list that is left out stays as it is, and so does what its change decided.
        forget = not change.keep_former_names or "names" not in change.model_fields_set
        if own_entries.is_new(entry, wanted, forget_name=forget):
            words, language = change.words.strip(), language_of(request)
            try:
                own_entries.change(
                    entry, wanted, key=key, forget_name=forget, words=words, language=language
                )
            except EditError as error:
                kind = "not-possible" if error.code == "no_name" else "not-found"
                raise ProblemError(kind) from error
            entry = _entry(request, slug)
        body = _marked(response, told(entry))
    if entry.waiting is None:
        return Status(200, body)
    response["Location"] = body["waiting"]["url"]
    return Status(202, body)


@router.get(
    "/submissions/{submission}",
    response={200: own_schemas.SubmissionState, **PROBLEMS["my"]},
    auth=READ,
    summary=_("How far something is that I sent"),
    description=_("Changes and other submissions of yours, until some months after the decision."),
    operation_id="my_submission",
)
def my_submission(
    request: HttpRequest, response: HttpResponse, submission: UUID = NUMBER
) -> dict[str, Any]:
    """One submission of the person."""
    known_parameters(request, "my_submission")
    row = Submission.objects.filter(pk=submission, user=_key(request).user).first()
    if row is None:
        raise ProblemError("not-found", gettext("You sent nothing with this id."))
    body = own_entries.submission(row)
    _marked(response, own_entries.steady_link(body))
    return body


def _entry(request: HttpRequest, slug: str, *, to_write: bool = False) -> OwnEntry:
    """The person's entry.

    Raises:
        ProblemError: she does not speak for it (any more), or it is not on the map.
    """
    found = own_entry(_key(request).user, slug, to_write=to_write)
    if found is None:
        text = gettext("You represent no entry with the id “%(slug)s”.") % {"slug": slug}
        raise ProblemError("not-found", text)
    return found


def _marked(response: HttpResponse, body: dict[str, Any]) -> dict[str, Any]:
    response["ETag"] = f'"{tag_of(body)}"'
    return body


def _check_unchanged(request: HttpRequest, entry: OwnEntry) -> None:
    """The condition of RFC 9110, 13.1.1: the client has seen today's state.

    Raises:
        ProblemError: no condition, or another state.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        wrong = Wrong("header", "If-Match", gettext("It is missing."))
        raise ProblemError("no-condition", wrong=[wrong])
    if given == "*":
        return
    # Packing an answer for the way makes its mark a weak one; the content is the same.
    marks = {mark.removeprefix("W/") for mark in parse_etags(given)}
    if f'"{tag_of(told(entry))}"' not in marks:
        raise ProblemError("changed")


def _count(key: AccessKey) -> None:
    """Each change may be work for an editor, so there are fewer of them than questions."""
    counted = CHANGES.count(str(key.user_id), settings.API_CHANGES_PER_HOUR)
    if not counted.is_within:
        text = gettext("Only %(n)s changes are taken within an hour. Wait %(s)s seconds.")
        raise ProblemError(
            "too-many",
            text % {"n": counted.most, "s": counted.seconds},
            headers={"Retry-After": str(counted.seconds)},
        )
