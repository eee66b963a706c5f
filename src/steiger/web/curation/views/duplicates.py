"""Entries that may be the same: look, merge, tell apart, and bring both back."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor as Person
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.accounts.models import RoleName
from steiger.web.curation.domain import duplicates as acts
from steiger.web.curation.interfaces.desk_pages import error_words, likeness_words, tabs
from steiger.web.curation.interfaces.merge_pages import merge_context
from steiger.web.curation.models import Pair
from steiger.web.curation.tasks import find_duplicates_task
from steiger.web.directory.domain.actors import ActorError
from steiger.web.directory.interfaces.statement_words import slot_words
from steiger.web.directory.models import Actor, Merger

PER_PAGE = 25


@require_safe
@role_required(RoleName.MODERATOR)
def duplicates(request: HttpRequest) -> HttpResponse:
    """Clusters to decide on, the likeliest first, and the mergers of late."""
    page = Paginator(acts.clusters(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": tabs("duplicates"),
        "page_obj": page,
        "clusters": [
            [(pair, likeness_words(pair.reasons)) for pair in one.pairs] for one in page.object_list
        ],
        "mergers": Merger.objects.filter(undone_at=None).select_related("duplicate", "survivor")[
            :10
        ],
    }
    return render(request, "curation/duplicates.html", context)


@require_POST
@role_required(RoleName.MODERATOR)
def look(request: HttpRequest) -> HttpResponse:
    """Look through the map now; the worker does it."""
    find_duplicates_task.enqueue()
    messages.success(request, _("The search has begun. What it finds stands here in a minute."))
    return redirect("curation:duplicates")


@require_safe
@role_required(RoleName.MODERATOR)
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Two entries side by side."""
    found = get_object_or_404(Pair.objects.select_related("first", "second"), pk=pk)
    return render(request, "curation/pair.html", merge_context(found))


@require_POST
@role_required(RoleName.MODERATOR)
def decide_pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge them, or remember that they are two."""
    found = get_object_or_404(Pair.objects.select_related("first", "second"), pk=pk)
    given, by = request.POST, Person.of(request.user, RoleName.MODERATOR)
    try:
        if given.get("act") == "different":
            acts.not_the_same(pair=found, by=by)
            messages.success(request, _("Remembered: these are two. Nobody is asked again."))
            return redirect("curation:duplicates")
        survivor = _survivor(found, given.get("survivor", ""))
        other = found.second if survivor == found.first else found.first
        side = {found.first.pk: "first", found.second.pk: "second"}[other.pk]
        chosen = [
            key.removeprefix("slot-")
            for key, value in given.items()
            if key.startswith("slot-") and value == side
        ]
        acts.merge_pair(pair=found, survivor=survivor, by=by, reason="same", chosen=chosen)
    except (acts.PairError, ActorError) as error:
        messages.error(request, error_words(error))
        return redirect("curation:pair", pk)
    messages.success(request, _("Merged. The other address now leads to this entry."))
    return redirect("curation:pair", pk)


@require_POST
@role_required(RoleName.MODERATOR)
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring both entries back."""
    merger = get_object_or_404(Merger, pk=pk)
    by = Person.of(request.user, RoleName.MODERATOR)
    try:
        stays = acts.unmerge(merger=merger, by=by, reason="not_same")
    except ActorError as error:
        messages.error(request, error_words(error))
        return redirect("curation:duplicates")
    messages.success(request, _("Both entries are back."))
    if stays:
        told = {
            "name": merger.survivor.name,
            "what": ", ".join(slot_words(slot) for slot in stays),
        }
        words = _("Edited after the merger, so it stays with %(name)s: %(what)s")
        messages.info(request, words % told)
    return redirect("curation:duplicates")


def _survivor(found: Pair, given: str) -> Actor:
    for one in (found.first, found.second):
        if given == str(one.pk):
            return one
    raise acts.PairError("foreign")
