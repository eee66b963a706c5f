"""How a firm gets in and out. Pages with a secret in their address tell no other page about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.web.accounts.interfaces.access import may
from steiger.web.accounts.interfaces.limits import within_limit
from steiger.web.accounts.models import RoleName
from steiger.web.cases.domain.contacts import confirm_contact, pending_of
from steiger.web.cases.domain.links import LinkError, peek, send_link
from steiger.web.cases.domain.links import use_link as use
from steiger.web.cases.domain.retention import rules
from steiger.web.cases.interfaces.entrance import entrance_of, let_in, let_out
from steiger.web.cases.interfaces.forms import EnterForm
from steiger.web.cases.interfaces.pages import firm_view

#: Wishes of one sender within an hour.
MOST = 10


def secretive(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address holds a secret: no referrer to others, no cache, no search engine."""

    @wraps(view)
    @never_cache
    @sensitive_variables("token")
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        # Not "no-referrer": browsers then send the form with the origin "null".
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead everybody on: to the firm, the choice among several, the list, the way in."""
    entrance = entrance_of(request)
    firms = entrance.firms()
    if len(firms) == 1:
        return redirect("cases:path", firms[0].pk)
    if firms:
        return render(request, "cases/firms.html", {"firms": [firm_view(firm) for firm in firms]})
    if may(request.user, RoleName.ADVISER):
        return redirect("cases:cases")
    return redirect("cases:enter")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the link that lets one in."""
    form = EnterForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = _ask(request, form)
        if status == 302:
            return redirect("cases:sent")
    entrance = entrance_of(request)
    context = {"form": form, "hours": rules().link_hours, "known": bool(entrance.addresses)}
    return render(request, "cases/enter.html", context, status=status)


def _ask(request: HttpRequest, form: EnterForm) -> int:
    """Send the link; the status says what came of it: 302, 400 or 429."""
    if form.data.get("website"):
        return 302
    if not form.is_valid():
        return 400
    if not within_limit(request, "cases.enter", MOST):
        form.add_error(None, _("You asked many times. Please try again in an hour."))
        return 429
    send_link(email=form.cleaned_data["email"], language=(get_language() or "de")[:2])
    return 302


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The link is on its way, if the address is known; the page does not say which."""
    return render(request, "cases/sent.html", {"hours": rules().link_hours})


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def use_link(request: HttpRequest, token: str) -> HttpResponse:
    """Let in whoever holds the link. Opening it uses nothing up: programs open links, too."""
    try:
        if request.method != "POST":
            peek(token)
            return render(request, "cases/use_link.html")
        let_in(request, use(token=token))
    except LinkError as error:
        return render(request, "cases/link_gone.html", {"why": str(error)}, status=410)
    return redirect("cases:home")


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm an address, so that it becomes a contact of the firm."""
    if request.method == "POST":
        contact = confirm_contact(token=token)
        if contact is not None:
            let_in(request, contact)
            messages.success(request, _("Your address is confirmed."))
            return redirect("cases:home")
    elif pending := pending_of(token):
        context = {"firm": firm_view(pending.firm), "days": rules().unconfirmed_days}
        return render(request, "cases/confirm.html", context)
    return render(request, "cases/link_gone.html", {"why": "question"}, status=410)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Leave; the next person at this computer sees nothing."""
    let_out(request)
    messages.success(request, _("You have left. Nobody at this computer sees your path now."))
    return redirect("cases:enter")
