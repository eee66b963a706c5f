"""One event, and registering for it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from steiger.web.accounts.interfaces.limits import within_limit
from steiger.web.events.domain.queries import public_event
from steiger.web.events.domain.registering import Person, RegistrationError, register
from steiger.web.events.interfaces.event_page import event_context, reason_text
from steiger.web.events.interfaces.forms import RegisterForm
from steiger.web.events.models import Event

#: Registrations of one sender within an hour; whole offices share one address.
MOST = 40


@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """What, when, where, how many places; the form is on the same page."""
    found = public_event(slug)
    if found is None:
        raise Http404
    form, status = RegisterForm(request.POST or None, event=found, initial={"seats": "1"}), 200
    if request.method == "POST":
        status = _register(request, found, form)
        if status == 302:
            return redirect("events:sent")
    context = event_context(found) | {"form": form}
    return render(request, "events/event.html", context, status=status)


def _register(request: HttpRequest, found: Event, form: RegisterForm) -> int:
    """Register; the status says what came of it: 302, 400, 409 or 429."""
    if form.is_machine:
        return 302
    if not form.is_valid():
        return 400
    if not within_limit(request, "events.register", MOST):
        form.add_error(None, reason_text("too_many"))
        return 429
    values = form.cleaned_data
    who = Person(
        name=values["name"],
        email=values["email"],
        language=(get_language() or "de")[:2],
        firm_name=values["firm_name"],
        firm_size=values["firm_size"],
        firm_sector=values["firm_sector"],
        firm_municipality=values["firm_municipality"],
    )
    try:
        register(
            ticket=values["ticket"],
            who=who,
            seats_wanted=values["seats"],
            answers=form.answers(),
        )
    except RegistrationError as error:
        form.add_error(None, reason_text(error.reason))
        return 429 if error.reason == "too_many" else 409
    return 302


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The mail to confirm is on its way."""
    return render(request, "events/sent.html")
