"""Who may enter a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from steiger.web.accounts.models import STAFF_ROLES, RoleName, User

View = Callable[..., HttpResponseBase]


def signed_in(request: HttpRequest) -> User:
    """The person behind a request to a page for which one has to be signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def must_protect(user: User) -> bool:
    """Whether an administrator must set up a second factor before going on.

    On an installation that the public reaches (https), always. On a trial on one's own machine
    the account's page only asks for it, because passkeys need a name and an app needs a phone.
    """
    public = settings.BASE_URL.startswith("https://")
    return public and user.has_role(RoleName.ADMINISTRATOR) and not is_mfa_enabled(user)


def may(user: Any, *roles: str) -> bool:
    """Whether a person holds one of the roles; none given: works for the hub. For templates."""
    if not isinstance(user, User):
        return False
    return user.has_role(*(roles or tuple(STAFF_ROLES)))


def role_required(*roles: str) -> Callable[[View], View]:
    """Only for people who hold one of the roles (administrators hold all); none given: any staff.

    Visitors are led to the sign-in and back; others see a page that says what they lack.
    """
    wanted = roles or tuple(STAFF_ROLES)

    def decorate(view: View) -> View:
        @wraps(view)
        @never_cache
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_role(*wanted):
                raise PermissionDenied
            if must_protect(request.user):
                return redirect("accounts:protect")
            return view(request, *args, **kwargs)

        guarded.roles = wanted  # type: ignore[attr-defined]  # read by the access test
        return guarded

    return decorate
