"""Certificates of an actor's systems, for its page on the map."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.audits.models import Certificate
from steiger.web.directory.interfaces.shelves import Shelf, ShelfLine, register

MOST = 12


def lines_of(actor_id: int) -> list[ShelfLine]:
    """The certificates of its systems with their status, the newest first."""
    found = Certificate.objects.filter(audit__actor=actor_id).order_by("-issued_at")[:MOST]
    return [
        ShelfLine(f"{one.system} {one.version}".strip(), one.get_absolute_url(), _note(one))
        for one in found
    ]


def _note(certificate: Certificate) -> str:
    if certificate.state == Certificate.State.VALID:
        day = date_format(timezone.localtime(certificate.valid_until), "SHORT_DATE_FORMAT")
        words = _("expired on %(day)s") if certificate.ended else _("valid until %(day)s")
        return words % {"day": day}
    return str(certificate.get_state_display())


register(
    Shelf(key="certificates", title=gettext_lazy("Certificates of examination"), lines=lines_of)
)
