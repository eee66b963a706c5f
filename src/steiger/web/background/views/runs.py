"""Pages about background work."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.accounts.models import RoleName, User
from steiger.web.background.domain.queries import counts_by_state, find_runs
from steiger.web.background.domain.runs import RunError, retry_run
from steiger.web.background.domain.workers import live_workers
from steiger.web.background.interfaces.runs import STATE_NAMES, RunFilter, run_rows

PER_PAGE = 25


@role_required()
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """All runs; the list renews itself while something is going on."""
    chosen = RunFilter(request.GET)
    wanted = chosen.cleaned_data if chosen.is_valid() else {}
    state, task = wanted.get("state", ""), wanted.get("task", "")
    page = Paginator(find_runs(state, task), PER_PAGE).get_page(request.GET.get("page"))
    counts = counts_by_state()
    context = {
        "filter": chosen,
        "state": state,
        "states": [(key, name, counts.get(key)) for key, name in STATE_NAMES.items()],
        "page_obj": page,
        "rows": run_rows(page),
        "renew": bool(counts["running"] or counts["waiting"]),
        "workers": len(live_workers()),
        "administrator": is_administrator(request),
    }
    return render(request, "background/runs.html", context)


def is_administrator(request: HttpRequest) -> bool:
    """Whether the reader may see tracebacks and start runs again."""
    return isinstance(request.user, User) and request.user.has_role(RoleName.ADMINISTRATOR)


@role_required(RoleName.ADMINISTRATOR)
@require_POST
def retry(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Start a failed run again."""
    try:
        retry_run(run_id=run_id, by=Actor.of(request.user))
    except RunError:
        messages.error(
            request, _("This run cannot be started again: it is gone or has not failed.")
        )
    else:
        messages.success(request, _("The run waits for its next attempt."))
    return redirect("background:runs")
