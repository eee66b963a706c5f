"""An address whose filters mean nothing gets no file: it would hold more than was asked for."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from steiger.web.directory.interfaces.selection import Selection


def refused(selection: Selection) -> HttpResponse | None:
    """What is wrong with the filters, as plain text; None if nothing is."""
    problems = selection.problems
    if not problems:
        return None
    ways = _("Choose the filters anew on the map: %(url)s") % {"url": selection.view_url}
    text = "\n".join([*problems, ways, ""])
    response = HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
