"""What everyone sees: the start page, the register, certificates, status lists, verification."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from steiger.engines.audit.catalogue import own_catalogue
from steiger.web.accounts.interfaces.access import may
from steiger.web.accounts.models import RoleName
from steiger.web.audits.domain import issuing, queries
from steiger.web.audits.domain.rotating import key_lines
from steiger.web.audits.interfaces.classifying import classification_context
from steiger.web.audits.interfaces.forms import FileForm, RegisterForm
from steiger.web.audits.interfaces.pages import certificate_context
from steiger.web.audits.interfaces.verifying import verification_context
from steiger.web.audits.interfaces.words import said
from steiger.web.audits.models import Certificate

PER_PAGE = 20


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What an examination is, and how it goes."""
    catalogue = own_catalogue()
    context = {
        "dimensions": [(said(d.title), said(d.purpose)) for d in catalogue.dimensions],
        "catalogue": catalogue,
        "indicators": len(catalogue.indicators),
        "examples": queries.examples(),
        "newest": Certificate.objects.all()[:3],
        "examiner": may(request.user, RoleName.EXAMINER),
    }
    return render(request, "audits/start.html", context)


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The register with its search."""
    form = RegisterForm(request.GET)
    form.is_valid()
    words, state = (form.cleaned_data.get(name, "") for name in ("q", "state"))
    page = Paginator(queries.register(words, state), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "narrowed": bool(words or state),
        "keys": key_lines(),
        "administrator": may(request.user, RoleName.ADMINISTRATOR),
    }
    return render(request, "audits/register.html", context)


@require_safe
@never_cache
def certificate(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """One certificate with its status of today."""
    found = get_object_or_404(Certificate, pk=certificate)
    return render(request, "audits/certificate.html", certificate_context(found, request.user))


@require_safe
def certificate_file(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """The signed bytes, exactly as they were issued."""
    found = get_object_or_404(Certificate, pk=certificate)
    return _json(bytes(found.content), f"pruefbescheinigung-{found}.json")


@require_safe
@never_cache
def inclusion(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """The proof that it stands in the log."""
    found = get_object_or_404(Certificate, pk=certificate)
    return _json(issuing.inclusion_of(found), f"logbucheintrag-{found}.json")


@require_safe
@never_cache
def status(request: HttpRequest, purpose: str) -> HttpResponse:
    """A status list, signed and dated now."""
    if purpose not in issuing.PURPOSES:
        raise Http404
    return _json(issuing.signed_status_list(purpose))


@require_safe
@never_cache
def issuer(request: HttpRequest) -> HttpResponse:
    """Whose certificates these are, with all keys."""
    return _json(json.dumps(issuing.issuer_document(), ensure_ascii=False).encode())


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check a certificate that somebody hands in; nothing of it is kept."""
    form = FileForm(request.POST or None, request.FILES or None)
    form.fields["file"].help_text = ""
    context: dict[str, Any] = {"form": form}
    answered = request.method == "POST" and form.is_valid()
    if answered:
        answer, ours = issuing.verified(form.read()[1])
        context |= verification_context(answer, ours, timezone.now())
    form.described()
    bad = request.method == "POST" and not answered
    return render(request, "audits/verify.html", context, status=400 if bad else 200)


@require_safe
def classification(request: HttpRequest) -> HttpResponse:
    """Whether a use is high-risk under the AI Act; the answers stand in the address only."""
    context = classification_context(own_catalogue(), request.GET, timezone.localdate())
    return render(request, "audits/classification.html", context)


def _json(content: bytes, name: str = "") -> HttpResponse:
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    if name:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Access-Control-Allow-Origin"] = "*"
    return response
