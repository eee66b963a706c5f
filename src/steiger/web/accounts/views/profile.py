"""A person's own account."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.domain.first_sign_in import FIRST_ADDRESS
from steiger.web.accounts.domain.people import PeopleError, close_account, rename_person
from steiger.web.accounts.domain.personal_data import kept_about
from steiger.web.accounts.interfaces.access import must_protect, signed_in
from steiger.web.accounts.interfaces.forms import NameForm


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, ways to sign in, roles, data, closing the account."""
    user = signed_in(request)
    form = NameForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        rename_person(user=user, name=form.cleaned_data["display_name"])
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    context = {
        "form": form,
        "secured": is_mfa_enabled(user),
        "has_password": user.has_usable_password(),
        "grants": user.grants.order_by("role"),
    }
    return render(request, "accounts/profile.html", context)


@never_cache
@login_required
@require_safe
def protect(request: HttpRequest) -> HttpResponse:
    """Lead an administrator to an own address and a second factor."""
    user = signed_in(request)
    context = {
        "required": must_protect(user),
        "secured": is_mfa_enabled(user),
        "has_password": user.has_usable_password(),
        "provisional": user.email == FIRST_ADDRESS,
    }
    return render(request, "accounts/protect.html", context)


@never_cache
@login_required
@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about the person, as a file."""
    response = JsonResponse(kept_about(signed_in(request)), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="steiger-account.json"'
    return response


@login_required
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close the account at once."""
    try:
        close_account(user=signed_in(request), by=Actor.of(request.user), reason="own wish")
    except PeopleError:
        messages.error(request, _("You are the last administrator. Name another one first."))
        return redirect("accounts:profile")
    logout(request)
    messages.success(request, _("Your account is closed and your data is erased."))
    return redirect("portal:home")
