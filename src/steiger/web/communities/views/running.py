"""What moderators of the hub do with communities."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.accounts.models import RoleName
from steiger.web.communities.domain.membership import set_moderator
from steiger.web.communities.domain.queries import confirmed
from steiger.web.communities.domain.running import FIELDS, change, close, create, reopen
from steiger.web.communities.interfaces.forms import CloseForm, CommunityForm
from steiger.web.communities.interfaces.pages import frame, who
from steiger.web.communities.models import Community


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(RoleName.MODERATOR)
def add(request: HttpRequest) -> HttpResponse:
    """Begin a community."""
    form = CommunityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        made = create(
            by=Actor.of(request.user),
            slug=values["slug"],
            values={name: values[name] for name in FIELDS},
            topics=list(values["topics"]),
        )
        messages.success(request, _("The community is there. Its page is public."))
        return redirect("communities:community", made.slug)
    status = 400 if request.method == "POST" else 200
    return render(request, "communities/add.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(RoleName.MODERATOR)
def manage(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what is said; name moderators; close."""
    community = get_object_or_404(Community, slug=slug)
    form = CommunityForm(request.POST or None, community=community)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        change(
            community=community,
            by=Actor.of(request.user),
            values={name: values[name] for name in FIELDS},
            topics=list(values["topics"]),
        )
        messages.success(request, _("The changes are saved."))
        return redirect("communities:manage", slug)
    return _manage(request, community, form=form, status=400 if request.method == "POST" else 200)


@require_POST
@role_required(RoleName.MODERATOR)
def close_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Make it an archive."""
    community = get_object_or_404(Community, slug=slug)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _manage(request, community, close_form=form, status=400)
    close(community=community, by=Actor.of(request.user), **form.cleaned_data)
    messages.success(request, _("It is an archive now. Members are told by mail."))
    return redirect("communities:manage", slug)


@require_POST
@role_required(RoleName.MODERATOR)
def reopen_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Open an archive again."""
    reopen(community=get_object_or_404(Community, slug=slug), by=Actor.of(request.user))
    messages.success(request, _("It is open again."))
    return redirect("communities:manage", slug)


@require_POST
@role_required(RoleName.MODERATOR)
def moderator(request: HttpRequest, slug: str, member_id: UUID) -> HttpResponse:
    """Name a member moderator, or dismiss it."""
    community = get_object_or_404(Community, slug=slug)
    member = get_object_or_404(confirmed(community), pk=member_id)
    wanted = request.POST.get("moderator") == "yes"
    set_moderator(member=member, moderator=wanted, by=Actor.of(request.user))
    return redirect("communities:manage", slug)


def _manage(
    request: HttpRequest,
    community: Community,
    *,
    form: CommunityForm | None = None,
    close_form: CloseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    members = confirmed(community).select_related("actor").order_by("-moderator", "name")
    context = frame(request, community, "manage") | {
        "form": form or CommunityForm(community=community),
        "close_form": close_form or CloseForm(),
        "people": [(member, who(member)) for member in members],
    }
    return render(request, "communities/manage.html", context, status=status)
