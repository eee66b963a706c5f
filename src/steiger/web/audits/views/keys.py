"""Keys of the installation: everyone reads the public halves, administrators change them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from steiger.web.accounts.interfaces.access import role_required, signed_in
from steiger.web.accounts.models import RoleName
from steiger.web.audits.domain.rotating import key_lines, rotate_key
from steiger.web.audits.views.common import tried


@require_safe
@role_required(RoleName.ADMINISTRATOR)
@never_cache
def keys(request: HttpRequest) -> HttpResponse:
    """All keys, and the button for a new one."""
    return render(request, "audits/keys.html", {"keys": key_lines()})


@require_POST
@role_required(RoleName.ADMINISTRATOR)
def rotate(request: HttpRequest) -> HttpResponse:
    """A new key takes the place of the old one."""
    by = signed_in(request)
    tried(request, lambda: rotate_key(by=by), _("The new key signs from now on."))
    return redirect("audits:keys")
