"""Webhooks of an entry, for who speaks for it: add, look at the log, try out, pause, remove."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from steiger.web.accounts.interfaces.access import signed_in
from steiger.web.curation.domain import representing
from steiger.web.curation.domain import webhooks as acts
from steiger.web.curation.interfaces.webhook_pages import (
    ERRORS,
    WebhookForm,
    success_words,
    webhook_page,
)
from steiger.web.curation.models import Webhook


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest, slug: str) -> HttpResponse:
    """The webhooks of one entry; a new secret is shown in this one answer only."""
    mine = representing.of_person(signed_in(request)).filter(actor__slug=slug).first()
    if mine is None:
        raise Http404
    form, made = WebhookForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.add(representation=mine, address=form.cleaned_data["address"])
            form = WebhookForm()
        except acts.WebhookError as error:
            form.refuse(error)
    rows = Webhook.objects.filter(representation=mine)
    context = {"actor": mine.actor, "form": form, "made": made, "rows": rows, "most": acts.MOST}
    status = 400 if form.errors else 200
    return render(request, "curation/webhooks.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, webhook: UUID) -> HttpResponse:
    """One webhook with its log, and everything that can be done with it."""
    row = acts.of_person(signed_in(request), webhook)
    if row is None:
        raise Http404
    if request.method != "POST":
        return render(request, "curation/webhook.html", webhook_page(row))
    act = request.POST.get("act", "")
    if act == "renew":
        secret = acts.renew_secret(webhook=row)
        return render(request, "curation/webhook.html", webhook_page(row, secret))
    return _done(request, row, act)


def _done(request: HttpRequest, row: Webhook, act: str) -> HttpResponse:
    """Do one act and say so."""
    do = _ACTS.get(act)
    if do is None:
        raise Http404
    slug = row.representation.actor.slug
    try:
        do(request, row)
        messages.success(request, success_words(act))
    except acts.WebhookError as error:
        messages.error(request, str(ERRORS[error.code]))
    if act == "remove":
        return redirect("curation:webhooks", slug)
    return redirect("curation:webhook", row.pk)


def _repeat(request: HttpRequest, row: Webhook) -> None:
    try:
        number = UUID(request.POST.get("delivery", ""))
    except ValueError:
        raise Http404 from None
    found = row.deliveries.filter(pk=number).first()
    if found is None:
        raise Http404
    acts.repeat(delivery=found)


_ACTS: dict[str, Callable[[HttpRequest, Webhook], object]] = {
    "test": lambda _request, row: acts.try_out(webhook=row),
    "pause": lambda _request, row: acts.pause(webhook=row, paused=True),
    "resume": lambda _request, row: acts.pause(webhook=row, paused=False),
    "remove": lambda _request, row: acts.remove(webhook=row),
    "repeat": _repeat,
}
