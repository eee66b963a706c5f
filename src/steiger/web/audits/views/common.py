"""What all views of this room need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404

from steiger.web.accounts.interfaces.access import signed_in
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.roles import may_see
from steiger.web.audits.interfaces.words import refusal
from steiger.web.audits.models import Audit, EvidenceFile


def seen(request: HttpRequest, number: UUID) -> Audit:
    """An examination that this reader may see; for others there is none."""
    found = get_object_or_404(Audit, pk=number)
    if not may_see(found, signed_in(request)):
        raise Http404
    return found


def own(request: HttpRequest, number: UUID) -> Audit:
    """An examination that this reader applied for; for others there is none."""
    return get_object_or_404(Audit, pk=number, applicant=signed_in(request))


def tried(request: HttpRequest, act: Callable[[], Any], success: str) -> bool:
    """Whether an act went through; the reader is told, one way or the other."""
    try:
        act()
    except RefusedError as error:
        messages.error(request, refusal(error))
        return False
    messages.success(request, success)
    return True


def download(kept: EvidenceFile) -> FileResponse:
    """A file that no browser opens."""
    response = FileResponse(
        default_storage.open(kept.path),
        as_attachment=True,
        filename=kept.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
