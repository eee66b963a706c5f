"""Joining, entering, leaving. Pages with a token tell no other page about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.web.accounts.interfaces.limits import within_limit
from steiger.web.communities.domain.membership import (
    ClosedError,
    TooManyError,
    ask_link,
    confirm,
    join,
    leave,
    no_more_digests,
)
from steiger.web.communities.domain.tokens import (
    CONFIRM,
    ENTER,
    LEAVE,
    QUIET,
    TokenError,
    member_of,
)
from steiger.web.communities.interfaces.entering import enter, go_out
from steiger.web.communities.interfaces.forms import JoinForm, LinkForm
from steiger.web.communities.interfaces.pages import frame
from steiger.web.communities.models import Community, Member

#: Wishes of one sender within an hour.
MOST = 10


def secretive(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address holds a token: no other page learns it, no cache, no search engine."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        # Not "no-referrer": browsers would then send the form without its origin, which is refused.
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
def join_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Say who one is; a mail to confirm follows."""
    community = get_object_or_404(Community, slug=slug)
    if not community.is_open:
        return redirect("communities:community", slug)
    form = JoinForm(request.POST or None)
    status = _join(request, community, form) if request.method == "POST" else 200
    if status == 302:
        return redirect("communities:sent")
    context = frame(request, community, "join") | {"form": form, "link_form": LinkForm()}
    return render(request, "communities/join.html", context, status=status)


def _join(request: HttpRequest, community: Community, form: JoinForm) -> int:
    """Note the wish; the status says what came of it: 302, 400 or 429."""
    if form.is_machine:
        return 302
    if not form.is_valid():
        return 400
    values = form.cleaned_data
    allowed = within_limit(request, "communities.join", MOST)
    try:
        if allowed:
            join(
                community=community,
                email=values["email"],
                name=values["name"],
                organisation=values["organisation"],
                actor=form.actor(),
                digest=values["digest"],
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


@require_POST
def link(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a member the link with which to enter again."""
    community = get_object_or_404(Community, slug=slug)
    form = LinkForm(request.POST)
    if form.is_valid() and within_limit(request, "communities.link", MOST):
        ask_link(community=community, email=form.cleaned_data["email"])
        return redirect("communities:sent")
    context = frame(request, community, "join") | {"form": JoinForm(), "link_form": form}
    return render(request, "communities/join.html", context, status=400)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """A mail is on its way."""
    return render(request, "communities/sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """Become a member. Opening the page changes nothing: programs in between open links, too."""
    member = _named(token, CONFIRM)
    if member is None:
        return _gone(request)
    if request.method == "POST":
        try:
            member = confirm(member_id=member.id)
        except ClosedError:
            return _gone(request)
        enter(request, member)
        messages.success(request, _("Welcome. You can write now."))
        return redirect("communities:community", member.community.slug)
    context = frame(request, member.community, "join") | {"named": member}
    return render(request, "communities/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def enter_page(request: HttpRequest, token: str) -> HttpResponse:
    """Enter again by a link in a mail."""
    member = _named(token, ENTER)
    if member is None or not member.confirmed_at:
        return _gone(request)
    if request.method == "POST":
        enter(request, member)
        return redirect("communities:community", member.community.slug)
    context = frame(request, member.community, "join") | {"named": member}
    return render(request, "communities/enter.html", context)


@csrf_exempt  # mail programs send this POST by themselves (RFC 8058); the token is the proof
@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def leave_page(request: HttpRequest, token: str) -> HttpResponse:
    """Leave by one click; again does no harm."""
    try:
        member_id = member_of(token, LEAVE)
    except TokenError:
        if request.method == "POST":
            raise Http404 from None
        return _gone(request)
    if request.method == "POST":
        leave(member_id=member_id, erase_texts=bool(request.POST.get("texts")))
        return redirect("communities:left")
    member = Member.objects.select_related("community").filter(id=member_id).first()
    if member is None:
        return redirect("communities:left")
    context = frame(request, member.community, "join") | {"named": member}
    return render(request, "communities/leave.html", context)


@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def quiet_page(request: HttpRequest, token: str) -> HttpResponse:
    """No more weekly mails, by one click; the membership stays."""
    try:
        member_id = member_of(token, QUIET)
    except TokenError:
        if request.method == "POST":
            raise Http404 from None
        return _gone(request)
    member = Member.objects.select_related("community").filter(id=member_id).first()
    if member is None:
        return redirect("communities:left")
    done = request.method == "POST" and no_more_digests(member_id=member_id)
    context = frame(request, member.community, "join") | {"named": member, "done": done}
    return render(request, "communities/quiet.html", context)


@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """The membership has ended."""
    return render(request, "communities/left.html")


@require_POST
def go_out_page(request: HttpRequest) -> HttpResponse:
    """Forget the member in this browser (a shared computer)."""
    go_out(request)
    return redirect("communities:list")


def _named(token: str, purpose: str) -> Member | None:
    try:
        member_id = member_of(token, purpose)
    except TokenError:
        return None
    return Member.objects.select_related("community").filter(id=member_id).first()


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "communities/gone.html", status=404)
