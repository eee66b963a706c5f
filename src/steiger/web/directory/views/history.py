"""What changed in an entry, for everybody; moderators bring an earlier state back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor as Person
from steiger.web.accounts.interfaces.access import may, role_required
from steiger.web.accounts.models import RoleName
from steiger.web.directory.domain.actors import ActorError
from steiger.web.directory.domain.history import restore_state
from steiger.web.directory.domain.queries import find_actor
from steiger.web.directory.interfaces.history_page import page_of
from steiger.web.directory.models import Actor


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Every change of an entry, and two of its states beside each other."""
    actor = _found(slug)
    moderates = may(request.user, RoleName.MODERATOR)
    if actor.state == Actor.State.WITHDRAWN and not moderates:
        return render(request, "directory/withdrawn.html", {"actor": actor}, status=410)
    context = page_of(actor, request.GET) | {"actor": actor, "moderates": moderates}
    return render(request, "directory/history.html", context)


@require_POST
@role_required(RoleName.MODERATOR)
def restore(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring back what stood there after one of the changes."""
    actor = _found(slug)
    given = request.POST.get("number", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else -1
    try:
        done = restore_state(
            actor=actor,
            number=number,
            by=Person.of(request.user),
            reason=request.POST.get("reason", "")[:500],
        )
    except ActorError:
        messages.error(request, _("This state cannot be brought back. Choose another one."))
    else:
        messages.success(
            request,
            _("The earlier state is back.") if done else _("The entry is in this state already."),
        )
    return redirect("directory:history", actor.slug)


def _found(slug: str) -> Actor:
    actor = find_actor(slug)
    if actor is None or actor.state == Actor.State.DRAFT:
        raise Http404
    return actor
