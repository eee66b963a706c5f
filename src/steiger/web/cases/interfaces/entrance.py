"""Who speaks for a firm: whoever has proven a confirmed address, by a link or by signing in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from steiger.web.accounts.models import User
from steiger.web.cases.domain.queries import firms_of_addresses
from steiger.web.cases.models import Contact, Firm

KEY = "cases.entrance"
#: How long one stays in after following a link.
STAY_S = 4 * 3600

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Entrance:
    """The addresses that a visitor has proven, and the firms that they open."""

    addresses: frozenset[str]
    by_link: bool

    def firms(self) -> list[Firm]:
        """All firms that the visitor speaks for."""
        return list(firms_of_addresses(self.addresses)) if self.addresses else []

    def person(self, firm: Firm) -> Contact:
        """The visitor as a contact of the firm."""
        return firm.contacts.filter(email__in=self.addresses)[0]


def let_in(request: HttpRequest, contact: Contact) -> None:
    """Remember the proven address in the visitor's session, by the contact's number alone."""
    request.session.cycle_key()
    until = timezone.now().timestamp() + STAY_S
    request.session[KEY] = {"contact": contact.pk, "until": until}


def let_out(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(KEY, None)


def entrance_of(request: HttpRequest) -> Entrance:
    """What the visitor has proven, by link and by signing in."""
    addresses: set[str] = set()
    held = request.session.get(KEY) or {}
    by_link = held.get("until", 0) > timezone.now().timestamp()
    if by_link:
        found = Contact.objects.filter(pk=held["contact"]).values_list("email", flat=True)
        addresses.update(found)
    if isinstance(request.user, User):
        verified = EmailAddress.objects.filter(user=request.user, verified=True)
        addresses.update(address.lower() for address in verified.values_list("email", flat=True))
    return Entrance(frozenset(addresses), by_link)


def firm_page(view: View) -> View:
    """Only for people of the firm whose id stands in the address; for others it does not exist."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, firm: UUID, **parts: Any) -> HttpResponseBase:
        entrance = entrance_of(request)
        if not entrance.addresses:
            return redirect("cases:enter")
        found = firms_of_addresses(entrance.addresses).filter(pk=firm).first()
        if found is None:
            raise Http404
        response = view(request, found, entrance.person(found), **parts)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded
