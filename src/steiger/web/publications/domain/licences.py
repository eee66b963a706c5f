"""Licences under which something may be used, by SPDX identifier, with name and address.

Creative Commons: https://creativecommons.org/licenses/ – SPDX list: https://spdx.org/licenses/
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_CC = "https://creativecommons.org"


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence. ``url`` is empty only where nothing is granted."""

    key: str
    name: str | Promise
    url: str
    meaning: str | Promise


_ALL = (
    Licence(
        "CC-BY-4.0",
        "CC BY 4.0",
        f"{_CC}/licenses/by/4.0/deed.de",
        _("You may use and change it, also in business, if you name who wrote it."),
    ),
    Licence(
        "CC-BY-SA-4.0",
        "CC BY-SA 4.0",
        f"{_CC}/licenses/by-sa/4.0/deed.de",
        _("You may use and change it if you name who wrote it and pass it on the same way."),
    ),
    Licence(
        "CC-BY-ND-4.0",
        "CC BY-ND 4.0",
        f"{_CC}/licenses/by-nd/4.0/deed.de",
        _("You may pass it on unchanged if you name who wrote it."),
    ),
    Licence(
        "CC-BY-NC-4.0",
        "CC BY-NC 4.0",
        f"{_CC}/licenses/by-nc/4.0/deed.de",
        _("You may use and change it outside business if you name who wrote it."),
    ),
    Licence(
        "CC-BY-NC-ND-4.0",
        "CC BY-NC-ND 4.0",
        f"{_CC}/licenses/by-nc-nd/4.0/deed.de",
        _("You may pass it on unchanged, outside business, if you name who wrote it."),
    ),
    Licence(
        "CC0-1.0",
        "CC0 1.0",
        f"{_CC}/publicdomain/zero/1.0/deed.de",
        _("You may do with it what you like."),
    ),
    Licence(
        "DL-DE-BY-2.0",
        "Datenlizenz Deutschland – Namensnennung – 2.0",
        "https://www.govdata.de/dl-de/by-2-0",
        _("You may use and change it, also in business, if you name who wrote it."),
    ),
    Licence(
        "DL-DE-ZERO-2.0",
        "Datenlizenz Deutschland – Zero – 2.0",
        "https://www.govdata.de/dl-de/zero-2-0",
        _("You may do with it what you like."),
    ),
    Licence(
        "EUPL-1.2",
        "EUPL 1.2",
        "https://interoperable-europe.ec.europa.eu/collection/eupl",
        _("You may use and change it if you pass it on under the same licence."),
    ),
    Licence(
        "reserved",
        _("All rights reserved"),
        "",
        _("You may read and cite it. For anything more, ask those who wrote it."),
    ),
)
LICENCES = {licence.key: licence for licence in _ALL}


def licence_of(key: str) -> Licence:
    """A licence by key; what nobody knows grants nothing."""
    return LICENCES.get(key) or LICENCES["reserved"]
