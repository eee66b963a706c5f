"""The region's folder is whole."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from steiger.regions import RegionError, load_region
from steiger.web.operations.domain.findings import Finding

ORDER = 80
PART = "region"


def look() -> Iterator[Finding]:
    """Findings about the region."""
    try:
        region = load_region(settings.REGION)
    except RegionError as error:
        yield Finding(PART, "fail", str(error), _("Check STEIGER_REGION and that folder."))
        return
    name = region.name_en if get_language() == "en" else region.name_de
    values = {"name": name, "number": len(region.municipalities)}
    yield Finding(PART, "ok", _("%(name)s with %(number)s municipalities.") % values)
