"""Mails to many who agreed: write, look at, try out, send, stop, go on."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required, signed_in
from steiger.web.desk.domain import circulars as acts
from steiger.web.desk.interfaces.circular_pages import circular_context, error_words
from steiger.web.desk.interfaces.forms import CircularForm
from steiger.web.desk.interfaces.frame import frame
from steiger.web.desk.interfaces.roles import SENDERS
from steiger.web.desk.models import Circular

PER_PAGE = 25


@require_safe
@role_required(*SENDERS)
def circulars(request: HttpRequest) -> HttpResponse:
    """All circulars: who sent what to how many."""
    found = Circular.objects.select_related("author")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(one, acts.progress(one)) for one in page]
    return render(request, "desk/circulars.html", frame(request) | {"page_obj": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SENDERS)
def new_circular(request: HttpRequest) -> HttpResponse:
    """Begin one."""
    form = CircularForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = signed_in(request)
        made = acts.write(
            values=form.values(), filters=form.filters(), author=person, by=Actor.of(person)
        )
        return redirect("desk:circular", made.pk)
    status = 400 if form.errors else 200
    context = frame(request) | {"form": form}
    return render(request, "desk/circular_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SENDERS)
def circular(request: HttpRequest, pk: int) -> HttpResponse:
    """One circular; a draft can be changed (``?aendern``)."""
    found = get_object_or_404(Circular.objects.select_related("author"), pk=pk)
    if request.method == "POST":
        return _change(request, found)
    if "aendern" in request.GET and found.state == Circular.State.DRAFT:
        context = frame(request) | {"form": CircularForm(circular=found), "circular": found}
        return render(request, "desk/circular_form.html", context)
    return render(request, "desk/circular.html", frame(request) | circular_context(found))


def _change(request: HttpRequest, found: Circular) -> HttpResponse:
    form = CircularForm(request.POST, circular=found)
    if not form.is_valid():
        context = frame(request) | {"form": form, "circular": found}
        return render(request, "desk/circular_form.html", context, status=400)
    try:
        acts.change(
            circular=found,
            values=form.values(),
            filters=form.filters(),
            by=Actor.of(request.user),
        )
    except acts.CircularError as error:
        messages.error(request, error_words(error.code))
    return redirect("desk:circular", found.pk)


@require_POST
@role_required(*SENDERS)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Try out, send, stop, go on, throw away."""
    found, person = get_object_or_404(Circular, pk=pk), signed_in(request)
    by, wanted = Actor.of(person), request.POST.get("act", "")
    try:
        if wanted == "try":
            acts.try_out(circular=found, person=person, by=by)
            messages.success(request, _("On its way to %(to)s.") % {"to": person.email})
        elif wanted == "send":
            given = request.POST.get("people", "")
            expected = int(given) if given.isascii() and given.isdigit() else -1
            number = acts.start(circular=found, expected=expected, by=by)
            said = ngettext("It goes to %(n)s person.", "It goes to %(n)s people.", number)
            messages.success(request, said % {"n": number})
        elif wanted == "stop":
            acts.stop(circular=found, by=by)
            messages.success(request, _("Stopped. No further mail leaves."))
        elif wanted == "resume":
            acts.resume(circular=found, by=by)
            messages.success(request, _("It goes on where it was stopped."))
        elif wanted == "drop":
            acts.drop(circular=found, by=by)
            messages.success(request, _("The draft is thrown away."))
            return redirect("desk:circulars")
    except acts.CircularError as error:
        messages.error(request, error_words(error.code))
    return redirect("desk:circular", pk)
