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


#: Where everybody has a page below the same address.
PLATFORMS = frozenset({
    "bsky.app", "facebook.com", "github.com", "gitlab.com", "huggingface.co", "instagram.com",
    "kununu.com", "linkedin.com", "de.linkedin.com", "linktr.ee", "maps.app.goo.gl", "medium.com",
    "meetup.com", "sites.google.com", "tiktok.com", "twitter.com", "x.com", "xing.com",
    "youtube.com",
})  # fmt: skip


#: Second parts under which countries give out names ("ac.uk", "edu.au").
_SECOND = frozenset({
    "ac", "ad", "co", "com", "ed", "edu", "fac", "gen", "gob", "gouv", "gov", "govt", "go", "gub",
    "gv", "in", "int", "k12", "lg", "mil", "muni", "ne", "net", "ngo", "nic", "nom", "nhs", "or",
    "org", "re", "res", "sch", "school", "state", "univ", "us",
})  # fmt: skip


@lru_cache(maxsize=65536)
def domain(name: str) -> str:
    """The part of a host name that its owner was given: what a university and its institutes share.

    A rule of thumb in place of the Public Suffix List, which would be a download that grows old.

    >>> domain("dpri.kyoto-u.ac.jp"), domain("hms.harvard.edu")
    ('kyoto-u.ac.jp', 'harvard.edu')
    """
    parts = name.split(".")
    count = 3 if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND else 2
    return ".".join(parts[-count:])
