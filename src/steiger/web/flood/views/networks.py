"""Real networks from files: hand in, look at the dry run, take over."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.flood.domain.drafts import Draft, draft_of
from steiger.web.flood.domain.taking_over import RefusedError, take_over
from steiger.web.flood.interfaces.drafts import draft_context, refusal
from steiger.web.flood.interfaces.forms import NetworkForm
from steiger.web.flood.interfaces.pages import room_context
from steiger.web.flood.tasks import ensure_prepared, examine_draft_task


@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def hand_in(request: HttpRequest) -> HttpResponse:
    """The files of a river network."""
    start = {"key": request.GET.get("netz", "")}
    form = NetworkForm(request.POST or None, request.FILES or None, initial=start)
    if request.method == "POST" and form.is_valid():
        kept = form.keep()
        examine_draft_task.enqueue(str(kept.id))
        return redirect("flood:draft", draft=kept.id)
    context = room_context(None, "control") | {"form": form}
    status = 422 if form.is_bound else 200
    return render(request, "flood/hand_in.html", context, status=status)


@require_safe
@role_required()
def draft(request: HttpRequest, draft: UUID) -> HttpResponse:
    """What the dry run found: every mistake with its place, or what would be taken over."""
    return render(request, "flood/draft.html", draft_context(_draft(draft)))


@require_POST
@role_required()
def take(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Take over a network that the dry run found good."""
    try:
        network = take_over(draft=_draft(draft), by=Actor.of(request.user))
    except RefusedError as error:
        messages.error(request, refusal(error.code))
        return redirect("flood:draft", draft=draft)
    ensure_prepared()
    text = _("The network is taken over. Its page shows values and forecasts in a few minutes.")
    messages.success(request, text)
    return redirect(f"{reverse('flood:overview')}?netz={network.key}")


def _draft(draft_id: UUID) -> Draft:
    found = draft_of(draft_id)
    if found is None:
        raise Http404
    return found
