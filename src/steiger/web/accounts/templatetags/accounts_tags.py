"""What pages about signing in ask for."""

from __future__ import annotations

import ipaddress

from django import template
from django.template.context import RequestContext
from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces import access, log_words
from steiger.web.accounts.models import LogEntry, RoleName

register = template.Library()
SYSTEM = {"system": _("The product itself"), "visitor": _("Visitor")}


@register.filter
def role_label(name: str) -> str:
    """The role in which somebody acted, in the reader's words."""
    if name in RoleName.values:
        return str(RoleName(name).label)
    return str(SYSTEM.get(name, name))


register.filter("act_words", log_words.act_words)
register.filter("thing_words", log_words.thing_words)
register.filter("reason_words", log_words.reason_words)


@register.filter
def change_words(entry: LogEntry) -> list[tuple[str, str]]:
    """What an entry of the log changed, in words."""
    return log_words.change_words(entry.object_type, entry.changes)


@register.simple_tag(takes_context=True)
def passkey_address(context: RequestContext) -> str:
    """The same page under a name, where browsers refuse passkeys for this address; else empty.

    WebAuthn binds a passkey to a domain, and a number like 127.0.0.1 is none.
    """
    request = context.get("request")
    if request is None:
        return ""
    host, _, port = request.get_host().partition(":")
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        return ""
    if not loopback:
        return ""
    return f"{request.scheme}://localhost{':' + port if port else ''}{request.get_full_path()}"


@register.simple_tag(takes_context=True)
def may(context: RequestContext, *roles: str) -> bool:
    """Whether the reader holds one of the roles: ``{% may "moderator" as moderates %}``."""
    return access.may(context.get("user"), *roles)
