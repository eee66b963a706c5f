"""The data folder can be written, has room, and keeps its key to itself."""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from steiger.web.operations.domain.findings import Finding

ORDER = 50
PART = "disk"
LITTLE_GB, TOO_LITTLE_GB = 1.0, 0.2


def look() -> Iterator[Finding]:
    """Findings about the data folder."""
    folder = Path(settings.DATA_DIR)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as probe:
            probe.write(b"x")
    except OSError as error:
        text = _("%(folder)s cannot be written: %(reason)s")
        values = {"folder": folder, "reason": error.strerror or error}
        yield Finding(PART, "fail", text % values, _("Check its owner and rights."))
        return
    key = folder / "secret_key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        text = _("Others on this machine can read %(file)s.") % {"file": key}
        yield Finding(PART, "fail", text, f"chmod 600 {key}")
    free = shutil.disk_usage(folder).free / 1e9
    text = _("%(number)s GB are free.") % {"number": number_format(free, 1)}
    if free >= LITTLE_GB:
        yield Finding(PART, "ok", text)
    else:
        yield Finding(PART, "fail" if free < TOO_LITTLE_GB else "warn", text, _("Make room."))
