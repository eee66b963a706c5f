"""Who is here: members enter by a link in a mail, and stay for as long as their browser's visit."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache

from steiger.web.accounts.domain.audit import VISITOR, Actor
from steiger.web.accounts.interfaces.access import may
from steiger.web.accounts.models import RoleName, User
from steiger.web.communities.models import Community, Member

KEY = "communities.members"
#: Seconds after which one enters by mail again.
STAYS_S = 14 * 24 * 3600
MOST = 20


def enter(request: HttpRequest, member: Member) -> None:
    """Remember in this browser that it is the member's."""
    request.session.cycle_key()
    known = [n for n in request.session.get(KEY, []) if n != str(member.id)]
    request.session[KEY] = [*known, str(member.id)][-MOST:]
    request.session.set_expiry(STAYS_S)


def go_out(request: HttpRequest) -> None:
    """Forget all members of this browser."""
    request.session.pop(KEY, None)


def member_here(request: HttpRequest, community: Community) -> Member | None:
    """The confirmed member of this community who is using this browser."""
    members = (
        Member.objects.filter(community=community)
        .exclude(confirmed_at=None)
        .select_related("community", "actor")
    )
    here = request.session.get(KEY, [])
    found = members.filter(id__in=here).first() if here else None
    # Whoever signs in has proven an address; it is the same person.
    if found is None and isinstance(request.user, User):
        found = members.filter(email=request.user.email.lower()).first()
    return found


def moderates(request: HttpRequest, community: Community, member: Member | None) -> bool:
    """Whether this person decides what is shown."""
    if may(request.user, RoleName.MODERATOR):
        return True
    return member is not None and member.moderator and member.community_id == community.pk


def acting(request: HttpRequest) -> Actor:
    """Who stands in the log: a person of the hub, or a member without an account."""
    return Actor.of(request.user) if may(request.user) else VISITOR


View = Callable[..., HttpResponse]


def members_only(view: View) -> View:
    """For members; whoever is none sees how to become one. The view gets community and member."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        community = get_object_or_404(Community, slug=slug)
        member = member_here(request, community)
        if member is None or not community.is_open:
            target = "communities:join" if community.is_open else "communities:community"
            return redirect(target, slug)
        return view(request, community, member, **kwargs)

    return guarded


def moderators_only(view: View) -> Callable[..., HttpResponseBase]:
    """For moderators of this community and of the hub. The view gets the community."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponseBase:
        community = Community.objects.filter(slug=slug).first()
        member = member_here(request, community) if community else None
        if may(request.user, RoleName.MODERATOR) or (
            community and moderates(request, community, member)
        ):
            return view(request, get_object_or_404(Community, slug=slug), **kwargs)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied

    return guarded
