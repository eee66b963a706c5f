"""Asking for a publication by mail. Pages with a token are kept nowhere."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from steiger.web.accounts.interfaces.limits import within_limit
from steiger.web.publications.domain.orders import TooManyError, ask, confirm
from steiger.web.publications.domain.queries import find
from steiger.web.publications.domain.texts import localized
from steiger.web.publications.domain.tokens import TokenError, order_of
from steiger.web.publications.interfaces.forms import OrderForm
from steiger.web.publications.models import Order, Publication

#: Wishes of one sender within an hour.
MOST = 10


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, slug: str) -> HttpResponse:
    """Give an address; a mail to confirm follows."""
    found = find(slug)
    if found is None or found.state != Publication.State.PUBLISHED:
        raise Http404
    form = OrderForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = _ask(request, found, form)
        if status == 302:
            return redirect("publications:sent")
    context = {"publication": found, "title": localized(found, "title"), "form": form}
    return render(request, "publications/order.html", context, status=status)


def _ask(request: HttpRequest, publication: Publication, form: OrderForm) -> int:
    """Note the wish; the status says what came of it: 302, 400 or 429."""
    if form.is_machine:
        return 302
    if not form.is_valid():
        return 400
    values = form.cleaned_data
    allowed = within_limit(request, "publications.order", MOST)
    try:
        if allowed:
            ask(
                publication=publication,
                email=values["email"],
                firm=values["firm"],
                size=values["size"],
                municipality=form.municipality(),
                language=(get_language() or "de")[:2],
            )
    except TooManyError:
        allowed = False
    if not allowed:
        form.add_error(
            None, _("Many mails were asked for within an hour. Please try again in an hour.")
        )
        return 429
    return 302


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The mail to confirm is on its way."""
    return render(request, "publications/sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm a wish. Opening the page changes nothing: programs in between open links, too."""
    found = _named(token)
    if found is None:
        response = render(request, "publications/gone.html", status=404)
    else:
        if request.method == "POST":
            found = confirm(order_id=found.id)
        context = {"order": found, "title": localized(found.publication, "title")}
        response = render(request, "publications/confirm.html", context)
    # Not "no-referrer": browsers would then send the form without its origin, which is refused.
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _named(token: str) -> Order | None:
    try:
        number: UUID = order_of(token)
    except TokenError:
        return None
    return Order.objects.select_related("publication").filter(id=number).first()
