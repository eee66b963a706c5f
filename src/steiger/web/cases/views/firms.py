"""The firm's own pages: its path, its data, its wishes. Another firm's do not exist for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor
from steiger.web.cases.domain import rooms
from steiger.web.cases.domain.contacts import remove_contact, set_consents
from steiger.web.cases.domain.erasing import erase_firm
from steiger.web.cases.domain.exports import note_export
from steiger.web.cases.domain.queries import path_of
from steiger.web.cases.interfaces.entrance import entrance_of, firm_page, let_out
from steiger.web.cases.interfaces.exporting import FORMS, MAKERS
from steiger.web.cases.interfaces.forms import ConsentForm, EraseForm
from steiger.web.cases.interfaces.pages import firm_view, path_context
from steiger.web.cases.models import ConsentEvent, Contact, Evidence, Firm
from steiger.web.cases.views.advisers import sent_file


@require_safe
@firm_page
def path(request: HttpRequest, firm: Firm, me: Contact) -> HttpResponse:
    """What happened with the firm so far, as far as it is meant for it."""
    context = path_context(firm, me, entrance_of(request).by_link)
    return render(request, "cases/path.html", context)


@require_safe
@firm_page
def data(request: HttpRequest, firm: Firm, me: Contact, form: str) -> HttpResponse:
    """Everything about the firm, to take along."""
    if form not in FORMS:
        raise Http404
    note_export(firm=firm, form=form, by=Actor.of(request.user))
    response = HttpResponse(MAKERS[form](firm, reader=me), content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="mein-weg.{form}"'
    return response


@require_safe
@firm_page
def evidence(request: HttpRequest, firm: Firm, me: Contact, pk: int) -> HttpResponse:
    """A file that the firm may see."""
    found = get_object_or_404(Evidence, pk=pk, entry__in=path_of(firm))
    return sent_file(found)  # type: ignore[return-value]


@require_POST
@firm_page
def consent(request: HttpRequest, firm: Firm, me: Contact) -> HttpResponse:
    """Agree to something, or no longer."""
    form = ConsentForm(request.POST)
    if form.is_valid():
        purposes = set(form.cleaned_data["purposes"])
        told = ConsentEvent.Told.SELF
        set_consents(contact=me, purposes=purposes, told=told, by=Actor.of(request.user))
        messages.success(request, _("Saved. It holds from now on."))
    return redirect("cases:path", firm.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@firm_page
def erase(request: HttpRequest, firm: Firm, me: Contact) -> HttpResponse:
    """Erase the firm's data, or only the person's own name and address."""
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("what") == "me":
            remove_contact(contact=me, by=Actor.of(request.user))
        else:
            erase_firm(firm=firm, by=Actor.of(request.user), wished_by=me)
        let_out(request)
        return redirect("cases:erased")
    context: dict[str, Any] = {"firm": firm_view(firm), "form": form, "me": me}
    context |= {"alone": firm.contacts.count() == 1, "elsewhere": rooms.known()}
    return render(request, "cases/erase_own.html", context, status=400 if form.errors else 200)


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """It is done."""
    return render(request, "cases/erased.html")
