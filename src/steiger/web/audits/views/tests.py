"""Tests that run here: start, stop."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from steiger.web.accounts.interfaces.access import signed_in
from steiger.web.audits.domain import testing
from steiger.web.audits.interfaces.forms import EndpointForm, FolderForm
from steiger.web.audits.tasks import queue_tests
from steiger.web.audits.views.applicant import audit_page
from steiger.web.audits.views.common import seen, tried


@require_POST
@login_required
def start_folder(request: HttpRequest, audit: UUID) -> HttpResponse:
    """Run the compulsory checks on a prepared folder."""
    found, by = seen(request, audit), signed_in(request)
    form = FolderForm(request.POST, request.FILES, auto_id="run_%s")
    if not form.is_valid():
        return audit_page(request, found, folder_form=form)
    data = form.read()
    act = lambda: queue_tests(testing.start_folder(audit=found, by=by, data=data))  # noqa: E731
    tried(request, act, _("The tests are queued; they go on while you are away."))
    return redirect(found)


@require_POST
@login_required
def start_endpoint(request: HttpRequest, audit: UUID) -> HttpResponse:
    """Run the compulsory checks on a text endpoint."""
    found, by = seen(request, audit), signed_in(request)
    form = EndpointForm(request.POST, auto_id="run_%s")
    if not form.is_valid():
        return audit_page(request, found, endpoint_form=form)
    given = {name: form.cleaned_data[name] for name in ("address", "model", "key")}
    act = lambda: queue_tests(testing.start_endpoint(audit=found, by=by, **given))  # noqa: E731
    tried(request, act, _("The tests are queued; they go on while you are away."))
    return redirect(found)


@require_POST
@login_required
def stop(request: HttpRequest, audit: UUID, run: UUID) -> HttpResponse:
    """End a run."""
    found, by = seen(request, audit), signed_in(request)
    one = get_object_or_404(found.runs, pk=run)
    tried(request, lambda: testing.stop(run=one, by=by), _("The tests are stopped."))
    return redirect(found)
