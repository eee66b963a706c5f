"""Where to report a weakness, in the form of RFC 9116."""

from __future__ import annotations

from datetime import datetime, timedelta

#: The RFC recommends less than a year.
VALID_FOR = timedelta(days=180)


def security_txt(*, contact: str, base_url: str, now: datetime) -> str:
    """The text of ``/.well-known/security.txt`` (https://www.rfc-editor.org/rfc/rfc9116).

    Args:
        contact: mail address.
        base_url: public address of the installation.
        now: with time zone; ``Expires`` is computed from its day, so that it changes once a day.
    """
    expires = now.replace(hour=0, minute=0, second=0, microsecond=0) + VALID_FOR
    lines = (
        f"Contact: mailto:{contact}",
        f"Expires: {expires.isoformat(timespec='seconds')}",
        "Preferred-Languages: de, en",
        f"Canonical: {base_url}/.well-known/security.txt",
    )
    return "\n".join(lines) + "\n"
