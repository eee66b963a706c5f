"""Complaints and surveillance of certificates."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from steiger.web.accounts.interfaces.access import role_required, signed_in
from steiger.web.accounts.models import RoleName
from steiger.web.audits.domain import watching
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.interfaces.forms import WatchForm, WordsForm
from steiger.web.audits.interfaces.words import refusal
from steiger.web.audits.models import Certificate
from steiger.web.audits.views.common import tried

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@login_required
@never_cache
def complain(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """Object to a certificate."""
    found, by = get_object_or_404(Certificate, pk=certificate), signed_in(request)
    form = WordsForm(_("What is wrong?"), request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        act = lambda: watching.complain(certificate=found, by=by, text=words)  # noqa: E731
        tried(request, act, _("Your complaint is kept; an independent examiner answers it."))
        return redirect(found)
    form.described()
    context = {"certificate": found, "form": form}
    status = 400 if request.method == "POST" else 200
    return render(request, "audits/complain.html", context, status=status)


@require_http_methods(FORM)
@role_required(RoleName.EXAMINER)
def watch(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """Surveillance, suspension, withdrawal; complaints and their answers."""
    found, by = get_object_or_404(Certificate, pk=certificate), signed_in(request)
    form = WatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act, words = form.cleaned_data["act"], form.cleaned_data["words"]
        try:
            if act == "survey":
                watching.survey(certificate=found, by=by, note=words)
            else:
                watching.set_state(certificate=found, by=by, state=act, reason=words)
        except RefusedError as error:
            form.add_error(None, refusal(error))
        else:
            return redirect(found)
    form.described()
    context = {
        "certificate": found,
        "form": form,
        "complaints": [
            (one, WordsForm(_("Your answer"), auto_id=f"answer-{one.pk}-%s"))
            for one in found.complaints.all()
        ],
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "audits/watch.html", context, status=status)


@require_POST
@role_required(RoleName.EXAMINER)
def answer(request: HttpRequest, certificate: UUID, number: int) -> HttpResponse:
    """Answer a complaint."""
    found, by = get_object_or_404(Certificate, pk=certificate), signed_in(request)
    complaint = get_object_or_404(found.complaints, pk=number)
    words = request.POST.get("words", "")[:5000]
    act = lambda: watching.answer(complaint=complaint, by=by, text=words)  # noqa: E731
    tried(request, act, _("The answer is kept."))
    return redirect("audits:watch", found.pk)
