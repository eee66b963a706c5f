"""The situation board for the wall and the phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from steiger.web.flood.interfaces.board import board_context
from steiger.web.flood.interfaces.pages import choose_network, room_context


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Everything at a glance on one screen; renews itself unless it is held."""
    network = choose_network(request)
    context = room_context(network, "board")
    context["held"] = "halt" in request.GET
    if network is not None:
        context |= board_context(network)
    return render(request, "flood/board.html", context)
