"""The first page of a working day."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from steiger.web.accounts.interfaces.access import role_required, signed_in
from steiger.web.desk.interfaces.today import today


@role_required()
def show(request: HttpRequest) -> HttpResponse:
    """What waits today: talks, doors, tasks."""
    return render(request, "desk/today.html", {"today": today(signed_in(request))})
