"""Entries of the person to whom an access key belongs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Router

from steiger.web.accounts.models import AccessKey
from steiger.web.api.domain.actors import full
from steiger.web.api.interfaces import schemas
from steiger.web.api.interfaces.description import PROBLEMS, known_parameters
from steiger.web.api.interfaces.keys import READ
from steiger.web.curation.models import Representation
from steiger.web.directory.models import Actor

router = Router(tags=[_("My entries")])


def _key(request: HttpRequest) -> AccessKey:
    key: AccessKey = request.auth  # type: ignore[attr-defined]  # set by the library
    return key


@router.get(
    "/actors",
    response={200: schemas.MyActors, **PROBLEMS["mine"]},
    auth=READ,
    summary=_("My entries"),
    description=_("Every entry that you represent, with all values and their sources."),
    operation_id="my_actors",
)
def my_actors(request: HttpRequest) -> dict[str, Any]:
    """Entries for which the person speaks."""
    known_parameters(request, "my_actors")
    mine = (
        Representation.objects.filter(
            user=_key(request).user,
            state=Representation.State.ACTIVE,
            actor__state=Actor.State.PUBLISHED,
        )
        .select_related("actor")
        .order_by("actor__sort_name", "actor_id")
    )
    items = [full(one.actor) | {"responsible": one.responsible} for one in mine]
    return {"items": items}
