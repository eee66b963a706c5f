"""The first page of a working day, and the search over everything."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from steiger.web.accounts.interfaces.access import role_required, signed_in
from steiger.web.desk.interfaces.frame import frame
from steiger.web.desk.interfaces.search import search_context
from steiger.web.desk.interfaces.today import today


@require_safe
@role_required()
def show(request: HttpRequest) -> HttpResponse:
    """What waits today: talks, doors, tasks, queues."""
    context = frame(request) | {"today": today(signed_in(request))}
    return render(request, "desk/today.html", context)


@require_safe
@role_required()
def search(request: HttpRequest) -> HttpResponse:
    """Everything that the person may see."""
    given = request.GET
    found = search_context(
        signed_in(request), given.get("q", ""), given.get("art", ""), given.get("page")
    )
    return render(request, "desk/search.html", frame(request) | found)
