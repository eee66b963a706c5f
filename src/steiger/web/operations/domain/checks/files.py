"""Styles, scripts and translations have been built."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from steiger.web.operations.domain.findings import Finding

ORDER = 70
PART = "files"
NEEDED = ("build/site.css", "build/site.js")
WEB = Path(__file__).resolve().parents[3]


def look() -> Iterator[Finding]:
    """Findings about built files."""
    missing = [name for name in NEEDED if not finders.find(name)]
    sources = WEB.glob("*/locale/*/LC_MESSAGES/django.po")
    missing += [
        str(path.relative_to(WEB)) for path in sources if not path.with_suffix(".mo").exists()
    ]
    if missing:
        text = _("Not built: %(names)s.") % {"names": ", ".join(missing)}
        yield Finding(PART, "fail", text, _("Run “make setup”, or install the package anew."))
    else:
        yield Finding(PART, "ok", _("Styles, scripts and translations are there."))
