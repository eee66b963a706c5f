"""Pages for those who run the product."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

import steiger
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.accounts.models import RoleName
from steiger.web.operations.domain.doctor import examine
from steiger.web.operations.interfaces.status import status_rows


@role_required(RoleName.ADMINISTRATOR)
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """What `steiger doctor` says, for people with a browser."""
    rows = status_rows(examine(get_language() or settings.LANGUAGE_CODE))
    context = {
        "rows": rows,
        "failed": sum(row.state == "fail" for row in rows),
        "warned": sum(row.state == "warn" for row in rows),
        "version": steiger.__version__,
    }
    return render(request, "operations/status.html", context)
