"""Home page and pages of text."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from steiger.web.accounts.interfaces.limits import within_limit
from steiger.web.portal.domain.feedback import MOST, FeedbackNotSentError, send_feedback
from steiger.web.portal.interfaces.forms import FeedbackForm
from steiger.web.portal.interfaces.home import home_context
from steiger.web.portal.interfaces.search import search_context
from steiger.web.portal.interfaces.texts import PAGES, accessibility_context, text_context


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The region's map, the search box, the four ways in."""
    return render(request, "portal/home.html", home_context())


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything on this site that answers a question: entries, regions, pages."""
    return render(request, "portal/search.html", search_context(request.GET.get("q", "")))


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of text."""
    if slug not in PAGES:
        raise Http404
    return render(request, f"portal/pages/{slug}.html", text_context(slug))


@require_http_methods(["GET", "HEAD", "POST"])
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement with its feedback form."""
    form = FeedbackForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_machine:
            return redirect(f"{reverse('portal:accessibility')}?gesendet=1")
        status = _send(request, form)
        if status == 200:
            return redirect(f"{reverse('portal:accessibility')}?gesendet=1")
    context = accessibility_context() | {"form": form, "sent": "gesendet" in request.GET}
    return render(request, "portal/pages/barrierefreiheit.html", context, status=status)


def _send(request: HttpRequest, form: FeedbackForm) -> int:
    """Send a report; the status says what came of it: 200, 400, 429 or 503."""
    if not form.is_valid():
        return 400
    if not within_limit(request, "portal.feedback", MOST):
        form.add_error(None, _("You have sent several messages. Please wait an hour."))
        return 429
    try:
        send_feedback(**{name: form.cleaned_data[name] for name in ("barrier", "page", "email")})
    except FeedbackNotSentError:
        form.add_error(
            None, _("Our mail server does not answer. Your text is still here; try again later.")
        )
        return 503
    return 200
