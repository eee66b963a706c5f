"""Subscribing to a filtered view by mail, and ending it by one click."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from steiger.web.accounts.interfaces.limits import within_limit
from steiger.web.curation.domain.subscriptions import TooManyError, confirm, leave, subscribe
from steiger.web.curation.domain.tokens import LEAVE, SUBSCRIBE, TokenError, row_of
from steiger.web.curation.interfaces.changed import normal
from steiger.web.curation.interfaces.fresh_forms import SubscribeForm
from steiger.web.curation.interfaces.guarding import secretive
from steiger.web.curation.models import MapSubscription
from steiger.web.directory.interfaces.finder import finder_page

MOST = 10
LONGEST = 2000


@require_http_methods(["GET", "HEAD", "POST"])
def subscribe_page(request: HttpRequest) -> HttpResponse:
    """Where mails on this view go, and how often; the filters stand in the address."""
    form = SubscribeForm(request.POST or None)
    query = normal(request.GET.urlencode())
    status = 200
    if request.method == "POST":
        status = _subscribe(request, form, query)
        if status == 302:
            return redirect("curation:subscription_sent")
    view = finder_page(request.GET, path="", all_path="")
    context = {"form": form, "view": view, "query": query}
    return render(request, "curation/fresh/subscribe.html", context, status=status)


def _subscribe(request: HttpRequest, form: SubscribeForm, query: str) -> int:
    """Note the wish; the status says what came of it: 302, 400 or 429."""
    if form.is_machine:
        return 302
    if len(query) > LONGEST:
        form.add_error(None, _("So many filters cannot be kept. Please take some of them away."))
    if not form.is_valid():
        return 400
    allowed = within_limit(request, "curation.subscribe", MOST)
    try:
        if allowed:
            subscribe(
                email=form.cleaned_data["email"],
                query=query,
                rhythm=form.cleaned_data["rhythm"],
                language=(get_language() or "de")[:2],
            )
    except TooManyError:
        allowed = False
    if not allowed:
        form.add_error(
            None, _("Many mails were asked for within an hour. Please try again in an hour.")
        )
        return 429
    return 302


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """A mail is on its way."""
    return render(request, "curation/fresh/subscription_sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """Begin the mails. Opening the page changes nothing: programs in between open links, too."""
    row = _named(token, SUBSCRIBE)
    if row is not None and request.method == "POST":
        row = confirm(subscription_id=row.pk)
    if row is None:
        return _gone(request)
    done = row.confirmed_at is not None
    context = {"row": row, "done": done}
    return render(request, "curation/fresh/subscription_confirm.html", context)


@csrf_exempt  # mail programs send this POST by themselves (RFC 8058); the token is the proof
@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def leave_page(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails by one click; again does no harm."""
    try:
        number = row_of(token, LEAVE)
    except TokenError:
        if request.method == "POST":
            raise Http404 from None
        return _gone(request)
    if request.method == "POST":
        leave(subscription_id=number)
        return redirect("curation:subscription_left")
    row = MapSubscription.objects.filter(pk=number).first()
    if row is None:
        return redirect("curation:subscription_left")
    return render(request, "curation/fresh/subscription_leave.html", {"row": row})


@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """The mails have ended."""
    return render(request, "curation/fresh/subscription_left.html")


def _named(token: str, purpose: str) -> MapSubscription | None:
    try:
        number = row_of(token, purpose)
    except TokenError:
        return None
    return MapSubscription.objects.filter(pk=number).first()


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "curation/fresh/gone.html", {"code": "subscription"}, status=404)
