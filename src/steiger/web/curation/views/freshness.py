"""Confirming entries: by the link in a mail, signed in, by the editors; the health of the map."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor as Doer
from steiger.web.accounts.interfaces.access import role_required, signed_in
from steiger.web.curation.domain import link_edits
from steiger.web.curation.domain.freshness import FreshnessError, confirm, speaks_for
from steiger.web.curation.domain.reminders import LinkError, reminder_of, use_link
from steiger.web.curation.interfaces.fresh_forms import ChangeForm
from steiger.web.curation.interfaces.fresh_pages import (
    entry_context,
    overview_context,
    own_entries,
)
from steiger.web.curation.interfaces.guarding import secretive
from steiger.web.curation.interfaces.health_page import health_context
from steiger.web.curation.models import Confirmation
from steiger.web.directory.models import Actor

PER_PAGE = 50
FIELDS = ("web", "description_de", "description_en")


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """One button. Opening the page changes nothing: programs in between open links, too."""
    try:
        if request.method == "POST":
            actor = use_link(token)
            return render(request, "curation/fresh/confirmed.html", {"actor": actor})
        reminder = reminder_of(token)
    except (LinkError, FreshnessError) as error:
        return _gone(request, error)
    context = entry_context(reminder.actor) | {"token": token}
    return render(request, "curation/fresh/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def change_page(request: HttpRequest, token: str) -> HttpResponse:
    """Say what is not right any more; the editors look at it, the rest is confirmed."""
    try:
        actor = reminder_of(token).actor
        initial = link_edits.shown_values(actor)
        form = ChangeForm(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            good = form.cleaned_data
            values = {name: good[name].strip() for name in FIELDS}
            made = link_edits.propose(token, values=values, words=good["words"].strip())
            context = {"actor": actor, "proposed": made is not None}
            return render(request, "curation/fresh/confirmed.html", context)
    except (LinkError, FreshnessError) as error:
        return _gone(request, error)
    context = {"actor": actor, "form": form, "token": token}
    status = 400 if form.errors else 200
    return render(request, "curation/fresh/change.html", context, status=status)


def _gone(request: HttpRequest, error: LinkError | FreshnessError) -> HttpResponse:
    code = error.code if isinstance(error, LinkError) else "away"
    context = {"code": code, "at": getattr(error, "at", None)}
    status = 404 if code == "unknown" else 410
    return render(request, "curation/fresh/gone.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """The entries for which a person speaks, each with its button."""
    person = signed_in(request)
    if request.method == "POST":
        number = request.POST.get("number", "")
        actor = Actor.objects.filter(pk=int(number) if _is_number(number) else 0).first()
        if actor is not None and speaks_for(person, actor):
            _confirm(request, actor, Confirmation.Role.REPRESENTATIVE, Confirmation.How.ACCOUNT)
        return redirect("curation:own_confirm")
    return render(request, "curation/fresh/own.html", {"rows": own_entries(person)})


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def _confirm(request: HttpRequest, actor: Actor, role: str, how: str) -> None:
    doer = "representative" if role == Confirmation.Role.REPRESENTATIVE else ""
    try:
        confirm(actor=actor, role=role, how=how, by=Doer.of(request.user, doer))
    except FreshnessError:
        messages.error(request, _("This entry is not on the map."))
        return
    messages.success(request, _("Confirmed: %(name)s") % {"name": actor.name})


@require_safe
@role_required("moderator")
def overview(request: HttpRequest) -> HttpResponse:
    """What the editors see: the oldest entries first, mails that failed, websites that are gone."""
    context = overview_context(request.GET.get("teil", ""))
    page = Paginator(context["rows"], PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "curation/fresh/overview.html", context | {"page_obj": page})


@require_POST
@role_required("moderator")
def confirm_checked(request: HttpRequest, number: int) -> HttpResponse:
    """The editors have checked an entry themselves."""
    actor = get_object_or_404(Actor, pk=number)
    _confirm(request, actor, Confirmation.Role.MODERATOR, Confirmation.How.DESK)
    return redirect("curation:freshness")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """How the map is doing, in public."""
    return render(request, "curation/fresh/health.html", health_context())
