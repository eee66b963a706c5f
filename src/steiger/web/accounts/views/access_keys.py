"""Access keys of one's own account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from steiger.web.accounts.domain.access_keys import (
    AccessKeyError,
    create_key,
    revoke_key,
    scopes_for,
)
from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import must_protect, signed_in
from steiger.web.accounts.interfaces.forms import KeyForm
from steiger.web.accounts.models import AccessKey


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """All keys, and a form for a new one; a new secret is shown in this one answer only."""
    user = signed_in(request)
    if must_protect(user):
        return redirect("accounts:protect")
    form, made = KeyForm(request.POST or None, user=user), None
    if request.method == "POST" and form.is_valid():
        try:
            made = create_key(user=user, by=Actor.of(user), **form.cleaned_data)
            form = KeyForm(user=user)
        except AccessKeyError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "made": made,
        "keys": user.access_keys.all(),
        "may_change": AccessKey.Scope.WRITE in scopes_for(user),
        "crumbs": [(_("My account"), reverse("accounts:profile")), (_("Access keys"), "")],
    }
    return render(request, "accounts/keys.html", context)


@login_required
@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw a key."""
    user = signed_in(request)
    key = get_object_or_404(user.access_keys, pk=number)
    revoke_key(key=key, by=Actor.of(user))
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
    return redirect("accounts:keys")
