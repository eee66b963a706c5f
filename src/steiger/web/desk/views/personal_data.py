"""For administrators: one person's data in all rooms, and the register of processing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.accounts.models import RoleName
from steiger.web.desk.domain import personal_data as acts
from steiger.web.desk.interfaces.frame import frame
from steiger.web.desk.interfaces.person_forms import CorrectForm, FindForm
from steiger.web.desk.interfaces.person_words import (
    HEAD,
    as_json,
    error_words,
    processing_csv,
    processing_lines,
    processing_markdown,
    room_label,
    shown,
)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(RoleName.ADMINISTRATOR)
def person(request: HttpRequest) -> HttpResponse:
    """Look up, correct, erase. The address is sent, never part of the page's own address."""
    form = FindForm(request.POST if request.method == "POST" else None)
    context = frame(request) | {"form": form}
    if request.method != "POST":
        return render(request, "desk/personal_data.html", context)
    if not form.is_valid():
        return render(request, "desk/personal_data.html", context, status=400)
    address, act = form.cleaned_data["address"], request.POST.get("act", "show")
    correcting = CorrectForm(request.POST if act == "correct" else None)
    status = 200
    try:
        if act == "erase" and request.POST.get("sure"):
            context |= _erase(request, address)
        elif act == "correct" and correcting.is_valid():
            address = _correct(request, address, correcting)
    except acts.PersonError as error:
        correcting = correcting if correcting.is_bound else CorrectForm()
        context["problem"] = error_words(error.code)
        status = 400
    found = acts.find(address)
    acts.note_shown(by=Actor.of(request.user), found=found)
    context |= {"address": address, "found": shown(found), "correcting": correcting}
    status = 400 if correcting.errors else status
    return render(request, "desk/personal_data.html", context, status=status)


def _erase(request: HttpRequest, address: str) -> dict[str, Any]:
    told, left = acts.erase(address=address, by=Actor.of(request.user))
    return {
        "erased": [(room_label(room), number) for room, number in told.items()],
        "was_erased": True,
        "left": len(left),
    }


def _correct(request: HttpRequest, address: str, form: CorrectForm) -> str:
    good = form.cleaned_data
    counts = acts.correct(
        address=address,
        by=Actor.of(request.user),
        new_address=good["new_address"],
        name=good["new_name"],
    )
    messages.success(request, _("Corrected in %(n)d places.") % {"n": sum(counts.values())})
    return good["new_address"] or address


@require_POST
@role_required(RoleName.ADMINISTRATOR)
def person_file(request: HttpRequest) -> HttpResponse:
    """Everything about one person, as a file for her."""
    form = FindForm(request.POST)
    if not form.is_valid():
        messages.error(request, error_words("address"))
        return redirect("desk:personal_data")
    found = acts.find(form.cleaned_data["address"])
    acts.note_shown(by=Actor.of(request.user), found=found)
    response = HttpResponse(as_json(found), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="personal-data.json"'
    return response


@require_safe
@role_required(RoleName.ADMINISTRATOR)
def processing(request: HttpRequest) -> HttpResponse:
    """The register of processing, as the models declare it."""
    context = frame(request) | {"head": HEAD, "lines": processing_lines()}
    return render(request, "desk/processing.html", context)


@require_safe
@role_required(RoleName.ADMINISTRATOR)
def processing_file(request: HttpRequest, form: str) -> HttpResponse:
    """The register as CSV or Markdown."""
    if form == "csv":
        content, kind = "\ufeff" + processing_csv(), "text/csv"
    elif form == "md":
        content, kind = processing_markdown(settings.BASE_URL), "text/markdown"
    else:
        raise Http404
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="verarbeitung.{form}"'
    return response
