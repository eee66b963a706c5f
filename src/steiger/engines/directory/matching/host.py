"""The domain of an organisation from the address of its website."""

from __future__ import annotations

import re
from functools import lru_cache

_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?/*(?:[^/@\s]*@)?([^/:?#\s]+)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def host(website: str) -> str:
    """Host name without "www.", in small letters; "" if there is none.

    >>> host("https://www.Beispiel.de/wir")
    'beispiel.de'
    """
    found = _HOST.match(website.strip())
    name = found.group(1).lower().rstrip(".") if found else ""
    return name.removeprefix("www.") if "." in name else ""
