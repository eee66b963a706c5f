"""A firm says what it needs and chooses a time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from steiger.web.accounts.interfaces.limits import within_limit
from steiger.web.advice.domain.booking import Given, TakenError, TooManyError, ask
from steiger.web.advice.domain.offering import offers
from steiger.web.advice.interfaces.forms import AskForm, BookForm
from steiger.web.advice.interfaces.offers import chosen, days_of, read_topics
from steiger.web.advice.interfaces.pages import adviser_cards

#: Bookings, and looks at free times, of one sender within an hour.
MOST_BOOKINGS, MOST_LOOKS = 10, 120


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """What a firm needs; then the times that fit. The words never stand in an address."""
    form = AskForm(request.POST or None)
    if request.method != "POST" or "back" in request.POST:
        again = AskForm(initial=request.POST.dict()) if request.POST else AskForm()
        return _asked(request, again)
    if not form.is_valid():
        return _asked(request, form, 400)
    if not within_limit(request, "advice.look", MOST_LOOKS):
        form.add_error(None, _too_many())
        return _asked(request, form, 429)
    # What was typed on the page with the times is kept while looking at other times.
    return _times(request, form, BookForm(initial=request.POST.dict()))


def _asked(request: HttpRequest, form: AskForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "advisers": adviser_cards()}
    return render(request, "advice/start.html", context, status=status)


def _times(
    request: HttpRequest, ask_form: AskForm, form: BookForm, status: int = 200
) -> HttpResponse:
    need = ask_form.need()
    found = offers(need, now=timezone.now(), since=ask_form.cleaned_data.get("since"))
    context: dict[str, Any] = {
        "form": form,
        "need": need,
        "topics": read_topics(need),
        "days": days_of(need, found),
        "slot": form["slot"].value(),
        "more": found.more_since.isoformat() if found.more_since else "",
        "later": bool(ask_form.cleaned_data.get("since")),
    }
    return render(request, "advice/times.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def book(request: HttpRequest) -> HttpResponse:
    """Keep the time and send the link by which it is confirmed."""
    ask_form = AskForm(request.POST or None)
    if request.method != "POST":
        return redirect("advice:start")
    if not ask_form.is_valid():
        return _asked(request, ask_form, 400)
    key = request.POST.get("slot", "")
    form = BookForm(request.POST, slots=[(key, key)] if chosen(key) else [])
    if form.is_machine:
        return redirect("advice:sent")
    status = _book(request, ask_form, form) if form.is_valid() else 400
    return redirect("advice:sent") if status == 302 else _times(request, ask_form, form, status)


def _book(request: HttpRequest, ask_form: AskForm, form: BookForm) -> int:
    """Ask for the time; the status says what came of it: 302, 409 or 429."""
    if not within_limit(request, "advice.book", MOST_BOOKINGS):
        form.add_error(None, _too_many())
        return 429
    values = form.cleaned_data
    start_at, area = chosen(values["slot"]) or (timezone.now(), "")
    names = ("email", "firm_name", "contact", "phone", "size", "sector")
    try:
        ask(
            need=ask_form.need(),
            start=start_at,
            area=area,
            given=Given(**{name: values[name] for name in names}),
            language=(get_language() or "de")[:2],
            now=timezone.now(),
        )
    except TakenError:
        form.add_error("slot", _("Somebody was quicker: this time is taken. Choose another one."))
        return 409
    except TooManyError:
        form.add_error(None, _too_many())
        return 429
    return 302


def _too_many() -> str:
    return _("Many times were asked for. Confirm those that wait in your mail, or try in an hour.")


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The mail to confirm is on its way."""
    return render(request, "advice/sent.html")
