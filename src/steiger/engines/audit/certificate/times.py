"""Moments as certificates write them: UTC, whole seconds, one form."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from steiger.engines.audit.certificate.errors import CertificateError

_FORM = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


def as_text(moment: datetime) -> str:
    """`2026-11-26T12:00:00Z`.

    Raises:
        CertificateError: the moment names no time zone.
    """
    if moment.tzinfo is None:
        raise CertificateError(f"{moment} has no time zone.")
    # isoformat writes all four digits of a year, strftime does not everywhere.
    whole = moment.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return f"{whole.isoformat()}Z"


def as_time(text: object) -> datetime:
    """The moment of such a text.

    Raises:
        CertificateError: it is none.
    """
    if isinstance(text, str) and _FORM.fullmatch(text):
        try:
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError:
            pass
    raise CertificateError(f"{text!r} is no moment of the form 2026-11-26T12:00:00Z.")
