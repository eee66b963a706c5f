"""The page of one actor."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from steiger.web.directory.domain.queries import find_actor, target_of
from steiger.web.directory.interfaces.actor_page import actor_page
from steiger.web.directory.interfaces.extras import extras_of
from steiger.web.directory.models import Actor


@require_safe
def actor(request: HttpRequest, slug: str) -> HttpResponse:
    """Who this is and what it offers; merged and renamed actors redirect, withdrawn ones say so."""
    found = find_actor(slug)
    if found is None:
        raise Http404
    target = target_of(found)
    if target.slug != slug and target.state == Actor.State.PUBLISHED:
        return HttpResponsePermanentRedirect(target.get_absolute_url())
    if target.state != Actor.State.PUBLISHED:
        context = {"actor": target, "extras": extras_of(target, "withdrawn")}
        return render(request, "directory/withdrawn.html", context, status=410)
    return render(request, "directory/actor.html", {"page": actor_page(target)})
