"""Moderators decide what is shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from steiger.web.communities.domain.queries import waiting
from steiger.web.communities.domain.writing import decide
from steiger.web.communities.interfaces.entering import acting, moderators_only
from steiger.web.communities.interfaces.pages import frame, who
from steiger.web.communities.models import Answer, Community, Note, Question

#: Kind → model and the way from it to its community.
KINDS: dict[str, tuple[Any, str]] = {
    "question": (Question, "community"),
    "answer": (Answer, "question__community"),
    "note": (Note, "community"),
}


@require_safe
@moderators_only
def queue(request: HttpRequest, community: Community) -> HttpResponse:
    """What waits, the oldest first."""
    rows = [
        (kind, thing, who(thing.member))
        for kind, things in waiting(community).items()
        for thing in things
    ]
    context = frame(request, community, "moderation") | {"rows": rows}
    return render(request, "communities/moderation.html", context)


@require_POST
@moderators_only
def decide_page(request: HttpRequest, community: Community, kind: str, pk: int) -> HttpResponse:
    """Show or hide one contribution."""
    if kind not in KINDS:
        raise Http404
    model, way = KINDS[kind]
    thing = get_object_or_404(model, pk=pk, **{way: community})
    show = request.POST.get("show") == "yes"
    decide(thing=thing, show=show, by=acting(request))
    messages.success(request, _("It is shown.") if show else _("It is not shown."))
    back = request.POST.get("back")
    view = back if back in {"questions", "notes"} else "moderation"
    return redirect(f"communities:{view}", community.slug)
