"""Visitors who follow a link of ours are answered."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils.translation import gettext as _

from steiger.web.operations.domain.findings import Finding

ORDER = 35
PART = "address"


def look() -> Iterator[Finding]:
    """One line about the public address and the host names that are answered."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    values = {"host": host, "address": settings.BASE_URL}
    if validate_host(host, settings.ALLOWED_HOSTS):
        yield Finding(PART, "ok", _("Links lead to %(address)s, which is answered.") % values)
        return
    text = _("Links lead to %(address)s, but whoever asks for %(host)s is refused.") % values
    yield Finding(PART, "fail", text, _("Add %(host)s to STEIGER_HOSTS.") % values)
