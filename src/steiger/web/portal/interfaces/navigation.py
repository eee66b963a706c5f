"""Which links the header offers to whom. A link appears only when its page exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from steiger.web.portal.interfaces.addresses import reverse_if_there


@dataclass(frozen=True, slots=True)
class Link:
    """One link. ``current``: "page" on that very page, "true" below it, else empty."""

    label: str | Promise
    url: str
    current: str = ""


#: View, its arguments, label.
MAIN: tuple[tuple[str, dict[str, str], Promise], ...] = (
    ("directory:map", {}, pgettext_lazy("navigation", "Map")),
    ("advice:start", {}, pgettext_lazy("navigation", "Consultation")),
    ("events:calendar", {}, pgettext_lazy("navigation", "Events")),
    ("publications:list", {}, pgettext_lazy("navigation", "Knowledge")),
    ("communities:list", {}, pgettext_lazy("navigation", "Communities")),
    ("audits:start", {}, pgettext_lazy("navigation", "AI examination")),
    ("flood:overview", {}, pgettext_lazy("navigation", "Flood warning")),
    ("portal:page", {"slug": "hilfe"}, _("Help")),
)

#: View, label, roles that may enter; empty: all staff.
STAFF: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    ("desk:today", _("Today"), ()),
    ("cases:cases", _("Cases"), ("adviser",)),
    ("advice:calendar", _("My consultations"), ("adviser",)),
    ("events:plan", _("Plan events"), ()),
    ("publications:staff", _("Tend publications"), ()),
    ("audits:desk", _("Examinations"), ("examiner",)),
    ("reports:reports", _("Reports"), ()),
    ("directory:terms", _("Vocabularies"), ("moderator",)),
    ("flood:control", _("Flood warning: operation"), ()),
    ("background:runs", _("Background work"), ()),
    ("operations:status", _("State of the product"), ("administrator",)),
    ("accounts:people", _("People and roles"), ("administrator",)),
    ("accounts:log", _("Audit log"), ("moderator", "administrator")),
)


def main_links(path: str) -> list[Link]:
    """The main navigation, with the reader's place marked."""
    found = [(reverse_if_there(view, **kwargs), label) for view, kwargs, label in MAIN]
    # The longest address that begins the path is where the reader is: a region's page lies below
    # the map's address.
    here = max((url for url, _label in found if url and path.startswith(url)), key=len, default="")
    return [
        Link(label, url, ("page" if url == path else "true") if url == here else "")
        for url, label in found
        if url
    ]


def staff_links(user: Any) -> list[Link]:
    """Links for people who work for the hub, by role."""
    if not user.is_authenticated or not user.is_staff_member:
        return []
    links = [
        Link(label, reverse_if_there(view))
        for view, label, roles in STAFF
        if not roles or user.has_role(*roles)
    ]
    return [link for link in links if link.url]


def own_links(user: Any) -> list[Link]:
    """Links for people who speak for an entry of the map."""
    if not user.is_authenticated or "representative" not in user.roles:
        return []
    url = reverse_if_there("curation:mine")
    return [Link(_("My entries"), url)] if url else []
