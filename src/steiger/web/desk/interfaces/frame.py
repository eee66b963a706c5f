"""What every page of the desk shows: the ways between its parts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from steiger.web.accounts.interfaces.access import signed_in
from steiger.web.accounts.models import RoleName
from steiger.web.desk.interfaces.roles import SENDERS

#: View of each part, and the views below it.
BELOW = {
    "desk:circulars": ("desk:circular", "desk:new_circular"),
    "desk:extracts": ("desk:extract",),
    "desk:personal_data": ("desk:processing",),
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """The tabs that this person may use, with the current one marked."""
    person = signed_in(request)
    here = request.resolver_match.view_name if request.resolver_match else ""
    views = [("desk:today", _("Today")), ("desk:search", pgettext("desk", "Search"))]
    if person.has_role(*SENDERS):
        views.append(("desk:circulars", _("Circulars")))
    views.append(("desk:extracts", _("Tables")))
    if person.has_role(RoleName.ADMINISTRATOR):
        views.append(("desk:personal_data", _("Personal data")))
    return {
        "desk_tabs": [
            {
                "label": label,
                "url": reverse(view),
                "current": here == view or here in BELOW.get(view, ()),
            }
            for view, label in views
        ]
    }
