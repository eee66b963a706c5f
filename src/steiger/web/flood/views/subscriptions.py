"""Warnings by mail. Pages with a token tell no other page about it and are kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from steiger.web.accounts.interfaces.limits import within_limit
from steiger.web.flood.domain.subscriptions import TooManyError, confirm, leave
from steiger.web.flood.domain.subscriptions import subscribe as ask
from steiger.web.flood.domain.tokens import CONFIRM, LEAVE, TokenError, subscription_of
from steiger.web.flood.interfaces.forms import SubscribeForm
from steiger.web.flood.interfaces.pages import choose_network, room_context
from steiger.web.flood.interfaces.subscriptions import (
    described,
    too_many_text,
)
from steiger.web.flood.models import Subscription

#: Wishes of one sender within an hour.
MOST = 10


def secretive(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address holds a token: no referrer, no cache, no search engine."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        # Not "no-referrer": browsers would then send the form with the origin "null", and it would
        # be refused.
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Choose gauge, level and address; a mail to confirm follows."""
    network = choose_network(request)
    context = room_context(network, "subscribe")
    if network is None:
        return render(request, "flood/subscribe.html", context)
    start = {"gauge": request.GET.get("pegel", ""), "level": request.GET.get("stufe", "")}
    form = SubscribeForm(request.POST or None, network=network, start=start)
    status = 200
    if request.method == "POST":
        status = _ask(request, form)
        if status == 302:
            return redirect("flood:sent")
    return render(request, "flood/subscribe.html", context | {"form": form}, status=status)


def _ask(request: HttpRequest, form: SubscribeForm) -> int:
    """Note the wish; the status says what came of it: 302, 400 or 429."""
    if form.is_machine:
        return 302
    if not form.is_valid():
        return 400
    values = form.cleaned_data
    if not within_limit(request, "flood.subscribe", MOST):
        form.add_error(None, too_many_text())
        return 429
    try:
        ask(
            sensor=values["gauge"],
            level=values["level"],
            email=values["email"],
            language=(get_language() or "de")[:2],
        )
    except TooManyError:
        form.add_error(None, too_many_text())
        return 429
    return 302


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The mail to confirm is on its way."""
    return render(request, "flood/sent.html", room_context(choose_network(request), "subscribe"))


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm a wish. Opening the page changes nothing: programs in between open links, too."""
    subscription = _named(token, CONFIRM)
    if subscription is None:
        return _gone(request)
    if request.method == "POST":
        subscription = confirm(subscription_id=subscription.id)
    context = room_context(subscription.sensor.network, "subscribe") | described(subscription)
    return render(request, "flood/confirm.html", context)


@csrf_exempt  # mail programs send this POST by themselves (RFC 8058); the token is the proof
@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def leave_page(request: HttpRequest, token: str) -> HttpResponse:
    """End a subscription by one click; again does no harm."""
    subscription_id = _id_of(token, LEAVE)
    if subscription_id is None:
        if request.method == "POST":
            raise Http404
        return _gone(request)
    if request.method == "POST":
        leave(subscription_id=subscription_id)
        return redirect("flood:left")
    subscription = _find(subscription_id)
    if subscription is None:
        return redirect("flood:left")
    context = room_context(subscription.sensor.network, "subscribe") | described(subscription)
    return render(request, "flood/leave.html", context)


@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """The subscription has ended."""
    return render(request, "flood/left.html", room_context(choose_network(request), "subscribe"))


def _id_of(token: str, purpose: str) -> UUID | None:
    try:
        return subscription_of(token, purpose)
    except TokenError:
        return None


def _named(token: str, purpose: str) -> Subscription | None:
    subscription_id = _id_of(token, purpose)
    return _find(subscription_id) if subscription_id else None


def _find(subscription_id: UUID) -> Subscription | None:
    found = Subscription.objects.select_related("sensor__network", "sensor__warning")
    return found.filter(id=subscription_id).first()


def _gone(request: HttpRequest) -> HttpResponse:
    context = room_context(choose_network(request), "subscribe")
    return render(request, "flood/gone.html", context, status=404)
