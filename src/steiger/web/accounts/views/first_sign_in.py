"""Signing in with a one-time link."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from steiger.web.accounts.domain.first_sign_in import LinkError, peek, use_link

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def first_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once before signing in, because some programs fetch every link they see."""
    try:
        if request.method != "POST":
            peek(token)
            response = render(request, "accounts/first_sign_in.html")
        else:
            user = use_link(token)
            login(request, user, backend=BACKEND)
            record_authentication(request, user, method="link", reauthenticated=True)
            return redirect("accounts:protect")
    except LinkError as error:
        context = {"why": str(error)}
        response = render(request, "accounts/first_sign_in.html", context, status=410)
    # The secret stands in the address, so no other page may learn it. Not "no-referrer": browsers
    # then send the form with the origin "null", which the check against forgery refuses.
    response["Referrer-Policy"] = "strict-origin"
    return response
